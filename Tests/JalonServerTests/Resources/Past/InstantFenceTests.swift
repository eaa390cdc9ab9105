import Dispatch
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Figures as known at an instant")
struct InstantFenceTests {
    @Test("wait for a writer who may still record at that instant, and for no other")
    func fence() async throws {
        try await TestServer.with { server async throws in
            try await whileWriting(server) { instant, commit in
                let target = "/v1/figures?year=2022&as_of=2022-06-01&known_at=\(instant)"
                async let early = server.send(.get, target)
                // Earlier instants, and figures of now, do not wait.
                let past = try await server.send(.get, "/v1/figures?year=2022&as_of=2022-06-01&known_at=2022-06-02T00:00:00Z")
                    .json()
                #expect(past["totals"]["actions"].number == 0)
                #expect(try await server.send(.get, "/v1/figures?year=2022").json()["totals"]["actions"].number == 1)
                try await expectWaiting(server, 1)
                commit()
                let first = await early
                #expect(first.status == 200, "\(first.text)")
                #expect(try first.json()["totals"]["actions"].number == 2, "what was recorded at that instant is counted")
                #expect(await server.send(.get, target).text == first.text)
            }
        }
    }

    @Test("keep nobody else waiting while they wait, neither readers nor writers")
    func others() async throws {
        try await TestServer.with(connections: 2) { server async throws in
            try await whileWriting(server) { instant, commit in
                let target = "/v1/figures?year=2022&as_of=2022-06-01&known_at=\(instant)"
                try await withThrowingTaskGroup(of: Int?.self) { readers in
                    for _ in 0..<10 {
                        readers.addTask { try await server.send(.get, target, as: .anonymous).json()["totals"]["actions"].number }
                    }
                    try await expectWaiting(server, 10)
                    #expect(await server.send(.get, "/v1/roadmaps/TE-2022").status == 200)
                    try await server.apply("{ministry: JUS, first_year: 2022, actions: []}", to: "JUS-2022")
                    #expect(server.state.fence.waiting == 10, "they were answered while ten waited")
                    commit()
                    for try await actions in readers { #expect(actions == 2) }
                }
            }
        }
    }

    @Test("wait neither for ever nor for a client that has gone")
    func patience() async throws {
        try await TestServer.with { server async throws in
            try await whileWriting(server) { instant, _ in
                let fence = server.state.fence
                let look = try await fence.look(at: instant)
                #expect(look.hasCome && look.writers.count == 1)
                let problem = await #expect(throws: Problem.self) {
                    try await InstantFence(database: server.database, patience: .milliseconds(20)).wait(for: look.writers)
                }
                #expect(problem?.kind == .unavailable && problem?.fields[.retryAfter] == "1")
                let gone = Task { try await fence.wait(for: look.writers) }
                try await expectWaiting(server, 1)
                gone.cancel()
                await #expect(throws: CancellationError.self) { try await gone.value }
                #expect(fence.waiting == 0)
            }
        }
    }

    /// Until as many wait, and have been looked for since without being let pass.
    private func expectWaiting(_ server: TestServer, _ count: Int) async throws {
        let fence = server.state.fence
        let areWaiting = try await server.eventually { fence.waiting == count }
        try #require(areWaiting)
        let looks = fence.looks
        let haveBeenLookedFor = try await server.eventually { fence.looks >= looks + 2 }
        try #require(haveBeenLookedFor)
        #expect(fence.waiting == count)
    }

    /// Runs `body` while a write of another ministry has taken its instant and takes its time.
    private func whileWriting(
        _ server: TestServer, _ body: (_ instant: String, _ commit: () -> Void) async throws -> Void
    ) async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-01-01,
             actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}
            """, to: "TE-2022")
        let (begun, hasBegun) = AsyncStream<String>.makeStream()
        let mayCommit = DispatchSemaphore(value: 0)
        async let slow: Void = server.database.write { session in
            let instant = try WriteMoment.read(session).instant
            try session.execute(
                """
                insert into changes (ministry, first_year, code, resource, kind, version, recorded_at, effective_on,
                    actor_label, actor_role, after)
                values ('EF', 2022, null, 'roadmap', 'created', 1, \(instant)::timestamptz, '2022-01-01', 'x', 'x',
                        '{"title": "T", "state": "soumise", "last_year": 2022, "submitted_on": "2022-01-01"}'),
                    ('EF', 2022, 'A', 'action', 'created', 1, \(instant)::timestamptz, '2022-01-01', 'x', 'x',
                        '{"title": "T", "theme": "achats", "target_level": "reflexion", "status": "a_faire"}')
                """)
            hasBegun.yield(instant)
            mayCommit.wait()
        }
        do {
            var instants = begun.makeAsyncIterator()
            try await body(try #require(await instants.next())) { mayCommit.signal() }
        } catch {
            mayCommit.signal()
            throw error
        }
        mayCommit.signal()
        try await slow
    }
}
