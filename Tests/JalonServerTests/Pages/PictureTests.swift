import ActionPlans
import Foundation
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("The pictures of the barometer")
struct PictureTests {
    /// Plans in time, late and missing, with a name that would be markup.
    private static func scene(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-02-01, actions: [
              {code: A-1, title: Un, theme: achats, target_level: reflexion, reached_level: realisation, status: realisee},
              {code: A-2, title: Deux, theme: achats, target_level: realisation, status: en_cours},
              {code: A-3, title: Trois, theme: fin_usage, target_level: experimentation, status: abandonnee, status_reason: Non}]}
            """, to: "TE-2022")
        try await server.apply(
            """
            {ministry: JUS, first_year: 2022, state: soumise, effective_on: 2022-05-01, actions: [
              {code: B-1, title: Quatre, theme: achats, target_level: reflexion}]}
            """, to: "JUS-2022")
        let census = await server.send(
            .put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "JUS", "AGR"]}"#)
        try #require(census.status == 201, "\(census.text)")
        let renamed = await server.send(
            .patch, "/v1/ministries/JUS", as: .admin, body: #"{"names": [{"name": "R & D <\"x\">", "from": "2020-01-01"}]}"#,
            fields: ["If-Match": "*"])
        try #require(renamed.status == 200, "\(renamed.text)")
    }

    private static func picture(_ server: TestServer, _ address: String) async throws -> (answer: TestAnswer, read: HTMLReading) {
        let answer = await server.send(.get, address, as: .anonymous, fields: ["Accept": "image/avif,image/*,*/*;q=0.8"])
        try #require(answer.status == 200, "\(answer.text)")
        return (answer, HTMLReading(answer.text))
    }

    @Test("each is well-formed SVG with a title and a description, loads nothing, and may be shown by any page")
    func wellFormed() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for kind in BarometerPicture.Kind.allCases {
                for language in ["fr", "en"] {
                    let (answer, read) = try await Self.picture(
                        server, "/v1/barometer/\(kind.fileName)?year=2022&lang=\(language)")
                    #expect(read.errors.isEmpty, "\(kind): \(read.errors)")
                    #expect(answer.field("Content-Type") == "image/svg+xml")
                    #expect(answer.field("Content-Security-Policy") == "default-src 'none'")
                    #expect(answer.field("Cross-Origin-Resource-Policy") == "cross-origin")
                    #expect(answer.field("Cache-Control") == "public, max-age=300, stale-while-revalidate=3600")
                    #expect(answer.field("Content-Language") == language)
                    #expect(read.counts["svg"] == 1 && read.counts["title"] == 1 && read.counts["desc"] == 1, "\(kind)")
                    for name in ["script", "style", "image", "foreignObject", "a"] {
                        #expect(read.counts[name] == nil, "\(kind)")
                    }
                    #expect(answer.text.contains(#"role="img""#))
                    let named = try #require(answer.text.firstMatch(of: /aria-labelledby="([^"]+)"/)).1.split(separator: " ")
                    for name in named { #expect(read.ids.contains(String(name)), "\(kind) \(name)") }
                    // References stay in the picture.
                    #expect(answer.text.matches(of: /url\((.)/).allSatisfy { $0.1 == "#" } && !answer.text.contains("href"))
                    let source = Barometer.source[Language(rawValue: language) ?? .french]
                    #expect(Self.words(read.text).contains(Self.words(source)), "\(kind) tells its source")
                }
            }
        }
    }

    /// Without the breaks of lines.
    private static func words(_ text: String) -> String { String(text.filter { !$0.isWhitespace }) }

    @Test("their numbers are those of the barometer, in the words of the description and in what is drawn")
    func numbers() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let themes = try await Self.picture(server, "/v1/barometer/themes.svg?year=2022").read.text
            #expect(themes.contains("Achats : 1 réalisée, 1 en cours, 1 à faire, 0 abandonnée."))
            #expect(themes.contains("Fin d’usage : 0 réalisée, 0 en cours, 0 à faire, 1 abandonnée."))
            let levels = try await Self.picture(server, "/v1/barometer/levels.svg?year=2022").read.text
            #expect(levels.contains("Réflexion : visé par 2, atteint par 0."))
            #expect(levels.contains("Réalisation : visé par 1, atteint par 1.") && levels.contains("Pas de niveau atteint : 3."))
            let progress = try await Self.picture(server, "/v1/barometer/progress.svg?year=2022").read.text
            #expect(progress.contains("28 février 2022 : 3 identifiées, 1 réalisées."))
            #expect(!progress.contains("janvier"), "it does not begin with an empty month")
            let (answer, ministries) = try await Self.picture(server, "/v1/barometer/ministries.svg?year=2022")
            #expect(ministries.text.contains("R & D <\"x\"> : plan reçu en retard, 0 réalisée sur 1."))
            #expect(answer.text.contains("R &amp; D &lt;&quot;x&quot;&gt;"))
            #expect(ministries.text.contains("plan manquant") && ministries.text.contains("1 réalisée sur 3"))
            for title in ["Un", "Deux", "Quatre"] { #expect(!answer.text.contains(">\(title)<")) }
        }
    }

    @Test("the page shows the same marks as the pictures alone")
    func page() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let page = await server.send(.get, "/v1/barometer?year=2022", as: .anonymous, fields: ["Accept": "text/html"]).text
            for kind in BarometerPicture.Kind.allCases {
                let alone = try await Self.picture(server, "/v1/barometer/\(kind.fileName)?year=2022").answer.text
                let marks = try #require(alone.firstMatch(of: /<g transform="[^"]+">([\s\S]*)<\/g>/)).1
                #expect(marks.contains("<text") && page.contains(marks), "\(kind)")
                #expect(page.contains("/v1/barometer/\(kind.fileName)?year=2022\""), "\(kind) is linked")
            }
        }
    }

    @Test("an unknown picture is not found, and a year without anything says so in each")
    func nothing() async throws {
        try await TestServer.with { server in
            for name in ["themes.png", "themes", "Themes.svg", "themes.svg.svg"] {
                #expect(await server.send(.get, "/v1/barometer/\(name)", as: .anonymous).status == 404, "\(name)")
            }
            for kind in BarometerPicture.Kind.allCases {
                let (answer, read) = try await Self.picture(server, "/v1/barometer/\(kind.fileName)?year=2031")
                #expect(read.errors.isEmpty && answer.text.firstMatch(of: /["M LHV](nan|-?inf)/) == nil, "\(kind)")
            }
            let progress = try await Self.picture(server, "/v1/barometer/progress.svg?year=2031").read.text
            #expect(progress.contains("Aucune action n’était identifiée"))
        }
    }

    @Test("numbers under a bar keep apart and stay in the picture, whatever the parts")
    func places() {
        var generator = Seed.fresh()
        for _ in 0..<500 {
            let parts = (0..<4).map { _ in Double.random(in: 0.5...140, using: &generator) }
            let scale = Drawing.width / max(parts.reduce(0, +), Double.random(in: 1...2_000, using: &generator))
            var (x, labels): (Double, [(middle: Double, text: String)]) = (0, [])
            for part in parts {
                labels.append((x + part * scale / 2, String(Int(part) * Int.random(in: 1...90, using: &generator))))
                x += part * scale
            }
            let places = Drawing.places(of: labels, size: 13)
            let widths = labels.map { Drawing.length(of: $0.text, size: 13) }
            for index in places.indices {
                #expect(places[index] - widths[index] / 2 > -0.01 && places[index] + widths[index] / 2 < Drawing.width + 0.01)
                guard index > 0 else { continue }
                let room = places[index] - places[index - 1] - (widths[index] + widths[index - 1]) / 2
                #expect(room > 5.9, "\(labels)")
            }
        }
    }

    @Test("the steps of an axis are round and few")
    func steps() {
        for most in [0, 1, 3, 4, 5, 17, 99, 100, 284, 312, 401, 9_999, 1_000_000] {
            let step = ProgressDrawing.step(for: most)
            #expect(step >= 1 && step * 4 >= most && (most <= 4 || step < most), "\(most)")
            #expect(String(step).wholeMatch(of: /[125]0*/) != nil, "\(step)")
        }
    }

    @Test("what is drawn stands out from the page: words 4.5 to 1, marks 3 to 1")
    func contrast() {
        func luminance(_ colour: String) -> Double {
            let parts = stride(from: 1, to: 7, by: 2).map { place -> Double in
                let start = colour.index(colour.startIndex, offsetBy: place)
                let value = Double(Int(colour[start..<colour.index(start, offsetBy: 2)], radix: 16) ?? 0) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        for colour in [Drawing.ink, Drawing.quiet, Drawing.blue, Drawing.brown, Drawing.red] {
            #expect(1.05 / (luminance(colour) + 0.05) >= 4.5, "\(colour)")
        }
        #expect(1.05 / (luminance("#767676") + 0.05) < 4.6, "the measure itself")
    }
}
