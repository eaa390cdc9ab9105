import Glibc
import PrivatePostgres
import Testing

/// What the tests themselves stand on: where it fails, they wait for ever.
@Suite("The servers that tests have for themselves")
struct PrivateServerTests {
    @Test("hold nothing open of the process of the tests: whoever reads a pipe sees its end while they run")
    func inheritance() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        try await PrivateServer.with { server in
            // The server was started while the end for writing was open here.
            close(ends[1])
            var end = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            #expect(poll(&end, 1, 5000) == 1)
            #expect(end.revents & Int16(POLLHUP) != 0)
        }
    }

    @Test("may be asked for by a test that has one, while all places are taken and others wait")
    func inside() async throws {
        let turnstile = Turnstile(places: 2)
        let passed = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<20 {
                group.addTask {
                    try await turnstile.pass {
                        await Task.yield()
                        return try await turnstile.pass { index }
                    }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(passed == Set(0..<20))
    }

    @Test("give their place back when the test throws")
    func thrown() async throws {
        let turnstile = Turnstile(places: 1)
        for _ in 0..<3 {
            await #expect(throws: NoServer.self) { try await turnstile.pass { throw NoServer() } }
        }
        #expect(try await turnstile.pass { true })
    }
}
