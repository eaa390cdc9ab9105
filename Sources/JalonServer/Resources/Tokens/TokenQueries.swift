import ActionPlans
import Postgres

package enum TokenQueries {
    static func entry(_ database: Database, id: String, now: Int) async throws -> TokenMemory.Entry? {
        try await database.first(
            """
            select p.id, p.label, p.role, t.secret_sha256, extract(epoch from t.expires_at)::bigint, t.revoked_at is not null,
                pg_is_in_recovery() or coalesce(t.last_used_on = paris_today(), false),
                array(select m.ministry::text from principal_ministries m where m.principal = p.id)
            from tokens t join principals p on p.id = t.principal
            where t.id = \(id)
            """
        ) { row in
            let principal: String = try row.next()
            let label: String = try row.next()
            let role: Role = try row.next()
            let sha256: [UInt8] = try row.next()
            let expiresAt: Int = try row.next()
            let isRevoked: Bool = try row.next()
            let useIsNoted: Bool = try row.next()
            let ministries: [String] = try row.next()
            return TokenMemory.Entry(
                actor: Actor(
                    principal: principal, token: id, label: label, role: role,
                    ministries: Set(ministries.compactMap { MinistryCode($0) })),
                sha256: sha256, expiresAt: expiresAt, isRevoked: isRevoked, useIsNoted: useIsNoted, readAt: now)
        }
    }

    static func noteUse(_ session: borrowing Session, id: String) throws {
        try session.execute(
            "update tokens set last_used_on = paris_today() where id = \(id) and last_used_on is distinct from paris_today()")
    }

    private static let selection: SQL = """
        select t.id, p.id, p.label, p.role,
            array(select m.ministry::text from principal_ministries m where m.principal = p.id order by 1), p.contact,
            t.created_at, t.expires_at, t.last_used_on, t.revoked_at, t.renewed_from,
            paris_date(t.expires_at - interval '1 microsecond')
        from tokens t join principals p on p.id = t.principal
        """

    /// Those that open the door, of tokens as `t`.
    private static let isGood: SQL = "t.revoked_at is null and t.expires_at > now()"

    private static func record(_ row: inout Row) throws -> TokenRecord {
        TokenRecord(
            id: try row.next(), principal: try row.next(), label: try row.next(), role: try row.next(),
            ministries: try row.next(), contact: try row.next(), createdAt: try row.nextInstant(),
            expiresAt: try row.nextInstant(), lastUsedOn: try row.next(), revokedAt: try row.nextInstant(),
            renewedFrom: try row.next(), lastDay: try row.next())
    }

    package static func find(_ session: borrowing Session, id: String) throws -> TokenRecord? {
        try session.first("\(selection) where t.id = \(id)", record)
    }

    /// The good ones of a principal, newest first.
    static func good(_ session: borrowing Session, of principal: String) throws -> [TokenRecord] {
        try session.query(
            "\(selection) where t.principal = \(principal) and \(isGood) order by t.created_at desc, t.id desc", record)
    }

    static func countGood(_ session: borrowing Session, of principal: String) throws -> Int {
        try session.one("select count(*) from tokens t where t.principal = \(principal) and \(isGood)") { row in
            try row.next()
        }
    }

    /// Newest first, after a position in that order.
    package static func list(
        _ session: borrowing Session, after: (createdAt: String, id: String)?, limit: Int
    ) throws -> [TokenRecord] {
        var condition: SQL = "true"
        if let after { condition = "(t.created_at, t.id) < (\(after.createdAt)::timestamptz, \(after.id))" }
        return try session.query(
            "\(selection) where \(condition) order by t.created_at desc, t.id desc limit \(limit)", record)
    }

    package static func count(_ session: borrowing Session) throws -> Int {
        try session.one("select count(*) from tokens") { row in try row.next() }
    }

    /// - Parameter former: the token that it is renewed from, and that token sealed for who holds the new one.
    static func insert(
        _ session: borrowing Session, _ secret: TokenSecret, for principal: String, until expiresOn: CivilDate?,
        renewedFrom former: (id: String, sealed: [UInt8])?
    ) throws -> TokenRecord {
        try session.execute(
            """
            insert into tokens (id, secret_sha256, principal, renewed_from, predecessor, expires_at)
            values (\(secret.id), \(secret.sha256), \(principal), \(former?.id), \(former?.sealed),
                coalesce((\(expiresOn)::date + 1)::timestamp at time zone 'Europe/Paris', now() + interval '1 year'))
            """)
        return try session.one("\(selection) where t.id = \(secret.id)", record)
    }

    /// Leaves a token that was renewed good for a day, and no longer than it was.
    /// - Returns: whether it is good at all.
    static func letEnd(_ session: borrowing Session, id: String) throws -> Bool {
        try session.execute(
            "update tokens t set expires_at = least(expires_at, now() + interval '1 day') where id = \(id) and \(isGood)") > 0
    }

    /// - Parameter principal: whose it must be; nil for anybody's.
    /// - Returns: whether there is such a token; one revoked before keeps its first date.
    package static func revoke(_ session: borrowing Session, id: String, of principal: String? = nil) throws -> Bool {
        try session.execute(
            """
            update tokens set revoked_at = coalesce(revoked_at, now())
            where id = \(id) and principal = coalesce(\(principal), principal)
            """) > 0
    }

    /// Shuts the holder of a token out: none that is being issued or renewed meanwhile is left.
    /// - Returns: those revoked now; nil without such a token.
    package static func revokeAll(_ session: borrowing Session, ofHolderOf id: String) throws -> [String]? {
        guard let principal = try PrincipalQueries.lockHolder(session, ofToken: id) else { return nil }
        return try session.query(
            "update tokens set revoked_at = now() where principal = \(principal) and revoked_at is null returning id"
        ) { row in try row.next() }
    }
}
