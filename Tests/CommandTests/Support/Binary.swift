import Foundation

/// The command itself, run as a user's shell runs it.
enum Binary {
    struct Run {
        /// 0 to 255; a signal is negative.
        let status: Int32
        let output: String
        let messages: String

        var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    }

    /// Beside the tests, where the package manager builds it for them.
    static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "jalon").path()

    /// - Parameters:
    ///   - environment: all there is beside `PATH`, a `HOME` without anything in it, and a French locale.
    ///   - before: what a shell does first.
    ///   - redirection: what a shell would have behind the command, such as `>/dev/full`.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], redirection: String = "", before: String = "",
        input: String = "", in folder: TemporaryFolder? = nil
    ) async throws -> Run {
        let scratch = try TemporaryFolder()
        defer { scratch.remove() }
        try Data(input.utf8).write(to: scratch.url.appending(path: "in"))
        let process = process(arguments, environment: environment, home: scratch.path)
        process.arguments =
            [
                "-c", before + #" exec "$0" "$@" <"$HOME/in" >"$HOME/out" 2>"$HOME/err" "# + redirection, path,
            ] + arguments
        process.executableURL = URL(filePath: "/bin/sh")
        process.currentDirectoryURL = (folder ?? scratch).url
        try await ended(process)
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: scratch.url.appending(path: name)), as: UTF8.self)
        }
        let status = process.terminationStatus
        return Run(
            status: process.terminationReason == .uncaughtSignal ? -status : status, output: try text("out"),
            messages: try text("err"))
    }

    /// A process that is not started yet.
    static func process(_ arguments: [String], environment: [String: String], home: String) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8",
        ].merging(environment) { $1 }
        return process
    }

    /// Starts it.
    /// - Returns: what ends when it has ended.
    static func start(_ process: Process) throws -> AsyncStream<Void> {
        let (end, ended) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.finish() }
        try process.run()
        return end
    }

    /// Starts it and waits until it has ended.
    static func ended(_ process: Process) async throws {
        for await _ in try start(process) {}
    }
}

/// A folder of its own, below the system's for such things.
struct TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    var path: String { url.path() }

    func file(_ name: String) -> String { url.appending(path: name).path() }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
