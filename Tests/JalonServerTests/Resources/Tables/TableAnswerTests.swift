import ActionPlans
import Foundation
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Answers as tables and lines")
struct TableAnswerTests {
    /// Those that answer in rows, with a good request of each.
    private static func operations() throws -> [(operation: ContractDocument.Operation, request: ContractCase)] {
        let contract = try ContractDocument.current()
        return try Operations.all.filter { $0.answers.contains(.csv) && $0.answers.contains(.lines) }.map { served in
            let operation = try contract.operation(served.id)
            var request = try #require(ContractCases.find(operation, 200))
            for name in ["limit", "count"] { request = request.without(name) }
            return (operation, request)
        }
    }

    private static func address(_ target: String, _ suffix: String) -> String {
        let parts = target.split(separator: "?", maxSplits: 1)
        return String(parts[0]) + suffix + (parts.count > 1 ? "?" + parts[1] : "")
    }

    /// The same table with a point in each decimal number.
    private static func withPoints(_ table: String) -> String {
        table.replacing(#/;(\d+),(\d)(?=;)/#) { match in ";\(match.1).\(match.2)" }
    }

    @Test("are the same by Accept and by an address that ends in .csv or .ndjson, whatever that accepts, and to HEAD")
    func addresses() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let all = try Self.operations()
            #expect(all.count >= 10)
            for (operation, request) in all {
                for (type, suffix) in [("text/csv", ".csv"), ("application/x-ndjson", ".ndjson")] {
                    let address = Self.address(request.target, suffix)
                    let negotiated = await server.send(.get, request.target, as: request.caller, fields: ["Accept": type])
                    #expect(negotiated.status == 200, "\(operation.id): \(negotiated.text)")
                    try contract.check(negotiated, to: operation)
                    #expect(negotiated.field("Content-Disposition")?.hasSuffix("\(suffix)\"") == true, "\(operation.id)")
                    for accept in ["*/*", "text/html", "application/json"] {
                        let addressed = await server.send(.get, address, as: request.caller, fields: ["Accept": accept])
                        #expect(addressed.text == negotiated.text && addressed.tag == negotiated.tag, "\(address) \(accept)")
                        #expect(addressed.field("Content-Type")?.hasPrefix(type) == true, "\(address)")
                    }
                    let head = await server.send(.head, address, as: request.caller)
                    #expect(head.status == 200 && head.tag == negotiated.tag && negotiated.tag.count > 2, "\(address)")
                    let again = await server.send(
                        .get, address, as: request.caller, fields: ["If-None-Match": negotiated.tag])
                    #expect(again.status == 304 && again.tag == negotiated.tag, "\(address)")
                    let described = operation.path + suffix
                    #expect(
                        contract.root["paths"][operation.path]["get"]["description"].text.contains(described),
                        "\(operation.id) does not tell its address \(described)")
                }
            }
            #expect(await server.send(.post, "/v1/actions.csv").status == 405)
            #expect(await server.send(.options, "/v1/actions.csv").field("Allow") == "GET, HEAD, OPTIONS")
            for nothing in [
                "/v1/ministries.csv", "/v1/roadmaps/TE-2022.csv", "/v1/actions/TE-2022-ACH-01.csv", "/v1/actions.CSV",
            ] {
                #expect(await server.send(.get, nothing).status == 404, "\(nothing)")
            }
            #expect(
                await server.send(.get, "/v1/roadmaps/TE-2022/plan.csv").field("Content-Disposition")?.contains("TE-2022.csv")
                    == true)
        }
    }

    @Test("have a cell for each column, an address last, and as many columns as the contract tells")
    func columns() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for (operation, request) in try Self.operations() {
                let table = try ReadTable(
                    await server.send(.get, request.target, as: request.caller, fields: ["Accept": "text/csv"]).text)
                #expect(table.rows.isEmpty == (operation.id == "listMinistryHistory"), "\(operation.id)")
                for row in table.rows where row["link"] != "" { #expect(row["link"]?.hasPrefix("/v1/") == true, "\(row)") }
                let response = try #require(operation.responses[200])
                let description = contract.resolve(response["content"]["text/csv"]["schema"])["description"].text
                for column in table.columns where !ActionStatus.codes.contains(column) {
                    #expect(description.contains("`\(column)`"), "\(operation.id) does not tell the column \(column)")
                }
                let lines = await server.send(
                    .get, request.target, as: request.caller, fields: ["Accept": "application/x-ndjson"])
                for line in lines.text.split(separator: "\n") { #expect(throws: Never.self) { try JSONTree(json: String(line)) } }
            }
        }
    }

    @Test("of lists hold every item of every page in its order, text for text")
    func lists() async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            let plan = RandomPlan("TE", 2022...2022, .validee, actions: 60, using: &seed)
            try #require(await server.send(.put, "/v1/roadmaps/TE-2022/plan", body: plan.json).status == 201)
            let odd =
                #"{"code": "Z", "title": "=HYPERLINK(\"x\")", "theme": "achats", "target_level": "reflexion", "lead": "-DNUM","#
                + #" "description": "Deux lignes ;\net des \"guillemets\"", "contributors": ["A, B", "+C"], "practices": ["e.1", "e.2"], "reason": "Oubliée"}"#
            try #require(await server.send(.post, "/v1/roadmaps/TE-2022/actions", body: odd).status == 201)
            for query in ["sort=-due_on", "theme=achats,fin_usage&late=true", "sort=updated_at,-id", "q=deux"] {
                let table = try ReadTable(await server.send(.get, "/v1/actions.csv?\(query)").text)
                let lines = await server.send(.get, "/v1/actions.ndjson?\(query)").text.split(separator: "\n").map(String.init)
                let items = try await Self.items("/v1/actions?\(query)&limit=7", server)
                #expect(try lines.map { try JSONTree(json: $0) } == items, "\(query) \(seed)")
                #expect(table.rows.count == items.count, "\(query) \(seed)")
                for (row, item) in zip(table.rows, items) { Self.expectSame(row, item, "\(query) \(seed)") }
            }
            let row = try #require(try ReadTable(await server.send(.get, "/v1/actions.csv?q=deux").text).rows.first)
            #expect(row["title"] == "'=HYPERLINK(\"x\")" && row["lead"] == "'-DNUM" && row["contributors"] == "A, B\n+C")
            #expect(row["description"] == "Deux lignes ;\net des \"guillemets\"" && row["practices"] == "e.1\ne.2")
            #expect(row["theme_label"] == "Achats" && row["ministry_name"]?.contains("Transition écologique") == true)
            let english = await server.send(.get, "/v1/actions.csv?q=deux", fields: ["Accept-Language": "en"])
            #expect(try ReadTable(english.text).rows.first?["status_label"] == "To do")
            let chosen = try ReadTable(await server.send(.get, "/v1/actions.csv?fields=theme,title").text)
            #expect(chosen.columns == ["title", "theme", "theme_label", "link"])
        }
    }

    private static func items(_ list: String, _ server: TestServer) async throws -> [JSONTree] {
        var items: [JSONTree] = []
        var next: String? = list
        while let target = next {
            let page = try JSONTree(json: await server.send(.get, target).text)
            items += page["data"].items
            next = page["links"]["next"] == .null ? nil : page["links"]["next"].text
        }
        return items
    }

    /// Each member of an item is in the column of its name.
    private static func expectSame(_ row: [String: String], _ item: JSONTree, _ context: String) {
        for (name, value) in item.members where name != "links" {
            let expected =
                switch value {
                case .null: ""
                case .list(let items): items.map(\.plain).joined(separator: "\n")
                default: value.plain
                }
            let cell = row[name] ?? "no column"
            #expect(cell == expected || cell == "'" + expected, "\(name) of \(item["id"].plain): \(context)")
        }
        #expect(row["link"] == item["links"]["self"].plain, "\(context)")
    }

    @Test("of figures have the numbers of the document, a comma or a point, and blanks for who sent nothing")
    func figures() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let document = try await server.send(.get, "/v1/figures?year=2022").json()
            let text = await server.send(.get, "/v1/figures.csv?year=2022").text
            let table = try ReadTable(text)
            let rate = try #require(table.rows.first { $0["dimension"] == "rate" && $0["code"] == "realisees_identifiees" })
            #expect(rate["value"] == "50,0" && rate["numerator"] == "1" && rate["denominator"] == "2")
            let pointed = await server.send(.get, "/v1/figures.csv?year=2022&decimal=point").text
            #expect(pointed == Self.withPoints(text) && pointed.contains(";50.0;"))
            for (dimension, member) in [
                ("theme", "by_theme"), ("target_level", "by_target_level"), ("reached_level", "by_reached_level"),
            ] {
                let rows = table.rows.filter { $0["dimension"] == dimension }
                #expect(rows.map { $0["code"] } == document[member].items.map(\.["code"].text))
                #expect(rows.map { $0["count"] } == document[member].items.map { $0["actions"].number.map(String.init) })
                #expect(rows.map { $0["link"] } == document[member].items.map(\.["links"]["actions"].text))
            }
            let missing = try #require(table.rows.first { $0["dimension"] == "ministry" && $0["code"] == "JUS" })
            #expect(
                ["count", "a_faire", "realisees_identifiees"].allSatisfy { missing[$0] == "" } && missing["missing"] == "JUS")
            let there = try #require(table.rows.first { $0["dimension"] == "ministry" && $0["code"] == "TE" })
            #expect(there["count"] == "2" && there["realisee"] == "1" && there["provisional"] == "true")
            #expect(there["coverage_source"] == "census")
            try await checkGroups(server)
        }
    }

    private func checkGroups(_ server: TestServer) async throws {
        let query = "year=2021,2022&group=theme,ministry"
        let rows = try ReadTable(await server.send(.get, "/v1/figures.csv?\(query)&decimal=point").text).rows
        let cells = try JSONTree(json: await server.send(.get, "/v1/figures?\(query)").text)["data"].items
        #expect(rows.count == cells.count && rows.contains { $0["ministry"] == "JUS" && $0["actions"] == "" })
        for (row, cell) in zip(rows, cells) where cell["missing"].items.isEmpty {
            #expect(row["year"] == cell["year"].plain && row["theme"] == cell["theme"].plain)
            #expect(row["actions"] == cell["actions"].plain && row["link"] == cell["links"]["actions"].plain)
            for rate in Rate.allCases {
                let value = cell["rates"][rate.code]["value"]
                #expect(row[rate.code].flatMap { Double($0) } == (value == .null ? nil : value.number), "\(row)")
                #expect(row["\(rate.code)_numerator"] == cell["rates"][rate.code]["numerator"].plain)
            }
        }
        let lines = await server.send(.get, "/v1/figures.ndjson?\(query)").text.split(separator: "\n")
        #expect(try lines.map { try JSONTree(json: String($0)) } == cells)
    }

    @Test("of a comparison keep its signs, and those of a history have a row for each member that moved")
    func movements() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let patch = #"{"status": "abandonnee", "status_reason": "Sans objet", "theme": "fin_usage", "reason": "Erreur"}"#
            try #require(
                await server.send(.patch, "/v1/actions/TE-2022-ACH-01", body: patch, fields: ["If-Match": "*"]).status == 200)
            let compared = try ReadTable(await server.send(.get, "/v1/figures/compare.csv?year=2022&from=2022-06-30").text)
            let change = try #require(compared.rows.first { $0["dimension"] == "total" && $0["row"] == "change" })
            #expect(change["a_faire"] == "-1" && change["abandonnee"] == "1" && change["actions"] == "0")
            let move = try #require(compared.rows.first { $0["dimension"] == "total" && $0["cause"] == "abandoned" })
            #expect(move["count"] == "1" && move["cause_label"] == "Abandonnées" && move["a_faire"] == "-1")
            let history = try ReadTable(await server.send(.get, "/v1/actions/TE-2022-ACH-01/history.csv").text)
            let moved = history.rows.filter { $0["kind"] == "updated" }
            #expect(Set(moved.map { $0["member"] }) == ["status", "status_reason", "theme"])
            let theme = try #require(moved.first { $0["member"] == "theme" })
            #expect(theme["from"] == "achats" && theme["from_label"] == "Achats" && theme["to"] == "fin_usage")
            #expect(theme["kind_label"] == "Modification" && theme["link"] == "/v1/actions/TE-2022-ACH-01/history")
            let reader = await server.send(.get, "/v1/actions/TE-2022-ACH-01/history.csv", as: .reader)
            let hidden = ["actor_principal", "actor_label", "actor_token"]
            #expect(try ReadTable(reader.text).rows.allSatisfy { row in hidden.allSatisfy { row[$0] == "" } })
        }
    }
}
