import Documents
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Avoided impacts in frozen figures")
struct SnapshotImpactTests {
    private static func freeze(_ server: TestServer, _ year: Int = 2022, _ more: String = "") async throws -> JSONValue {
        let answer = await server.send(.post, "/v1/snapshots", body: #"{"year": \#(year), "title": "Bilan"\#(more)}"#)
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.json()
    }

    private static func change(_ server: TestServer, _ target: String, _ body: String) async throws {
        let answer = await server.send(.patch, target, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(target) \(body): \(answer.text)")
    }

    private static func verified(
        _ server: TestServer, _ id: String = "2022-1", as caller: TestServer.Caller = .coordinator
    ) async throws -> JSONValue {
        let answer = await server.send(.get, "/v1/snapshots/\(id)/verification", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }

    private static func causes(_ verification: JSONValue) -> [String] {
        verification["as_known_now"]["causes"].items.map { cause in
            let factor = cause["factor"]["code"].text.map { " \($0)/\(cause["factor"]["version"].number ?? 0)" } ?? ""
            return "\(cause["kind"].text ?? "") \(cause["resource"]["id"].text ?? "")\(factor): "
                + cause["changes"].members.keys.sorted().joined(separator: ", ")
        }
    }

    @Test("are the sums of the same instant, as texts, with what each version of a factor adds, and no action is named")
    func frozen() async throws {
        try await TestServer.with { server in
            try await BarometerImpactTests.scene(server)
            // The day in question is one of plans: what is avoided is known by the year.
            let snapshot = try await Self.freeze(server, 2022, #", "as_of": "2022-06-30""#)
            let figures = try await ImpactScene.figures(server, query: "&known_at=\(try #require(snapshot["known_at"].text))")
            let impacts = snapshot["document"]["impacts"]
            #expect(impacts["rule"].text == figures["rule"].text && impacts["overlap_rule"].text == figures["overlap_rule"].text)
            let families = impacts["families"].items
            #expect(
                families.count == 2
                    && families.map { $0["code"].text } == figures["families"].items.map { $0["method_family"].text })
            for (family, expected) in zip(families, figures["families"].items) {
                for basis in ["estimated", "measured"] {
                    #expect(family[basis]["impacts"].number == expected[basis]["impacts"].number)
                    for (unit, part) in ["kg_co2_eq", "kg_sb_eq"].flatMap({ unit in ["low", "central", "high"].map { (unit, $0) }
                    }) {
                        let text = family[basis][unit][part].text
                        #expect(text.flatMap { Double($0) } == expected[basis][unit][part].decimal, "\(basis) \(unit) \(part)")
                    }
                }
                let factors = expected["by_factor"].items.map { "\($0["factor"].text ?? "")/\($0["version"].number ?? 0)" }
                #expect(family["factors"].items.map { $0["code"].text } == factors)
            }
            let document = await server.send(.get, "/v1/snapshots/2022-1/document", as: .anonymous).text
            #expect(!document.contains("SECRETE") && !document.contains("MARCHE") && document.contains(#""central":"1234567""#))
            let verification = try await Self.verified(server)
            #expect(verification["intact"].flag == true && verification["identical"].flag == true, "\(verification)")
            for part in [#", "themes": ["achats"]"#, #", "roadmap_states": ["validee"]"#] {
                #expect(try await Self.freeze(server, 2022, part)["document"]["impacts"].isNull, "\(part)")
            }
        }
    }

    @Test("are told to differ with the action, the factor, who and when, whatever the years of its roadmap")
    func moved() async throws {
        try await TestServer.with { server in
            try await BarometerImpactTests.scene(server)
            for year in [2022, 2023] { _ = try await Self.freeze(server, year) }
            try await Self.change(server, "/v1/actions/TE-2022-A/impacts/1", #"{"comment": "revu"}"#)
            #expect(try await Self.verified(server)["as_known_now"]["cause_count"].number == 0)
            try await Self.change(server, "/v1/actions/TE-2022-A/impacts/1", #"{"quantity": {"central": 1001}}"#)
            let verification = try await Self.verified(server)
            #expect(verification["intact"].flag == true && verification["identical"].flag == false)
            let pointers = verification["as_known_now"]["differences"].items.compactMap { $0["pointer"].text }
            #expect(!pointers.isEmpty && pointers.allSatisfy { $0.hasPrefix("/impacts/families/1/") }, "\(pointers)")
            #expect(pointers.contains("/impacts/families/1/estimated/kg_co2_eq/central"), "\(pointers)")
            #expect(Self.causes(verification) == ["updated TE-2022-A/1 PORTABLE-RECONDITIONNE/1: quantity"])
            let cause = verification["as_known_now"]["causes"][0]
            #expect(cause["actor"]["label"].text != nil && cause["recorded_at"].text != nil, "\(cause)")
            // Its roadmap is of 2022 alone.
            try await Self.change(server, "/v1/actions/JUS-2022-B", #"{"status": "abandonnee", "status_reason": "Non"}"#)
            let next = try await Self.verified(server, "2023-1")
            #expect(Self.causes(next) == ["updated JUS-2022-B: status"], "\(next)")
            #expect(next["as_known_now"]["differences"].items.map { $0["pointer"].text } == ["/impacts/families/0"])
            let gone = await server.send(.delete, "/v1/actions/TE-2022-A/impacts/2", fields: ["If-Match": "*"])
            #expect(gone.status == 204)
            #expect(
                Self.causes(try await Self.verified(server)).last
                    == "deleted TE-2022-A/2 TELEPHONE-RECONDITIONNE/1: basis, factor, "
                    + "factor_version, overlap_group, period, quantity")
        }
    }

    @Test("tell nobody else what moved of a confidential action, but that something did")
    func hidden() async throws {
        try await TestServer.with { server in
            try await BarometerImpactTests.scene(server)
            try await ImpactScene.plan(server, "EF-2022", ImpactScene.action("C"), state: "soumise")
            try await ImpactScene.give(server, "EF-2022-C", ImpactScene.ofLaptops)
            _ = try await Self.freeze(server)
            try await Self.change(server, "/v1/actions/TE-2022-SECRETE/impacts/1", #"{"quantity": {"central": 3}}"#)
            for (caller, count) in [(TestServer.Caller.reader, 0), (.otherReferent, 0), (.referent, 1), (.coordinator, 1)] {
                let answer = await server.send(.get, "/v1/snapshots/2022-1/verification", as: caller)
                let now = try answer.json()["as_known_now"]
                #expect(now["identical"].flag == false && now["cause_count"].number == 1, "\(caller)")
                #expect(now["causes"].items.count == count && now["hidden_causes"].number == 1 - count, "\(caller) \(now)")
                #expect(answer.text.contains("SECRETE") == (count == 1), "\(caller)")
            }
            // In a plan that is sent back to draft, nothing more is told of it.
            try await Self.change(server, "/v1/roadmaps/EF-2022", #"{"state": "brouillon"}"#)
            let before = try await Self.verified(server, as: .reader)["as_known_now"]["cause_count"].number
            #expect(before == 2)
            try await Self.change(server, "/v1/actions/EF-2022-C/impacts/1", #"{"basis": "measured"}"#)
            #expect(try await Self.verified(server, as: .reader)["as_known_now"]["cause_count"].number == before)
        }
    }

    /// As it was frozen before there were impacts and indicators.
    private static func keepAsBefore(_ server: TestServer) async throws {
        let text = await server.send(.get, "/v1/snapshots/2022-1/document").text
        let older = try CanonicalJSON.text(
            of: try JSONParser.parse(Array(text.utf8)).without("impacts").without("indicators"))
        try await server.database.write { session in
            try session.execute(
                """
                insert into snapshots (year, number, title, author_token, author_label, created_at, as_of, known_at, roadmap_states, salt,
                    document, sha256)
                select year, 2, title, author_token, author_label, created_at, as_of, known_at, roadmap_states, salt, \(older),
                    sha256(convert_to(\(older), 'UTF8'))
                from snapshots where number = 1
                """)
            try session.execute(
                """
                insert into snapshot_actions (ministry, first_year, code, version, theme, target_level, reached_level, status,
                    key_action, confidential, late, in_validation_cohort, year, number)
                select ministry, first_year, code, version, theme, target_level, reached_level, status, key_action, confidential, late,
                    in_validation_cohort, year, 2 from snapshot_actions
                """)
        }
    }

    @Test("are not asked of what was frozen before there were any, which is read and verified as it was")
    func older() async throws {
        try await TestServer.with { server in
            try await BarometerImpactTests.scene(server)
            try await IndicatorScene.define(server, IndicatorScene.training)
            _ = try await Self.freeze(server)
            try await Self.keepAsBefore(server)
            try await Self.change(server, "/v1/actions/TE-2022-A/impacts/1", #"{"quantity": {"central": 1001}}"#)
            try await IndicatorScene.give(server, "FORMATION/TE/2022", #""value": 41"#)
            let verification = try await Self.verified(server, "2022-2")
            #expect(verification["intact"].flag == true && verification["identical"].flag == true, "\(verification)")
            #expect(verification["as_known_now"]["cause_count"].number == 0)
            #expect(try await Self.verified(server)["as_known_now"]["cause_count"].number == 2)
            let page = await server.send(.get, "/v1/snapshots/2022-2", as: .anonymous, fields: ["Accept": "text/html"])
            #expect(page.status == 200 && !page.text.contains("Impacts évités"), "\(page.text.prefix(300))")
            #expect(try await server.send(.get, "/v1/snapshots/2022-2").json()["document"]["impacts"].isNull)
        }
    }

    @Test("stand on the page of the edition, in French and English, beside indicators that were provisional then")
    func page() async throws {
        try await TestServer.with { server in
            try await BarometerImpactTests.scene(server)
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2022", #""value": 41"#)
            _ = try await Self.freeze(server)
            try await IndicatorScene.expect(server, 2022, ["TE"])
            _ = try await Self.freeze(server, 2022, #", "replaces": "2022-1""#)
            // What is known since does not move what was frozen.
            try await Self.change(server, "/v1/actions/TE-2022-A/impacts/1", #"{"quantity": {"central": 1001}}"#)
            for (language, title, cell, provisional) in [
                ("fr", "MINUMECO, estimé", "54\u{202F}900de 36\u{202F}000 à 77\u{202F}000", "41, provisoire"),
                ("en", "MINUMECO, estimated", "54,900from 36,000 to 77,000", "41, provisional"),
            ] {
                for (id, shown) in [("2022-1", provisional), ("2022-2", "41")] {
                    let fields = ["Accept": "text/html", "Accept-Language": language]
                    let answer = await server.send(.get, "/v1/snapshots/\(id)", as: .anonymous, fields: fields)
                    let page = HTMLReading(answer.text)
                    page.expectAccessible(in: language)
                    #expect(page.rows.first { $0.cells[0] == title }?.cells[2] == cell, "\(page.rows)")
                    #expect(page.rows.first { $0.cells[0].hasPrefix("Agents formés") }?.cells[1] == shown, "\(page.rows)")
                }
            }
        }
    }
}
