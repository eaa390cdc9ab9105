import Glibc

/// A PostgreSQL of the test's own, which it may stop and kill.
package final class PrivateServer: Sendable {
    private let folder: String
    package let url: String

    private static let script: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/scripts/postgres"
    }()

    package struct ScriptFailure: Error {
        let arguments: [String]
        let status: Int32
    }

    package init() throws {
        folder = "/tmp/jalon-fault-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        do {
            try Self.run(["start", folder, "--fast-unsafe"])
        } catch {
            _ = try? Self.run(["destroy", folder])
            throw error
        }
        url = try Self.run(["url", folder])
    }

    package func start() throws { try Self.run(["start", folder, "--fast-unsafe"]) }
    package func stop() throws { try Self.run(["stop", folder, "fast"]) }
    package func kill() throws { try Self.run(["kill", folder]) }
    package func destroy() { _ = try? Self.run(["destroy", folder]) }

    /// Runs `body` with a new server, destroyed at the end.
    package static func with(_ body: (PrivateServer) async throws -> Void) async throws {
        let server = try PrivateServer()
        defer { server.destroy() }
        try await body(server)
    }

    /// Blocks until the script has ended. Returns what it printed, without the last line break.
    @discardableResult
    private static func run(_ arguments: [String]) throws -> String {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ScriptFailure(arguments: arguments, status: errno) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // The server would keep the pipe open, and the reading below would never end.
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        var words: [UnsafeMutablePointer<CChar>?] = (["/bin/sh", script] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let status = posix_spawn(&process, "/bin/sh", &actions, nil, &words, environ)
        close(ends[1])
        guard status == 0 else { throw ScriptFailure(arguments: arguments, status: status) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(ends[0], &chunk, chunk.count), count > 0 { output += chunk[..<count] }
        var result: Int32 = 0
        while waitpid(process, &result, 0) < 0, errno == EINTR {}
        guard result == 0 else { throw ScriptFailure(arguments: arguments, status: result) }
        return String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
