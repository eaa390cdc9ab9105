import ActionPlans
import Cryptography
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import JalonServer

@Suite("Pages for people")
struct PageTests {
    /// What a browser sends.
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

    private static func scene(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-02-01, actions: [
              {code: A-1, title: Un, theme: achats, target_level: reflexion, status: realisee},
              {code: A-2, title: Secret, theme: achats, target_level: reflexion, confidential: true}]}
            """, to: "TE-2022")
        for body in [
            #"{"year": 2022, "title": "Bilan & <suite>", "note": "Une \"note\""}"#,
            #"{"year": 2022, "title": "Bilan corrigé", "replaces": "2022-1", "themes": ["achats"]}"#,
            #"{"year": 2022, "title": "Bilan de l’année"}"#,
        ] {
            let frozen = await server.send(.post, "/v1/snapshots", body: body)
            try #require(frozen.status == 201, "\(frozen.text)")
        }
    }

    /// Every public page, with its status.
    private static let pages: [(target: String, status: Int)] = [
        ("/", 200), ("/docs", 200), ("/docs/figures", 200), ("/docs/roadmaps", 200), ("/docs/rien", 404),
        ("/problems/not-found", 200), ("/v1/barometer?year=2022", 200), ("/v1/snapshots", 200),
        ("/v1/snapshots/2022-1", 200), ("/v1/snapshots/2022-2", 200), ("/nulle-part", 404), ("/v1/snapshots/2022-9", 404),
        ("/v1/barometer?year=abc&an=1", 400), ("/v1/actions", 401), ("//ailleurs.example/x?a=%22%3E", 404),
    ]

    @Test("a browser gets a page, accessible, well formed and small, in the language that the address or the browser says")
    func browsers() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for (target, status) in Self.pages {
                for (header, asked, expected) in [("fr", nil, "fr"), ("en", nil, "en"), ("fr", "en", "en"), ("en", "fr", "fr")] {
                    let address = target + (asked.map { (target.contains("?") ? "&" : "?") + "lang=\($0)" } ?? "")
                    let fields = ["Accept": Self.browser, "Accept-Language": header]
                    let answer = await server.send(.get, address, as: .anonymous, fields: fields)
                    #expect(answer.status == status, "\(address): \(answer.text.prefix(300))")
                    #expect(answer.field("Content-Type") == "text/html; charset=utf-8", "\(address)")
                    #expect(answer.field("Content-Language") == expected, "\(address)")
                    let page = HTMLReading(answer.text)
                    page.expectAccessible(in: expected)
                    for link in page.links where !link.hasPrefix("#") && !link.hasPrefix("https://") {
                        #expect(link.hasPrefix("?") || link.hasPrefix("/") && !link.hasPrefix("//"), "\(address): \(link)")
                    }
                    let size = try #require(ContentCoding.compressed(ByteBuffer(string: answer.text))).readableBytes
                    #expect(size < 20_000, "\(address)")
                }
            }
        }
    }

    @Test("a page may load its own style and nothing else")
    func policy() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for (target, _) in Self.pages {
                let answer = await server.send(.get, target, as: .anonymous, fields: ["Accept": Self.browser])
                let style = try #require(answer.text.firstMatch(of: /<style>([\s\S]*?)<\/style>/)).1
                let hash = Data(SHA256.hash(Array(style.utf8))).base64EncodedString()
                let policy = try #require(answer.field("Content-Security-Policy"))
                #expect(policy.contains("default-src 'none'") && policy.contains("style-src 'sha256-\(hash)'"), "\(target)")
                #expect(!policy.contains("unsafe"))
                #expect(answer.text.firstMatch(of: /<[^>]*\s(style|on\w+)=/) == nil, "\(target)")
                #expect(answer.text.matches(of: /<style/).count == 1)
            }
        }
    }

    @Test("programs get JSON and problem+json where browsers get pages")
    func programs() async throws {
        try await TestServer.with { server in
            for accept in [nil, "*/*", "application/json", "application/json, text/html", "application/problem+json", "text/csv"]
            {
                let fields = accept.map { ["Accept": $0] } ?? [:]
                let missing = await server.send(.get, "/nulle-part", as: .anonymous, fields: fields)
                #expect(missing.status == 404 && missing.field("Content-Type") == "application/problem+json", "\(accept ?? "")")
                guard accept != "text/csv", accept != "application/problem+json" else { continue }
                let root = await server.send(.get, "/", as: .anonymous, fields: fields)
                #expect(root.field("Content-Type") == "application/json", "\(accept ?? "")")
            }
            // What is written is no page's business.
            let written = await server.send(
                .post, "/v1/snapshots", as: .anonymous, body: "{}", fields: ["Accept": Self.browser])
            #expect(written.status == 401 && written.field("Content-Type") == "application/problem+json")
            // Where only data are offered, a browser shows the data.
            let figures = await server.send(.get, "/v1/figures?year=2022", as: .anonymous, fields: ["Accept": Self.browser])
            #expect(figures.field("Content-Type") == "application/json")
        }
    }

    @Test("the page of a cursor that is lost says that a restored database may be why, and to empty the copy")
    func lostCursor() async throws {
        try await TestServer.with { server in
            let page = await server.send(.get, "/problems/invalid-cursor", as: .anonymous, fields: ["Accept": Self.browser])
            let read = HTMLReading(page.text).text
            #expect(read.contains("restaurée") && read.contains("videz d’abord votre copie"), "\(read)")
        }
    }

    @Test("an error tells a browser what it tells a program, with the same fields")
    func errors() async throws {
        try await TestServer.with { server in
            let page = await server.send(.get, "/v1/actions", as: .anonymous, fields: ["Accept": Self.browser])
            #expect(page.field("WWW-Authenticate") == "Bearer realm=\"jalon\"")
            let id = try #require(page.field("X-Request-Id"))
            #expect(page.text.contains(id) && page.text.contains("/problems/authentication-required"))
            let refused = await server.send(
                .get, "/v1/barometer?year=abc&as_of=hier", as: .anonymous, fields: ["Accept": Self.browser])
            let told = try await server.send(.get, "/v1/barometer?year=abc&as_of=hier", as: .anonymous).json()
            let read = HTMLReading(refused.text).text
            for fault in told["errors"].items { #expect(read.contains(try #require(fault["detail"].text))) }
            #expect(told["errors"].items.count == 2)
            let head = await server.send(.head, "/nulle-part", as: .anonymous, fields: ["Accept": Self.browser])
            #expect(head.status == 404 && head.field("Content-Type") == "text/html; charset=utf-8")
        }
    }

    @Test("the language in the address is kept by the links, and another one is refused by name")
    func languages() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let english = await server.send(
                .get, "/v1/snapshots/2022-1?lang=en", as: .anonymous, fields: ["Accept": Self.browser])
            let links = HTMLReading(english.text).links
            #expect(links.contains("/v1/barometer?lang=en") && links.contains("/docs?lang=en#arretes"), "\(links)")
            #expect(links.contains("/v1/barometer?year=2022&lang=en") && links.contains("?lang=fr"))
            let plain = HTMLReading(await server.send(.get, "/", as: .anonymous, fields: ["Accept": Self.browser]).text).links
            #expect(plain.contains("/v1/barometer") && plain.contains("?lang=en"))
            let json = try await server.send(.get, "/v1/barometer?year=2022&lang=en", as: .anonymous).json()
            #expect(json["by_status"][0]["label"].text == "To do")
            let refused = await server.send(.get, "/v1/barometer?lang=de", as: .anonymous)
            #expect(refused.status == 400)
            #expect(try refused.faults() == ["invalid-value lang"])
            // An operation without a page does not know it, and says so in that language.
            let unknown = await server.send(.get, "/v1/vocabularies?lang=en", as: .anonymous)
            #expect(unknown.status == 400 && unknown.field("Content-Language") == "en")
        }
    }

    @Test("frozen figures have a page with their hash, what they cover, and how to check it")
    func snapshot() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let first = try await server.send(.get, "/v1/snapshots/2022-1", as: .anonymous).json()
            let answer = await server.send(.get, "/v1/snapshots/2022-1", fields: ["Accept": Self.browser])
            let page = HTMLReading(answer.text)
            let hash = try #require(first["sha256"].text)
            #expect(page.text.contains(hash) && page.text.contains("sha256sum jalon-2022-1.json"))
            #expect(page.text.contains("Bilan & <suite>") && page.text.contains("Une \"note\""))
            #expect(page.links.contains("/v1/snapshots/2022-1/document") && page.links.contains("/v1/snapshots/2022-2"))
            #expect(page.text.contains("/v1/snapshots/2022-1/verification"))
            // The bytes it leads to are those of the hash.
            let document = await server.send(.get, "/v1/snapshots/2022-1/document", as: .anonymous)
            #expect(Hexadecimal.sha256(of: Array(document.text.utf8)) == hash)
            #expect(page.text.contains(try #require(first["document"]["figures"]["headline"]["text"].text)))
            #expect(page.rows.contains { $0.cells.dropFirst() == ["50,0\u{A0}%", "1", "2"] }, "\(page.rows)")
            // Nobody learns here who did it, not even the coordination, which has it in JSON.
            #expect(!answer.text.contains("Test coordinator") && page.text.contains("par la coordination"))
            let second = HTMLReading(
                await server.send(.get, "/v1/snapshots/2022-2?lang=en", as: .anonymous, fields: ["Accept": Self.browser]).text)
            #expect(second.links.contains("/v1/snapshots/2022-1?lang=en") && second.text.contains("Procurement"))
            let list = HTMLReading(await server.send(.get, "/v1/snapshots?limit=1", fields: ["Accept": Self.browser]).text)
            #expect(list.rows.count == 2 && list.links.contains("/v1/snapshots/2022-3"))
            let next = try #require(list.links.first { $0.contains("cursor=") })
            let following = HTMLReading(await server.send(.get, next, fields: ["Accept": Self.browser]).text)
            #expect(following.links.contains("/v1/snapshots/2022-2"))
            // The barometer of the year leads to the page, not to the data.
            let barometer = HTMLReading(
                await server.send(.get, "/v1/barometer?year=2022", fields: ["Accept": Self.browser]).text)
            #expect(barometer.links.contains("/v1/snapshots/2022-3"))
        }
    }

    @Test("what is put into markup is escaped, and what XML cannot hold is replaced")
    func markup() {
        let (text, number, place): (String, Int, Double) = ("<a href=\"x\">&'\u{0}\u{FFFE}é", -3, -12.04)
        let inner: Markup = "<b>\(text)</b>"
        #expect(inner.text == "<b>&lt;a href=&quot;x&quot;&gt;&amp;'\u{FFFD}\u{FFFD}é</b>")
        let whole: Markup = "<p title=\"\(text.prefix(2))\">\(inner)\([inner, "<i/>"]) \(number) \(place) \(7.0) \(0.25)</p>"
        #expect(whole.text == "<p title=\"&lt;a\">\(inner.text)\(inner.text)<i/> -3 -12 7 0.3</p>")
        #expect([Markup]().joined(by: ", ").text.isEmpty && [inner, inner].joined(by: "-").text == "\(inner.text)-\(inner.text)")
        #expect(!PageStyle.text.contains { "<>&\"".contains($0) })
    }
}
