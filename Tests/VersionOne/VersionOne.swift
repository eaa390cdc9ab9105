import CZlib
import Foundation
import Postgres

/// A database of schema version 1, and what the server of that version answered to dated questions about it: see README.md.
package enum VersionOne {
    private static let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixture")

    package struct Question: Sendable {
        package let caller: String
        package let target: String
        package let accept: String?
    }

    package struct Answer: Sendable, Decodable {
        package let status: Int
        package let type: String
        package let etag: String?
        package let body: String

        package init(status: Int, type: String, etag: String?, body: String) {
            (self.status, self.type, self.etag, self.body) = (status, type, etag, body)
        }
    }

    /// What was asked, and what was answered, in order: `{CURSOR}` in a target is the cursor of the answer before.
    package static func answers() throws -> [(question: Question, answer: Answer)] {
        let questions = try lines("questions.txt").filter { !$0.hasPrefix("#") }.map { line in
            let words = line.split(separator: " ").map(String.init)
            return Question(caller: words[0], target: words[1], accept: words.count > 2 ? words[2] : nil)
        }
        let answers = try String(decoding: unpacked("answers.ndjson.gz"), as: UTF8.self)
            .split(separator: "\n").map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
        guard questions.count == answers.count else { throw Broken() }
        return Array(zip(questions, answers))
    }

    /// The secrets of those who ask.
    package static func tokens() throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try lines("tokens.txt").map { line in
                let words = line.split(separator: " ").map(String.init)
                return (words[0], words[1])
            })
    }

    /// Makes the database in the empty schema that comes first in the search path.
    @Sendable package static func restore(_ database: Database) async throws {
        let dump = String(decoding: try unpacked("database.sql.gz"), as: UTF8.self)
        try await makeExtensions(database)
        try await database.maintain(timeout: .seconds(60)) { session in
            let schema = try session.one("select current_schema()::text") { row in try row.next(String.self) }
            try session.script(dump.replacing("jalon_v1.", with: "\(schema)."))
            // Tokens are good for a year at most, and this fixture for longer.
            try session.script(
                """
                update \(schema).tokens set created_at = now(), expires_at = now() + interval '365 days'
                where expires_at > '2027-01-01'
                """)
        }
    }

    /// Makes its tables alone, with nothing in them.
    @Sendable package static func makeTables(_ database: Database) async throws {
        let script = try String(contentsOf: fixture.appending(path: "schema.sql"), encoding: .utf8)
        try await makeExtensions(database)
        try await database.maintain(timeout: .seconds(60)) { session in
            try session.script(script)
        }
    }

    /// Others may be making them in this database for the first time.
    private static func makeExtensions(_ database: Database) async throws {
        try await database.maintain(timeout: .seconds(60)) { session in
            try session.script(
                """
                set local lock_timeout = '60s';
                do $$ begin perform pg_advisory_xact_lock(hashtext('jalon'), hashtext('extensions')); end $$;
                create extension if not exists btree_gist schema public;
                create extension if not exists pg_trgm schema public;
                create extension if not exists unaccent schema public;
                """)
        }
    }

    package struct Broken: Error {}

    private static func lines(_ name: String) throws -> [Substring] {
        try String(contentsOf: fixture.appending(path: name), encoding: .utf8).split(separator: "\n")
    }

    private static func unpacked(_ name: String) throws -> [UInt8] {
        guard let file = gzopen(fixture.appending(path: name).path(), "rb") else { throw Broken() }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = gzread(file, &chunk, UInt32(chunk.count))
            guard count >= 0 else { throw Broken() }
            if count == 0 { return bytes }
            bytes += chunk[..<Int(count)]
        }
    }
}
