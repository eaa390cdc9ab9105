import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The documentation page")
struct DocsPageTests {
    private static func read(_ server: TestServer, _ language: String, _ address: String = "/docs") async throws -> HTMLReading {
        let answer = await server.send(.get, address, as: .anonymous, fields: ["Accept-Language": language])
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
            for link in page.links where link.hasPrefix("#") { #expect(page.ids.contains(String(link.dropFirst())), "\(link)") }
            for link in Set(page.links.filter { $0.hasPrefix("/") }.map { $0.prefix { $0 != "#" } }) {
                #expect(await server.send(.get, String(link), as: .anonymous).status == 200, "\(link)")
            }
        }
    }

    @Test(
        "every operation of the contract is listed once, by subject, and leads to its description",
        arguments: ["fr", "en"])
    func operations(_ language: String) async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            let page = try await Self.read(server, language)
            let rows = page.rows.filter { !$0.links.isEmpty }
            #expect(rows.map { $0.cells.first ?? "" }.sorted() == contract.operations.map(\.id))
            var chapters: [String: HTMLReading] = [:]
            for row in rows {
                let operation = try contract.operation(row.cells[0])
                #expect(Array(row.cells[1...2]) == [operation.method, operation.path])
                let link = try #require(row.links.first).split(separator: "#").map(String.init)
                if chapters[link[0]] == nil { chapters[link[0]] = try await Self.read(server, language, link[0]) }
                let chapter = try #require(chapters[link[0]])
                #expect(row.links.count == 1 && link[1] == operation.id && chapter.ids.contains(operation.id))
                let words = Self.words(chapter.text)
                let told = contract.root["paths"][operation.path][operation.method.lowercased()]
                #expect(told["summary"].text == row.cells[3])
                #expect(language == "fr" || page.inFrench.joined().contains(row.cells[3]), "\(operation.id) is in French")
                // All its words are there, whatever their marks.
                for line in told["description"].text.split(separator: "\n") {
                    let shown = line.split(separator: "|").allSatisfy { words.contains(Self.words(String($0))) }
                    #expect(shown, "\(operation.id) \(line)")
                }
                for parameter in operation.parameters {
                    #expect(chapter.rows.contains { $0.cells.first == parameter.name }, "\(operation.id) \(parameter.name)")
                }
            }
            #expect(chapters.count == contract.root["tags"].items.count)
            #expect(page.links.allSatisfy { !$0.contains("openapi.yaml#") && !$0.contains("openapi.json#") })
            for tag in contract.root["tags"].items { #expect(page.text.contains(tag["description"].text)) }
        }
    }

    /// Letters and digits alone: marks and spaces are not what is read.
    private static func words(_ text: String) -> String { String(text.filter { $0.isLetter || $0.isNumber }) }

    @Test("the marks of the contract become elements, and a text is never taken for HTML")
    func marks() {
        let text = """
            Un `a<b` et **deux & trois**,
            suite.

            - un
              encore
            - `deux`

            | de | vers |
            | --- | --- |
            | `x` | 2 * 3 |

            """
        let html = MarkedText.html(text, title: "T").text
        #expect(
            html == """
                <p>Un <code>a&lt;b</code> et <strong>deux &amp; trois</strong>, suite.</p>
                <ul><li>un encore</li><li><code>deux</code></li></ul>
                <table role="table"><caption>T</caption>
                <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">de</th>\
                <th scope="col" role="columnheader">vers</th></tr></thead>
                <tbody role="rowgroup">
                <tr role="row"><th scope="row" role="rowheader"><code>x</code></th><td role="cell" data-title="vers">2 * 3</td></tr>
                </tbody></table>
                """)
        #expect(MarkedText.inline("un seul ` et **").text == "un seul ` et **")
        #expect(MarkedText.inline("`a` puis ` seul").text == "<code>a</code> puis ` seul")
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
