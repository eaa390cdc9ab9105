/// What a caller may do, in four roles.
package enum Role: String, Vocabulary {
    case reader
    case referent
    case coordinator
    case admin

    package static let listName = Message("rôle", "role")
}

/// Who is calling: a principal, and the token that proves it.
package struct Actor: Hashable, Sendable {
    /// What is remembered of a caller names its principal, whatever token it bears.
    package let principal: String
    package let token: String
    package let label: String
    package let role: Role
    /// The ministries a référent answers for; empty for every other role.
    package let ministries: Set<MinistryCode>

    package init(principal: String, token: String, label: String, role: Role, ministries: Set<MinistryCode>) {
        self.principal = principal
        self.token = token
        self.label = label
        self.role = role
        self.ministries = ministries
    }

    /// The ministries of which a caller sees everything: drafts, confidential actions, and who changed what.
    package enum Reach: Hashable, Sendable {
        case all
        case only(Set<MinistryCode>)
    }

    package var reach: Reach {
        switch role {
        case .coordinator: .all
        case .referent: .only(ministries)
        case .reader, .admin: .only([])
        }
    }

    package func seesAll(of ministry: MinistryCode) -> Bool {
        switch reach {
        case .all: true
        case .only(let own): own.contains(ministry)
        }
    }

    /// Of every ministry, and of what belongs to none.
    package var seesAll: Bool { reach == .all }

    /// - Throws: ``Refusal/outsideMinistry`` for another ministry's référent, ``Refusal/forbidden`` for a role that writes no plan.
    package func checkMayWritePlans(of ministry: MinistryCode) throws(Refusal) {
        switch role {
        case .coordinator: return
        case .referent:
            guard ministries.contains(ministry) else { throw .outsideMinistry(ministry) }
        case .reader, .admin:
            throw .forbidden(
                Message(
                    "Le rôle « \(role.code) » ne permet pas de modifier les feuilles de route ni les mesures.",
                    "The role “\(role.code)” may not change roadmaps or measures."))
        }
    }
}
