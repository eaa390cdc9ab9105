import Postgres

enum IdempotencyQueries {
    /// How many expired answers one write removes: more than it adds, so that they never pile up.
    private static let mostRemoved = 20

    /// Waits for a transaction that is taking the same key, as long as the session waits for a lock. A key whose time is
    /// over is taken as if it were new.
    /// - Returns: false when the key is another request's already.
    static func take(
        _ session: borrowing Session, principal: String, token: String, key: IdempotencyKey, request: [UInt8]
    ) throws -> Bool {
        try session.execute(
            """
            insert into idempotency_keys as held (principal, key, request_sha256, token)
            values (\(principal), \(key.text), \(request), \(token))
            on conflict (principal, key) do update
            set request_sha256 = excluded.request_sha256, token = excluded.token, created_at = excluded.created_at, answer = null
            where held.created_at < now() - idempotency_keys_last()
            """) == 1
    }

    /// What was kept under a key, and the token that its request bore.
    static func find(
        _ session: borrowing Session, principal: String, key: IdempotencyKey
    ) throws -> (request: [UInt8], answer: [UInt8]?, token: String)? {
        try session.first(
            "select request_sha256, answer, token from idempotency_keys where principal = \(principal) and key = \(key.text)"
        ) { row in (try row.next(), try row.next(), try row.next()) }
    }

    /// The token that another one was renewed from, as it is kept; nil if that is not the one named.
    static func predecessor(_ session: borrowing Session, of token: String, named id: String) throws -> [UInt8]? {
        try session.first("select predecessor from tokens where id = \(token) and renewed_from = \(id)") { row in try row.next() }
    }

    /// Also removes what has expired, without waiting for anybody who is at the same.
    static func keep(_ session: borrowing Session, principal: String, key: IdempotencyKey, answer: [UInt8]) throws {
        try session.execute(
            """
            with expired as (
                select principal, key from idempotency_keys
                where created_at < now() - idempotency_keys_last()
                order by created_at limit \(mostRemoved) for update skip locked
            ), removed as (
                delete from idempotency_keys i using expired e where (i.principal, i.key) = (e.principal, e.key)
            )
            update idempotency_keys set answer = \(answer) where principal = \(principal) and key = \(key.text)
            """)
    }
}
