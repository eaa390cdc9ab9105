import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Measures as a document")
struct MeasureDocumentTests {
    private typealias Scene = MeasureDocumentScene

    @Test("become what it says, once: the same document again changes nothing and leaves no history")
    func twice() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let lines = [
                Scene.line("FORMATION/TE/2023", #""value": 40, "state": "soumise", "source": "RH""#),
                Scene.line("REEMPLOI/TE/2023", #""numerator": 9, "denominator": 10, "estimated": true"#),
                Scene.line("CHARTE/TE/2023", #""answer": true"#),
                Scene.line("ENERGIE/TE/2023-S1", #""value": "5.70""#),
                Scene.line("ENERGIE/TE/2023-S2", #""unavailable": "relevé en cours""#),
                Scene.line("CHARTE/JUS/2023", #""not_applicable": "aucun agent""#),
            ]
            let first = await Scene.apply(server, lines, reason: "Campagne")
            #expect(try Scene.summary(first) == [6, 0, 0])
            let told = try first.json()
            #expect(told["dry_run"].flag == false && told["warnings"].items.isEmpty)
            #expect(
                told["measures"].items.map { "\($0["indicator"].text ?? "")/\($0["ministry"].text ?? "")" }
                    == ["CHARTE/JUS", "CHARTE/TE", "ENERGIE/TE", "ENERGIE/TE", "FORMATION/TE", "REEMPLOI/TE"])
            #expect(told["measures"][1]["fields"]["answer"]["to"].flag == true)
            #expect(IndicatorScene.literal("to", in: String(first.text.split(separator: "ENERGIE")[1])) != nil)
            #expect(await Scene.literal(server, "ENERGIE/TE/2023-S1") == "5.70")
            let history = try await server.send(.get, IndicatorScene.address("FORMATION/TE/2023") + "/history").json()
            #expect(history["data"][0]["reason"].text == "Campagne" && history["data"].items.count == 1)
            let changes = try await Scene.changes(server)
            #expect(try Scene.summary(await Scene.apply(server, lines)) == [0, 0, 6])
            #expect(try await Scene.changes(server) == changes)
            let changed = await Scene.apply(server, [Scene.line("FORMATION/TE/2023", #""value": 44"#)])
            #expect(try Scene.summary(changed) == [0, 1, 0])
            let fields = try changed.json()["measures"][0]["fields"]
            #expect(fields["value"]["from"].number == 40 && fields["value"]["to"].number == 44 && fields.members.count == 1)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("a series replaced by a shorter file: what is not listed is kept, and so is what a line does not name")
    func shorterFile() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let series = [2022, 2023, 2024].map {
                Scene.line(
                    "FORMATION/TE/\($0)", #""value": \#($0 - 2000), "source": "RH", "comment": "série", "estimated": true"#)
            }
            #expect(try Scene.summary(await Scene.apply(server, series)) == [3, 0, 0])
            let shorter = await Scene.apply(server, [Scene.line("FORMATION/TE/2024", #""value": 30"#)])
            #expect(try Scene.summary(shorter) == [0, 1, 0])
            #expect(await Scene.literal(server, "FORMATION/TE/2022") == "22")
            #expect(await Scene.literal(server, "FORMATION/TE/2023") == "23")
            let kept = try await server.send(.get, IndicatorScene.address("FORMATION/TE/2024")).json()
            #expect(kept["value"].number == 30 && kept["source"].text == "RH" && kept["estimated"].flag == true)
            let table = await Scene.applyTable(
                server, "identifiant_indic;zone_id;date_valeur;type_valeur;valeur\nFORMATION;TE;2024-12-31;va;31\n")
            #expect(try Scene.summary(table) == [0, 1, 0])
            let after = try await server.send(.get, IndicatorScene.address("FORMATION/TE/2024")).json()
            #expect(after["source"].text == "RH" && after["comment"].text == "série" && after["estimated"].flag == true)
            let cleared = await Scene.apply(
                server, [Scene.line("FORMATION/TE/2024", #""value": 31, "source": null, "estimated": null"#)])
            #expect(try Scene.summary(cleared) == [0, 1, 0])
            let empty = try await server.send(.get, IndicatorScene.address("FORMATION/TE/2024")).json()
            #expect(empty["source"].isNull && empty["comment"].text == "série" && empty["estimated"].flag == false)
            #expect(try Scene.summary(await Scene.apply(server, [])) == [0, 0, 0])
            #expect(try await server.count("select count(*) from measures where known_to = 'infinity'") == 3)
        }
    }

    @Test("a number sent again with other zeros at its end changes nothing, and reads as it was sent first")
    func trailingZeros() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let first = [
                Scene.line("ENERGIE/TE/2023-S1", #""value": "5.70", "state": "validee""#),
                Scene.line("ENERGIE/TE/2023-S2", #""value": 6"#),
                Scene.line("REEMPLOI/TE/2023", #""numerator": "9.0", "denominator": 10"#),
            ]
            #expect(try Scene.summary(await Scene.apply(server, first)) == [3, 0, 0])
            let table =
                "indicator;ministry;period;value;numerator;denominator\nENERGIE;TE;2023-S1;5,7;;\nENERGIE;TE;2023-S2;6,00;;\n"
            #expect(try Scene.summary(await Scene.applyTable(server, table + "REEMPLOI;TE;2023;;9;10,000\n")) == [0, 0, 3])
            let alone = await IndicatorScene.measure(server, "ENERGIE/TE/2023-S2", #"{"value": "6.000"}"#)
            #expect(alone.status == 200 && alone.text.contains(#""version":1"#), "\(alone.text)")
            #expect(try await Scene.changes(server) == 3)
            #expect(await Scene.literal(server, "ENERGIE/TE/2023-S1") == "5.70")
            #expect(await Scene.literal(server, "REEMPLOI/TE/2023", "numerator") == "9.0")
            let partly = await Scene.applyTable(server, table + "REEMPLOI;TE;2023;;9;12\n")
            let fields = try partly.json()["measures"].items.last?["fields"]
            #expect(fields?.members.count == 1 && fields?["denominator"]["to"].number == 12, "\(partly.text)")
            #expect(await Scene.literal(server, "REEMPLOI/TE/2023", "numerator") == "9.0")
        }
    }

    @Test("numbers, and texts that are numbers, are taken and refused as the contract describes them")
    func writtenNumbers() async throws {
        let contract = try ContractDocument.current()
        let line = contract.resolve(contract.root["components"]["schemas"]["MeasureLinePut"])
        let schema = contract.resolve(line["properties"]["value"])
        let checker = SchemaValidation(contract: contract)
        try await TestServer.with { server in
            try await Scene.define(server)
            for text in [
                "0", "5.70", "-3.5", "999999999999999.999999", "-999999999999999", "1000000000000000", "-1000000000000000.5",
                "1e3",
                "1E15", "0.0000001", "5,7", "007", "+4", ".5", "5.", "", " 4", "NaN",
            ] {
                let asText = await Scene.apply(
                    server, [Scene.line("ENERGIE/TE/2023-S1", #""value": "\#(text)""#)], query: "?dry_run=true")
                let isDescribed = Patterns.matches(text, schema["x-text-pattern"].text)
                #expect(asText.status == (isDescribed ? 200 : 422), "“\(text)”: \(asText.text)")
                // More digits than a floating-point number holds are beyond the schemas of programs, not beyond the service.
                let isExact = text.count(where: \.isNumber) <= 16
                guard isExact, let number = Double(text), let tree = try? JSONTree(json: text), number.isFinite else { continue }
                let asNumber = await Scene.apply(
                    server, [Scene.line("ENERGIE/TE/2023-S1", #""value": \#(text)"#)], query: "?dry_run=true")
                // How many decimals there are is said in words, as no schema counts them.
                if asNumber.status == 200 {
                    #expect(checker.faults(of: tree, against: schema).isEmpty, "\(text)")
                } else {
                    let isTooFine = text.drop { $0 != "." }.count > 7
                    #expect(isTooFine || !checker.faults(of: tree, against: schema).isEmpty, "\(text): \(asNumber.text)")
                }
            }
        }
    }

    @Test("rehearsed, tell the same and leave nothing")
    func dryRun() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let lines = [Scene.line("FORMATION/TE/2023", #""value": 40"#), Scene.line("CHARTE/TE/2023", #""answer": false"#)]
            let rehearsed = await Scene.apply(server, lines, query: "?dry_run=true")
            #expect(try Scene.summary(rehearsed) == [2, 0, 0])
            #expect(try rehearsed.json()["dry_run"].flag == true)
            #expect(try await server.count("select count(*) from measures") == 0)
            #expect(try await Scene.changes(server) == 0)
            let applied = await Scene.apply(server, lines)
            #expect(try applied.json()["measures"].canonical == rehearsed.json()["measures"].canonical)
        }
    }

    @Test("of other ministries are each told with their place, beside the faults of one's own lines, and nothing stored is told")
    func otherMinistries() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let stored = Scene.line("FORMATION/JUS/2023", #""value": 40, "state": "validee""#)
            #expect(try Scene.summary(await Scene.apply(server, [stored])) == [1, 0, 0])
            let table = """
                indicator;ministry;period;value;version
                FORMATION;TE;2023;40;
                FORMATION;JUS;2023;99999;7
                RIEN;JUS;2023;4;
                FORMATION;ZZ;2023;4;
                FORMATION;TE;2024;quatre;
                FORMATION;AGR;2023;4;
                CHARTE;TE;2023;5;
                """
            let refused = await Scene.applyTable(server, table, as: .referent)
            #expect(refused.status == 403 && refused.text.contains("outside-ministry"))
            let faults = try refused.json()["errors"].items.map {
                "\($0["code"].text ?? "") \($0["pointer"].text ?? "") \($0["line"].number ?? 0):\($0["column"].number ?? 0)"
            }
            let expected = [
                "inconsistent /measures/1/ministry 3:11", "inconsistent /measures/2/ministry 4:6",
                "inconsistent /measures/5/ministry 7:11", "unknown-reference /measures/2/indicator 4:1",
                "unknown-reference /measures/3/ministry 5:11", "invalid-value /measures/4/value 6:19",
                "wrong-type /measures/6/value 8:16",
            ]
            #expect(faults == expected, "\(refused.text)")
            #expect(try refused.json()["detail"].text == "Votre jeton ne permet pas d’écrire pour AGR, JUS.")
            // The same of a ministry of which nothing is stored.
            let blank = await Scene.applyTable(server, table.replacing("JUS;2023;99999", with: "EF;2023;99999"), as: .referent)
            #expect(try blank.faults() == refused.faults(), "\(blank.text)")
            #expect(try await Scene.changes(server) == 1)
        }
    }

    @Test("of another ministry make the whole document refused, with its name")
    func otherMinistry() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let lines = [
                Scene.line("FORMATION/TE/2023", #""value": 40"#), Scene.line("FORMATION/JUS/2023", #""value": "mal""#),
            ]
            let refused = await Scene.apply(server, lines, as: .referent)
            #expect(refused.status == 403 && refused.text.contains("outside-ministry") && refused.text.contains("JUS"))
            #expect(try await Scene.changes(server) == 0)
            #expect(try Scene.summary(await Scene.apply(server, [lines[0]], as: .referent)) == [1, 0, 0])
            #expect(await Scene.apply(server, [lines[0]], as: .reader).status == 403)
            #expect(await Scene.apply(server, [lines[0]], as: .anonymous).status == 401)
        }
    }

    @Test("that name a version are refused where it is not the stored one, all at once, and not where they change nothing")
    func versions() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let years = [2022, 2023]
            func all(_ members: String) -> [String] { years.map { Scene.line("FORMATION/TE/\($0)", members) } }
            #expect(try Scene.summary(await Scene.apply(server, all(#""value": 40"#))) == [2, 0, 0])
            let next = all(#""value": 41, "version": 1"#)
            let updated = await Scene.apply(server, next)
            #expect(try Scene.summary(updated) == [0, 2, 0], "\(updated.text)")
            #expect(try Scene.summary(await Scene.apply(server, next)) == [0, 0, 2])
            let stale = all(#""value": 42, "version": 1"#)
            let gone = Scene.line("FORMATION/TE/2024", #""value": 42, "version": 7"#)
            let fine = Scene.line("FORMATION/TE/2025", #""value": 42"#)
            let refused = await Scene.apply(server, stale + [fine, gone])
            #expect(refused.status == 409)
            let expected = [0, 1, 3].map { "inconsistent /measures/\($0)/version" }
            #expect(try refused.faults() == expected, "\(refused.text)")
            #expect(await Scene.literal(server, "FORMATION/TE/2022") == "41")
            #expect(await server.send(.get, IndicatorScene.address("FORMATION/TE/2025")).status == 404)
        }
    }

    @Test("obey the rules of their states, each line told")
    func states() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let years = [2022, 2023]
            func all(_ members: String) -> [String] { years.map { Scene.line("FORMATION/TE/\($0)", members) } }
            #expect(
                try Scene.summary(await Scene.apply(server, all(#""value": 40, "state": "soumise""#), as: .referent)) == [
                    2, 0, 0,
                ])
            let tooFar = await Scene.apply(server, all(#""value": 40, "state": "validee""#), as: .referent)
            #expect(tooFar.status == 403)
            #expect(
                try tooFar.faults() == ["inconsistent /measures/0/state", "inconsistent /measures/1/state"], "\(tooFar.text)")
            #expect(try Scene.summary(await Scene.apply(server, all(#""value": 40, "state": "validee""#))) == [0, 2, 0])
            let back = await Scene.apply(server, all(#""value": 40, "state": "brouillon""#))
            #expect(back.status == 409)
            #expect(try back.faults().count == 2)
            let unexplained = await Scene.apply(server, all(#""value": 41"#))
            #expect(unexplained.status == 422)
            #expect(try unexplained.faults() == ["required /measures/0", "required /measures/1"], "\(unexplained.text)")
            let explained = await Scene.apply(server, all(#""value": 41"#), query: "?reason=Erreur%20de%20saisie")
            #expect(try Scene.summary(explained) == [0, 2, 0])
            let contradiction = await Scene.apply(server, all(#""value": 42"#), query: "?reason=A", reason: "B")
            #expect(contradiction.status == 400 && contradiction.text.contains("inconsistent"))
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("are compared with the period before as the document leaves it, and a jump asks for a confirmation once")
    func jumps() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let lines = [
                Scene.line("FORMATION/TE/2024", #""value": 40000"#), Scene.line("FORMATION/TE/2023", #""value": 40"#),
                Scene.line("FORMATION/TE/2022", #""value": 30"#),
            ]
            let refused = await Scene.apply(server, lines)
            #expect(refused.status == 422 && refused.text.contains("accept=jump"))
            #expect(try refused.faults() == ["inconsistent /measures/0/value"])
            #expect(try Scene.summary(await Scene.apply(server, lines, query: "?accept=jump")) == [3, 0, 0])
            #expect(try Scene.summary(await Scene.apply(server, lines)) == [0, 0, 3])
            let submitted = lines.map { $0.replacing("}", with: #", "state": "soumise"}"#) }
            #expect(try Scene.summary(await Scene.apply(server, submitted)) == [0, 3, 0])
            let stored = await Scene.apply(server, [Scene.line("FORMATION/TE/2025", #""value": 50"#)])
            #expect(try stored.faults() == ["inconsistent /measures/0/value"], "\(stored.text)")
        }
    }
}
