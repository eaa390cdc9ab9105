import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

/// Each is a way in which a number that looks right is wrong.
@Suite("Traps of indicators")
struct IndicatorTrapTests {
    @Test("a mean of percentages: 9 of 10 and 100 of 1,000 are 10.8 %, not 50 %")
    func meanOfPercentages() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.reuse)
            try await IndicatorScene.give(server, "REEMPLOI/TE/2023", #""numerator": 9, "denominator": 10"#)
            try await IndicatorScene.give(server, "REEMPLOI/JUS/2023", #""numerator": 100, "denominator": 1000"#)
            let answer = await server.send(.get, "/v1/indicators/REEMPLOI/figures?period=2023")
            #expect(IndicatorScene.literal("value", in: answer.text) == "10.8")
            let figure = try answer.json()
            #expect(figure["numerator"].number == 109 && figure["denominator"].number == 1010)
            #expect(figure["median"].number == 50 && figure["lowest"].number == 10 && figure["highest"].number == 90)
            #expect(figure["contributors"].items.map { $0["ministry"].text } == ["JUS", "TE"])
        }
    }

    @Test("missing as zero: who has not answered is named, and lowers no number")
    func missing() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE", "JUS", "AGR"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            try await IndicatorScene.give(server, "FORMATION/JUS/2023", #""value": 60"#)
            let figure = try await IndicatorScene.figure(server, "FORMATION", "period=2023")
            #expect(figure["value"].number == 100 && figure["lowest"].number == 40 && figure["median"].number == 50)
            #expect(figure["provisional"].flag == true)
            #expect(figure["missing"].items.map { $0["ministry"].text } == ["AGR"])
            #expect((figure["missing"][0]["days_late"].number ?? 0) > 300 && figure["missing"][0]["periods"][0].text == "2023")
            #expect(figure["coverage"]["expected"].number == 3 && figure["coverage"]["validated"].number == 2)
        }
    }

    @Test("a draft that some may not see: whether a number is provisional does not depend on who asks")
    func provisionalForAll() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            func isProvisional() async throws -> [Bool?] {
                var told: [Bool?] = []
                for caller in [TestServer.Caller.coordinator, .referent, .reader] {
                    told.append(
                        try await IndicatorScene.figure(server, "FORMATION", "period=2023", as: caller)["provisional"].flag)
                }
                return told
            }
            func put(_ key: String, _ body: String) async throws {
                let answer = await IndicatorScene.measure(server, key, body)
                try #require([200, 201].contains(answer.status), "\(answer.text)")
            }
            #expect(try await isProvisional() == [true, true, true])
            try await put("FORMATION/TE/2023", #"{"value": 40}"#)
            #expect(try await isProvisional() == [true, true, true], "a draft of who is expected")
            try await put("FORMATION/TE/2023", #"{"value": 40, "state": "soumise"}"#)
            try await put("FORMATION/TE/2023", #"{"value": 40, "state": "validee"}"#)
            #expect(try await isProvisional() == [false, false, false])
            try await put("FORMATION/JUS/2023", #"{"value": 40}"#)
            #expect(try await isProvisional() == [false, false, false], "a draft of who is not expected")
            try await put("FORMATION/JUS/2023", #"{"value": 40, "state": "soumise"}"#)
            #expect(try await isProvisional() == [true, true, true], "all see what may still be validated")
            try await put("FORMATION/JUS/2023", #"{"value": 40, "state": "renvoyee", "state_reason": "à revoir"}"#)
            #expect(try await isProvisional() == [false, false, false], "returned to who is not expected")
            try await put("FORMATION/TE/2023", #"{"value": 40, "state": "renvoyee", "state_reason": "à revoir"}"#)
            #expect(try await isProvisional() == [true, true, true], "returned to who is expected")
        }
    }

    @Test("not applicable in a denominator: neither it nor what is unavailable counts anywhere")
    func notApplicable() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE", "JUS", "AGR", "CUL"])
            try await IndicatorScene.define(
                server,
                """
                {"code": "CHARTE", "title": "Charte", "kind": "flag", "unit": "%", "consolidation": "share_of_yes", "direction": "increase",
                "periodicity": "year", "days_allowed": 0, "first_period": "2022"}
                """)
            try await IndicatorScene.give(server, "CHARTE/TE/2023", #""answer": true"#)
            try await IndicatorScene.give(server, "CHARTE/CUL/2023", #""answer": false"#)
            try await IndicatorScene.give(server, "CHARTE/JUS/2023", #""not_applicable": "aucun agent""#)
            try await IndicatorScene.give(server, "CHARTE/AGR/2023", #""unavailable": "enquête en cours""#)
            let figure = try await IndicatorScene.figure(server, "CHARTE", "period=2023")
            #expect(figure["value"].number == 50 && figure["numerator"].number == 1 && figure["denominator"].number == 2)
            #expect(figure["not_applicable"][0]["reason"].text == "aucun agent")
            #expect(figure["unavailable"][0]["ministry"].text == "AGR" && figure["missing"].items.isEmpty)
        }
    }

    @Test("a unit changed in place: it begins another definition, and the series shows the break")
    func unitChanged() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            let inPlace = await server.send(
                .patch, "/v1/indicators/FORMATION", body: #"{"unit": "jours"}"#, fields: ["If-Match": "*"])
            #expect(inPlace.status == 422 && inPlace.text.contains("from_period"), "\(inPlace.text)")
            let tooEarly = await server.send(
                .patch, "/v1/indicators/FORMATION", body: #"{"unit": "jours", "from_period": "2023"}"#, fields: ["If-Match": "*"])
            #expect(tooEarly.status == 422, "\(tooEarly.text)")
            let changed = await server.send(
                .patch, "/v1/indicators/FORMATION", body: #"{"unit": "jours", "from_period": "2024"}"#, fields: ["If-Match": "*"])
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try changed.json()["definitions"].items.map { $0["unit"].text } == ["agents", "jours"])
            try await IndicatorScene.give(server, "FORMATION/TE/2024", #""value": 90"#)
            let series = try await IndicatorScene.figure(server, "FORMATION", "from=2023&to=2024")
            #expect(series["series"].items.map { $0["value"].number } == [40, 90])
            #expect(series["breaks"][0]["period"].text == "2024" && series["breaks"][0]["to_version"].number == 2)
        }
    }

    @Test("the last version applied to old measures: each keeps the definition under which it was given")
    func lastVersion() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            let changed = await server.send(
                .patch, "/v1/indicators/FORMATION", body: #"{"consolidation": "max", "from_period": "2024", "decimals": 2}"#,
                fields: ["If-Match": "*"])
            try #require(changed.status == 200, "\(changed.text)")
            try await IndicatorScene.give(server, "FORMATION/JUS/2023", #""value": 2"#)
            let old = try await IndicatorScene.figure(server, "FORMATION", "period=2023")
            #expect(old["version"].number == 1 && old["value"].number == 42)
            let measure = try await server.send(.get, "/v1/indicators/FORMATION/measures/JUS/2023").json()
            #expect(measure["definition"].number == 1)
        }
    }

    private static let monthly = """
        {"code": "ENERGIE", "title": "Énergie", "kind": "quantity", "unit": "kWh", "consolidation": "sum", "over_time": "sum",
        "decimals": 2, "direction": "decrease", "periodicity": "semester", "days_allowed": 30, "first_period": "2023-S1"}
        """

    @Test("a semester counted twice in a year's sum: only the indicator's own periods make the year")
    func semesterTwice() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, Self.monthly)
            try await IndicatorScene.give(server, "ENERGIE/TE/2023-S1", #""value": 10.25"#)
            try await IndicatorScene.give(server, "ENERGIE/TE/2023-S2", #""value": "5.70""#)
            let year = await IndicatorScene.measure(server, "ENERGIE/TE/2023", #"{"value": 15.95, "state": "validee"}"#)
            #expect(year.status == 422, "\(year.text)")
            let answer = await server.send(.get, "/v1/indicators/ENERGIE/figures?period=2023")
            #expect(IndicatorScene.literal("value", in: answer.text) == "15.95", "\(answer.text)")
            #expect(try answer.json()["contributors"][0]["periods"].number == 2)
            let measure = await server.send(.get, "/v1/indicators/ENERGIE/measures/TE/2023-S2")
            #expect(IndicatorScene.literal("value", in: measure.text) == "5.70")
        }
    }

    @Test("a year that another definition cuts: it has no number, and does not look final")
    func cutYear() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE"])
            try await IndicatorScene.define(server, Self.monthly)
            try await IndicatorScene.give(server, "ENERGIE/TE/2023-S1", #""value": 10.25"#)
            let changed = await server.send(
                .patch, "/v1/indicators/ENERGIE", body: #"{"unit": "MWh", "from_period": "2023-S2"}"#, fields: ["If-Match": "*"])
            try #require(changed.status == 200, "\(changed.text)")
            try await IndicatorScene.give(server, "ENERGIE/TE/2023-S2", #""value": 11"#)
            let year = try await IndicatorScene.figure(server, "ENERGIE", "period=2023")
            #expect(year["value"].isNull && year["missing"].items.isEmpty && year["provisional"].flag == true)
            for period in ["2023-S1", "2023-S2"] {
                let half = try await IndicatorScene.figure(server, "ENERGIE", "period=\(period)")
                #expect(half["provisional"].flag == false && !half["value"].isNull)
            }
        }
    }

    @Test("a stock read as a flow: of a year counts its last period")
    func stock() async throws {
        try await TestServer.with { server in
            let stock = Self.monthly.replacing("\"over_time\": \"sum\"", with: "\"over_time\": \"last\"")
            try await IndicatorScene.define(server, stock)
            try await IndicatorScene.give(server, "ENERGIE/TE/2023-S1", #""value": 10.25"#)
            try await IndicatorScene.give(server, "ENERGIE/TE/2023-S2", #""value": 11"#)
            let answer = await server.send(.get, "/v1/indicators/ENERGIE/figures?period=2023")
            #expect(IndicatorScene.literal("value", in: answer.text) == "11.00", "\(answer.text)")
        }
    }

    @Test("a ratio over 100 % refused: it is what the decree foresees")
    func over100() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.reuse)
            try await IndicatorScene.give(server, "REEMPLOI/TE/2023", #""numerator": 30, "denominator": 20"#)
            let answer = await server.send(.get, "/v1/indicators/REEMPLOI/figures?period=2023")
            #expect(IndicatorScene.literal("value", in: answer.text) == "150.0")
        }
    }

    @Test("a number written with a comma in JSON is refused, with what to write")
    func comma() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            for value in [#""5,7""#, #""5 700""#, "1e30", "5.1234567"] {
                let answer = await IndicatorScene.measure(server, "FORMATION/TE/2023", #"{"value": \#(value)}"#)
                #expect(answer.status == 422, "\(value): \(answer.text)")
                #expect(try answer.faults().first?.hasSuffix("/value") == true, "\(answer.text)")
            }
        }
    }

    @Test("a body merged in mid-year: its measure counts for the time it was there, beside that of its successor")
    func merged() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2024, ["EN", "ESR"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            let gone = await IndicatorScene.measure(server, "FORMATION/ESR/2025", #"{"value": 1}"#)
            #expect(gone.status == 201, "it came back in October 2025: \(gone.text)")
            try await IndicatorScene.give(server, "FORMATION/ESR/2024", #""value": 30"#)
            try await IndicatorScene.give(server, "FORMATION/EN/2024", #""value": 70"#)
            let figure = try await IndicatorScene.figure(server, "FORMATION", "period=2024")
            #expect(figure["value"].number == 100 && figure["missing"].items.isEmpty)
            #expect(figure["coverage"]["expected"].number == 2)
        }
    }

    @Test("a quantity typed in thousands: more than ten times the period before asks for a confirmation")
    func thousands() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            let jump = await IndicatorScene.measure(server, "FORMATION/TE/2024", #"{"value": 40000, "state": "soumise"}"#)
            #expect(jump.status == 422 && jump.text.contains("accept=jump"), "\(jump.text)")
            let accepted = await IndicatorScene.measure(
                server, "FORMATION/TE/2024", #"{"value": 40000, "state": "soumise"}"#, query: "?accept=jump")
            #expect(accepted.status == 201, "\(accepted.text)")
        }
    }
}
