import Foundation
import HTTPTypes
import NIOCore
import Postgres
import Synchronization
import Testing

@testable import JalonServer

@Suite("Exports too long to be held")
struct LongExportTests {
    /// Some three times as much as is held.
    private static func scene(_ server: TestServer) async throws {
        let text = String(repeating: "Une description longue. ", count: 350)
        let lines = (1...400).map {
            #"{"code": "A-\#($0)", "title": "Action \#($0)", "description": "\#(text)", "theme": "achats", "target_level": "reflexion"}"#
        }
        let plan = #"{"ministry": "TE", "first_year": 2022, "state": "validee", "actions": [\#(lines.joined(separator: ","))]}"#
        try #require(await server.send(.put, "/v1/roadmaps/TE-2022/plan", body: plan).status == 201)
    }

    /// The same, longer than the pipe and the buffers of two sockets hold together (4 MiB each on Linux at most), so that the
    /// database is still sending however long it takes to look.
    private static func longScene(_ server: TestServer) async throws {
        try await scene(server)
        try await server.database.write { session in
            _ = try session.execute("update actions set description = repeat('é', 10000)")
        }
    }

    /// An answer that nobody reads yet.
    private static func begun(_ server: TestServer, _ target: String, _ method: HTTPRequest.Method = .get) async -> Answer {
        var fields = HTTPFields()
        fields[.authorization] = "Bearer \(server.secret(of: .coordinator) ?? "")"
        let request = IncomingRequest(method: method, target: target, fields: fields, body: IncomingRequest.noBody)
        return await server.dispatcher.answer(request)
    }

    /// Until every export that was begun has let go of its connection.
    private static func waitForPlaces(_ count: Int, _ server: TestServer) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while server.state.exportPlaces.count != count {
            try #require(ContinuousClock.now < deadline, "an export keeps its place")
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test("are sent in pieces, whole, and tell by their tag whether the data have changed")
    func tags() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let first = await server.send(.get, "/v1/actions.csv")
            #expect(first.text.utf8.count > 2 * ExportPipe.mostHeld)
            #expect(try ReadTable(first.text).rows.count == 400)
            #expect(first.field("Content-Length") == nil && first.tag.count > 2)
            let same = await server.send(.get, "/v1/actions.csv", fields: ["If-None-Match": first.tag])
            #expect(same.status == 304 && same.tag == first.tag)
            #expect(await server.send(.get, "/v1/actions.csv", fields: ["If-None-Match": "*"]).status == 304)
            #expect(await server.send(.get, "/v1/actions.csv", fields: ["If-Match": "\"other\""]).status == 412)
            #expect(await server.send(.get, "/v1/actions.csv", fields: ["If-Match": first.tag]).text == first.text)
            let others = [
                await server.send(.get, "/v1/actions.ndjson").tag, await server.send(.get, "/v1/actions.csv?sort=-id").tag,
                await server.send(.get, "/v1/actions.csv", fields: ["Accept-Language": "en"]).tag,
            ]
            #expect(Set(others + [first.tag]).count == 4)
            let patch = await server.send(
                .patch, "/v1/actions/TE-2022-A-7", body: #"{"title": "Autre", "reason": "Coquille"}"#, fields: ["If-Match": "*"])
            try #require(patch.status == 200)
            let second = await server.send(.get, "/v1/actions.csv", fields: ["If-None-Match": first.tag])
            #expect(second.status == 200 && second.tag != first.tag && second.text.contains(";Autre;"))
            try await Self.waitForPlaces(2, server)
        }
    }

    @Test("have no tag for those who may not see all: it would tell them of what is hidden")
    func outsiders() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for caller in [TestServer.Caller.reader, .referent, .otherReferent] {
                let before = await server.send(.get, "/v1/actions.ndjson", as: caller)
                #expect(before.status == 200 && before.field("ETag") == nil && before.text.utf8.count > ExportPipe.mostHeld)
                let draft = #"{"ministry": "EF", "first_year": 2022, "actions": []}"#
                try #require(await server.send(.put, "/v1/roadmaps/EF-2022/plan", body: draft, fields: [:]).status < 300)
                let after = await server.send(.get, "/v1/actions.ndjson", as: caller)
                #expect(after.text == before.text && after.field("ETag") == nil)
                try #require(await server.send(.delete, "/v1/roadmaps/EF-2022", fields: ["If-Match": "*"]).status == 204)
            }
        }
    }

    @Test("are of one instant, whatever is written while they are read")
    func snapshot() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let before = await server.send(.get, "/v1/actions.ndjson").text
            let answer = await Self.begun(server, "/v1/actions.ndjson")
            for code in ["A-1", "A-400", "A-99"] {
                let patch = await server.send(
                    .patch, "/v1/actions/TE-2022-\(code)", body: #"{"title": "Autre", "reason": "Coquille"}"#,
                    fields: ["If-Match": "*"])
                try #require(patch.status == 200)
            }
            #expect(await TestAnswer.whole(answer).text == before)
            #expect(await server.send(.get, "/v1/actions.ndjson").text != before)
        }
    }

    @Test("leave connections to others: one too many is refused before it begins, and those dropped unread give theirs back")
    func places() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            #expect(server.state.exportPlaces.count == 2)
            var begun = [await Self.begun(server, "/v1/actions.csv"), await Self.begun(server, "/v1/actions.ndjson")]
            #expect(begun.allSatisfy { $0.status == .ok } && server.state.exportPlaces.count == 0)
            let refused = await server.send(.get, "/v1/actions.csv")
            #expect(refused.status == 503 && refused.field("Retry-After") == "5")
            // What is short needs no place.
            #expect(await server.send(.get, "/v1/roadmaps.csv").status == 200)
            #expect(await TestAnswer.whole(begun.removeFirst()).text.contains("A-400"))
            begun.removeAll()
            try await Self.waitForPlaces(2, server)
            #expect(await Self.begun(server, "/v1/actions.csv", .head).status == .ok)
            try await Self.waitForPlaces(2, server)
        }
    }

    @Test("break off where the database fails, and never look whole")
    func failure() async throws {
        try await TestServer.with { server in
            try await Self.longScene(server)
            let answer = await Self.begun(server, "/v1/actions.csv")
            let producer = try #require(answer.stream)
            _ = try await server.count(
                "select count(*) from pg_stat_activity where \(Self.ended)")
            let sent = Mutex(ByteBuffer())
            await #expect(throws: (any Error).self) {
                try await producer(AnswerStream { piece in sent.withLock { _ = $0.writeImmutableBuffer(piece) } })
            }
            #expect(sent.withLock { $0.readableBytes } > 0)
            try await Self.waitForPlaces(2, server)
            #expect(await server.send(.get, "/v1/roadmaps.csv").status == 200)
        }
    }

    /// Of the sessions that read this test's actions for a table: ends them. Others may not even be tried.
    private static let ended: SQL = """
        case when query like '%with named as materialized%' and pid <> pg_backend_pid()
            and exists (select from pg_locks l where l.pid = pg_stat_activity.pid and l.relation = 'actions'::regclass)
            then pg_terminate_backend(pid) end
        """

    @Test("on the wire, go out in chunks with a last one, which does not come where the database fails")
    func wire() async throws {
        try await TestServer.with { server in
            try await Self.longScene(server)
            let request =
                "GET /v1/actions.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.secret(of: .coordinator) ?? "")\r\n\r\n"
            try await LiveServer.with(server.configuration) { address in
                let whole = try await RawClient.exchange(address, request) { $0.text.hasSuffix("\r\n0\r\n\r\n") }
                #expect(whole.text.contains("Transfer-Encoding: chunked") && whole.text.contains("TE-2022-A-99"))
                #expect(!whole.isClosed)
                // Somebody who reads slowly, so that most is still to be sent.
                try await RawClient.with(address, window: 4_096) { exchange in
                    try await exchange.send(request)
                    let start = try await exchange.reply { $0.text.contains("TE-2022-A-1") }
                    #expect(start.statuses == [200])
                    let count = try await server.count("select count(*) from pg_stat_activity where \(Self.ended)")
                    #expect(count == 1)
                    let rest = try await exchange.reply()
                    #expect(rest.isClosed && !rest.text.hasSuffix("\r\n0\r\n\r\n"))
                    #expect(rest.text.utf8.count < whole.text.utf8.count)
                }
            }
        }
    }
}
