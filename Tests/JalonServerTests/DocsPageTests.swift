import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The documentation page")
struct DocsPageTests {
    private static func read(_ server: TestServer, _ language: String) async throws -> HTMLReading {
        let answer = await server.send(.get, "/docs", as: .anonymous, fields: ["Accept-Language": language])
        try #require(answer.status == 200, "\(answer.text)")
        #expect(answer.field("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.field("Content-Language") == language)
        let page = HTMLReading(answer.text)
        page.expectAccessible(in: language)
        return page
    }

    @Test("it is well formed, and its own links lead to what it has", arguments: ["fr", "en"])
    func links(_ language: String) async throws {
        try await TestServer.with { server in
            let page = try await Self.read(server, language)
            for anchor in [
                "commencer", MethodSection.anchor, "operations", "base", "taux", "arrondi", "phrase", "couverture", "dates",
            ] {
                #expect(page.ids.contains(anchor), "\(anchor)")
            }
            #expect(page.links.filter { $0.hasPrefix("#") }.count == 3)
            for link in page.links where link.hasPrefix("#") { #expect(page.ids.contains(String(link.dropFirst())), "\(link)") }
            for link in Set(page.links.filter { $0.hasPrefix("/") }.map { $0.prefix { $0 != "#" } }) {
                #expect(await server.send(.get, String(link), as: .anonymous).status == 200, "\(link)")
            }
        }
    }

    @Test(
        "every operation of the contract is listed once, by subject, and leads to its place in the contract",
        arguments: ["fr", "en"])
    func operations(_ language: String) async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            let page = try await Self.read(server, language)
            let rows = page.rows.filter { !$0.links.isEmpty }
            #expect(rows.map { $0.cells.first ?? "" }.sorted() == contract.operations.map(\.id))
            for row in rows {
                let operation = try contract.operation(row.cells[0])
                #expect(Array(row.cells[1...2]) == [operation.method, operation.path])
                let pointer = try #require(row.links.first?.split(separator: "#").last)
                    .replacing("%7B", with: "{").replacing("%7D", with: "}")
                let steps = pointer.split(separator: "/").map { $0.replacing("~1", with: "/").replacing("~0", with: "~") }
                let place = steps.reduce(contract.root) { $0[String($1)] }
                #expect(place["operationId"].text == operation.id, "\(pointer)")
                #expect(place["summary"].text == row.cells[3])
                #expect(language == "fr" || page.inFrench.joined().contains(row.cells[3]), "\(operation.id) is in French")
            }
            for tag in contract.root["tags"].items { #expect(page.text.contains(tag["description"].text)) }
        }
    }

    @Test("the method has the rules that the figures answer with, in French and English", arguments: ["fr", "en"])
    func rules(_ language: String) async throws {
        try await TestServer.with { server in
            let page = try await Self.read(server, language)
            let figures = try await server.send(
                .get, "/v1/figures?year=2022", as: .anonymous, fields: ["Accept-Language": language]
            ).json()
            let rates = figures["rates"].items
            #expect(rates.count == Rate.allCases.count)
            for rate in rates {
                let row = [rate["label"], rate["code"], rate["rule"]].map { $0.text ?? "" } + ["\(rate["version"].number ?? 0)"]
                #expect(page.rows.contains { $0.cells == row }, "\(row)")
            }
            for state in RoadmapState.published {
                let label = server.state.vocabularies.label(state)
                #expect(page.text.contains(language == "fr" ? "« \(label.french) »" : "“\(label.english)”"), "\(state)")
            }
            let headlines = page.rows.map { $0.cells }.filter { $0.count == 3 }.map { $0[1] }
            #expect(
                headlines.contains(
                    language == "fr"
                        ? "Plus de 300 actions identifiées, dont 30\u{A0}% réalisées"
                        : "More than 300 actions identified, of which 30% done"))
            #expect(page.text.contains(language == "fr" ? "94 / 312 donne 30,1\u{A0}%" : "94 / 312 gives 30.1%"))
        }
    }

    @Test("whoever quotes the barometer is led to the method", arguments: ["fr", "en"])
    func methodology(_ language: String) async throws {
        try await TestServer.with { server in
            let link = try await server.send(.get, "/v1/barometer", as: .anonymous).json()["links"]["methodology"].text
            #expect(link == "/docs#methode")
            let barometer = await server.send(
                .get, "/v1/barometer", as: .anonymous, fields: ["Accept": "text/html", "Accept-Language": language])
            #expect(HTMLReading(barometer.text).links.contains("/docs#methode"))
            #expect(try await Self.read(server, language).ids.contains("methode"))
        }
    }

    @Test("it says whether figures need a token here", arguments: [true, false])
    func tokens(_ figuresArePublic: Bool) async throws {
        try await TestServer.with(publicFigures: figuresArePublic) { server in
            let page = try await Self.read(server, "en")
            #expect(page.text.contains("Figures are read without a token") == figuresArePublic)
            #expect(await server.send(.get, "/v1/figures?year=2022", as: .anonymous).status == (figuresArePublic ? 200 : 401))
        }
    }
}
