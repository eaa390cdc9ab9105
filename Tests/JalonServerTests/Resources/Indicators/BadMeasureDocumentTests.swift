import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Bad documents of measures")
struct BadMeasureDocumentTests {
    private typealias Scene = MeasureDocumentScene

    @Test("in JSON are told with every fault, and nothing is kept")
    func faults() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let answer = await Scene.apply(
                server,
                [
                    Scene.line("FORMATION/TE/2023", #""value": 40"#), Scene.line("FORMATION/TE/2023", #""value": 41"#),
                    Scene.line("RIEN/TE/2023", #""value": 1"#), Scene.line("FORMATION/ZZ/2023", #""value": 1"#),
                    Scene.line("FORMATION/TE/2023-S1", #""value": 1"#), Scene.line("FORMATION/TE/1492", #""value": 1"#),
                    Scene.line("FORMATION/AGR/2023", #""value": "5,7""#), Scene.line("FORMATION/CUL/2023", #""value": 1.5"#),
                    Scene.line("REEMPLOI/TE/2023", #""value": 42"#), Scene.line("REEMPLOI/JUS/2023", #""numerator": 42"#),
                    Scene.line("REEMPLOI/AGR/2023", #""numerator": 1, "denominator": 0"#),
                    Scene.line("CHARTE/TE/2023", #""value": 1"#), Scene.line("CHARTE/JUS/2023", #""state": "soumise""#),
                    Scene.line("CHARTE/AGR/2023", #""answer": true, "unavailable": "non""#),
                    Scene.line("CHARTE/CUL/2023", #""answer": true, "state": "renvoyee""#),
                    Scene.line("CHARTE/EF/2023", #""answer": true, "valeur": 1, "due_on": "2024-01-01""#), "12",
                    Scene.line("CHARTE/INT/2023", #""answer": true, "version": "2""#), #"{"value": 1}"#,
                ])
            #expect(answer.status == 422)
            let expected = [
                "duplicate /measures/1", "unknown-reference /measures/2/indicator", "unknown-reference /measures/3/ministry",
                "inconsistent /measures/4/period", "invalid-value /measures/5/period", "invalid-value /measures/6/value",
                "wrong-type /measures/7/value", "read-only-member /measures/8/value", "required /measures/9/denominator",
                "out-of-range /measures/10/denominator", "wrong-type /measures/11/value", "required /measures/12",
                "inconsistent /measures/13/unavailable", "required /measures/14/state_reason",
                "unknown-member /measures/15/valeur", "read-only-member /measures/15/due_on", "wrong-type /measures/16",
                "wrong-type /measures/17/version", "required /measures/18/indicator", "required /measures/18/ministry",
                "required /measures/18/period",
            ]
            #expect(try Set(answer.faults()) == Set(expected), "\(answer.text)")
            #expect(try await Scene.changes(server) == 0)
        }
    }

    @Test("with a code that is nearly one name the nearest, in documents and in filters, which refuse what nobody knows")
    func nearestCodes() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let table =
                "indicator;ministry;period;value\nreemploi;TE;2023;4\nFORMATON;TE;2023;4\nÉNERGIES;TE;2023-S1;4\nXYZ;TE;2023;4\n"
            let answer = await Scene.applyTable(server, table)
            let details = try answer.json()["errors"].items.map { $0["detail"].text ?? "" }
            #expect(try answer.faults() == (0...3).map { "unknown-reference /measures/\($0)/indicator" }, "\(answer.text)")
            for (detail, code) in zip(details, ["REEMPLOI", "FORMATION", "ENERGIE"]) {
                #expect(detail.hasSuffix("Vouliez-vous « \(code) » ?"), "\(detail)")
            }
            #expect(details.last?.hasSuffix("n’existe pas.") == true)
            for target in ["/v1/measures", "/v1/measures.csv"] {
                let list = await server.send(.get, target + "?indicator=FORMATION,REEMPLO")
                #expect(list.status == 400)
                let fault = try list.json()["errors"][0]
                #expect(fault["code"].text == "unknown-reference" && fault["parameter"].text == "indicator", "\(list.text)")
                #expect(fault["detail"].text == "L’indicateur « REEMPLO » n’existe pas. Vouliez-vous « REEMPLOI » ?")
            }
        }
    }

    @Test("a missing parameter is called one")
    func missingParameters() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            for (target, name) in [
                ("/v1/indicators/figures", "year"), ("/v1/indicators/FORMATION/figures?from=2023", "to"),
            ] {
                let answer = await server.send(.get, target)
                #expect(answer.status == 400)
                #expect(try answer.json()["errors"][0]["detail"].text == "Le paramètre « \(name) » est obligatoire.")
            }
        }
    }

    @Test(
        "of another shape are refused",
        arguments: [
            ("[]", 422, "wrong-type"), ("{}", 422, "required /measures"), (#"{"measures": {}}"#, 422, "wrong-type /measures"),
            (#"{"measures": [], "effective_on": "2024-01-01"}"#, 422, "inconsistent /effective_on"),
            (#"{"measures": [], "motif": "x"}"#, 422, "unknown-member /motif"), (#"{"measures": ["#, 400, "syntax"),
        ])
    func shapes(body: String, status: Int, fault: String) async throws {
        try await TestServer.with { server in
            let answer = await server.send(.put, "/v1/measures", body: body)
            #expect(answer.status == status)
            let first = try answer.faults().first ?? ""
            #expect(first.hasPrefix(fault), "\(answer.text)")
        }
    }

    @Test("of too many measures or ministries, or under parameters that nobody knows, are refused")
    func bounds() async throws {
        try await TestServer.with { server in
            try await Scene.define(server)
            let line = Scene.line("FORMATION/TE/2023", #""value": 1"#)
            let many = await Scene.apply(server, Array(repeating: line, count: 20_001))
            #expect(many.status == 422)
            #expect(try many.faults() == ["too-many /measures"])
            let table = "indicator;ministry;period;value\n" + String(repeating: "FORMATION;TE;2023;1\n", count: 20_001)
            let manyLines = await Scene.applyTable(server, table)
            #expect(try manyLines.faults() == ["too-many /measures"])
            let bodies = (0...1_000).map { Scene.line("FORMATION/Z\($0)/2023", #""value": 1"#) }
            let manyBodies = await Scene.apply(server, bodies)
            #expect(try manyBodies.faults() == ["too-many /measures"])
            for query in ["?accept=all", "?effective_on=2024-01-01", "?dry_run=oui", "?ministry=TE"] {
                #expect(await Scene.apply(server, [line], query: query).status == 400, "\(query)")
            }
            let workbook = await server.send(.put, "/v1/measures", body: "PK\u{3}\u{4}", type: "text/csv")
            #expect(workbook.status == 415)
            #expect(await server.send(.put, "/v1/measures", body: "a: b", type: "application/yaml").status == 415)
        }
    }
}
