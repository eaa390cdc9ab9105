import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Traps of avoided impacts")
struct ImpactTrapTests {
    private static func carbon(_ figures: JSONValue, _ basis: String = "estimated", family: Int = 0) -> JSONValue {
        figures["families"].items[family][basis]["kg_co2_eq"]
    }

    @Test("15: the impact of a shared contract is counted once, not in every ministry, and those left out are named")
    func trap15() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            for ministry in ["TE", "JUS", "EF"] {
                try await ImpactScene.plan(server, "\(ministry)-2022", ImpactScene.action("ACH-01"))
            }
            for (ministry, quantity) in [("TE", 1_000), ("JUS", 2_000), ("EF", 2_000)] {
                try await ImpactScene.give(
                    server, "\(ministry)-2022-ACH-01",
                    ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", "{\"central\": \(quantity)}", group: "MARCHE-2022"))
            }
            // Of no group, it counts beside them.
            try await ImpactScene.give(
                server, "TE-2022-ACH-01", ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 10}"#))
            let figures = try await ImpactScene.figures(server)
            #expect(Self.carbon(figures)["central"].number == 110_349)
            let group = figures["overlap_groups"].items[0]
            #expect(group["counted"]["action"].text == "EF-2022-ACH-01")
            #expect(group["left_out"].items.map { $0["action"].text } == ["JUS-2022-ACH-01", "TE-2022-ACH-01"])
            #expect(group["left_out_unnamed"].number == 0)
            let bodies = figures["families"].items[0]["by_ministry"].items
            #expect(bodies.map { $0["ministry"].text } == ["EF", "TE"])
        }
    }

    @Test("16: a low and a high bound that are exchanged are refused, of a factor and of a quantity")
    func trap16() async throws {
        try await TestServer.with { server in
            let factor = await server.send(
                .post, "/v1/impact-factors",
                body: ImpactScene.factor("F", co2: #"{"low": 70, "central": 54.9, "high": 40}"#))
            #expect(factor.status == 422)
            #expect(factor.text.contains(#""pointer":"/kg_co2_eq/low""#) && factor.text.contains("échangées"))
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            for (quantity, pointer) in [
                (#"{"low": 1100, "central": 1000, "high": 900}"#, "low"),
                (#"{"low": 900, "central": 1200, "high": 1100}"#, "high"),
                (#"{"low": 900, "central": 1000}"#, "high"),
            ] {
                let impact = await server.send(
                    .post, "/v1/actions/TE-2022-ACH-01/impacts",
                    body: ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", quantity))
                #expect(impact.status == 422)
                #expect(impact.text.contains("\"pointer\":\"/quantity/\(pointer)\""), "\(impact.text)")
            }
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops)
            // One bound alone, over what is there.
            let patched = await server.send(
                .patch, "/v1/actions/TE-2022-ACH-01/impacts/1", body: #"{"quantity": {"high": 800}}"#, fields: ["If-Match": "*"])
            #expect(patched.status == 422 && patched.text.contains("/quantity/low"), "\(patched.text)")
        }
    }

    @Test("17: intervals are not added as if exact: where a part has none, the sum has none, and says how many parts lack one")
    func trap17() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptopWithInterval)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            let factor = "PORTABLE-RECONDITIONNE"
            try await ImpactScene.give(
                server, "TE-2022-ACH-01", ImpactScene.impact(of: factor, #"{"low": 900, "central": 1000, "high": 1100}"#))
            let whole = Self.carbon(try await ImpactScene.figures(server))
            #expect(whole["low"].number == 36_000 && whole["central"].number == 54_900 && whole["high"].number == 77_000)
            #expect(whole["without_interval"].number == 0)
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.impact(of: factor, #"{"central": 1}"#))
            let figures = try await ImpactScene.figures(server)
            let sum = Self.carbon(figures)
            #expect(sum["low"].isNull && sum["high"].isNull && sum["central"].decimal == 54954.9, "\(sum)")
            #expect(sum["without_interval"].number == 1 && sum["impacts"].number == 2)
            let europeans = figures["families"].items[0]["estimated"]["europeans"]["kg_co2_eq"]
            #expect(europeans["low"].isNull && europeans["central"].decimal == 6.78, "\(europeans)")
        }
    }

    @Test("18: kilograms and tons: the unit is in the name, and an absurd product is refused with the unit to count in")
    func trap18() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            for name in ["t_co2_eq", "co2", "kg_co2e"] {
                let body = ImpactScene.factor("F", co2: #"{"central": 0.0549}"#).replacing("kg_co2_eq", with: name)
                let answer = await server.send(.post, "/v1/impact-factors", body: body)
                #expect(answer.status == 422 && answer.text.contains("\"pointer\":\"/\(name)\""), "\(answer.text)")
            }
            let huge = await server.send(
                .post, "/v1/actions/TE-2022-ACH-01/impacts",
                body: ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 999999999999999}"#))
            #expect(huge.status == 422 && huge.text.contains("un équipement acheté"), "\(huge.text)")
            let given = await server.send(.post, "/v1/actions/TE-2022-ACH-01/impacts", body: ImpactScene.ofLaptops)
            #expect(given.text.contains(#""kg_co2_eq":{"low":null,"central":54900.0,"high":null}"#), "\(given.text)")
        }
    }

    @Test("two families of methods are told side by side, what is estimated apart from what is measured, without a sum across")
    func families() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.define(
                server, ImpactScene.factor("AUTRE", co2: #"{"central": 0.1}"#, family: "BOAVIZTA"))
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            let laptop = "PORTABLE-RECONDITIONNE"
            for impact in [
                ImpactScene.impact(of: laptop, #"{"central": 1}"#),
                ImpactScene.impact(of: laptop, #"{"central": 2}"#, basis: "measured"),
                ImpactScene.impact(of: "AUTRE", #"{"central": 3}"#), ImpactScene.impact(of: laptop, #"{"central": 9}"#, in: 2023),
            ] {
                try await ImpactScene.give(server, "TE-2022-ACH-01", impact)
            }
            let figures = try await ImpactScene.figures(server)
            #expect(figures["families"].items.map { $0["method_family"].text } == ["BOAVIZTA", "MINUMECO"])
            #expect(Self.carbon(figures)["central"].decimal == 0.3)
            #expect(Self.carbon(figures, family: 1)["central"].decimal == 54.9)
            #expect(Self.carbon(figures, "measured", family: 1)["central"].decimal == 109.8)
            #expect(figures["families"].items[0]["estimated"]["kg_sb_eq"].isNull)
        }
    }
}
