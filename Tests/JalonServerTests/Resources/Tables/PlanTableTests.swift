import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import Documents
@testable import JalonServer

@Suite("Plans as tables (CSV)")
struct PlanTableTests {
    private static let plan = "/v1/roadmaps/TE-2024/plan"

    /// The actions that a table makes, `code title theme status due_on key_action contributors practices`, in order.
    static func actions(of table: String) throws -> [String] {
        let document = try PlanTable.document(Array(table.utf8))
        guard case .object(let members) = document.root.content, case .list(let lines)? = members.first?.node.content else {
            return []
        }
        return lines.map { line in
            guard case .object(let members) = line.content else { return "?" }
            return members.map { "\($0.name)=\(shown($0.node.content))" }.joined(separator: " ")
        }
    }

    private static func shown(_ content: DocumentNode.Content) -> String {
        switch content {
        case .null: "∅"
        case .flag(let flag): "\(flag)"
        case .number(let text), .text(let text): text
        case .list(let items): "[" + items.map { shown($0.content) }.joined(separator: "|") + "]"
        case .object: "?"
        }
    }

    @Test(
        "what spreadsheets write is understood",
        arguments: [
            ("code,title\nA,B\n", ["code=A title=B"]), ("code;title\r\nA;B\r\n", ["code=A title=B"]),
            ("code\ttitle\rA\tB", ["code=A title=B"]), ("\r\n\ncode;title\nA;B", ["code=A title=B"]),
            ("\u{FEFF}code,title\nA,B", ["code=A title=B"]),
            ("code\nA\n\nB\n\n", ["code=A", "code=B"]), ("code;title\nA;\"B;\"\"C\"\"\"\n", ["code=A title=B;\"C\""]),
            ("code,title,lead\nA,B,\n,,\n", ["code=A title=B lead=∅"]),
            ("code,description\nA,\"1\r\n2\r3\"", ["code=A description=1\n2\n3"]),
            ("\"code\",\"title\"\n\"A\",\"B\"", ["code=A title=B"]), ("title,code\nB, A ", ["title=B code=A"]),
            (
                "Code;Intitulé;Thématique;ÉTAT D’AVANCEMENT;Échéance;Action-clé\nA;B;Fin d’usage;En cours;31/12/2024;Oui",
                ["code=A title=B theme=Fin d’usage status=En cours due_on=2024-12-31 key_action=true"]
            ),
            ("code,due_on,completed_on\nA,2024-12-31,1/2/2024", ["code=A due_on=2024-12-31 completed_on=2024-02-01"]),
            (
                "code,key_action,confidential\nA,VRAI,FAUX\nB,,peut-être",
                ["code=A key_action=true confidential=false", "code=B confidential=peut-être"]
            ),
            (
                "code,contributors,practices\nA,\"D, 1\n E \",\"e.1; e.2,g.2\ng.10\"",
                ["code=A contributors=[D, 1| E ] practices=[e.1|e.2|g.2|g.10]"]
            ),
            ("code;contributeurs\nA;\"DAF ; DRH\"", ["code=A contributors=[DAF | DRH]"]),
            ("sep=;\ncode;title\nA;B,C", ["code=A title=B,C"]), ("\"SEP=\t\"\r\ncode\ttitle\nA\tB;C", ["code=A title=B;C"]),
            (" ; \n\u{A0}\ncode;title\n ; \nA;B\n\t\n,,,,\n\u{A0};\u{202F}\n", ["code=A title=B"]),
            ("code;title;lead\nA;B\nC\nD;E;F; ;\u{A0};", ["code=A title=B", "code=C", "code=D title=E lead=F"]),
            (
                "code;key_action;confidential\nA;x;N\nB;1;0\nC;O;non\nD;✓;FAUX\nE;Yes;No",
                (0..<5).map { "code=\("ABCDE".map(String.init)[$0]) key_action=true confidential=false" }
            ),
            ("code,contributors,practices\nA,,\n", ["code=A contributors=∅ practices=∅"]),
            ("code,title,theme,target_level,status\nA,,,,\n", ["code=A"]),
            (
                "code,reached_level,description,status_reason,due_on\nA,,,,\n",
                ["code=A reached_level=∅ description=∅ status_reason=∅ due_on=∅"]
            ),
            ("code,title,lead\nA,'=B,''=C\nB,'n,''\n", ["code=A title==B lead='=C", "code=B title='n lead=''"]),
            ("code;title;;\nA;B;;\n;;;\n", ["code=A title=B"]), ("code,lead,completed_on\nA, \u{A0},\n", ["code=A lead=∅"]),
            ("code,due_on\nA,32/12/2022", ["code=A due_on=32/12/2022"]), ("code\n", []),
        ] as [(String, [String])])
    func understood(table: String, actions: [String]) throws {
        #expect(try Self.actions(of: table) == actions)
    }

    private static let unreadable: [(plan: String, faults: [String])] = [
        (" ", ["required 1:1"]), ("\n\n", ["required 1:1"]), ("title\nA\n", ["required 1:1"]),
        ("code,titel\nA,B\n", ["unknown-member 1:6"]), ("cod,title\nA,B\n", ["unknown-member 1:1"]),
        ("code,lead\nA,＝1\n", ["forbidden-character /actions/0/lead 2:3"]),
        ("code,title,intitulé\nA,B,C\n", ["duplicate-key 1:12"]),
        ("Libellé;code;TITRE :\nA;B;C\n", ["duplicate-key 1:14"]),
        ("code,title\nA\nB,C,D\nE,F\n", ["syntax /actions/1 3:5"]),
        ("code,title\nA,B\"C\n", ["syntax 2:4"]), ("code,title\nA,\"B\"C\n", ["syntax 2:6"]),
        ("code,title\nA,\"B\nC,D\n", ["syntax 2:3"]), ("code,title\nÉÈ,\"B\"\"\n", ["syntax 2:4"]),
        ("code,title\nA,B\u{0}C\n", ["forbidden-character 2:4"]), ("code,title\nA,\"B\u{0}\"\n", ["forbidden-character 2:5"]),
        (
            "code,title,lead\nA,=1+1,+B\nB,-C,@D\nC,\"\tE\",F\n",
            [
                "forbidden-character /actions/0/title 2:3", "forbidden-character /actions/0/lead 2:8",
                "forbidden-character /actions/1/title 3:3", "forbidden-character /actions/1/lead 3:6",
                "forbidden-character /actions/2/title 4:3",
            ]
        ),
        (
            "code,titel,late\nA\nB,=C,D\n",
            ["unknown-member 1:6", "forbidden-character /actions/1/title 3:3"]
        ),
        (#"{"ministry": "TE", "first_year": 2024, "actions": []}"#, ["syntax 1:2"]),
    ]

    private static let senseless: [(plan: String, faults: [String])] = [
        (
            "code,title,theme,target_level,due_on,key_action,practices\nA b,T,achat,haut,2024-02-30,peut-être,e.1 zz\n",
            [
                "invalid-value /actions/0/code 2:1", "invalid-value /actions/0/theme 2:7",
                "invalid-value /actions/0/target_level 2:13", "invalid-date /actions/0/due_on 2:18",
                "wrong-type /actions/0/key_action 2:29", "unknown-reference /actions/0/practices/1 2:39",
            ]
        ),
        (
            "code,title,theme,target_level\nNEW-1,É,achats,reflexion\nNEW-1,É,achats,reflexion\n",
            ["duplicate /actions/1/code 3:1"]
        ),
        ("title,theme,target_level,code\nÉté,achats,reflexion,\n", ["required /actions/0/code 2:1"]),
        (
            "code,practices,contributors,title,theme,target_level\nNEW-1,\"\(String(repeating: "e.1 ", count: 60))\","
                + "\"\(String(repeating: "É\n", count: 51))\",É,achats,reflexion\n",
            ["too-many /actions/0/practices 2:7", "too-many /actions/0/contributors 2:250"]
        ),
    ]

    @Test("a text that is no table of actions is refused with all that is wrong with it, and nothing is kept")
    func unreadableTables() async throws {
        try await BadPlanTests.check(Self.unreadable, as: "text/csv", status: 400)
    }

    @Test("every fault of a table is told with its pointer, line and column, and nothing is kept")
    func senselessTables() async throws {
        try await BadPlanTests.check(Self.senseless, as: "text/csv", status: 422)
    }

    @Test("bytes that are not UTF-8 are refused, and so are more values than a plan can have", .timeLimit(.minutes(20)))
    func bounds() throws {
        for bytes in [[0xFF], Array("code\nA\n".utf8) + [0xE9]] as [[UInt8]] {
            #expect(throws: DocumentSyntaxError.self) { try PlanTable.document(bytes) }
        }
        let size = 1 << 20
        let hostile = [
            String(repeating: ",", count: size), String(repeating: "\n", count: size),
            "code\n" + String(repeating: "A\n", count: size / 2),
            "code" + String(repeating: ",x", count: size / 2),
            "\"" + String(repeating: "\"\"", count: size / 2), "code\n\"" + String(repeating: "\n", count: size),
            "code,title\n" + String(repeating: "A,=\n", count: 90_000),
            (0...200).map { "x\($0)" }.joined(separator: ",") + ",code\nA,B",
            "code;" + String(repeating: ";", count: 4 * size),
        ]
        for text in hostile {
            let error = #expect(throws: DocumentSyntaxError.self) { try PlanTable.document(Array(text.utf8)) }
            #expect((error?.others.count ?? 0) < 1_000)
        }
        let longTitle = try PlanTable.document(Array("code,\(String(repeating: "é’ ", count: size))\nA,B".utf8))
        #expect(longTitle.warnings.count == 1 && (longTitle.warnings.first?.message.french.utf8.count ?? 0) < 400)
    }

    @Test(
        "a cell as large as a request makes no more items than a list may have by far, whatever is in it",
        arguments: ["e ", "a,", "é\n", " \n", "/", "’", "\u{301}", "' "])
    func largeCells(piece: String) throws {
        let text = String(repeating: piece, count: 1 << 20)
        for column in PlanColumn.allCases {
            let reading = PlanCell.read(text, in: column, at: DocumentPosition(line: 1, column: 1))
            if case .content(.list(let items))? = reading { #expect(items.count <= 1_000) }
        }
        #expect(PlainWords.of(text) == nil)
    }

    /// What breaks a table that is written or read by characters rather than by scalars, or that takes a text for a formula.
    private static let pieces = [
        "\"", "'", ",", ";", "\n", "\t", "=", "+", "-", "@", "＝", "é", "a", " ", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{600}",
        "\u{1F1EB}", "\u{1F468}", "\u{E9}", "\u{A0}", "\u{2028}", "\u{110BD}", "\u{308}", "\u{AC00}", "\u{11A8}",
    ]

    @Test("what is written in a cell is read again, by any reader of tables, and never begins as a formula does")
    func cells() throws {
        var seed = Seed.fresh()
        for separator in [",", ";", "\t"] {
            for _ in 0..<400 {
                let texts = (0..<Int.random(in: 2...6, using: &seed)).map { _ in
                    (0..<Int.random(in: 0...5, using: &seed)).map { _ in Self.pieces.randomElement(using: &seed) ?? "" }.joined()
                }
                // A first line that tells the separator, and no other is as frequent in it.
                let header = texts.indices.map { "c\($0)" }.joined(separator: separator)
                let line = texts.map(CSVCell.written).joined(separator: separator)
                let records = try CSVParser.records(Array((header + "\r\n" + line + "\r\nend").utf8))
                // A line of blanks and separators is none.
                let place = DocumentPosition(line: 1, column: 1)
                guard texts.contains(where: { !CSVParser.Cell(text: $0, position: place).isBlank }) else { continue }
                try #require(records.count == 3, "\(line.debugDescription) \(seed)")
                for (cell, text) in zip(records[1].cells, texts) {
                    #expect(!"=+-@\t＝".unicodeScalars.contains(cell.text.unicodeScalars.first ?? "a"), "\(seed)")
                    let read = try #require(CSVCell.plain(cell.text))
                    #expect(Array(read.utf8) == Array(text.utf8), "\(text.debugDescription) \(seed)")
                }
            }
        }
    }

    @Test("an exported table in which a status was changed is taken, with the date of completion that goes with it")
    func statusInAnExport() async throws {
        try await TestServer.with { server in
            let plan =
                "{ministry: TE, first_year: 2024, state: soumise, actions: [{code: A, title: Un, theme: achats, target_level: reflexion}]}"
            try await server.apply(plan, to: "TE-2024")
            for (from, to) in [(";a_faire;", ";Réalisée;"), (";realisee;", ";Réalisée;")] {
                let exported = await server.send(.get, Self.plan, fields: ["Accept": "text/csv"])
                let applied = await server.send(
                    .put, Self.plan, body: exported.text.replacing(from, with: to), type: "text/csv",
                    fields: ["If-Match": exported.tag])
                try #require(applied.status == 200, "\(applied.text)")
                let action = try await server.send(.get, "/v1/actions/TE-2024-A").json()
                #expect(action["completed_on"].text?.isEmpty == false && action["status"].text == "realisee")
            }
        }
    }

    @Test("a column that is not there leaves its member as it is, an empty cell clears what can be cleared")
    func absence() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: TE, first_year: 2024, last_year: 2025, title: Plan, state: soumise, actions: [
                  {code: A, title: Un, theme: achats, target_level: reflexion, lead: DNUM, key_action: true, practices: [e.1]},
                  {code: B, title: Deux, theme: achats, target_level: reflexion, due_on: 2024-06-30}]}
                """, to: "TE-2024")
            let first = await server.send(.get, Self.plan, fields: ["Accept": "text/csv"])
            let table = "Code;Intitulé;Pilote;Action-clé;Statut\r\nA;;;;en cours\r\nC;Trois;;oui;\r\n"
            let stale = await server.send(.put, Self.plan, body: table, type: "text/csv", fields: ["If-Match": "\"9\""])
            #expect(stale.status == 412)
            let refused = await server.send(.put, Self.plan, body: table, type: "text/csv", fields: ["If-Match": first.tag])
            #expect(refused.status == 422)
            #expect(
                try BadPlanTests.places(refused) == ["required /actions/1/theme 3:1"])
            let applied = await server.send(
                .put, Self.plan, body: table.replacing("\r\nC;Trois;;oui;", with: ""), type: "text/csv",
                fields: ["If-Match": first.tag])
            try #require(applied.status == 200, "\(applied.text)")
            let entries = try applied.json()["actions"].items
            #expect(entries.map { $0["change"].text } == ["updated", "absent"])
            #expect(Set(entries[0]["fields"].members.keys) == ["lead", "status"])
            #expect(try applied.json()["fields"].members.isEmpty)
            let after = await server.send(.get, Self.plan, fields: ["Accept": "text/csv"])
            #expect(after.tag != first.tag)
            #expect(
                after.text
                    == "\u{FEFF}code;title;description;theme;target_level;reached_level;status;status_reason;key_action;identified_on;"
                    + "due_on;completed_on;lead;contributors;practices;confidential\r\n"
                    + "A;Un;;achats;reflexion;;en_cours;;true;;;;;;e.1;false\r\n"
                    + "B;Deux;;achats;reflexion;;a_faire;;false;;2024-06-30;;;;;false\r\n")
        }
    }

    @Test("a table for a roadmap that is not there makes it, as a draft of one year")
    func creation() async throws {
        try await TestServer.with { server in
            let table = "code,title,theme,target_level\nA,Un,Fin d'usage,Réalisation\n"
            let rehearsed = await server.send(.put, Self.plan + "?dry_run=true", body: table, type: "text/csv")
            #expect(rehearsed.status == 201)
            #expect(try await server.count("select count(*) from roadmaps") == 0)
            let created = await server.send(.put, Self.plan, body: table, type: "text/csv", fields: ["If-None-Match": "*"])
            try #require(created.status == 201, "\(created.text)")
            let roadmap = try created.json()["roadmap"]
            #expect(roadmap["state"].text == "brouillon" && roadmap["last_year"].number == 2024)
            #expect(try created.json()["actions"].items[0]["fields"]["theme"]["to"].text == "fin_usage")
            let elsewhere = await server.send(.put, "/v1/roadmaps/XX-2024/plan", body: table, type: "text/csv")
            #expect(elsewhere.status == 422, "\(elsewhere.text)")
        }
    }
}
