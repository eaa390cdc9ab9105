import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The examples of the contract")
struct ContractExampleTests {
    /// What must be there for an example to be accepted, and where and by whom it is sent.
    private static let scenes: [String: (plan: String?, target: String, caller: TestServer.Caller)] = [
        "createMinistry": (nil, "/v1/ministries", .admin),
        "updateMinistry": (nil, "/v1/ministries/TE", .admin),
        "putCensus": (nil, "/v1/censuses/2022", .coordinator),
        "createRoadmap": (nil, "/v1/roadmaps", .referent),
        "updateRoadmap": ("{ministry: TE, first_year: 2022, actions: []}", "/v1/roadmaps/TE-2022", .referent),
        "applyPlan": (nil, "/v1/roadmaps/TE-2023/plan", .referent),
        "createAction": ("{ministry: TE, first_year: 2022, actions: []}", "/v1/roadmaps/TE-2022/actions", .referent),
        "updateAction": (
            """
            ministry: TE
            first_year: 2022
            actions: [{code: ACH-03, title: Acheter, theme: achats, target_level: experimentation, status: en_cours}]
            """, "/v1/actions/TE-2022-ACH-03", .referent
        ),
        "createSnapshot": (nil, "/v1/snapshots", .coordinator),
        "issueToken": (nil, "/v1/tokens", .admin),
    ]

    @Test("are accepted by the server under each media type, and answered as documented")
    func accepted() async throws {
        let contract = try ContractDocument.current()
        for operation in contract.operations where !operation.bodies.isEmpty {
            let scene = try #require(Self.scenes[operation.id], "\(operation.id) has examples and no scene")
            for (type, media) in operation.bodies {
                for (name, example) in media["examples"].members {
                    let body = contract.resolve(example)["value"]
                    try await TestServer.with { server in
                        try await server.database.write { session in
                            // One of the examples creates it.
                            _ = try session.execute("delete from ministries where code = 'FP'")
                        }
                        if let plan = scene.plan {
                            let id = scene.target.split(separator: "/")[2].split(separator: "-").prefix(2).joined(separator: "-")
                            try await server.apply(plan, to: id)
                        }
                        let sent = try await Self.moved(body, operation, server)
                        var request = ContractCase(scene.target, scene.caller, body: sent.json)
                        if type.contains("yaml") { request.body = try sent.yaml() }
                        if type == "text/csv" { request.body = sent.text }
                        request.type = type
                        if operation.method == "PATCH" { request.fields["If-Match"] = "*" }
                        let answer = try await server.play(request, operation)
                        #expect((200..<300).contains(answer.status), "\(operation.id) \(type) \(name): \(answer.text)")
                        try contract.check(answer, to: operation)
                    }
                }
            }
        }
    }

    @Test("of problems bear the title and the status that the server gives them")
    func problems() throws {
        var seen: Set<ProblemKind> = []
        func check(_ tree: JSONTree) throws {
            if tree["type"].text.hasPrefix("/problems/"), tree["status"] != .null {
                let slug = String(tree["type"].text.dropFirst("/problems/".count))
                let kind = try #require(ProblemKind(rawValue: slug), "\(slug)")
                seen.insert(kind)
                #expect(tree["title"].text == kind.title[.french])
                #expect(tree["status"].number == Double(kind.status.code), "\(slug)")
            }
            for member in tree.members.values { try check(member) }
            for item in tree.items { try check(item) }
        }
        try check(ContractDocument.current().root)
        // 405 belongs to paths, not to operations.
        #expect(Set(ProblemKind.allCases).subtracting(seen) == [.methodNotAllowed])
    }

    @Test("of figures that were frozen bear the hash of their own document")
    func hashes() throws {
        let examples = try ContractDocument.current().root["components"]["examples"]
        let snapshot = examples["Snapshot"]["value"]
        let hash = try PlainCanonical.sha256(ofJSON: JSONSerialization.jsonObject(with: Data(snapshot["document"].json.utf8)))
        #expect(snapshot["sha256"].text == hash)
        #expect(examples["SnapshotDocument"]["value"] == snapshot["document"])
        #expect(examples["SnapshotList"]["value"]["data"].items[0]["sha256"].text == hash)
        #expect(examples["SnapshotVerification"]["value"]["document"]["stored_sha256"].text == hash)
    }

    /// A token's last day, imagined in 2023, moves to the coming year; all else is sent as it is.
    private static func moved(
        _ body: JSONTree, _ operation: ContractDocument.Operation, _ server: TestServer
    ) async throws -> JSONTree {
        guard operation.id == "issueToken" else { return body }
        let day = try await server.database.fetch { session in
            try session.one("select (paris_today() + 30)::text") { row in try row.next(String.self) }
        }
        return body.adding(["expires_on": .text(day)])
    }
}
