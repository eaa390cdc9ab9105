import Documents
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Measures as tables (CSV)")
struct MeasureTableTests {
    private typealias Scene = MeasureDocumentScene

    @Test("`5,7` with a comma in CSV, `5.7` in JSON, `5 700` with a thin space: one number, as it was written")
    func numbers() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            for (cell, value) in [
                ("5,7", "5.7"), ("5 700", "5700"), ("5.70", "5.70"), ("5\u{A0}700,25", "5700.25"), ("5\u{202F}700", "5700"),
                ("5\u{2009}700\u{2009}000,5", "5700000.5"), ("-3,5", "-3.5"), (" 12 ", "12"), ("\u{2212}3,50", "-3.50"),
                ("\"1 234,5\"", "1234.5"), ("0", "0"), ("0,000001", "0.000001"),
            ] {
                let answer = await Scene.applyTable(
                    server, "indicator;ministry;period;value\nENERGIE;TE;2023-S1;\(cell)\n", query: "?accept=jump")
                try #require(answer.status == 200, "\(cell): \(answer.text)")
                #expect(await Scene.literal(server, "ENERGIE/TE/2023-S1") == value, "\(cell)")
            }
            let same = await Scene.apply(server, [Scene.line("ENERGIE/TE/2023-S1", #""value": 0.000001"#)])
            #expect(try Scene.summary(same) == [0, 0, 1])
            for cell in [
                "57 00", "5 7", "1.234,5", "5,7,1", "5,", ",5", "42 %", "5 kWh", "007", "1e3", "0,1234567", "5700 000", "#REF!",
            ] {
                let answer = await Scene.applyTable(server, "indicator;ministry;period;value\nENERGIE;TE;2023-S1;\"\(cell)\"\n")
                #expect(answer.status == 422, "\(cell)")
                let fault = try answer.json()["errors"][0]
                #expect(fault["line"].number == 2 && fault["column"].number == 20, "\(cell): \(answer.text)")
                #expect(fault["detail"].text?.hasPrefix("Ligne 2, ENERGIE/TE/2023-S1, colonne « value » : ") == true)
            }
        }
    }

    @Test("under our names, in any order, are what they are in JSON")
    func ownNames() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let table = """
                \u{FEFF}Période;Ministère;Indicateur;État;numerator;denominator;value;estimated;comment;Sans objet;version;Remarque
                2023;TE;FORMATION;Soumise;;;1 200;oui;"deux
                lignes";;;x
                2023;TE;REEMPLOI;;9;10;;;;;;
                2023;TE;CHARTE;soumise;;;oui;non;;;;
                2023;JUS;CHARTE;;;;0;;;;;
                2023;AGR;CHARTE;brouillon;;;;;;aucun agent;;
                2024;AGR;CHARTE;;;;;;;;;
                """
            let answer = await Scene.applyTable(server, table)
            #expect(try Scene.summary(answer) == [5, 0, 0])
            let warnings = try answer.json()["warnings"].items
            #expect(warnings.map { $0["code"].text } == ["column-ignored", "lines-ignored"])
            #expect(
                warnings.last?["detail"].text?.contains("lues : 7.") == true && warnings.last?["line"].number == 8,
                "\(answer.text)")
            let training = try await server.send(.get, IndicatorScene.address("FORMATION/TE/2023")).json()
            #expect(training["value"].number == 1200 && training["estimated"].flag == true && training["state"].text == "soumise")
            #expect(training["comment"].text == "deux\nlignes")
            let flags = try await server.send(.get, "/v1/measures?indicator=CHARTE").json()["data"].items
            #expect(flags.map { $0["answer"].flag } == [nil, false, true] && flags[0]["not_applicable"].text == "aucun agent")
            let cleared = await Scene.applyTable(
                server, "indicator;ministry;period;value;comment;state\nFORMATION;TE;2023;1200;;\n")
            #expect(try Scene.summary(cleared) == [0, 1, 0])
            let after = try await server.send(.get, IndicatorScene.address("FORMATION/TE/2023")).json()
            #expect(after["comment"].isNull && after["state"].text == "soumise" && after["estimated"].flag == true)
        }
    }

    @Test("under French titles, with the names that templates show beside codes, are read without a warning")
    func frenchTitles() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let table = """
                Indicateur;Intitulé;Organisme;Nom de l’organisme;Période;Valeur;État
                FORMATION;Agents formés;TE;Écologie;2023;40;soumise
                """
            let answer = await Scene.applyTable(server, table)
            #expect(try Scene.summary(answer) == [1, 0, 0])
            #expect(try answer.json()["warnings"].items.isEmpty, "\(answer.text)")
            let dated = "Indicateur;title;Code de l’organisme;name;Date;Valeur\nFORMATION;x;TE;y;31/12/2023;40\n"
            #expect(try Scene.summary(await Scene.applyTable(server, dated)) == [0, 0, 1])
        }
    }

    @Test("under the names of the State's tools are measures of the periods that their days lie in")
    func toolsOfTheState() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let table = """
                identifiant_indic;zone_id;date_valeur;type_valeur;valeur
                FORMATION;TE;31/12/2022;vi;30
                FORMATION;TE;2023-12-31;va;40
                ENERGIE;TE;30/06/2023;va;5,70
                ENERGIE;TE;1er juillet 2023;VA;6,1
                CHARTE;TE;31/12/2023;;1
                CHARTE;JUS;2023-01-01;va;non
                """
            #expect(try Scene.summary(await Scene.applyTable(server, table)) == [6, 0, 0])
            #expect(try Scene.summary(await Scene.applyTable(server, table)) == [0, 0, 6])
            let measures = try await server.send(.get, "/v1/measures").json()["data"].items
            #expect(measures.allSatisfy { $0["state"].text == "brouillon" })
            #expect(
                measures.map { measure in
                    let answer = measure["answer"].isNull ? measure["value"] : measure["answer"]
                    return "\(measure["indicator"].text ?? "") \(measure["period"].text ?? "") \(answer)"
                }
                    == [
                        "CHARTE 2023 0", "CHARTE 2023 1", "ENERGIE 2023-S1 5.7", "ENERGIE 2023-S2 6.1", "FORMATION 2022 30",
                        "FORMATION 2023 40",
                    ])
            let parts = """
                identifiant_indic;zone_id;date_valeur;type_valeur;valeur;numerator;denominator;state
                REEMPLOI;TE;31/12/2023;va;;9;10;soumise
                """
            #expect(try Scene.summary(await Scene.applyTable(server, parts)) == [1, 0, 0])
        }
    }

    /// A table, and its faults as `code pointer line:column`.
    private static let bad: [(table: String, status: Int, faults: [String])] = [
        ("", 400, []), (" \n", 400, ["required 1:1"]), ("indicator;ministry\nA;B\n", 400, ["required 1:1"]),
        ("indicator;ministry;perod;value\nA;B;2023;1\n", 400, ["unknown-member 1:20"]),
        ("indicator;ministry;period;value;valeur\nA;B;2023;1;2\n", 400, ["duplicate-key 1:33"]),
        ("indicator;ministry;period;date_valeur;value\nA;B;2023;1;2\n", 400, ["duplicate-key 1:27"]),
        ("Campagne 2023;;;\nindicator;ministry;period;value\nA;B;2023;1\n", 400, ["required 1:1"]),
        ("indicator;ministry;period;value\nFORMATION;TE;2023;1;2\n", 400, ["syntax /measures/0 2:21"]),
        (
            "indicator;ministry;period;value;source\nFORMATION;TE;2023;=1+1;+x\n", 400,
            ["forbidden-character /measures/0/value 2:19", "forbidden-character /measures/0/source 2:24"]
        ),
        (
            "identifiant_indic;zone_id;date_valeur;type_valeur;valeur\nFORMATION;TE;31/12/2023;vc;40\n"
                + "FORMATION;TE;2023;va;40\nREEMPLOI;TE;31/12/2023;va;42\nFORMATION;TE;31/12/2023;xx;40\nRIEN;ZZ;31/12/1950;va;1\n",
            422,
            [
                "inconsistent /measures/0/type_valeur 2:25", "invalid-date /measures/1/period 3:14",
                "read-only-member /measures/2/value 4:27", "duplicate /measures/3 5:1",
                "invalid-value /measures/3/type_valeur 5:25",
                "unknown-reference /measures/4/indicator 6:1", "unknown-reference /measures/4/ministry 6:6",
            ]
        ),
        (
            "indicator;ministry;period;value;numerator;denominator;state;estimated;version\nFORMATION;TE;2023-S1;1;;;fini;peut-être;1,5\n"
                + ";TE;2023;1;;;;;\nREEMPLOI;TE;2023;50;9;10;;;\nCHARTE;TE;2023;5;;;;;\nFORMATION;TE;2150;1;;;;;\n", 422,
            [
                "inconsistent /measures/0/period 2:14", "invalid-value /measures/0/state 2:26",
                "wrong-type /measures/0/estimated 2:31",
                "wrong-type /measures/0/version 2:41", "required /measures/1/indicator 3:1",
                "inconsistent /measures/2/value 4:18",
                "wrong-type /measures/3/value 5:16", "invalid-value /measures/4/period 6:14",
            ]
        ),
    ]

    @Test("are refused with every fault, its line and its cell", arguments: bad.indices)
    func faults(index: Int) async throws {
        let (table, status, expected) = Self.bad[index]
        try await TestServer.with { server in
            try await Scene.define(server)
            let answer = await Scene.applyTable(server, table)
            #expect(answer.status == status, "\(answer.text)")
            let faults = try answer.json()["errors"].items.map { fault in
                [
                    fault["code"].text ?? "", fault["pointer"].text ?? "",
                    fault["line"].number.map { "\($0):\(fault["column"].number ?? 0)" } ?? "",
                ].filter { !$0.isEmpty }.joined(separator: " ")
            }
            #expect(faults == expected, "\(answer.text)")
            #expect(try await Scene.changes(server) == 0)
        }
    }

    @Test("a target among the measures of the State's tools says where targets are set")
    func targets() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let answer = await Scene.applyTable(
                server, "identifiant_indic;zone_id;date_valeur;type_valeur;valeur\nFORMATION;TE;31/12/2023;vc;40\n")
            let detail = try answer.json()["errors"][0]["detail"].text ?? ""
            #expect(detail.hasPrefix("Ligne 2, FORMATION/TE/2023-12-31, colonne « type_valeur » : "), "\(detail)")
            #expect(detail.contains("PUT /v1/indicators/{code}/targets"))
        }
    }

    @Test("with a computed value longer than what may be sent, go back as they were exported, and no other value does")
    func longComputedValues() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let lines = [
                Scene.line("REEMPLOI/TE/2023", #""numerator": 999999999999999, "denominator": "0.000001""#),
                Scene.line("REEMPLOI/JUS/2023", #""numerator": 999999999999999, "denominator": 7"#),
            ]
            #expect(try Scene.summary(await Scene.apply(server, lines)) == [2, 0, 0])
            let table = await Scene.export(server)
            #expect(table.contains("99999999999999900000000,0") && table.contains("14285714285714271,4"), "\(table)")
            #expect(try Scene.summary(await Scene.applyTable(server, table)) == [0, 0, 2])
            let long = String(repeating: "9", count: 70)
            for other in ["14285714285714271,5", "142857142857142714", "14285714285714271,4285714", long] {
                let answer = await Scene.applyTable(server, table.replacing("14285714285714271,4", with: other))
                #expect(answer.status == 422, "\(other)")
                #expect(try answer.json()["errors"].items.map { $0["pointer"].text } == ["/measures/0/value"], "\(answer.text)")
            }
        }
    }

    @Test("sent back as they were exported, change nothing", arguments: ["", "?decimal=point"])
    func roundTrip(query: String) async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let lines = [
                Scene.line(
                    "FORMATION/TE/2022", #""value": 4, "state": "validee", "source": "=SOMME(A1)", "comment": "deux\n; lignes""#),
                Scene.line("FORMATION/TE/2023", #""value": 40000, "state": "soumise""#),
                Scene.line("REEMPLOI/TE/2023", #""numerator": 1, "denominator": 3, "estimated": true"#),
                Scene.line("ENERGIE/TE/2023-S1", #""value": "-5.70", "method": "'relevé'""#),
                Scene.line("ENERGIE/TE/2023-S2", #""unavailable": "- en cours""#),
                Scene.line("CHARTE/TE/2023", #""answer": false, "state": "renvoyee", "state_reason": "à revoir""#),
                Scene.line("CHARTE/JUS/2023", #""not_applicable": "aucun agent""#),
            ]
            #expect(try Scene.summary(await Scene.apply(server, lines, query: "?accept=jump")) == [7, 0, 0])
            let table = await Scene.export(server, query: query)
            let before = try await Scene.changes(server)
            let answer = await Scene.applyTable(server, table)
            #expect(try Scene.summary(answer) == [0, 0, 7])
            #expect(try answer.json()["warnings"].items.isEmpty, "\(answer.text)")
            #expect(try await Scene.changes(server) == before)
            #expect(await Scene.export(server, query: query) == table)
            let stale = table.replacing("40000", with: "40001")
            #expect(try Scene.summary(await Scene.applyTable(server, stale, query: "?accept=jump")) == [0, 1, 6])
            let again = await Scene.applyTable(server, table, query: "?accept=jump")
            #expect(again.status == 409, "the export is of an older version: \(again.text)")
        }
    }
}
