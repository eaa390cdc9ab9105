import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The spellings of a list")
struct ListSpellingTests {
    /// The same values as clients write them.
    private enum Spelling: CaseIterable {
        case commas, escapedCommas, repeated, mixed, twice

        func query(_ name: String, _ values: [String]) -> String {
            let words = values.map { PercentEncoding.encoded($0).replacing(",", with: "%2C") }
            let repeated = words.map { "\(name)=\($0)" }.joined(separator: "&")
            return switch self {
            case .commas: "\(name)=\(words.joined(separator: ","))"
            case .escapedCommas: "\(name)=\(words.joined(separator: "%2C"))"
            case .repeated: repeated
            case .mixed: "\(name)=\(words.joined(separator: ","))&\(name)=\(words[0])"
            case .twice: "\(repeated)&\(repeated)"
            }
        }
    }

    /// Values of the lists that list none.
    private static let values = [
        "ministry": ["TE", "JUS"], "year": ["2022", "2021"], "roadmap": ["TE-2022", "TE-2021"], "practice": ["e.1", "e.2"],
        "guide_theme": ["e", "a"], "indicator": ["FORMATION", "REEMPLOI"], "period": ["2022", "2023"],
        "method_family": ["MINUMECO", "AUTRE"], "subject": ["plan", "ACH-01"],
    ]

    private static func values(of parameter: ContractDocument.Parameter, _ contract: ContractDocument) throws -> [String] {
        // Drafts are not counted for everybody.
        let listed = contract.resolve(parameter.schema["items"])["enum"].items.map(\.plain).filter { $0 != "brouillon" }
        if listed.count > 1 { return Array(listed.prefix(2)) }
        return try #require(values[parameter.name], "no values for \(parameter.name)")
    }

    /// All that an answer says but its own address, and that of the next page.
    private static func told(_ answer: TestAnswer) throws -> String {
        let type = answer.fields[.contentType] ?? ""
        guard type.hasPrefix("application/json") else { return answer.text }
        return withoutAddresses(try JSONTree(json: answer.text)).json
    }

    private static func withoutAddresses(_ tree: JSONTree) -> JSONTree {
        guard case .object(var members) = tree else { return tree }
        members["links"] = .object(members["links"]?.members.filter { $0.key != "self" && $0.key != "next" } ?? [:])
        return .object(members)
    }

    @Test("each list of each operation is the same however it is written, and so are the pages of its cursors")
    func everyList() async throws {
        let contract = try ContractDocument.current()
        var lists = 0
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for operation in contract.operations {
                let good = try #require(ContractCases.find(operation, operation.goodStatus), "no case for \(operation.id)")
                for parameter in operation.query where parameter.isList && parameter.name != "lead" {
                    lists += 1
                    let values = try Self.values(of: parameter, contract)
                    let request = good.without(parameter.name)
                    let first = try await server.play(request.asking(Spelling.commas.query(parameter.name, values)), operation)
                    #expect(first.status == operation.goodStatus, "\(operation.id) \(parameter.name): \(first.text)")
                    let next = try operation.query.contains { $0.name == "cursor" } ? first.json()["links"]["next"].text : nil
                    let cursor = next?.split(separator: "cursor=").last
                    for spelling in Spelling.allCases where spelling != .commas {
                        // An order takes as many values as it has keys, each written once.
                        if parameter.name == "sort", spelling == .mixed || spelling == .twice { continue }
                        let query = spelling.query(parameter.name, values)
                        let answer = try await server.play(request.asking(query), operation)
                        #expect(answer.status == first.status, "\(operation.id) \(query): \(answer.text)")
                        #expect(try Self.told(answer) == Self.told(first), "\(operation.id) \(query)")
                        guard let next, let cursor else { continue }
                        let page = await server.send(.get, next, as: request.caller)
                        let same = try await server.play(request.asking("\(query)&cursor=\(cursor)"), operation)
                        #expect(page.status == 200 && same.status == 200, "\(operation.id) \(query): \(same.text)")
                        #expect(try Self.told(same) == Self.told(page), "\(operation.id) \(query)")
                    }
                }
            }
        }
        #expect(lists > 40, "\(lists) lists only")
    }

    @Test("the next page is asked for in the spelling of the first")
    func next() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for query in ["status=a_faire&status=realisee", "status=a_faire%2Crealisee", "sort=due_on&sort=id"] {
                let first = await server.send(.get, "/v1/actions?limit=1&\(query)")
                let next = try #require(try first.json()["links"]["next"].text)
                #expect(next.hasPrefix("/v1/actions?limit=1&\(query)&cursor="))
                #expect(await server.send(.get, next).status == 200)
            }
        }
    }

    @Test("a lead may hold a comma: only one that is not escaped separates, and the parameter given again adds one")
    func leads() async throws {
        try await TestServer.with { server in
            let leads = ["A": "DAF, achats", "B": "DAF", "C": "achats", "D": "DSI"]
            let lines = leads.sorted { $0.key < $1.key }.map {
                #"{"code": "\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion", "lead": "\#($1)"}"#
            }
            try await server.apply(
                #"{"ministry": "TE", "first_year": 2022, "actions": [\#(lines.joined(separator: ","))]}"#, to: "TE-2022")
            let expected = [
                "lead=DAF%2C+achats": "A", "lead=DAF,achats": "BC", "lead=DAF&lead=achats": "BC",
                "lead=DAF%2C%20achats&lead=DSI": "AD",
                "lead=DAF,DAF&lead=DAF": "B", "lead=DAF%2Cachats": "",
            ]
            for (query, codes) in expected {
                let list = try await server.send(.get, "/v1/actions?\(query)").json()
                #expect(list["data"].items.compactMap(\.["code"].text).joined() == codes, "\(query)")
            }
        }
    }
}
