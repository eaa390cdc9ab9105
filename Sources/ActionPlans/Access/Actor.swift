/// What a caller may do, in four roles.
package enum Role: String, Vocabulary {
    case reader
    case referent
    case coordinator
    case admin

    package static let listName = Message("rôle", "role")
}

/// Who is calling: a token's identity, or nobody.
package struct Actor: Hashable, Sendable {
    package let token: String
    package let label: String
    package let role: Role
    /// The ministries a référent answers for; empty for every other role.
    package let ministries: Set<MinistryCode>

    package init(token: String, label: String, role: Role, ministries: Set<MinistryCode>) {
        self.token = token
        self.label = label
        self.role = role
        self.ministries = ministries
    }

    /// Whether drafts and confidential actions of this ministry, and who changed them, may be seen.
    package func seesAll(of ministry: MinistryCode) -> Bool {
        switch role {
        case .coordinator: true
        case .referent: ministries.contains(ministry)
        case .reader, .admin: false
        }
    }

    /// - Throws: ``Refusal/outsideMinistry`` for another ministry's référent, ``Refusal/forbidden`` for a role that writes no plan.
    package func checkMayWritePlans(of ministry: MinistryCode) throws(Refusal) {
        switch role {
        case .coordinator: return
        case .referent:
            guard ministries.contains(ministry) else { throw .outsideMinistry(ministry) }
        case .reader, .admin:
            throw .forbidden(
                Message(
                    "Le rôle « \(role.code) » ne permet pas de modifier les feuilles de route.",
                    "The role “\(role.code)” may not change roadmaps."))
        }
    }
}
