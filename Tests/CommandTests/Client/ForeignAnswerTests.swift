import Foundation
import Testing

@testable import jalon

/// A portal, a wrong address: something answers 200 where Jalon should be.
@Suite("An answer that grants and is not Jalon's")
struct ForeignAnswerTests {
    private static func answer(_ type: String, _ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func run(_ arguments: [String], told answer: String, in folder: TemporaryFolder) async throws -> Binary.Run {
        var run: Binary.Run?
        try await LoopbackServer.with(decide: { _ in .answer(answer) }) { server in
            run = try await Binary.run(arguments, environment: ["JALON_URL": "http://127.0.0.1:\(server.port)"], in: folder)
        }
        return try #require(run)
    }

    @Test(
        "does not take the place of an exported plan, nor go out as one",
        arguments: [
            ("TE-2022.yaml", answer("text/html", "<title>Portail</title>", "ETag: \"1\"\r\n")),
            ("TE-2022.json", answer("text/html; charset=utf-8", "<title>Portail</title>", "ETag: \"1\"\r\n")),
            ("TE-2022.csv", answer("application/json", "{}", "ETag: \"1\"\r\n")),
            ("TE-2022.yaml", answer("application/yaml", "a: 1\n")),
            ("TE-2022.yaml", "HTTP/1.1 204 No Content\r\nETag: \"1\"\r\n\r\n"),
        ])
    func plan(name: String, answer: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = try folder.write("good\n", to: name)
        let format = String(name.split(separator: ".")[1])
        for target in [["--force", "-o", path], ["--format", format]] {
            let run = try await Self.run(["plan", "export", "TE-2022"] + target, told: answer, in: folder)
            #expect(run.status == ExitStatus.refused.rawValue, "\(target)")
            #expect(run.output.isEmpty, "\(run.output)")
            #expect(run.messages.contains("est-ce bien Jalon"), "\(run.messages)")
        }
        #expect(try folder.text(name) == "good\n")
    }

    @Test(
        "is no result of any command that asks the server",
        arguments: [
            ["figures", "--year", "2022", "--format", "json"], ["figures", "--year", "2022", "--format", "csv"],
            ["figures", "compare", "--year", "2022", "--from", "2022-06-30", "--format", "json"],
            ["figures", "compare", "--year", "2022", "--from", "2022-06-30", "--format", "csv"],
            ["actions"], ["actions", "--format", "json"], ["actions", "--format", "csv"],
            ["roadmaps"], ["roadmaps", "--format", "json"], ["roadmaps", "--format", "csv"],
            ["roadmap", "review", "TE-2022"], ["plan", "delete", "TE-2022"],
            ["plan", "apply", "--format", "json", "TE-2022.yaml"],
            ["snapshot", "list", "--format", "json"], ["snapshot", "verify", "2022-1"],
            ["snapshot", "create", "--year", "2022", "--title", "T"], ["census", "apply", "census.yaml"],
        ])
    func everyCommand(arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write("ministry: TE\nfirst_year: 2022\nactions: []\n", to: "TE-2022.yaml")
        try folder.write("year: 2022\ndue_on: 2022-03-01\nexpected: [TE]\n", to: "census.yaml")
        // Even a page that happens to be good JSON.
        let run = try await Self.run(arguments, told: Self.answer("text/html", #"{"data": [], "links": {}}"#), in: folder)
        #expect(run.status == ExitStatus.refused.rawValue && run.output.isEmpty, "\(run.output)")
        #expect(run.messages.contains("est-ce bien Jalon"), "\(run.messages)")
    }
}
