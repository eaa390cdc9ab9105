import HTTPTypes
import Testing

@testable import JalonServer

@Suite("What the feed does not tell")
struct FeedSecretTests {
    private static let secret = "Projet Ombrelle"
    private static let path = "/v1/roadmaps/TE-2030/actions"

    @Test("what was written while hidden, and what has been hidden since, is never told to others: only that it came or went")
    func secrets() async throws {
        try await TestServer.with { server in
            var follower = FeedReplica(.reader)
            try await write(server)
            try await follower.catchUp(server)
            #expect(follower.things["action TE-2030-PUB"]?.members["title"] == "Public")
            // Seen for a while under a name that is then hidden.
            try await patch(server, "PUB", #"{"title": "\#(Self.secret) public"}"#)
            try await follower.catchUp(server)
            #expect(follower.things["action TE-2030-PUB"]?.members["title"] == "\(Self.secret) public")
            try await patch(server, "PUB", #"{"confidential": true, "reason": "\#(Self.secret)"}"#)
            try await follower.catchUp(server)
            #expect(follower.things["action TE-2030-PUB"] == nil)
            try await patch(server, "PUB", #"{"title": "\#(Self.secret) caché"}"#)
            try await patch(server, "PUB", #"{"title": "De nouveau public", "confidential": false, "reason": "\#(Self.secret)"}"#)
            // A late entry: what the action was called on that day is a secret, what it is called today is not.
            try await patch(server, "PUB", #"{"title": "De nouveau public", "effective_on": "\#(Self.before)"}"#)
            try await follower.catchUp(server)
            #expect(follower.things["action TE-2030-PUB"]?.members["title"] == "De nouveau public")
            for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                for type in ["application/json", "application/x-ndjson"] {
                    let answer = await server.send(.get, "/v1/changes?limit=1000", as: caller, fields: ["Accept": type])
                    #expect(answer.status == 200 && answer.text.contains("TE-2030-PUB"))
                    #expect(!answer.text.contains(Self.secret), "\(caller) \(type): \(answer.text)")
                    #expect(!answer.text.contains("TE-2030-GONE"), "what was never seen does not go either")
                }
            }
            let own = await server.send(.get, "/v1/changes?limit=1000", as: .referent)
            #expect(own.text.contains("\(Self.secret) caché"), "its own ministry follows it all")
            #expect(
                follower.received.filter { $0.contains("PUB") }.map { $0.split(separator: " ")[2] } == [
                    "revealed", "updated", "withdrawn", "revealed", "updated",
                ])
        }
    }

    private static let before = "2022-03-01"

    private func write(_ server: TestServer) async throws {
        _ = await server.send(
            .post, "/v1/roadmaps", as: .referent, body: #"{"ministry": "TE", "first_year": 2030, "effective_on": "2022-01-01"}"#)
        for (code, title, confidential) in [
            ("PUB", Self.secret, false), ("CON", Self.secret, true), ("GONE", Self.secret, false),
        ] {
            let created = await server.send(
                .post, Self.path, as: .referent,
                body: """
                    {"code": "\(code)", "title": "\(title)", "theme": "achats", "target_level": "reflexion",
                     "confidential": \(confidential), "reason": "\(Self.secret)", "effective_on": "2022-01-02"}
                    """)
            try #require(created.status == 201, "\(created.text)")
        }
        try await patch(server, "PUB", #"{"title": "Public", "reason": "\#(Self.secret)"}"#)
        let deleted = await server.send(.delete, "/v1/actions/TE-2030-GONE", as: .referent, fields: ["If-Match": "*"])
        try #require(deleted.status == 204)
        let submitted = await server.send(
            .patch, "/v1/roadmaps/TE-2030", as: .referent, body: #"{"state": "soumise"}"#, fields: ["If-Match": "*"])
        try #require(submitted.status == 200)
    }

    private func patch(_ server: TestServer, _ code: String, _ body: String) async throws {
        let answer = await server.send(
            .patch, "/v1/actions/TE-2030-\(code)", as: .referent, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(answer.text)")
    }
}
