import ActionPlans
import Foundation
import HTTPTypes
import OutgoingHTTP
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Numbers of indicators while others write")
struct MeasureWriterTests {
    private static let bodies = ["TE", "JUS", "AGR", "CUL"]

    @Test("documents wait for one another longer than other writes do, and hold no connection meanwhile")
    func waitingDocuments() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            var hasty = server.configuration
            hasty.lockTimeout = .milliseconds(50)
            hasty.connections = 2
            try await server.withDispatcher(on: hasty) { dispatcher in
                let ministry =
                    "select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', current_schema(), 'roadmaps', 'TE'), 0))"
                var documents: [Task<TestAnswer, Never>] = []
                try await server.holding(ministry) {
                    documents = (2021...2024).map { year in
                        let lines = [MeasureDocumentScene.line("FORMATION/TE/\(year)", #""value": 40"#)]
                        return Task {
                            await server.send(
                                raw: .put, "/v1/measures", bytes: Array(MeasureDocumentScene.json(lines).utf8), on: dispatcher)
                        }
                    }
                    // Another write gives up, and readings go on, though more documents wait than there are connections.
                    for _ in 0..<5 {
                        let alone = await server.send(
                            raw: .put, IndicatorScene.address("FORMATION/TE/2023"), bytes: Array(#"{"value": 40}"#.utf8),
                            on: dispatcher)
                        #expect(alone.status == 503, "\(alone.text)")
                        #expect(await server.send(raw: .get, "/v1/measures", bytes: [], on: dispatcher).status == 200)
                    }
                    let stored = try await server.count("select count(*) from measures")
                    #expect(stored == 0)
                }
                for document in documents {
                    let answer = await document.value
                    #expect(answer.status == 200, "\(answer.text)")
                }
                let stored = try await server.count("select count(*) from measures")
                #expect(stored == 4)
            }
        }
    }

    @Test("a document whose client hangs up while it waits is not applied afterwards")
    func abandonedDocument() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let secret = try #require(server.secret(of: .coordinator))
            let body = MeasureDocumentScene.json([MeasureDocumentScene.line("FORMATION/TE/2023", #""value": 40"#)])
            let request = [
                "PUT /v1/measures HTTP/1.1", "Host: localhost", "Authorization: Bearer \(secret)",
                "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "", body,
            ].joined(separator: "\r\n")
            let ministry = "select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', current_schema(), 'roadmaps', 'TE'), 0))"
            try await LiveServer.with(server.configuration) { address in
                try await server.holding(ministry) {
                    try await RawClient.with(address) { try await $0.send(request) }
                    try await Self.untilGivenUp(address)
                }
            }
            let stored = try await server.count("select count(*) from measures")
            #expect(stored == 0)
        }
    }

    /// Waits, for twenty seconds at most, until the server counts a document whose client has hung up.
    private static func untilGivenUp(_ address: String) async throws {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let answer = try await WebClient.send(WebClient.Request("GET", address + "/metrics"), within: .seconds(20))
            let page = try MetricsPage(answer.text)
            let given = try page.value(
                "jalon_http_requests_total", ["operation": "applyMeasures", "method": "PUT", "status": "499"])
            if given == 1 { return }
            try #require(ContinuousClock.now < end, "the document still waits")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Corrects measures of random bodies and periods until the end; what another has given or corrected meanwhile is refused, which is no fault.
    private static func write(_ server: TestServer, _ seed: Seed, until end: ContinuousClock.Instant) async -> [String] {
        var dice = seed
        var faults: [String] = []
        while ContinuousClock.now < end {
            let body = bodies.randomElement(using: &dice) ?? "TE"
            let answer = await IndicatorScene.measure(
                server, "FORMATION/\(body)/\(Int.random(in: 2021...2024, using: &dice))",
                #"{"value": \#(Int.random(in: 0..<1_000, using: &dice)), "state": "validee", "reason": "essai"}"#,
                query: "?accept=jump")
            if ![200, 201, 412, 428].contains(answer.status) { faults.append(answer.text) }
        }
        return faults
    }

    /// The sum of what is validated, told from the changes alone.
    private static func recount(_ server: TestServer, _ year: Int, at instant: String) async throws -> String? {
        @Sendable func last(_ member: SQL) -> SQL {
            """
            (select c.after ->> \(member) from changes c
                where c.resource = 'measure' and c.ministry = m.ministry and c.first_year = \(year) and c.code = m.code
                    and c.recorded_at <= \(instant)::timestamptz and c.after ? \(member)
                order by c.id desc limit 1)
            """
        }
        return try await server.database.read { session in
            try session.one(
                """
                select sum(\(last("'value'"))::numeric)::text
                from (select distinct ministry, code from changes where resource = 'measure' and first_year = \(year)) m
                where \(last("'state'")) = 'validee'
                """
            ) { row in try row.next() }
        }
    }

    @Test("each number asked as known at an instant equals a recount of what was recorded by then")
    func writers() async throws {
        let seed = Seed.fresh()
        let seconds = Double(ProcessInfo.processInfo.environment["JALON_TEST_WRITER_SECONDS"] ?? "") ?? 3
        try await TestServer.with(connections: 8) { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let end = ContinuousClock.now + .seconds(seconds)
            let faults = try await withThrowingTaskGroup(of: [String].self) { group in
                for writer in 0..<8 { group.addTask { await Self.write(server, Seed(seed.value &+ UInt64(writer)), until: end) } }
                group.addTask { try await Self.sample(server, until: end) }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(faults.isEmpty, "\(faults.prefix(5)) \(seed)")
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [], "\(seed)")
        }
    }

    private static func sample(_ server: TestServer, until end: ContinuousClock.Instant) async throws -> [String] {
        var faults: [String] = []
        var samples = 0
        while samples == 0 || ContinuousClock.now < end {
            let instant: String = try await server.database.fetch { session in
                try session.one("select rfc3339(clock_timestamp())") { row in try row.next() }
            }
            let year = 2021 + samples % 4
            let answer = await server.send(.get, "/v1/indicators/FORMATION/figures?period=\(year)&known_at=\(instant)")
            let told = IndicatorScene.literal("value", in: answer.text)
            let expected = try await recount(server, year, at: instant) ?? "null"
            if told != expected { faults.append("\(year) at \(instant): \(told ?? answer.text), not \(expected)") }
            samples += 1
        }
        print("JALON_TEST_WRITER_SECONDS: \(samples) samples")
        return faults
    }
}
