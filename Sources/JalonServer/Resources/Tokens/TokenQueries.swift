import ActionPlans
import Postgres

/// A token as it is listed: never its secret.
package struct TokenRecord: Sendable {
    package let id: String
    package let label: String
    package let role: Role
    package let ministries: [String]
    package let contact: String?
    package let createdAt: String
    package let expiresAt: String
    package let lastUsedOn: CivilDate?
    package let revokedAt: String?

    /// - Parameter secret: told once, when the token is issued; `.some(nil)` when the issue was only rehearsed.
    package func write(to writer: inout JSONWriter, secret: String?? = nil) {
        writer.object { token in
            token.member("id", id)
            token.member("label", label)
            token.member("role", role.code)
            token.member("ministries", ministries)
            token.member("contact", contact)
            token.member("created_at", createdAt)
            token.member("expires_at", expiresAt)
            token.member("last_used_on", lastUsedOn)
            token.member("revoked_at", revokedAt)
            if let secret { token.member("secret", secret) }
        }
    }
}

/// What a new token is to be.
package struct NewToken: Sendable {
    package let label: String
    package let role: Role
    package let ministries: [MinistryCode]
    package let contact: String?
    /// The last day it is good for; nil for a year from now.
    package let expiresOn: CivilDate?

    package init(
        label: String, role: Role, ministries: [MinistryCode], contact: String? = nil, expiresOn: CivilDate? = nil
    ) {
        self.label = label
        self.role = role
        self.ministries = ministries
        self.contact = contact
        self.expiresOn = expiresOn
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
    }

    /// The rules a token obeys, whoever makes it.
    package func faults(today: CivilDate) -> [Fault] {
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
        if let expiresOn {
            let limit = CivilDate(year: today.year + 1, month: today.month, day: min(today.day, 28)) ?? today
            if expiresOn < today || expiresOn > limit {
                faults.append(
                    Fault(
                        "expires_on", .outOfRange,
                        Message(
                            "Un jeton expire au plus tard dans un an : de \(today) à \(limit).",
                            "A token expires within a year: from \(today) to \(limit).")))
            }
        }
        return faults
    }
}

package enum TokenQueries {
    static func entry(_ session: borrowing Session, id: String, now: Int) throws -> TokenMemory.Entry? {
        try session.first(
            """
            select label, role, secret_sha256, extract(epoch from expires_at)::bigint, revoked_at is not null,
                pg_is_in_recovery() or coalesce(last_used_on = paris_today(), false),
                array(select m.ministry::text from token_ministries m where m.token = t.id)
            from tokens t
            where id = \(id)
            """
        ) { row in
            let label: String = try row.next()
            let role: Role = try row.next()
            let sha256: [UInt8] = try row.next()
            let expiresAt: Int = try row.next()
            let isRevoked: Bool = try row.next()
            let useIsNoted: Bool = try row.next()
            let ministries: [String] = try row.next()
            return TokenMemory.Entry(
                actor: Actor(
                    token: id, label: label, role: role, ministries: Set(ministries.compactMap { MinistryCode($0) })),
                sha256: sha256, expiresAt: expiresAt, isRevoked: isRevoked, useIsNoted: useIsNoted, readAt: now)
        }
    }

    static func noteUse(_ session: borrowing Session, id: String) throws {
        try session.execute(
            "update tokens set last_used_on = paris_today() where id = \(id) and last_used_on is distinct from paris_today()")
    }

    private static let columns: SQL = """
        t.id, t.label, t.role, array(select m.ministry::text from token_ministries m where m.token = t.id order by 1),
        t.contact, rfc3339(t.created_at), rfc3339(t.expires_at), t.last_used_on, rfc3339(t.revoked_at)
        """

    private static func record(_ row: inout Row) throws -> TokenRecord {
        TokenRecord(
            id: try row.next(), label: try row.next(), role: try row.next(), ministries: try row.next(),
            contact: try row.next(), createdAt: try row.next(), expiresAt: try row.next(), lastUsedOn: try row.next(),
            revokedAt: try row.next())
    }

    package static func find(_ session: borrowing Session, id: String) throws -> TokenRecord? {
        try session.first("select \(columns) from tokens t where t.id = \(id)", record)
    }

    /// Newest first, after a position in that order.
    package static func list(
        _ session: borrowing Session, after: (createdAt: String, id: String)?, limit: Int
    ) throws -> [TokenRecord] {
        var condition: SQL = "true"
        if let after { condition = "(t.created_at, t.id) < (\(after.createdAt)::timestamptz, \(after.id))" }
        return try session.query(
            "select \(columns) from tokens t where \(condition) order by t.created_at desc, t.id desc limit \(limit)", record)
    }

    package static func count(_ session: borrowing Session) throws -> Int {
        try session.one("select count(*) from tokens") { row in try row.next() }
    }

    package static func insert(_ session: borrowing Session, _ token: NewToken, secret: TokenSecret) throws -> TokenRecord {
        try session.execute(
            """
            insert into tokens (id, secret_sha256, label, role, contact, expires_at)
            values (\(secret.id), \(secret.sha256), \(token.label), \(token.role), \(token.contact),
                coalesce((\(token.expiresOn)::date + 1)::timestamp at time zone 'Europe/Paris', now() + interval '1 year'))
            """)
        if !token.ministries.isEmpty {
            try session.execute(
                """
                insert into token_ministries (token, ministry)
                select \(secret.id), unnest(\(token.ministries.map(\.text))::text[])
                """)
        }
        return try session.one("select \(columns) from tokens t where t.id = \(secret.id)", record)
    }

    /// - Returns: whether there is such a token; one revoked before keeps its first date.
    package static func revoke(_ session: borrowing Session, id: String) throws -> Bool {
        try session.execute("update tokens set revoked_at = coalesce(revoked_at, now()) where id = \(id)") > 0
    }
}
