import Foundation
import JalonServer
import Testing

@testable import jalon

/// What `jalon serve` says on standard error, and its settings.
@Suite("The server's settings and log")
struct ServerLogTests {
    private struct Event: Decodable {
        struct Metadata: Decodable {
            let version: String?
            let address: String?
            let reason: String?
            let details: [String]?
            let exit: Int?
        }

        let level: String
        let message: String
        let metadata: Metadata?
    }

    /// - Throws: when a line is no event in JSON.
    private static func events(_ text: String) throws -> [Event] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    }

    /// Runs `jalon serve` until it has told its address, then sends a signal.
    private static func served(
        _ jalon: Installation, _ arguments: [String], signal: Int32
    ) async throws -> (status: Int32, log: String, output: String) {
        let (output, log) = (try jalon.folder.write("", to: "out"), try jalon.folder.write("", to: "err"))
        let process = Binary.process(
            ["serve", "--port", "0"] + arguments, environment: jalon.environment, home: jalon.folder.path)
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        let end = try Binary.start(process)
        while process.isRunning, try !jalon.folder.text("out").hasSuffix("\n") { try await Task.sleep(for: .milliseconds(50)) }
        kill(process.processIdentifier, signal)
        for await _ in end {}
        return (process.terminationStatus, try jalon.folder.text("err"), try jalon.folder.text("out"))
    }

    @Test("the log begins and ends with events of its format, with the address and the signal", arguments: [SIGTERM, SIGINT])
    func firstAndLast(signal: Int32) async throws {
        try await Installation.with { jalon in
            let run = try await Self.served(jalon, [], signal: signal)
            #expect(run.status == 0)
            let events = try Self.events(run.log)
            let first = try #require(events.first)
            #expect(first.message == "starting" && first.metadata?.version?.isEmpty == false)
            let listening = events.first { $0.message == "listening" }
            #expect(listening?.metadata?.address.map { "\($0)\n" } == run.output)
            let last = try #require(events.last)
            #expect(last.message == "stopped" && last.metadata?.reason == (signal == SIGTERM ? "SIGTERM" : "SIGINT"))
            #expect(last.metadata?.exit == 0)
        }
    }

    @Test("as text they are lines of the same log")
    func text() async throws {
        try await Installation.with { jalon in
            let run = try await Self.served(jalon, ["--log-format", "text"], signal: SIGTERM)
            let lines = run.log.split(separator: "\n")
            #expect(lines.first?.contains("notice jalon: starting") == true, "\(run.log)")
            #expect(lines.last?.contains(#"notice jalon: stopped exit=0 reason="SIGTERM""#) == true, "\(run.log)")
            #expect(lines.allSatisfy { $0.first?.isNumber == true }, "\(run.log)")
        }
    }

    @Test("a start that fails ends the log with its reason, and says nothing in another format")
    func failedStart() async throws {
        let nowhere = ["DATABASE_URL": "postgresql://u:s3cr3t@127.0.0.1:1/x"]
        let away = try await Binary.run(["serve", "--port", "0"], environment: nowhere)
        #expect(away.status == ExitStatus.unavailable.rawValue)
        let last = try #require(try Self.events(away.messages).last)
        #expect(last.level == "critical" && last.message == "stopped" && last.metadata?.exit == 69)
        #expect(last.metadata?.reason?.contains("injoignable") == true && !away.messages.contains("s3cr3t"))
        let taken = try await Binary.run(["serve"], environment: nowhere.merging(["JALON_PORT": "x", "JALON_POOL": "0"]) { $1 })
        #expect(taken.status == ExitStatus.configuration.rawValue)
        let fault = try #require(try Self.events(taken.messages).last)
        #expect(fault.metadata?.reason == "Configuration invalide." && fault.metadata?.details?.count == 2)
        let text = try await Binary.run(["serve", "--log-format", "text"], environment: ["JALON_PORT": "x"])
        #expect(text.messages.hasPrefix("jalon: Configuration invalide.\n  JALON_PORT : « x »"), "\(text.messages)")
    }

    @Test("lists are lists in the file, and a comma separates them elsewhere")
    func lists() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for text in ["[10.0.0.0/8, '::1']", "\n  - 10.0.0.0/8\n  - '::1'", "10.0.0.0/8, ::1", "[]"] {
            let file = try folder.write("trusted_proxies: \(text)\nport: 9000\n", to: "jalon.yaml")
            #expect(try Settings(flags: [:], file: file).server.port == 9_000, "\(text)")
        }
    }

    @Test("all faults of a configuration are told at once, with where they are written and what was perhaps meant")
    func allFaults() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write(
            """
            prot: 8080
            trusted-proxies: 10.0.0.0/8
            trusted_proxies: [10.1.2.3/8, nobody]
            pool: [1]
            rate_limit: -1
            public_figures: peut-être
            host: {a: 1}
            wholly_unknown: 1
            admin_port: 99999
            """, to: "jalon.yaml")
        do {
            _ = try Settings(flags: [.adminPort: "7", .logLevel: "loud"], file: file)
            Issue.record("accepted")
        } catch {
            let told = error.details.joined(separator: "\n")
            for words in [
                ":1:7: « prot » est inconnu ; vouliez-vous port",
                ":2:18: « trusted-proxies » est inconnu ; vouliez-vous trusted_proxies ?",
                "trusted_proxies : « 10.1.2.3/8 »", "trusted_proxies : « nobody »", ":4:7: « pool » demande une valeur simple",
                ":5:13: rate_limit : « -1 »", ":6:17: public_figures : « peut-être »", "« host » demande une valeur simple",
                "« wholly_unknown » est inconnu ; noms admis", "--log-level : « loud »",
            ] {
                #expect(told.contains(words), "\(words)\n\(told)")
            }
            // The flag counts, and what the file says is wrong all the same.
            #expect(told.contains(":9:13: admin_port : « 99999 »") && error.details.count == 11, "\(told)")
        }
    }
}
