import Foundation
import HTTPTypes
import OutgoingHTTP
import Postgres
import Testing
import VersionOne

@testable import JalonServer

/// On the database of `Tests/VersionOne`, brought from version 1 to the newest.
@Suite("Answers of the past")
struct PastAnswerTests {
    @Test("a database with a history comes to the schema of an empty one, and its figures are audited without a difference")
    func upgrade() async throws {
        let wanted = try await TestServer.with { fresh in try await SchemaCatalogue.linesOfRestored(fresh.database) }
        try await TestServer.with(setUp: VersionOne.restore) { server in
            let changes = try await server.count("select count(*) from changes")
            #expect(changes > 1_000)
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
            // Transactions of other tests hold back the feed.
            try await FeedReplica.settle(server)
            for difference in try await SchemaCatalogue.linesOfRestored(server.database).difference(from: wanted) {
                Issue.record("\(difference)")
            }
            #expect(try await server.count("select count(*) from changes") == changes)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test(
        """
        what version 1 answered is answered: the same status and type, and the same bytes under the same tag, or at least each \
        member with its value
        """)
    func answers() async throws {
        let kept = try VersionOne.answers()
        let tokens = try VersionOne.tokens()
        #expect(kept.count == 74)
        try await TestServer.with(setUp: VersionOne.restore) { server in
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
            // Transactions of other tests hold back the feed.
            try await FeedReplica.settle(server)
            try await LiveServer.with(server.configuration) { address in
                var used: Set<AllowedDifference.Place> = []
                var cursor = ""
                for (number, (question, then)) in zip(1..., kept) {
                    let target = question.target.replacing("{CURSOR}", with: cursor)
                    let now = try await Self.ask(address + target, tokens[question.caller], question.accept)
                    used.formUnion(try Self.compare(then, now, "\(number): \(question.caller) \(target)", question))
                    cursor = (try? JSONTree(json: now.body))?["meta"]["cursor"].text ?? ""
                }
                for place in AllowedDifference.everyPlace.subtracting(used) { Issue.record("nothing differs any more: \(place)") }
            }
        }
    }

    @Test("a cursor of the feed that version 1 gave goes on after the upgrade; that of another database is refused")
    func cursors() async throws {
        let tokens = try VersionOne.tokens()
        let feeds = try VersionOne.answers().filter { $0.question.target.hasPrefix("/v1/changes") && $0.question.accept == nil }
            .filter { !$0.question.target.contains("after=") }
        #expect(feeds.count == 3)
        try await TestServer.with(setUp: VersionOne.restore) { server in
            var upgraded: [FeedCursorText] = []
            for (_, answer) in feeds {
                let given = try JSONTree(json: answer.body)["meta"]["cursor"].text
                upgraded.append(try await Self.asGivenHere(try #require(FeedCursorText(given)), server.database))
            }
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
            // Transactions of other tests hold back the feed.
            try await FeedReplica.settle(server)
            for ((question, answer), cursor) in zip(feeds, upgraded) {
                let then = try JSONTree(json: answer.body)
                let fields = ["Authorization": "Bearer \(try #require(tokens[question.caller]))"]
                let target = question.target.replacing(#/limit=\d+/#, with: "limit=100000")
                func ask(_ query: String) async -> TestAnswer {
                    await server.send(
                        .get, target + query, as: .anonymous, fields: fields.merging(["Accept": "application/x-ndjson"]) { $1 })
                }
                let whole = try Self.lines(await ask("").text)
                let rest = await ask("&after=\(cursor.text)")
                #expect(rest.status == 200, "\(target): \(rest.text.prefix(500))")
                #expect(try Self.lines(rest.text).items == Array(whole.items.dropFirst(then["data"].items.count)))
                #expect(!rest.text.isEmpty)
                let elsewhere = await ask("&after=\(then["meta"]["cursor"].text)")
                #expect(elsewhere.status == 400 && elsewhere.text.contains("/problems/invalid-cursor"))
                #expect(elsewhere.text.contains("elle a été restaurée ou remplacée"), "\(elsewhere.text)")
            }
        }
    }

    // MARK: - Support

    /// The cursor that version 1 would have given here behind the same entry, asked before the upgrade.
    private static func asGivenHere(_ given: FeedCursorText, _ database: Database) async throws -> FeedCursorText {
        let entry = try #require(Int(given.entry))
        return try await database.read { session in
            var cursor = given
            cursor.epoch = try session.one("select feed_epoch()") { row in try row.next(String.self) }
            cursor.position = try session.one("select position::text from feed_entries where id = \(entry)") { row in
                try row.next(String.self)
            }
            return cursor
        }
    }

    private static func ask(_ address: String, _ secret: String?, _ accept: String?) async throws -> VersionOne.Answer {
        // As then: a refusal repeats it.
        var fields: HTTPFieldList = ["X-Request-Id": "fixture", "Accept-Encoding": "identity"]
        if let secret { fields.add("Authorization", "Bearer \(secret)") }
        if let accept { fields.add("Accept", accept) }
        let answer = try await WebClient.send(WebClient.Request("GET", address, fields), within: .seconds(60))
        return VersionOne.Answer(
            status: answer.status, type: answer.fields["Content-Type"] ?? "", etag: answer.fields["ETag"], body: answer.text)
    }

    /// - Returns: where there is a difference that is allowed.
    private static func compare(
        _ then: VersionOne.Answer, _ now: VersionOne.Answer, _ name: String, _ question: VersionOne.Question
    ) throws -> Set<AllowedDifference.Place> {
        #expect(now.status == then.status, "\(name): \(now.body.prefix(500))")
        #expect(now.type == then.type, "\(name)")
        // A tag is that of the bytes, then and now.
        #expect((now.etag == then.etag) == (now.body == then.body) || then.etag == nil, "\(name)")
        if now.body == then.body || now.status != then.status { return [] }
        let path = String(question.target.prefix { $0 != "?" })
        var differences: [AnswerDifference] = []
        var answer = JSONTree.null
        switch then.type {
        case "application/json" where !path.hasSuffix("/document"):
            answer = try JSONTree(json: now.body)
            differences = AnswerDifference.all(try JSONTree(json: then.body), answer)
        case "application/x-ndjson":
            answer = try lines(now.body)
            differences = AnswerDifference.all(try lines(then.body), answer)
        case "text/html; charset=utf-8":
            differences = AnswerDifference.inPage(then.body, now.body)
        default:
            // Frozen documents, tables, YAML, problems.
            Issue.record("\(name): other bytes")
        }
        let request = [path, question.accept].compactMap { $0 }.joined(separator: " ")
        var used: Set<AllowedDifference.Place> = []
        for difference in differences {
            if let place = AllowedDifference.place(of: difference, in: answer, to: request) {
                used.insert(place)
            } else {
                Issue.record("\(name): \(difference)")
            }
        }
        return used
    }

    private static func lines(_ text: String) throws -> JSONTree {
        .list(try text.split(separator: "\n").map { try JSONTree(json: String($0)) })
    }
}
