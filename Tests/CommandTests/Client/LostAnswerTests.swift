import Foundation
import Testing

@testable import jalon

@Suite("An answer that is lost on its way")
struct LostAnswerTests {
    private static let cuts = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"1\"\r\nContent-Length: 400\r\n\r\n{\"data\": [",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"da",
    ]
    private static let roadmap =
        #"{"id": "TE-2022", "ministry": "TE", "ministry_name": "M", "state": "soumise", "last_year": 2022, "action_count": 1}"#
    private static let doubt = "C’est peut-être fait quand même : relancez"

    private static func run(_ arguments: [String], _ decide: @escaping @Sendable (String) -> String) async throws -> Binary.Run {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write("ministry: TE\nfirst_year: 2022\nactions: []\n", to: "TE-2022.yaml")
        try folder.write("year: 2022\ndue_on: 2022-03-01\nexpected: [TE]\n", to: "census.yaml")
        var run: Binary.Run?
        try await LoopbackServer.with(decide: { .answer(decide($0)) }) { server in
            run = try await Binary.run(arguments, environment: ["JALON_URL": "http://127.0.0.1:\(server.port)"], in: folder)
        }
        return try #require(run)
    }

    @Test("is told as cut, with what to do, and nothing of it goes out", arguments: cuts)
    func reading(answer: String) async throws {
        for arguments in [["figures", "--year", "2022", "--format", "json"], ["plan", "export", "TE-2022"], ["actions"]] {
            let run = try await Self.run(arguments) { _ in answer }
            #expect(run.status == ExitStatus.unavailable.rawValue && run.output.isEmpty)
            #expect(run.messages.contains("a été coupée avant sa fin") && run.messages.contains("Relancez"), "\(run.messages)")
            #expect(!run.messages.contains("HTTP") && !run.messages.contains("TLS") && !run.messages.contains(Self.doubt))
        }
    }

    @Test("leaves a doubt after a write, with the way to see, whether it was cut or never began", arguments: cuts + [""])
    func writing(answer: String) async throws {
        @Sendable func answers(_ head: String) -> String {
            guard head.hasPrefix("GET ") else { return answer }
            let body = head.contains("/censuses/") || head.contains("/plan ") ? #"{"title": "Absent"}"# : Self.roadmap
            let (status, type) = body.contains("Absent") ? ("404 Not Found", "problem+json") : ("200 OK", "json")
            return "HTTP/1.1 \(status)\r\nContent-Type: application/\(type)\r\nETag: \"1\"\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        for (arguments, words) in [
            (["plan", "apply", "TE-2022.yaml"], Self.doubt), (["census", "apply", "census.yaml"], Self.doubt),
            (["plan", "delete", "TE-2022"], Self.doubt), (["roadmap", "review", "TE-2022"], Self.doubt),
            (["snapshot", "create", "--year", "2022", "--title", "T"], "voyez « jalon snapshot list » avant"),
        ] {
            let run = try await Self.run(arguments, answers)
            #expect(run.status == ExitStatus.unavailable.rawValue, "\(arguments)")
            #expect(run.messages.contains("coupée") && run.messages.contains(words), "\(run.messages)")
            guard arguments[0] != "roadmap" else { continue }
            let rehearsed = try await Self.run(arguments + ["--dry-run"], answers)
            #expect(rehearsed.messages.contains("coupée") && !rehearsed.messages.contains(words), "\(rehearsed.messages)")
        }
    }

    @Test("leaves no doubt where nothing was sent")
    func away() async throws {
        let run = try await Binary.run(
            ["snapshot", "create", "--year", "2022", "--title", "T"], environment: ["JALON_URL": "http://127.0.0.1:1"])
        #expect(run.status == ExitStatus.unavailable.rawValue && !run.messages.contains("peut-être"), "\(run.messages)")
    }
}
