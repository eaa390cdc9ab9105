import ActionPlans

/// What a new token is to be.
package struct NewToken: Sendable {
    package enum Holder: Sendable {
        case new(NewPrincipal)
        /// Who has tokens already, by its id.
        case known(String)
    }

    package let holder: Holder
    /// The last day it is good for; nil for a year from now.
    package let expiresOn: CivilDate?

    package init(for holder: Holder, expiresOn: CivilDate? = nil) {
        self.holder = holder
        self.expiresOn = expiresOn
    }

    /// For a new principal.
    package init(
        label: String, role: Role, ministries: [MinistryCode], contact: String? = nil, expiresOn: CivilDate? = nil
    ) {
        self.init(
            for: .new(NewPrincipal(label: label, role: role, ministries: ministries, contact: contact)), expiresOn: expiresOn)
    }

    /// The rule of the last day, whoever makes a token and whoever renews one.
    static func faults(ofLastDay day: CivilDate?, today: CivilDate) -> [Fault] {
        let limit = CivilDate(year: today.year + 1, month: today.month, day: min(today.day, 28)) ?? today
        guard let day, day < today || day > limit else { return [] }
        return [
            Fault(
                "expires_on", .outOfRange,
                Message(
                    "Un jeton expire au plus tard dans un an : de \(today) à \(limit).",
                    "A token expires within a year: from \(today) to \(limit)."))
        ]
    }
}

/// A person or a machine that tokens will be given to, and what it may do.
package struct NewPrincipal: Sendable {
    package let label: String
    package let role: Role
    package let ministries: [MinistryCode]
    package let contact: String?

    package init(label: String, role: Role, ministries: [MinistryCode], contact: String? = nil) {
        self.label = label
        self.role = role
        self.ministries = ministries
        self.contact = contact
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
    }

    /// The rules a principal obeys, whoever makes it.
    var faults: [Fault] {
        var faults: [Fault] = []
        _ = TextRule(longest: 200).checked(label, member: "label", faults: &faults)
        if let contact, TextRule(longest: 254).checked(contact, member: "contact", faults: &faults) != nil,
            contact.unicodeScalars.count < 3
        {
            faults.append(Fault("contact", .tooShort, Message("Adresse trop courte.", "Address too short.")))
        } else if let contact, !Self.isAddress(contact), !faults.contains(where: { $0.member == "contact" }) {
            faults.append(
                Fault(
                    "contact", .invalidValue,
                    Message("Il faut une adresse électronique : nom@domaine.", "Expected an e-mail address: name@domain.")))
        }
        if role == .referent, ministries.isEmpty {
            faults.append(
                Fault(
                    "ministries", .required,
                    Message("Un référent répond d’au moins un ministère.", "A référent answers for at least one ministry.")))
        }
        if role != .referent, !ministries.isEmpty {
            faults.append(
                Fault(
                    "ministries", .inconsistent,
                    Message(
                        "Seul le rôle « referent » porte des ministères.", "Only the role “referent” has ministries.")))
        }
        return faults
    }
}
