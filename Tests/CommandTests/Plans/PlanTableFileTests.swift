import ActionPlans
import Documents
import Foundation
import JalonServer
import Testing

@testable import jalon

@Suite("The command's tables")
struct PlanTableFileTests {
    private static func read(_ text: String, named name: String, for roadmap: RoadmapID? = nil) throws -> SourceFile {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jalon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return try SourceFile(reading: file.path(), as: .plan(roadmap))
    }

    private static let table = "code;title\nA;Un\n"

    @Test("a table is for the roadmap that its name tells, or that is given", arguments: ["TE-2022.csv", "te-2022.janvier.CSV"])
    func named(file: String) throws {
        let read = try Self.read(Self.table, named: file)
        #expect(read.syntax == .csv)
        guard case .object(let members) = read.root.content, case .text(let ministry)? = members.first?.node.content else {
            Issue.record("no document")
            return
        }
        #expect(ministry == "TE")
        let given = try #require(RoadmapID("EF-2023"))
        #expect(throws: Never.self) { try Self.read(Self.table, named: "plan.csv", for: given) }
    }

    @Test("without either, and for a document that names its own, it is refused")
    func unnamed() throws {
        let given = try #require(RoadmapID("EF-2023"))
        #expect(throws: Failure.self) { try Self.read(Self.table, named: "plan.csv") }
        #expect(throws: Failure.self) { try Self.read("ministry: EF\n", named: "plan.yaml", for: given) }
    }

    @Test(
        "what a table would erase is told by action",
        arguments: [
            (Self.table, [:]), ("code;title\nA;\n", [:]),
            ("code;lead;due_on;title\nA;;;\nB;DNUM;;\n", ["A": ["lead", "due_on"], "B": ["due_on"]]),
            ("code;completed_on\nA;\n", [:]),
        ] as [(String, [String: Set<String>])])
    func erasing(table: String, cells: [String: Set<String>]) throws {
        #expect(try Self.read(table, named: "TE-2022.csv").emptyCells == cells)
    }
}
