import Foundation
import Testing

@testable import jalon

@Suite("A server without files to open")
struct OpenFilesTests {
    @Test("keeps listening, tells it once, and answers those who waited as soon as it may open files again")
    func exhausted() async throws {
        try await Installation.with { jalon in
            let (output, log) = (try jalon.folder.write("", to: "out"), try jalon.folder.write("", to: "err"))
            let process = Binary.process(["serve", "--port", "0"], environment: jalon.environment, home: jalon.folder.path)
            process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
            process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
            let end = try Binary.start(process)
            while process.isRunning, try !jalon.folder.text("out").hasSuffix("\n") {
                try await Task.sleep(for: .milliseconds(50))
            }
            let address = try jalon.folder.text("out").trimmingCharacters(in: .newlines)
            // All that it opens for itself is open once it has answered.
            let first = try await Binary.run(["figures", "--year", "2022"], environment: ["JALON_URL": address])
            try #require(first.status == 0, "\(first.messages)")
            try await Self.limit(process, "3")
            async let asked = Binary.run(["figures", "--year", "2022"], environment: ["JALON_URL": address])
            for _ in 0..<200 where try !Self.told(jalon) { try await Task.sleep(for: .milliseconds(50)) }
            // Two more tries.
            try await Task.sleep(for: .milliseconds(2_200))
            #expect(process.isRunning)
            try await Self.limit(process, "4096")
            let run = try await asked
            #expect(run.status == 0, "\(run.messages)")
            kill(process.processIdentifier, SIGTERM)
            for await _ in end {}
            #expect(process.terminationStatus == 0)
            let lines = try jalon.folder.text("err").split(separator: "\n").filter { $0.contains(Self.words) }
            #expect(lines.count == 1, "\(lines)")
        }
    }

    private static let words = "connections cannot be accepted for now"

    private static func told(_ jalon: Installation) throws -> Bool { try jalon.folder.text("err").contains(words) }

    /// How many files the process may have open from now on.
    private static func limit(_ process: Process, _ count: String) async throws {
        let change = Process()
        change.executableURL = URL(filePath: "/usr/bin/prlimit")
        change.arguments = ["--pid", "\(process.processIdentifier)", "--nofile=\(count):"]
        try await Binary.ended(change)
        try #require(change.terminationStatus == 0)
    }
}
