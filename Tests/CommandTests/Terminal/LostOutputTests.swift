import Foundation
import Postgres
import Testing

@testable import jalon

/// What becomes of data that cannot be written, tried on the command as users have it.
@Suite("Output that is lost")
struct LostOutputTests {
    private static let plan = """
        ministry: TE
        first_year: 2022
        title: Feuille de route
        state: soumise
        effective_on: 2022-02-01
        actions:
          - {code: A, title: Une, theme: achats, target_level: realisation, status: en_cours}
        """
    private static let census = "year: 2022\ndue_on: 2022-12-31\nexpected: [TE, EF]\n"
    private static let unwritable = ExitStatus.unwritable.rawValue

    @Test("each command that writes data tells a full disk, a closed output and a failing one from success")
    func everyCommand() async throws {
        try await Installation.with(serving: true) { jalon in
            let plan = try jalon.folder.write(Self.plan, to: "TE-2022.yaml")
            let bad = try jalon.folder.write("ministry: TE\n", to: "bad.yaml")
            let census = try jalon.folder.write(Self.census, to: "census.yaml")
            #expect(try await jalon.run(["plan", "apply", plan]).status == 0)
            let frozen = try await jalon.run(["snapshot", "create", "--year", "2022", "--title", "Bilan"])
            #expect(frozen.status == 0, "\(frozen.messages)")
            let commands = [
                ["--help"], ["--version"], ["plan", "apply", "--help"], ["--generate-completion-script", "bash"],
                ["plan", "apply", "--dry-run", plan], ["plan", "apply", plan], ["plan", "validate", bad],
                ["plan", "export", "TE-2022"], ["plan", "export", "TE-2022", "--format", "csv"],
                ["census", "apply", census], ["figures", "--year", "2022"],
                ["figures", "--year", "2022", "--format", "json"], ["figures", "--year", "2022", "--format", "csv"],
                ["figures", "verify", "--format", "json"], ["snapshot", "list"], ["actions"], ["actions", "--format", "json"],
                ["roadmaps", "--year", "2022"], ["roadmaps", "--format", "json"], ["roadmap", "submit", "TE-2022"],
                ["figures", "compare", "--year", "2022", "--from", "2022-01-01", "--to", "2022-12-31"],
                ["snapshot", "verify", "2022-1"],
                ["snapshot", "create", "--year", "2022", "--title", "Bilan", "--dry-run"], ["token", "list"],
                ["token", "list", "--format", "json"], ["token", "list", "--format", "csv"], ["doctor"],
                ["doctor", "--format", "json"], ["token", "create", "--role", "reader", "--label", "Test"],
                ["token", "renew"],
            ]
            for command in commands {
                for redirection in [">/dev/full", ">&-"] {
                    let run = try await jalon.run(command, redirection: redirection)
                    #expect(run.status == Self.unwritable, "\(command) \(redirection): \(run.status), \(run.messages)")
                    let reason = redirection == ">&-" ? "elle est fermée" : "plus de place"
                    #expect(run.messages.contains(reason), "\(command) \(redirection): \(run.messages)")
                }
            }
            // What was done remains done, and is said to be.
            let again = try await jalon.run(
                ["snapshot", "create", "--year", "2022", "--title", "Bilan"], redirection: ">/dev/full")
            #expect(again.status == Self.unwritable && again.messages.contains("2022-2 est enregistrée"), "\(again.messages)")
        }
    }

    @Test("a reader that leaves a pipe ends a command silently, and what it was to do is done")
    func closedPipe() async throws {
        try await Installation.with(serving: true) { jalon in
            let plans = try ["TE", "EF", "INT"].map { ministry in
                try jalon.folder.write(
                    Self.plan.replacingOccurrences(of: "TE", with: ministry), to: "\(ministry)-2022.yaml")
            }
            let applied = try await Self.piped(["plan", "apply"] + plans, in: jalon)
            #expect(applied.status == 0 && applied.messages.isEmpty, "\(applied.messages)")
            for id in ["TE-2022", "EF-2022", "INT-2022"] {
                #expect(try await jalon.run(["plan", "export", id]).status == 0)
            }
            for command in [["figures", "--year", "2022"], ["token", "list"], ["--help"]] {
                let run = try await Self.piped(command, in: jalon)
                #expect(run.status == 0 && run.messages.isEmpty, "\(command): \(run.status), \(run.messages)")
            }
        }
    }

    @Test(
        "a secret that cannot be written is revoked, for nobody can have it",
        arguments: [">/dev/full", ">&-", "pipe"])
    func secret(redirection: String) async throws {
        try await Installation.with { jalon in
            let command = ["token", "create", "--role", "reader", "--label", "Test"]
            let run =
                redirection == "pipe"
                ? try await Self.piped(command, in: jalon) : try await jalon.run(command, redirection: redirection)
            #expect(run.status == Self.unwritable)
            #expect(run.messages.contains("a été révoqué"), "\(run.messages)")
            #expect(!run.messages.contains("jalon_"))
            #expect(
                try await jalon.value("select string_agg((revoked_at is not null)::text, ',') from tokens") == "true")
        }
    }

    @Test("a file is written whole or not at all, and what is no file is written to as it is")
    func files() async throws {
        try await Installation.with(serving: true) { jalon in
            let plan = try jalon.folder.write(Self.plan, to: "TE-2022.yaml")
            #expect(try await jalon.run(["plan", "apply", plan]).status == 0)
            let kept = try jalon.folder.write("à garder", to: "kept.yaml", mode: 0o640)
            let refused = try await jalon.run(["plan", "export", "TE-2022", "-o", kept])
            #expect(refused.status == 1 && refused.messages.contains("--force"))
            #expect(try jalon.folder.text("kept.yaml") == "à garder")
            // No file may become longer than nothing, and the signal that says so is ignored.
            let limited = try await jalon.run(
                ["plan", "export", "TE-2022", "-o", kept, "--force"], before: "trap '' XFSZ; ulimit -f 0;")
            #expect(limited.status == Self.unwritable, "\(limited.messages)")
            #expect(try jalon.folder.text("kept.yaml") == "à garder")
            #expect(try await jalon.run(["plan", "export", "TE-2022", "-o", kept, "--force"]).status == 0)
            #expect(try jalon.folder.text("kept.yaml").contains("ministry: TE"))
            let mode = try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int
            #expect(mode == 0o640)
            let full = try await jalon.run(["plan", "export", "TE-2022", "-o", "/dev/full"])
            #expect(full.status == Self.unwritable && full.messages.contains("/dev/full"), "\(full.messages)")
            let nowhere = try await jalon.run(["plan", "export", "TE-2022", "-o", jalon.folder.file("no/such.yaml")])
            #expect(nowhere.status == Self.unwritable && nowhere.messages.contains("n’existe pas"), "\(nowhere.messages)")
            let names = try FileManager.default.contentsOfDirectory(atPath: jalon.folder.path)
            #expect(!names.contains { $0.hasPrefix(".jalon-") }, "\(names)")
        }
    }

    @Test("of two that write one new file, one is told that it exists")
    func race() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.file("new.yaml")
        let failures = await withTaskGroup(of: Failure?.self) { tasks in
            for writer in 0..<8 {
                tasks.addTask {
                    do throws(Failure) {
                        try WholeFile.write(Array("\(writer)".utf8), to: path, replacing: false)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.count { $0 == nil } == 1)
        #expect(failures.allSatisfy { $0 == nil || $0?.status == .refused })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["new.yaml"])
    }

    /// With a standard output whose reader has gone before the command begins.
    private static func piped(_ arguments: [String], in jalon: Installation) async throws -> Binary.Run {
        let pipe = jalon.folder.file("pipe")
        mkfifo(pipe, 0o600)
        defer { unlink(pipe) }
        // Opened for both, so that opening it does not wait; then the end that reads is closed.
        return try await jalon.run(arguments, redirection: #"3<>"\#(pipe)" >"\#(pipe)" 3<&-"#)
    }
}
