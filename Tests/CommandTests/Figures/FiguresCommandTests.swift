import ActionPlans
import Documents
import Foundation
import Testing

@testable import jalon

@Suite("The command's figures")
struct FiguresCommandTests {
    /// The figures of the contract's example: a ministry expected and missing, and a plan that came for each other one.
    private static let figures = Result {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../openapi.yaml")
        let contract = try YAMLParser.parse(Array(Data(contentsOf: file)), fractions: true)
        let example = try #require(contract["components"]?["examples"]?["Figures"]?["value"])
        return try JSONDecoder().decode(
            Figures.self, from: JSONSerialization.data(withJSONObject: plain(example), options: .fragmentsAllowed))
    }

    private static func plain(_ node: DocumentNode) -> Any {
        switch node.content {
        case .null: NSNull()
        case .flag(let flag): flag
        case .number(let text): Double(text) ?? .nan
        case .text(let text): text
        case .list(let items): items.map(plain)
        case .object(let members): Dictionary(uniqueKeysWithValues: members.map { ($0.name, plain($0.node)) })
        }
    }

    @Test("a table has a dash for each number of a ministry that sent nothing, and says what it means")
    func table() throws {
        let figures = try Self.figures.get()
        #expect(figures.byMinistry.filter(\.isMissing).map(\.code) == ["AGR"])
        let lines = FiguresPage(figures).lines
        let heading = try #require(lines.firstIndex(of: Message("Par ministère", "By ministry").shown))
        let rows = lines[(heading + 2)...].prefix { !$0.isEmpty }
        #expect(rows.count == figures.byMinistry.count + 1)
        let missing = try #require(rows.first { $0.contains("  AGR  ") })
        #expect(missing.count { $0 == "—" } == figures.byStatus.count + 2 && !missing.contains { $0.isNumber })
        #expect(rows.last?.contains(Message("aucun plan reçu", "no plan received").shown) == true)
        for row in rows.dropLast() where row != missing { #expect(!row.contains("—") && row.contains { $0.isNumber }, "\(row)") }
    }

    @Test("a rate changes by points, of what is shown, and by nothing that is known where one of the two is not")
    func points() {
        let none = Message("–", "–")
        for (old, new, text) in [
            (33.3, 34.5, Message("+1,2\u{A0}point", "+1.2 points")), (50, 48, Message("−2,0\u{A0}points", "−2.0 points")),
            (0, 1, Message("+1,0\u{A0}point", "+1.0 point")), (33.4, 33.3, Message("−0,1\u{A0}point", "−0.1 points")),
            (0, 100, Message("+100,0\u{A0}points", "+100.0 points")), (66.7, 66.7, Message("·", "·")),
            (nil, 10, none), (10, nil, none), (nil, nil, none),
        ] as [(Double?, Double?, Message)] {
            #expect(Number.shown(pointsFrom: old, to: new) == text.shown)
        }
    }

    @Test("a body is missing when all that it counts is, and not when it is empty")
    func missing() throws {
        func isMissing(_ codes: [String], _ missing: [String]) throws -> Bool {
            let line: [String: Any] = [
                "code": "DD", "label": "D", "actions": 0, "codes": codes, "missing": missing, "split": false,
            ]
            return try JSONDecoder().decode(Figures.Group.self, from: JSONSerialization.data(withJSONObject: line)).isMissing
        }
        #expect(try isMissing(["AA", "BB"], ["AA", "BB"]))
        #expect(try !isMissing(["AA", "BB"], ["AA"]))
        #expect(try !isMissing(["AA"], []))
    }
}
