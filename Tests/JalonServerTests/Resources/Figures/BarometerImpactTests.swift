import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Avoided impacts on the barometer")
struct BarometerImpactTests {
    /// Two families, both bases, an interval, a group that overlaps, a confidential action and one that no longer counts.
    static func scene(_ server: TestServer) async throws {
        for factor in [
            ImpactScene.laptopWithInterval, ImpactScene.phone,
            ImpactScene.factor("AUTRE", co2: #"{"central": 1}"#, family: "AUTRE"),
        ] {
            try await ImpactScene.define(server, factor)
        }
        let actions = [
            ImpactScene.action("A"), ImpactScene.action("SECRETE", "confidential: true"),
            ImpactScene.action("NON", "status: abandonnee, status_reason: Non"),
        ]
        try await ImpactScene.plan(server, "TE-2022", actions.joined(separator: ", "))
        try await ImpactScene.plan(server, "JUS-2022", ImpactScene.action("B"))
        let phones = ImpactScene.impact(of: "TELEPHONE-RECONDITIONNE", #"{"central": 10}"#, basis: "measured", group: "MARCHE")
        for (action, impact) in [
            ("TE-2022-A", ImpactScene.ofLaptops), ("TE-2022-A", phones), ("JUS-2022-B", phones),
            ("TE-2022-SECRETE", ImpactScene.impact(of: "AUTRE", #"{"central": 1234567}"#)),
            ("TE-2022-NON", ImpactScene.ofLaptops),
            ("JUS-2022-B", ImpactScene.impact(of: "AUTRE", #"{"central": 5}"#, in: 2023)),
        ] {
            try await ImpactScene.give(server, action, impact)
        }
    }

    private static func barometer(
        _ server: TestServer, _ query: String, as caller: TestServer.Caller = .anonymous
    ) async throws -> TestAnswer {
        let answer = await server.send(.get, "/v1/barometer?\(query)", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    /// The sums of the families, without what the figures tell of each theme, ministry and factor.
    private static func sums(_ families: JSONValue) -> [String] {
        families.items.map { family in
            ["method_family", "estimated", "measured"].map { "\($0) \(written(family[$0]))" }.joined(separator: "\n")
        }
    }

    /// In one way only.
    private static func written(_ value: JSONValue) -> String {
        let members = value.members.sorted { $0.key < $1.key }.map { "\($0.key): \(written($0.value))" }
        let single = value.text ?? value.decimal.map { "\($0)" } ?? "null"
        return members.isEmpty ? single : "{\(members.joined(separator: ", "))}"
    }

    private static func change(_ server: TestServer, _ target: String, _ body: String) async throws {
        let answer = await server.send(.patch, target, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(target) \(body): \(answer.text)")
    }

    @Test("are the sums of the figures of the same year and instant, for every reader, whatever day is asked for")
    func same() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let instant = try await ImpactScene.now(server)
            try await Self.change(
                server, "/v1/actions/TE-2022-A/impacts/1", #"{"quantity": {"low": null, "central": 7, "high": null}}"#)
            try await Self.change(server, "/v1/actions/JUS-2022-B", #"{"status": "abandonnee", "status_reason": "Non"}"#)
            for caller in [TestServer.Caller.anonymous, .reader, .referent, .coordinator, .admin] {
                for (year, known) in [("2022", ""), ("2022", "&known_at=\(instant)"), ("2023", ""), ("2024", "")] {
                    let figures = try await ImpactScene.figures(server, Int(year) ?? 0, as: caller, query: known)
                    for day in ["", "&as_of=2022-06-30"] {
                        let answer = try await Self.barometer(server, "year=\(year)\(known)\(day)", as: caller)
                        let impacts = try answer.json()["impacts"]
                        #expect(
                            Self.sums(impacts["families"]) == Self.sums(figures["families"]), "\(caller) \(year) \(known) \(day)")
                        #expect(impacts["families"].items.allSatisfy { $0.members.count == 3 })
                        for rule in ["rule", "equivalent_rule", "overlap_rule"] {
                            #expect(impacts[rule].text == figures[rule].text)
                        }
                        #expect(!answer.text.contains("SECRETE") && !answer.text.contains("MARCHE"))
                        let link = try #require(impacts["links"]["figures"].text)
                        let linked = try await server.send(.get, link, as: caller).json()
                        #expect(Self.sums(linked["families"]) == Self.sums(figures["families"]), "\(link)")
                    }
                }
            }
            let families = try await Self.barometer(server, "year=2022&known_at=\(instant)").json()["impacts"]["families"]
            #expect(families.items.map { $0["method_family"].text } == ["AUTRE", "MINUMECO"])
            #expect(families[0]["estimated"]["kg_co2_eq"]["central"].number == 1_234_567, "a confidential action counts")
            #expect(families[1]["estimated"]["kg_co2_eq"]["high"].number == 77_000)
            #expect(families[1]["measured"]["kg_co2_eq"]["central"].number == 255, "of the two of a group, one counts")
        }
    }

    @Test("change its tag when one of them does, and at no other time; as known at an instant it has the same bytes for ever")
    func tags() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let known = "year=2022&known_at=\(try await ImpactScene.now(server))"
            let past = try await Self.barometer(server, known)
            let pastPage = await server.send(.get, "/v1/barometer?\(known)", as: .anonymous, fields: ["Accept": "text/html"])
            var tag = try await Self.barometer(server, "year=2022").tag
            for (target, body, moves) in [
                ("/v1/actions/TE-2022-A/impacts/1", #"{"comment": "revu"}"#, false),
                ("/v1/actions/TE-2022-A/impacts/1", #"{"quantity": {"central": 1001}}"#, true),
                ("/v1/actions/TE-2022-A/impacts/1", #"{"period": "2021"}"#, true),
                ("/v1/actions/JUS-2022-B/impacts/2", #"{"quantity": {"central": 6}}"#, false),
                ("/v1/actions/TE-2022-SECRETE/impacts/1", #"{"basis": "measured"}"#, true),
            ] {
                try await Self.change(server, target, body)
                let again = await server.send(.get, "/v1/barometer?year=2022", as: .anonymous, fields: ["If-None-Match": tag])
                #expect(again.status == (moves ? 200 : 304), "\(target) \(body)")
                #expect((again.tag != tag) == moves, "\(target) \(body)")
                tag = again.tag
                let kept = try await Self.barometer(server, known)
                #expect(kept.text == past.text && kept.tag == past.tag, "\(target) \(body)")
            }
            let page = await server.send(.get, "/v1/barometer?\(known)", as: .anonymous, fields: ["Accept": "text/html"])
            #expect(page.text == pastPage.text && page.tag == pastPage.tag)
        }
    }
}
