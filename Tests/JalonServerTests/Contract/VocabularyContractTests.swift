import ActionPlans
import Testing

@testable import JalonServer

/// The lists of codes in the contract. `SchemaTests` compares the same lists of the code with the rows of the database.
@Suite("The vocabularies in the contract")
struct VocabularyContractTests {
    private static let lists: [(schema: String, codes: [String])] = [
        ("Theme", Theme.codes), ("EngagementLevel", EngagementLevel.codes), ("Status", ActionStatus.codes),
        ("RoadmapState", RoadmapState.codes), ("MinistryKind", MinistryKind.codes), ("PracticePriority", PracticePriority.codes),
        ("PracticeDifficulty", PracticeDifficulty.codes),
    ]

    /// Schemas with a member for each status.
    private static let byStatus = ["FiguresByStatus", "FiguresCellLinks", "ComparisonStatuses", "ComparisonStatusEffects"]

    @Test("are those of the code, in official order, as values and as the members of what is counted by status")
    func parity() throws {
        let schemas = try ContractDocument.current().root["components"]["schemas"]
        for (name, codes) in Self.lists { #expect(Self.values(of: schemas[name]) == codes, "\(name)") }
        #expect(Set(Self.values(of: schemas["Role"])) == Set(Role.codes))
        for name in Self.byStatus {
            #expect(Self.missing(ActionStatus.codes, in: schemas[name]) == [], "\(name)")
        }
        for parameter in try ContractDocument.current().operations.flatMap(\.query) where parameter.name == "reached_level" {
            let values = parameter.schema["items"]["enum"].items.map(\.text)
            #expect(values == EngagementLevel.codes + [ActionFilter.noLevel])
        }
    }

    @Test("lack a code that the code has more of")
    func grown() throws {
        let schemas = try ContractDocument.current().root["components"]["schemas"]
        for name in Self.byStatus {
            #expect(Self.missing(ActionStatus.codes + ["statut_en_plus"], in: schemas[name]) == ["statut_en_plus"])
        }
        #expect(Self.values(of: schemas["Theme"]) != Theme.codes + ["theme_en_plus"])
    }

    private static func values(of schema: JSONTree) -> [String] { schema["enum"].items.map(\.text) }

    private static func missing(_ codes: [String], in schema: JSONTree) -> [String] {
        let required = schema["required"].items.map(\.text)
        return codes.filter { !required.contains($0) || schema["properties"].members[$0] == nil }
    }
}
