import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Instants of rows")
struct InstantTests {
    @Test("are told as the database tells them, whatever their fraction of a second")
    func told() async throws {
        let seed = Seed.fresh()
        var generator = seed
        let seconds = (0..<200).map { _ in Int.random(in: -100_000_000...4_000_000_000, using: &generator) }
        let fractions = [0, 1, 10, 100_000, 120_000, 123_456, 999_999]
        try await TestServer.with { server in
            let pairs = try await server.database.read { session in
                try session.query(
                    """
                    select instant, rfc3339(instant)
                    from unnest(\(seconds)::bigint[]) second
                    cross join unnest(\(fractions)::int[]) fraction
                    cross join lateral (
                        select timestamptz '2000-01-01Z' + second * interval '1 second' + fraction * interval '1 microsecond' as instant
                    ) i
                    """
                ) { row in (try row.nextInstant() as String, try row.next(String.self)) }
            }
            #expect(pairs.count == seconds.count * fractions.count)
            #expect(pairs.allSatisfy { $0 == $1 }, "\(seed)")
        }
    }

    @Test(
        "of another form are no instants",
        arguments: [
            "infinity", "-infinity", "", "2022-12-15", "2022-12-15 10:31:25", "2022-12-15 10:31:25+02", "2022-12-15 10:31:25.+00",
            "2022-12-15 10:31:25.1234567+00", "2022-12-15T10:31:25+00", "12022-12-15 10:31:25+00",
        ])
    func refused(text: String) {
        var copy = text
        let instant = copy.withUTF8 { Instant.decode(sqlText: $0) }
        #expect(instant == nil)
    }
}
