import ActionPlans
import Postgres

enum PrincipalQueries {
    static func insert(_ session: borrowing Session, _ principal: NewPrincipal) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let id = TokenSecret.identifier(&generator)
        try session.execute(
            """
            insert into principals (id, label, role, contact)
            values (\(id), \(principal.label), \(principal.role), \(principal.contact))
            """)
        if !principal.ministries.isEmpty {
            try session.execute(
                """
                insert into principal_ministries (principal, ministry)
                select \(id), unnest(\(principal.ministries.map(\.text))::text[])
                """)
        }
        return id
    }

    /// Who gives a principal tokens, or takes them away, holds this first. Requests with an idempotency key refer to it meanwhile, and
    /// do not wait.
    /// - Returns: whether there is such a principal.
    static func lock(_ session: borrowing Session, id: String) throws -> Bool {
        try session.first("select true from principals where id = \(id) for no key update") { row in try row.next(Bool.self) }
            != nil
    }

    /// - Returns: the id, or nil without such a token.
    static func lockHolder(_ session: borrowing Session, ofToken id: String) throws -> String? {
        try session.first(
            "select p.id from principals p join tokens t on t.principal = p.id where t.id = \(id) for no key update of p"
        ) { row in try row.next() }
    }
}
