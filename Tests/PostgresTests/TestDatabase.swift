import Glibc
import Logging
import Postgres
import RandomSeed
import Synchronization
import Testing

/// Tests against a real server. One at a time: several of them measure time, memory or threads.
@Suite("Against a real server", .serialized)
enum ServerTests {}

struct NoServer: Error, CustomStringConvertible {
    let description = """
        JALON_TEST_DATABASE_URL is not set. These tests need a PostgreSQL: \
        scripts/postgres start .jalon/tests --fast-unsafe && \
        export JALON_TEST_DATABASE_URL=$(scripts/postgres url .jalon/tests)
        """
}

func testServerURL() throws -> String {
    guard let url = getenv("JALON_TEST_DATABASE_URL") else { throw NoServer() }
    return String(cString: url)
}

func quietLogger() -> Logger {
    Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// Runs `body` with a database of two connections whose schema is new and dropped at the end.
func withDatabase(
    _ change: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: (Database) async throws -> Void
) async throws {
    let schema = "postgres_tests_\(UInt64.random(in: 0 ... .max))"
    var configuration = DatabaseConfiguration(connectionString: try testServerURL(), searchPath: [schema, "public"])
    configuration.connections = 2
    // A machine that builds beside the tests is slow to open connections.
    configuration.queueWait = .seconds(20)
    configuration.connectTimeout = .seconds(20)
    let setUp = Database(configuration: configuration, logger: quietLogger())
    try await setUp.write { try $0.script("create schema \(schema)") }
    change(&configuration)
    let database = Database(configuration: configuration, logger: quietLogger())
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(database))
    } catch {
        result = .failure(error)
    }
    await database.shutdown()
    try await setUp.write { try $0.script("set local client_min_messages = error; drop schema \(schema) cascade") }
    await setUp.shutdown()
    try result.get()
}

/// Holds a worker until it is opened.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)
    private let arrivals = Atomic<Int>(0)

    var arrived: Int { arrivals.load(ordering: .acquiring) }

    func open() { isOpen.store(true, ordering: .releasing) }

    /// On the worker's thread.
    func pass() {
        arrivals.add(1, ordering: .acquiringAndReleasing)
        while !isOpen.load(ordering: .acquiring) { usleep(500) }
    }

    func waitForArrivals(_ count: Int) async throws {
        try await eventually { self.arrived >= count }
    }
}

/// A count that several threads keep.
final class Tally: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .acquiring) }

    /// Returns the new count.
    @discardableResult
    func add() -> Int { count.add(1, ordering: .acquiringAndReleasing).newValue }
}

/// What several threads have to say.
final class Record<Entry: Sendable>: Sendable {
    private let entries = Mutex<[Entry]>([])

    var all: [Entry] { entries.withLock(\.self) }

    func append(_ entry: Entry) { entries.withLock { $0.append(entry) } }
}

struct NeverHappened: Error {}

/// Waits until the condition holds, at most `limit`.
func eventually(_ condition: () async -> Bool) async throws {
    // A bound for what never happens: a machine that builds beside the tests is slow.
    let end = ContinuousClock.now + .seconds(60)
    while await !condition() {
        guard ContinuousClock.now < end else { throw NeverHappened() }
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// What the kernel says of this process, in bytes.
func processMemory() -> (virtual: Int, resident: Int) {
    guard let file = fopen("/proc/self/statm", "r") else { return (0, 0) }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return (0, 0) }
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let pages = text.split(separator: " ").prefix(2).compactMap { Int($0) }
    return pages.count == 2 ? (pages[0] * Int(getpagesize()), pages[1] * Int(getpagesize())) : (0, 0)
}

/// The `DatabaseError` that `body` throws; anything else fails the test.
func databaseError<Value>(_ body: () async throws -> Value) async throws -> DatabaseError {
    do {
        _ = try await body()
    } catch let error as DatabaseError {
        return error
    }
    Issue.record("no error was thrown")
    throw NeverHappened()
}

extension Seed {
    /// Text rich in what quoting gets wrong; never a NUL.
    mutating func text() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "N", "U", "L", " ", "\t", "\n", "\r", "\"", "'", "\\", ",", ";", "{", "}", "$", "%", "1", "-", "(", ")",
            "\u{1}", "\u{7F}", "é", "e", "\u{301}", "œ", "中", "😀", "\u{200D}", "\u{202E}", "\u{FEFF}", "\u{10FFFF}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &self) {
            text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &self)])
        }
        return String(text)
    }
}
