import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The examples of the contract")
struct ContractExampleTests {
    /// What must be there for an example to be accepted, and where and by whom it is sent.
    private typealias Scene = (plan: String?, target: String, caller: TestServer.Caller)

    private static let scenes: [String: Scene] = [
        "createMinistry": (nil, "/v1/ministries", .admin),
        "updateMinistry": (nil, "/v1/ministries/TE", .admin),
        "putCensus": (nil, "/v1/censuses/2022", .coordinator),
        "createRoadmap": (nil, "/v1/roadmaps", .referent),
        "updateRoadmap": (
            "{ministry: TE, first_year: 2022, effective_on: 2022-01-01, actions: []}", "/v1/roadmaps/TE-2022", .referent
        ),
        "applyPlan": (nil, "/v1/roadmaps/TE-2023/plan", .referent),
        "createAction": (
            "{ministry: TE, first_year: 2022, effective_on: 2022-01-01, actions: []}", "/v1/roadmaps/TE-2022/actions", .referent
        ),
        "updateAction": (
            """
            ministry: TE
            first_year: 2022
            effective_on: 2022-01-01
            actions: [{code: ACH-03, title: Acheter, theme: achats, target_level: experimentation, status: en_cours}]
            """, "/v1/actions/TE-2022-ACH-03", .referent
        ),
        "openRevision": (revisedPlan, "/v1/roadmaps/TE-2022/revision", .referent),
        "updateRevision": (revisedPlan, "/v1/roadmaps/TE-2022/revision", .referent),
        "reviseAction": (revisedPlan, "/v1/roadmaps/TE-2022/revision/actions/ACH-03", .referent),
        "createPublishedFigure": (nil, "/v1/published-figures", .coordinator),
        "createSnapshot": (nil, "/v1/snapshots", .coordinator),
        "createIndicator": (nil, "/v1/indicators", .coordinator),
        "updateIndicator": (nil, "/v1/indicators/REEMPLOI", .coordinator),
        "putIndicatorTargets": (nil, "/v1/indicators/REEMPLOI/targets", .coordinator),
        "applyMeasures": (nil, "/v1/measures", .referent),
        "putMeasure": (nil, "/v1/indicators/REEMPLOI/measures/TE/2025", .referent),
        "createImpactFactor": (nil, "/v1/impact-factors", .coordinator),
        "createImpact": (impactPlan, "/v1/actions/TE-2022-ACH-03/impacts", .referent),
        "updateImpact": (impactPlan, "/v1/actions/TE-2022-ACH-03/impacts/1", .referent),
        "createRecommendation": (impactPlan, "/v1/roadmaps/TE-2022/recommendations", .coordinator),
        "createRecommendations": (nil, "/v1/recommendations", .coordinator),
        "carryRecommendations": (impactPlan, "/v1/roadmaps/TE-2022/recommendations/carry", .coordinator),
        "updateRecommendation": (impactPlan, "/v1/recommendations/TE-2022-R01", .referent),
        "issueToken": (nil, "/v1/tokens", .admin),
        "renewToken": (nil, "/v1/me/tokens", .reader),
    ]

    private static let revisedPlan = impactPlan + "\nstate: validee"

    private static let impactPlan = """
        ministry: TE
        first_year: 2022
        effective_on: 2022-01-01
        actions: [{code: ACH-03, title: Acheter, theme: achats, target_level: experimentation, status: en_cours}]
        """

    @Test("are accepted by the server under each media type, and answered as documented")
    func accepted() async throws {
        let contract = try ContractDocument.current()
        for operation in contract.operations where !operation.bodies.isEmpty {
            let scene = try #require(Self.scenes[operation.id], "\(operation.id) has examples and no scene")
            for (type, media) in operation.bodies {
                for (name, example) in media["examples"].members {
                    let body = contract.resolve(example)["value"]
                    try await TestServer.with { server in
                        try await Self.prepare(scene, operation, server)
                        let sent = try await Self.moved(body, operation, server)
                        var request = Self.request(scene, operation)
                        request.body = type.contains("yaml") ? sent.yaml : type == "text/csv" ? sent.text : sent.json
                        request.type = type
                        let answer = try await server.play(request, operation)
                        #expect((200..<300).contains(answer.status), "\(operation.id) \(type) \(name): \(answer.text)")
                        try contract.check(answer, to: operation)
                    }
                }
            }
        }
    }

    @Test("with a member that is null instead are accepted where the contract allows it, and refused by name where not")
    func nulls() async throws {
        let contract = try ContractDocument.current()
        let checker = SchemaValidation(contract: contract)
        var allowed = 0
        var refused = 0
        for operation in contract.operations {
            guard let (type, media) = operation.bodies.first(where: { $0.key.hasSuffix("json") }) else { continue }
            let scene = try #require(Self.scenes[operation.id], "\(operation.id) has examples and no scene")
            try await TestServer.with { server in
                try await Self.prepare(scene, operation, server)
                for (_, example) in media["examples"].members.sorted(by: { $0.key < $1.key }) {
                    let body = try await Self.moved(contract.resolve(example)["value"], operation, server)
                    for (pointer, changed) in Self.withNulls(body, contract.resolve(media["schema"])["properties"].members.keys) {
                        var request = Self.request(scene, operation)
                        if Self.canRehearse(operation) { request = request.asking("dry_run=true") }
                        request.body = changed.json
                        request.type = type
                        let answer = try await server.play(request, operation)
                        let isAllowed = checker.faults(of: changed, against: media["schema"]).isEmpty
                        try Self.check(answer, ofNull: pointer, isAllowed, "\(operation.id) \(pointer): \(answer.text)")
                        if isAllowed { allowed += 1 } else { refused += 1 }
                    }
                }
            }
        }
        #expect(allowed > 40 && refused > 40, "\(allowed) allowed, \(refused) refused")
    }

    private static func check(_ answer: TestAnswer, ofNull pointer: String, _ isAllowed: Bool, _ comment: Comment) throws {
        let faults = try JSONTree(json: answer.text)["errors"].items.filter { $0["pointer"].text == pointer }
        // A rule between members may still want a value.
        let isRule = faults.allSatisfy { ["inconsistent", "required"].contains($0["code"].text) }
        #expect(isAllowed ? isRule : answer.status == 422 && !faults.isEmpty, comment)
    }

    /// The same document with one member set to null, for each member of it and each that its root may have.
    private static func withNulls(_ body: JSONTree, _ names: some Collection<String>) -> [(pointer: String, document: JSONTree)] {
        func inside(_ tree: JSONTree, _ path: String) -> [(String, JSONTree)] {
            switch tree {
            case .object(let members):
                return members.sorted { $0.key < $1.key }.flatMap { name, member -> [(String, JSONTree)] in
                    let deeper = inside(member, "\(path)/\(name)").map { ($0, tree.adding([name: $1])) }
                    return [("\(path)/\(name)", tree.adding([name: .null]))] + deeper
                }
            case .list(let items):
                return items.enumerated().flatMap { index, item in
                    inside(item, "\(path)/\(index)").map { pointer, changed in
                        var changedItems = items
                        changedItems[index] = changed
                        return (pointer, .list(changedItems))
                    }
                }
            case .null, .flag, .number, .text: return []
            }
        }
        let absent = names.filter { body.members[$0] == nil }.sorted()
        return inside(body, "") + absent.map { ("/\($0)", body.adding([$0: .null])) }
    }

    private static func prepare(_ scene: Scene, _ operation: ContractDocument.Operation, _ server: TestServer) async throws {
        try await server.database.write { session in
            // One of the examples creates it.
            _ = try session.execute("delete from ministries where code = 'FP'")
        }
        if let plan = scene.plan {
            let id = scene.target.split(separator: "/")[2].split(separator: "-").prefix(2).joined(separator: "-")
            try await server.apply(plan, to: id)
        }
        if ["/v1/indicators/", "/v1/measures"].contains(where: scene.target.hasPrefix) {
            try await IndicatorScene.define(server, IndicatorScene.reuse)
        }
        if scene.target == "/v1/measures" { try await IndicatorScene.define(server, IndicatorScene.training) }
        if scene.target.hasPrefix("/v1/recommendations/") { try await RecommendationScene.give(server, "TE-2022") }
        if ["updateRevision", "reviseAction"].contains(operation.id) { try await RevisionScene.open(server, "TE-2022") }
        if scene.target.contains("/impacts") {
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.give(server, "TE-2022-ACH-03", ImpactScene.ofLaptops)
        }
    }

    private static func canRehearse(_ operation: ContractDocument.Operation) -> Bool {
        operation.query.contains { $0.name == "dry_run" }
    }

    private static func request(
        _ scene: Scene, _ operation: ContractDocument.Operation
    ) -> ContractCase {
        var request = ContractCase(scene.target, scene.caller)
        if operation.method == "PATCH" || operation.id == "putIndicatorTargets" { request.fields["If-Match"] = "*" }
        return request
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
        guard ["issueToken", "renewToken"].contains(operation.id) else { return body }
        let day = try await server.database.fetch { session in
            try session.one("select (paris_today() + 30)::text") { row in try row.next(String.self) }
        }
        return body.adding(["expires_on": .text(day)])
    }
}
