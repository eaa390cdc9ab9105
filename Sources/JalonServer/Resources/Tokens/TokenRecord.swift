import ActionPlans

/// A token as it is listed, with its holder: never its secret.
package struct TokenRecord: Sendable {
    package let id: String
    package let principal: String
    package let label: String
    package let role: Role
    package let ministries: [String]
    package let contact: String?
    package let createdAt: String
    package let expiresAt: String
    package private(set) var lastUsedOn: CivilDate?
    package let revokedAt: String?
    package let renewedFrom: String?

    /// The last day on which it opens the door.
    package let lastDay: CivilDate

    /// The same as the caller sees it, whose own token is in use: its day is noted a moment later, and on a standby nowhere.
    func used(by actor: Actor, on today: CivilDate) -> TokenRecord {
        var record = self
        if id == actor.token { record.lastUsedOn = today }
        return record
    }

    /// - Parameter secret: told once, when the token is issued; `.some(nil)` when the issue was only rehearsed.
    package func write(to writer: inout JSONWriter, secret: String?? = nil) {
        writer.object { token in
            token.member("id", id)
            token.member("principal", principal)
            token.member("label", label)
            token.member("role", role.code)
            token.member("ministries", ministries)
            token.member("contact", contact)
            token.member("created_at", createdAt)
            token.member("expires_at", expiresAt)
            token.member("last_used_on", lastUsedOn)
            token.member("revoked_at", revokedAt)
            token.member("renewed_from", renewedFrom)
            if let secret { token.member("secret", secret) }
        }
    }
}
