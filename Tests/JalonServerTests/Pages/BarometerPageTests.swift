import HTTPTypes
import NIOCore
import Testing

@testable import JalonServer

@Suite("Indicators and impacts on the page of the barometer")
struct BarometerPageTests {
    private static let bodies = ["AGR", "ARM", "CUL", "EAE", "EF", "EN", "ESR", "INT", "JUS", "SOC", "SPM", "TE"]

    private static func page(_ server: TestServer, _ query: String, in language: String = "fr") async throws -> TestAnswer {
        let fields = ["Accept": "text/html", "Accept-Language": language]
        let answer = await server.send(.get, "/v1/barometer?\(query)", as: .anonymous, fields: fields)
        try #require(answer.status == 200, "\(answer.text)")
        HTMLReading(answer.text).expectAccessible(in: language)
        #expect(try #require(ContentCoding.compressed(ByteBuffer(string: answer.text))).readableBytes < 20_000)
        return answer
    }

    private static func expect(_ server: TestServer, _ bodies: [String]) async throws {
        let list = bodies.map { "\"\($0)\"" }.joined(separator: ", ")
        let there = await server.send(.get, "/v1/censuses/2023").status == 200
        let answer = await server.send(
            .put, "/v1/censuses/2023", body: #"{"due_on": "2024-02-28", "expected": [\#(list)]}"#,
            fields: there ? ["If-Match": "*"] : [:])
        try #require([200, 201].contains(answer.status), "\(answer.text)")
    }

    private static func row(_ title: String, of answer: TestAnswer) throws -> [String] {
        try #require(HTMLReading(answer.text).rows.first { $0.cells.first?.hasPrefix(title) == true }, "no row \(title)").cells
    }

    private static func publish(_ server: TestServer, _ relation: String, _ value: String) async throws {
        let told = await server.send(
            .post, "/v1/published-figures",
            body: """
                {"year": 2023, "statement": "Des agents formés", "publisher": "DINUM", "title": "Bilan", "published_on": "2024-06-01",
                "source": "https://www.example.org/bilan.pdf", "numbers": [{"indicator": "FORMATION", "relation": "\(relation)", "value": \(value)}]}
                """)
        try #require(told.status == 201, "\(told.text)")
    }

    @Test(
        "each indicator names who is missing, ten at most, says that it is provisional, and what was printed with the difference")
    func missing() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.define(server, IndicatorScene.reuse)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 41"#)
            let unknown = try Self.row("Agents formés", of: try await Self.page(server, "year=2023"))
            #expect(unknown[1].contains("Rien ne dit qui est attendu."), "\(unknown)")
            try await Self.expect(server, Self.bodies)
            try await Self.publish(server, "rounded", "40.5")
            let french = try await Self.page(server, "year=2023")
            let row = try Self.row("Agents formés", of: french)
            let names = try await server.send(.get, "/v1/indicators/FORMATION/figures?period=2023").json()["missing"].items
                .compactMap { $0["name"].text }
            #expect(names.count == 11)
            #expect(row[1] == "1 sur 12Manquent : \(names.prefix(10).joined(separator: ", ")) et 1 autre", "\(row)")
            #expect(row[2] == "41\u{A0}agents, provisoire" && row[3] == "40,5\u{A0}agents, arrondi (+0,5)", "\(row)")
            #expect(try Self.row("Réemploi", of: french)[1].hasSuffix("et 2 autres"))
            let english = try Self.row("Agents formés", of: try await Self.page(server, "year=2023", in: "en"))
            #expect(english[1].hasPrefix("1 of 12Missing: ") && english[1].hasSuffix(" and 1 other"), "\(english)")
            #expect(english[2] == "41\u{A0}agents, provisional" && english[3] == "40.5\u{A0}agents, rounded (+0.5)")
            try await Self.expect(server, ["TE"])
            try await Self.publish(server, "more_than", "50")
            let whole = try Self.row("Agents formés", of: try await Self.page(server, "year=2023"))
            #expect(whole[1] == "1 sur 1" && whole[2] == "41\u{A0}agents", "\(whole)")
            #expect(whole[3] == "plus de 50\u{A0}agents (-9)", "the last that was printed: \(whole)")
            try await Self.expect(server, ["TE", "JUS"])
            #expect(try Self.row("Agents", of: try await Self.page(server, "year=2023"))[1].hasPrefix("1 sur 2Manque : "))
        }
    }

    @Test("a year without plans begins with its indicators, and shows no empty table of plans")
    func withoutPlans() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 41"#)
            for language in ["fr", "en"] {
                let page = HTMLReading(try await Self.page(server, "year=2023", in: language).text)
                #expect(page.counts["table"] == 1 && page.counts["svg"] == nil, "\(page.counts)")
                #expect(page.ids.contains("indicators") && !page.ids.contains("themes"))
            }
            // Who is expected to send one is told, after the indicators.
            try await Self.expect(server, ["TE", "JUS"])
            let expected = HTMLReading(try await Self.page(server, "year=2023").text)
            let sections = expected.ids.filter { ["indicators", "themes", "ministries"].contains($0) }
            #expect(sections == ["indicators", "ministries"], "\(expected.ids)")
            try await ImpactScene.plan(server, "TE-2023", ImpactScene.action("A"))
            let planned = HTMLReading(try await Self.page(server, "year=2023").text)
            #expect(
                planned.ids.filter { ["indicators", "themes", "ministries"].contains($0) } == [
                    "themes", "ministries", "indicators",
                ])
        }
    }

    @Test(
        "what is avoided stands in one table, family by family and basis by basis, in kilograms, and in words without an interval"
    )
    func impacts() async throws {
        try await TestServer.with { server in
            try await BarometerImpactTests.scene(server)
            let more = ImpactScene.impact(of: "TELEPHONE-RECONDITIONNE", #"{"low": 1, "central": 1, "high": 1}"#)
            for lot in ["un", "deux"] {
                let own = more.replacing("\"basis\"", with: "\"comment\": \"\(lot)\", \"basis\"")
                try await ImpactScene.give(server, "TE-2022-A", own)
            }
            let french = try await Self.page(server, "year=2022")
            let estimated = try Self.row("MINUMECO, estimé", of: french)
            #expect(
                estimated.dropFirst() == [
                    "3", "54\u{202F}951sans intervalle : 2 des 3 impacts n’en ont pas",
                    "2,8016sans intervalle : 3 des 3 impacts n’en ont pas",
                ], "\(estimated)")
            #expect(try Self.row("MINUMECO, mesuré", of: french)[2] == "255sans intervalle")
            let other = try Self.row("AUTRE, estimé", of: french)
            #expect(other.dropFirst() == ["1", "1\u{202F}234\u{202F}567sans intervalle", "sans objet"], "\(other)")
            #expect(!french.text.contains("SECRETE") && !french.text.contains("MARCHE"))
            let rows = HTMLReading(french.text).rows.filter {
                $0.cells[0].contains(", estimé") || $0.cells[0].contains(", mesuré")
            }
            #expect(rows.count == 3, "nothing is summed across families or bases")
            let english = try await Self.page(server, "year=2022", in: "en")
            #expect(
                try Self.row("MINUMECO, estimated", of: english)[2] == "54,951without an interval: 2 of the 3 impacts have none")
            let deleted = await server.send(.delete, "/v1/actions/TE-2022-A/impacts/3", fields: ["If-Match": "*"])
            #expect(deleted.status == 204)
            let one = try Self.row("MINUMECO, estimé", of: try await Self.page(server, "year=2022"))
            #expect(one[2] == "54\u{202F}925,5sans intervalle : 1 des 2 impacts n’en a pas", "\(one)")
            _ = await server.send(.delete, "/v1/actions/TE-2022-A/impacts/4", fields: ["If-Match": "*"])
            let whole = try Self.row("MINUMECO, estimé", of: try await Self.page(server, "year=2022"))
            #expect(whole[2] == "54\u{202F}900de 36\u{202F}000 à 77\u{202F}000", "\(whole)")
            #expect(!(try await Self.page(server, "year=2021").text.contains("id=\"impacts\"")))
        }
    }
}
