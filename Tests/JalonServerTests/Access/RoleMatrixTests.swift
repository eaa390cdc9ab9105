import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Roles and operations")
struct RoleMatrixTests {
    @Test("every operation has a row for every kind of resource")
    func everyOperationHasARow() throws {
        let rows = Dictionary(grouping: RoleMatrix.rows, by: \.operation)
        #expect(Set(rows.keys) == Set(Operations.all.map(\.id)))
        for operation in Operations.all where operation.path.contains("{roadmap}") || operation.path.contains("{action}") {
            let resources = rows[operation.id, default: []].map(\.resource).joined(separator: "; ")
            #expect(resources.contains("published") && resources.contains("draft"), "\(operation.id): \(resources)")
        }
        #expect(RoleMatrix.rows.allSatisfy { $0.expected.count == TestServer.Caller.allCases.count })
    }

    @Test("each caller gets the answer of the matrix, and a refused request changes nothing")
    func matrix() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await RoleMatrix.scene(server)
            let before = try await server.stored()
            for row in RoleMatrix.rows {
                let operation = try contract.operation(row.operation)
                for (caller, expected) in zip(TestServer.Caller.allCases, row.expected) {
                    var request = ContractCase(row.target, caller, body: row.body)
                    request.type = row.type
                    if Self.needsIfMatch(operation, row) { request.fields["If-Match"] = "*" }
                    if expected < 300, operation.method != "GET" { request = request.asking("dry_run=true") }
                    let answer = try await server.play(request, operation)
                    #expect(
                        answer.status == expected,
                        "\(row) as \(caller.rawValue): \(answer.text.prefix(300))")
                    try contract.check(answer, to: operation)
                    if operation.method != "GET" {
                        #expect(try await server.stored() == before, "\(row) as \(caller.rawValue) left something")
                    }
                }
            }
        }
    }

    private static func needsIfMatch(_ operation: ContractDocument.Operation, _ row: RoleMatrix.Row) -> Bool {
        switch operation.method {
        case "PATCH", "DELETE": true
        case "PUT": !row.resource.hasPrefix("new")
        default: false
        }
    }

    @Test("HEAD answers each caller as GET does, without a body's secrets")
    func head() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await RoleMatrix.scene(server)
            for row in RoleMatrix.rows where try contract.operation(row.operation).method == "GET" {
                for (caller, expected) in zip(TestServer.Caller.allCases, row.expected) {
                    let answer = await server.send(raw: .head, row.target, as: caller)
                    #expect(answer.status == expected, "HEAD \(row.target) as \(caller.rawValue)")
                }
            }
        }
    }

    @Test("tables and lines answer each caller as the document does")
    func tables() async throws {
        try await TestServer.with { server in
            try await RoleMatrix.scene(server)
            let served = Dictionary(uniqueKeysWithValues: Operations.all.map { ($0.id, $0) })
            for row in RoleMatrix.rows {
                let operation = try #require(served[row.operation])
                for type in operation.answers where operation.method == .get {
                    guard let suffix = type.addressSuffix else { continue }
                    let parts = row.target.split(separator: "?", maxSplits: 1)
                    let address = String(parts[0]) + suffix + (parts.count > 1 ? "?" + parts[1] : "")
                    for (caller, expected) in zip(TestServer.Caller.allCases, row.expected) {
                        let answer = await server.send(raw: .get, address, as: caller)
                        #expect(answer.status == expected, "\(address) as \(caller.rawValue): \(answer.text.prefix(300))")
                    }
                }
            }
        }
    }

    @Test("figures ask for a token where they are not public")
    func privateFigures() async throws {
        try await TestServer.with(publicFigures: false) { server in
            for caller in TestServer.Caller.allCases {
                for target in ["/v1/figures?year=2022", "/v1/barometer"] {
                    let answer = await server.send(.get, target, as: caller)
                    #expect(answer.status == (caller == .anonymous ? 401 : 200), "\(target) \(caller.rawValue)")
                }
            }
        }
    }

    /// Whatever is listed, filtered, searched or sorted, in the words of the query.
    private static let askedLists: [String] = {
        let actions = [
            "", "q=secret", "q=CON-1", "lead=Bureau%20secret%20JUS", "practice=e.1", "confidential=true", "confidential=false",
            "ministry=JUS", "roadmap=JUS-2023", "roadmap=JUS-2022,JUS-2023", "roadmap_state=brouillon", "year=2023",
            "theme=achats", "status=a_faire", "late=true", "late=false", "due_on_to=2022-02-01", "due_on_from=2022-01-01",
            "sort=due_on", "sort=-due_on", "sort=updated_at", "sort=-updated_at,-id", "fields=title,lead",
            "target_reached=false", "validation_cohort=true", "key_action=false", "reached_level=aucun", "target_level=reflexion",
        ].map { "/v1/actions?\($0)" }
        let inRoadmaps = ["JUS-2021", "JUS-2022", "JUS-2023"].flatMap { id in
            ["actions", "actions?q=secret", "actions?confidential=true", "actions?practice=e.1", "history", "plan"].map {
                "/v1/roadmaps/\(id)/\($0)"
            }
        }
        return actions + inRoadmaps
            + ["/v1/roadmaps", "/v1/roadmaps?state=brouillon", "/v1/roadmaps?ministry=JUS&sort=-id", "/v1/roadmaps?year=2023"]
    }()

    @Test("no list, count, page, plan or history shows a draft or a confidential action outside its ministry")
    func nothingLeaks() async throws {
        try await TestServer.with { server in
            try await RoleMatrix.scene(server)
            for caller in [TestServer.Caller.reader, .referent, .admin] {
                let hidden = caller == .referent ? ["JUS"] : ["JUS", "TE"]
                let secrets = hidden.flatMap {
                    ["Secret \($0)", "secret \($0)", "\($0)-2023", "\($0)-2022-CON", "brouillon \($0)"]
                }
                for list in Self.askedLists {
                    let shown = try await Self.everyPage(of: list, server, caller)
                    for secret in secrets where shown.contains(secret) {
                        Issue.record("\(caller.rawValue) reads “\(secret)” in \(list)")
                    }
                }
            }
            let all = try await Self.everyPage(of: "/v1/actions", server, .coordinator)
            #expect(all.contains("Secret JUS") && all.contains("JUS-2023-PUB-1"), "the search for leaks finds nothing")
        }
    }

    /// All that a list shows over its pages, two items at a time; its total must be that of what it shows.
    private static func everyPage(of list: String, _ server: TestServer, _ caller: TestServer.Caller) async throws -> String {
        if list.hasSuffix("/plan") {
            let yaml = await server.send(raw: .get, list, as: caller, fields: ["Accept": "application/yaml"])
            let table = await server.send(raw: .get, list, as: caller, fields: ["Accept": "text/csv"])
            return await server.send(.get, list, as: caller).text + yaml.text + table.text
        }
        let table = await server.send(.get, list, as: caller, fields: ["Accept": "text/csv"]).text
        let lines = await server.send(.get, list, as: caller, fields: ["Accept": "application/x-ndjson"]).text
        var items: [JSONTree] = []
        var next: String? = list + (list.contains("?") ? "&" : "?") + "limit=2&count=true"
        while let target = next {
            let answer = await server.send(.get, target, as: caller)
            let page = try JSONTree(json: answer.text)
            guard answer.status == 200 else { return page.json }
            items += page["data"].items
            next = page["links"]["next"] == .null ? nil : page["links"]["next"].text
            #expect(next != nil || page["meta"]["total"].number == Double(items.count), "\(list) counts what it does not show")
        }
        return JSONTree.list(items).json + table + lines
    }

    @Test("figures tell a draft or a confidential action by counts only, and drafts' counts only to coordinators")
    func figuresShowNoTitle() async throws {
        try await TestServer.with { server in
            try await RoleMatrix.scene(server)
            for caller in TestServer.Caller.allCases {
                let answer = await server.send(.get, "/v1/figures?year=2022", as: caller)
                #expect(!answer.text.contains("Secret") && !answer.text.contains("CON-1"))
                #expect(try answer.json()["totals"]["confidential"].number == 2)
                let drafts = try await server.send(.get, "/v1/figures?year=2023", as: caller).json()
                #expect(drafts["totals"]["actions"].number == 0)
                let excluded = try #require(drafts["excluded"].items.first { $0["code"].text == "brouillon" })
                #expect(excluded["actions"].number == (caller == .coordinator ? 4 : nil))
                #expect(excluded["roadmaps"].number == (caller == .coordinator ? 2 : nil))
            }
        }
    }

    @Test("a draft that goes back from submission disappears with its actions, its plan and its history")
    func returnedDraft() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: JUS, first_year: 2026, state: soumise,
                 actions: [{code: A, title: Louer, theme: achats, target_level: reflexion}]}
                """, to: "JUS-2026")
            let addresses = [
                "/v1/roadmaps/JUS-2026", "/v1/roadmaps/JUS-2026/plan", "/v1/roadmaps/JUS-2026/actions",
                "/v1/roadmaps/JUS-2026/history", "/v1/actions/JUS-2026-A", "/v1/actions/JUS-2026-A/history",
            ]
            for address in addresses { #expect(await server.send(.get, address, as: .referent).status == 200) }
            let tags = Dictionary(
                uniqueKeysWithValues: await addresses.asyncMap { ($0, await server.send(.get, $0, as: .referent).tag) })
            let returned = await server.send(
                .patch, "/v1/roadmaps/JUS-2026", as: .otherReferent, body: #"{"state": "brouillon"}"#, fields: ["If-Match": "*"])
            #expect(returned.status == 200)
            for address in addresses {
                // Not even a validator learnt before tells that it is still there.
                let answer = await server.send(
                    .get, address, as: .referent, fields: ["If-None-Match": tags[address] ?? ""])
                #expect(answer.status == 404, "\(address)")
            }
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async -> Value) async -> [Value] {
        var values: [Value] = []
        for element in self { values.append(await transform(element)) }
        return values
    }
}
