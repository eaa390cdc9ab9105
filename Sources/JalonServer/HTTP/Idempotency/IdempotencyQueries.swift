import Postgres

enum IdempotencyQueries {
    /// How many expired answers one write removes: more than it adds, so that they never pile up.
    private static let mostRemoved = 20

    /// Waits for a transaction that is taking the same key, as long as the session waits for a lock. A key whose time is
    /// over is taken as if it were new.
    /// - Returns: false when the key is another request's already.
    static func take(
        _ session: borrowing Session, token: String, key: IdempotencyKey, request: [UInt8]
    ) throws -> Bool {
        try session.execute(
            """
            insert into idempotency_keys as held (token, key, request_sha256)
            values (\(token), \(key.text), \(request))
            on conflict (token, key) do update
            set request_sha256 = excluded.request_sha256, created_at = excluded.created_at, answer = null
            where held.created_at < now() - idempotency_keys_last()
            """) == 1
    }

    static func find(
        _ session: borrowing Session, token: String, key: IdempotencyKey
    ) throws -> (request: [UInt8], answer: [UInt8]?)? {
        try session.first("select request_sha256, answer from idempotency_keys where token = \(token) and key = \(key.text)") {
            row in (try row.next(), try row.next())
        }
    }

    /// Also removes what has expired, without waiting for anybody who is at the same.
    static func keep(_ session: borrowing Session, token: String, key: IdempotencyKey, answer: [UInt8]) throws {
        try session.execute(
            """
            with expired as (
                select token, key from idempotency_keys
                where created_at < now() - idempotency_keys_last()
                order by created_at limit \(mostRemoved) for update skip locked
            ), removed as (
                delete from idempotency_keys i using expired e where (i.token, i.key) = (e.token, e.key)
            )
            update idempotency_keys set answer = \(answer) where token = \(token) and key = \(key.text)
            """)
    }
}
