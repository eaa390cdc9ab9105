import Foundation
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Bad parameters and addresses")
struct BadParameterTests {
    private static let tooMany = Array(repeating: "achats", count: 51).joined(separator: ",")

    /// A target and the faults it must give, as `code parameter`.
    static let vectors: [(target: String, faults: [String])] = [
        ("/v1/actions?themes=achats", ["unknown-parameter themes"]), ("/v1/actions?=1", ["unknown-parameter"]),
        ("/v1/actions?Theme=achats", ["unknown-parameter Theme"]), ("/v1/actions?theme%00=a", ["syntax theme%00"]),
        ("/v1/actions?theme=achat", ["invalid-value theme"]), ("/v1/actions?theme=", ["invalid-value theme"]),
        ("/v1/actions?theme", ["invalid-value theme"]), ("/v1/actions?theme=achats,", ["invalid-value theme"]),
        ("/v1/actions?late=true&late=true", ["duplicate late"]), ("/v1/actions?l%61te=true&late=false", ["duplicate late"]),
        ("/v1/actions?q=louer&q=acheter", ["duplicate q"]), ("/v1/actions?limit=1&count=true&limit=2", ["duplicate limit"]),
        ("/v1/actions?as_of=2022-01-01&as_of=2022-01-01", ["duplicate as_of"]),
        ("/v1/actions?themes=achats&themes=fin_usage", ["unknown-parameter themes"]),
        ("/v1/actions?theme=achats&theme=achat", ["invalid-value theme"]),
        ("/v1/actions?theme=achats&theme=", ["invalid-value theme"]),
        ("/v1/actions?theme=achats%2C", ["invalid-value theme"]), ("/v1/actions?theme=achats%2Cachat", ["invalid-value theme"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&year=2022", ["duplicate year"]),
        ("/v1/figures/series?year=2022&step=month,year", ["invalid-value step"]),
        ("/v1/figures/series?year=2022&step=month&step=month", ["duplicate step"]),
        ("/v1/figures?year=2022&perimeter=today&perimeter=then", ["duplicate perimeter"]),
        ("/v1/changes?wait=0&wait=0", ["duplicate wait"]),
        ("/v1/actions?sort=id,-id,due_on,-due_on", ["too-many sort"]),
        ("/v1/actions?sort=id,-id&sort=due_on&sort=-due_on", ["too-many sort"]),
        ("/v1/actions?theme=\(tooMany.dropLast(7))&theme=achats", ["too-many theme"]),
        ("/v1/actions?theme=\(tooMany.replacing(",", with: "%2C"))", ["too-many theme"]),
        ("/v1/actions?" + Array(repeating: "theme=achats", count: 51).joined(separator: "&"), ["too-many theme"]),
        ("/v1/actions?" + Array(repeating: "theme=achats", count: 65).joined(separator: "&"), ["too-many"]),
        ("/v1/roadmaps?sort=id,-id,updated_at", ["too-many sort"]),
        ("/v1/actions?theme=\(tooMany)", ["too-many theme"]), ("/v1/actions?q=%", ["syntax q"]),
        ("/v1/actions?q=%4", ["syntax q"]), ("/v1/actions?q=%zz", ["syntax q"]), ("/v1/actions?q=%00", ["syntax q"]),
        ("/v1/actions?q=\0", ["syntax q"]),
        ("/v1/actions?q=%ff", ["syntax q"]), ("/v1/actions?q=%c0%af", ["syntax q"]), ("/v1/actions?q=%ed%a0%80", ["syntax q"]),
        ("/v1/actions?q=", ["out-of-range q"]), ("/v1/actions?q=\(String(repeating: "a", count: 201))", ["out-of-range q"]),
        ("/v1/actions?q=1+2+3+4+5+6+7+8+9+10+11", ["out-of-range q"]), ("/v1/actions?limit=0", ["out-of-range limit"]),
        ("/v1/actions?limit=201", ["out-of-range limit"]), ("/v1/actions?limit=abc", ["out-of-range limit"]),
        ("/v1/actions?limit=-1", ["out-of-range limit"]), ("/v1/actions?limit=1.0", ["out-of-range limit"]),
        ("/v1/actions?limit=1e2", ["out-of-range limit"]), ("/v1/actions?limit=%2B5", ["out-of-range limit"]),
        ("/v1/actions?limit=", ["out-of-range limit"]),
        ("/v1/actions?limit=\(String(repeating: "9", count: 400))", ["out-of-range limit"]),
        ("/v1/actions?count=1", ["invalid-value count"]), ("/v1/actions?late=TRUE", ["invalid-value late"]),
        ("/v1/actions?sort=title", ["invalid-value sort"]), ("/v1/actions?sort=--id", ["invalid-value sort"]),
        ("/v1/roadmaps?sort=id,due_on", ["invalid-value sort"]), ("/v1/actions?fields=id,titre", ["invalid-value fields"]),
        ("/v1/actions?fields=", ["invalid-value fields"]), ("/v1/actions?due_on_from=2023-02-29", ["invalid-date due_on_from"]),
        ("/v1/actions?due_on_to=2023-1-1", ["invalid-date due_on_to"]), ("/v1/ministries?as_of=hier", ["invalid-date as_of"]),
        ("/v1/actions?year=1999", ["invalid-value year"]), ("/v1/actions?year=2022.0", ["invalid-value year"]),
        ("/v1/actions?year=%EF%BC%92022", ["invalid-value year"]),
        ("/v1/actions?ministry=te", ["invalid-value ministry"]), ("/v1/actions?ministry=ZZ", ["unknown-reference ministry"]),
        ("/v1/roadmaps?ministry=TE,ZZ", ["unknown-reference ministry"]),
        ("/v1/figures?year=2022&ministry=ZZ", ["unknown-reference ministry"]),
        ("/v1/figures/series?year=2022&ministry=ZZ", ["unknown-reference ministry"]),
        ("/v1/changes?ministry=TE,ZZ", ["unknown-reference ministry"]),
        ("/v1/actions?practice=z.99", ["unknown-reference practice"]), ("/v1/actions?roadmap=TE", ["invalid-value roadmap"]),
        ("/v1/actions?roadmap=te-2022", ["invalid-value roadmap"]), ("/v1/actions?lead=", ["invalid-value lead"]),
        ("/v1/actions?lead=\(String(repeating: "a", count: 201))", ["invalid-value lead"]),
        ("/v1/actions?reached_level=null", ["invalid-value reached_level"]),
        ("/v1/roadmaps/TE-2022/actions?ministry=TE", ["unknown-parameter ministry"]),
        ("/v1/practices?guide_theme=z", ["invalid-value guide_theme"]),
        ("/v1/practices?guide_theme=ab", ["invalid-value guide_theme"]),
        ("/v1/actions.csv?limit=3&count=true", ["inconsistent limit", "inconsistent count"]),
        ("/v1/roadmaps/TE-2022/history.ndjson?limit=0", ["inconsistent limit", "out-of-range limit"]),
        ("/v1/actions.csv?decimal=virgule", ["invalid-value decimal"]), ("/v1/figures.csv?decimal=point", ["required year"]),
        ("/v1/figures/series?year=2022&decimal=,", ["invalid-value decimal"]),
        ("/v1/figures", ["required year"]), ("/v1/figures?year=", ["out-of-range year"]),
        ("/v1/figures?year=1999,2022", ["out-of-range year"]), ("/v1/figures?year=2022&year=x", ["out-of-range year"]),
        ("/v1/figures?year=2020,2021,2022,2023,2024,2025,2026,2027,2028,2029,2030", ["too-many year"]),
        ("/v1/figures?year=2022&group=status", ["invalid-value group"]), ("/v1/figures?group=theme", ["required year"]),
        ("/v1/figures?year=2022&group=theme,themes&theme=x", ["invalid-value group", "invalid-value theme"]),
        ("/v1/figures/series?year=2022,2023", ["out-of-range year"]),
        ("/v1/figures?year=2022&known_at=2022-01-01", ["invalid-value known_at"]),
        ("/v1/figures?year=2022&known_at=0001-01-01T00:00:00Z", ["out-of-range known_at"]),
        ("/v1/figures?year=2022&known_at=2200-02-28T00:00:00Z", ["out-of-range known_at"]),
        ("/v1/figures?year=2022&known_at=0001-02-29T00:00:00Z", ["invalid-value known_at"]),
        ("/v1/figures?year=2022&known_at=2022-01-01T00:00:00+01:00", ["invalid-value known_at"]),
        ("/v1/actions?q=%25", ["invalid-value q"]), ("/v1/actions?q=achat+_", ["invalid-value q"]),
        ("/v1/figures?year=2022&known_at=2022-01-01T25:00:00Z", ["invalid-value known_at"]),
        ("/v1/figures?year=2022&known_at=2022-01-01T10:00:00", ["invalid-value known_at"]),
        ("/v1/actions?known_at=2022-02-30T10:00:00Z&as_of=2022-02-30", ["invalid-value known_at", "invalid-date as_of"]),
        ("/v1/figures/series?year=2022&to=2150-01-01", ["in-the-future to"]),
        ("/v1/figures/series?year=2022&from=2022-06-01&to=2022-05-31", ["out-of-range from"]),
        ("/v1/figures/series?year=2022&from=2001-01-01&to=2022-05-31", ["too-many step"]),
        ("/v1/figures/series?year=2022&step=week&as_of=2022-01-01", ["invalid-value step", "unknown-parameter as_of"]),
        ("/v1/figures/compare", ["required year"]),
        ("/v1/figures/compare?year=2022&from=hier&to=2022-02-30", ["invalid-date from", "invalid-date to"]),
        ("/v1/figures/compare?year=2022&from=2022-02-01&to=2022-01-31", ["out-of-range from"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&to=2150-01-01", ["in-the-future to"]),
        ("/v1/figures/compare?year=2022&from=2150-01-01", ["in-the-future from"]),
        ("/v1/figures/compare?from_year=2022&from=2022-01-31", ["required year"]),
        ("/v1/figures/compare?to_year=2022&from=2022-01-31", ["required year"]),
        ("/v1/figures/compare?year=2022&to_year=1999&from=2022-01-31", ["out-of-range to_year"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&as_of=2022-01-31", ["unknown-parameter as_of"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&from_known_at=hier", ["invalid-value from_known_at"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&from_known_at=2150-01-01T00:00:00Z", ["in-the-future from_known_at"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&to_known_at=2150-01-01T00:00:00Z", ["in-the-future to_known_at"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&ministry=ZZ", ["unknown-reference ministry"]),
        ("/v1/figures/compare?year=2022&from=2022-01-31&cause=done", ["unknown-parameter cause"]),
        ("/v1/figures/compare/actions?year=2022&from=2022-01-31&cause=unchanged", ["invalid-value cause"]),
        ("/v1/figures/compare/actions?year=2022&from=2022-01-31&cursor=abc", ["invalid-value cursor"]),
        ("/v1/figures/compare/actions?year=2022&from=2022-01-31&ministry=ZZ", ["unknown-reference ministry"]),
        ("/v1/actions?as_of=2150-01-01", ["in-the-future as_of"]),
        ("/v1/roadmaps?known_at=2150-01-01T00:00:00%2B01:00", ["in-the-future known_at"]),
        (
            "/v1/figures?year=2022&as_of=2150-01-01&known_at=2150-01-01T00:00:00Z",
            ["in-the-future as_of", "in-the-future known_at"]
        ),
        ("/v1/actions?cursor=", ["invalid-value cursor"]), ("/v1/actions?cursor=%2B%2F", ["invalid-value cursor"]),
        ("/v1/actions?cursor=VEUtMjAyMg", ["invalid-value cursor"]),
        ("/v1/actions?cursor=\(String(repeating: "A", count: 3_000))", ["invalid-value cursor"]),
        (
            "/v1/actions?themes=x&limit=0&late=oui&due_on_to=x&sort=x",
            [
                "unknown-parameter themes", "out-of-range limit", "invalid-value late", "invalid-date due_on_to",
                "invalid-value sort",
            ]
        ),
    ]

    @Test("each bad parameter is refused by name, all at once")
    func parameters() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for (target, faults) in Self.vectors {
                let answer = await server.send(.get, target)
                #expect(answer.status == 400, "\(target.prefix(90)): \(answer.text)")
                #expect(try Set(answer.faults()) == Set(faults), "\(target.prefix(90)): \(answer.text)")
                try Self.checkProblem(answer)
            }
            let close = try await server.send(.get, "/v1/actions?themes=achats").json()
            #expect(close["errors"][0]["detail"].text?.contains("theme") == true)
        }
    }

    @Test("a search of signs alone, a year out of range and a bare + are each told for what they are")
    func details() async throws {
        let told = [
            ("/v1/actions?q=%25", "lettre ou un chiffre"), ("/v1/actions?q=%5C", "lettre ou un chiffre"),
            ("/v1/actions?q=", "1 à 10 mots"),
            ("/v1/actions?known_at=0001-01-01T00:00:00Z", "de 1900 à 2199"),
            ("/v1/actions?known_at=2022-01-01T00:00:00+01:00", "%2B"),
            ("/v1/actions?known_at=2022-01-01+01:00", "RFC 3339"),
        ]
        try await TestServer.with { server in
            for (target, words) in told {
                let detail = try await server.send(.get, target).json()["detail"].text ?? ""
                #expect(detail.contains(words), "\(target): \(detail)")
            }
        }
    }

    private static func checkProblem(_ answer: TestAnswer) throws {
        guard answer.status == 400 else { return }
        let contract = try ContractDocument.current()
        try contract.check(answer, to: contract.operation("listRoadmapActions"))
    }

    @Test("the parameters of a write are refused like those of a reading, and nothing is written")
    func writes() async throws {
        let reason = String(repeating: "a", count: 1_001)
        let vectors: [(HTTPRequest.Method, String, String?, [String])] = [
            (.post, "/v1/roadmaps/TE-2022/actions?dry_run=yes", BadActionTests.body(replacing: "{}"), ["invalid-value dry_run"]),
            (.post, "/v1/roadmaps/TE-2022/actions?effective_on=2022-01-01", "{}", ["unknown-parameter effective_on"]),
            (.patch, "/v1/actions/TE-2022-ACH-01?reason=a", "{}", ["unknown-parameter reason"]),
            (.put, "/v1/censuses/2022?dry_run=true&dry_run=false", "{}", ["duplicate dry_run"]),
            (.delete, "/v1/actions/TE-2024-ACH-01?effective_on=2023-02-30", nil, ["invalid-date effective_on"]),
            (.delete, "/v1/actions/TE-2024-ACH-01?effective_on=1999-12-31", nil, ["out-of-range effective_on"]),
            (.delete, "/v1/actions/TE-2024-ACH-01?effective_on=2150-01-01", nil, ["in-the-future effective_on"]),
            (.delete, "/v1/roadmaps/TE-2024?effective_on=2150-01-01", nil, ["in-the-future effective_on"]),
            (.delete, "/v1/roadmaps/TE-2024?reason=\(reason)", nil, ["too-long reason"]),
            (.delete, "/v1/roadmaps/TE-2024?reason=%E2%80%AE", nil, ["forbidden-character reason"]),
            (.delete, "/v1/roadmaps/TE-2024?reason=%00", nil, ["syntax reason"]),
            (.delete, "/v1/roadmaps/TE-2024?force=true", nil, ["unknown-parameter force"]),
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (method, target, body, faults) in vectors {
                let answer = await server.send(method, target, body: body, fields: ["If-Match": "*"])
                #expect(answer.status == 400, "\(method) \(target.prefix(90)): \(answer.text)")
                let found = try answer.faults()
                #expect(found == faults, "\(method) \(target.prefix(90)): \(answer.text)")
            }
            #expect(try await server.stored() == before)
        }
    }

    @Test("an address that is not exactly that of something finds nothing")
    func addresses() async throws {
        let targets = [
            "", "/v1", "/v1/", "//v1/roadmaps", "/V1/roadmaps", "/v1/roadmaps/", "/v1/roadmaps//", "/v1/roadmaps/te-2022",
            "/v1/roadmaps/TE-22", "/v1/roadmaps/TE-1999", "/v1/roadmaps/TE-2101", "/v1/roadmaps/TE-2022-",
            "/v1/roadmaps/TE-2022/",
            "/v1/roadmaps/TE-2022/plan/", "/v1/roadmaps/TE%002022", "/v1/roadmaps/TE-2022%00", "/v1/roadmaps/%",
            "/v1/roadmaps/%zz",
            "/v1/roadmaps/%ff", "/v1/roadmaps/../roadmaps/TE-2022", "/v1/%2e%2e/v1/roadmaps", "/v1/roadmaps/TE-2022;v=1",
            "/v1/roadmaps/TE%2F2022", "/v1/roadmaps/TE-２０２２", "/v1/roadmaps/+TE-2022", "/v1/roadmaps/TE-+2022",
            "/v1/roadmaps/TE-2022'--", "/v1/roadmaps/\(String(repeating: "A", count: 100_000))", "/v1/actions/TE-2022",
            "/v1/actions/TE-2022-ach-01", "/v1/actions/TE-2022--A", "/v1/actions/TE-2022-\(String(repeating: "A", count: 33))",
            "/v1/actions/TE-2022-ACH-01/historique", "/v1/actions/TE-2022-%F0%9F%98%80", "/v1/ministries/te",
            "/v1/ministries/TOOLONGCODE", "/v1/censuses/22", "/v1/censuses/1999", "/v1/censuses/2022.0", "/v1/censuses/+2022",
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for target in targets {
                let answer = await server.send(.get, target)
                #expect(answer.status == 404, "\(target.prefix(60)): \(answer.text.prefix(300))")
                #expect(try answer.json()["type"].text == "/problems/not-found", "\(target.prefix(60))")
            }
            #expect(await server.send(.get, "/v1/roadmaps/%54E-2022").status == 200)
        }
    }

    @Test("a cursor is only good for the list, the filters and the order that gave it")
    func cursors() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let page = try await server.send(.get, "/v1/actions?limit=1&theme=achats").json()
            let next = try #require(page["links"]["next"].text)
            #expect(await server.send(.get, next).status == 200)
            let cursor = try #require(next.split(separator: "cursor=").last.map(String.init))
            let elsewhere = [
                "/v1/actions?limit=1", "/v1/actions?theme=fin_usage", "/v1/actions?theme=achats&sort=-id",
                "/v1/roadmaps/TE-2022/actions?theme=achats", "/v1/practices?limit=1", "/v1/roadmaps?limit=1",
                "/v1/roadmaps/TE-2022/history?limit=1",
            ]
            for target in elsewhere {
                let answer = await server.send(.get, target + (target.contains("?") ? "&" : "?") + "cursor=\(cursor)")
                #expect(try answer.json()["type"].text == "/problems/invalid-cursor", "\(target): \(answer.text)")
            }
            // A page may be longer or shorter than the last.
            #expect(await server.send(.get, "/v1/actions?limit=3&theme=achats&count=true&cursor=\(cursor)").status == 200)
        }
    }

    @Test("a forged cursor is refused whatever it holds")
    func forgedCursors() async throws {
        let state = "2022-01-01T00:00:00.000000Z 2022-01-01"
        let badStates = [
            "", "2022-01-01T00:00:00.000000Z", "2022-01-01", "infinity 2022-01-01", "2022-01-01T00:00:00.000000Z 2022-02-30",
            "\(state) x", "\(state) TE=hier", "\(state) te=2022-01-01T00:00:00.000000Z",
        ]
        let forgeries: [(list: String, caller: TestServer.Caller, values: [[String]])] = [
            ("/v1/actions?limit=1", .coordinator, [["TE"], ["TE", "x", "A"], ["te", "2022", "A"], ["TE", "2022", "'"]]),
            (
                "/v1/actions?limit=1&sort=due_on", .coordinator,
                [
                    ["hier", "TE", "2022", "A", state], ["-infinity", "TE", "2022", "A", state],
                    ["2022-02-30", "TE", "2022", "A", state], ["2022-01-01", "TE", "2022", "A"],
                ] + badStates.map { ["2022-01-01", "TE", "2022", "A", $0] }
            ),
            (
                "/v1/actions?limit=1&sort=updated_at", .coordinator,
                [["2022-01-01", "TE", "2022", "A", state], ["2022-01-01T99:00:00.000000Z", "TE", "2022", "A", state]]
            ),
            (
                "/v1/roadmaps?limit=1&sort=updated_at", .coordinator,
                [
                    ["2022-01-01 x", "TE-2022", state], ["2022-01-01T00:00:00.000000Z", "x", state],
                    ["2022-01-01T00:00:00.000000Z", "TE-2022"],
                ] + badStates.map { ["2022-01-01T00:00:00.000000Z", "TE-2022", $0] }
            ),
            ("/v1/practices?limit=1", .coordinator, [["x"], ["9223372036854775808"], []]),
            ("/v1/tokens?limit=1", .admin, [["2022-01-01", "x"], ["2022-01-01T24:00:00.000000Z", "x"]]),
            ("/v1/roadmaps/TE-2022/history?limit=1", .coordinator, [["x"], ["1", "2"]]),
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for (list, caller, values) in forgeries {
                let next = try #require(try await server.send(.get, list, as: caller).json()["links"]["next"].text, "\(list)")
                let signature = try Self.signature(of: next)
                for forged in values {
                    let text = ([signature] + forged).joined(separator: "\u{1F}")
                    let cursor = Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                        .replacing("=", with: "")
                    let answer = await server.send(.get, "\(list)&cursor=\(cursor)", as: caller)
                    #expect(try answer.json()["type"].text == "/problems/invalid-cursor", "\(list) \(forged): \(answer.text)")
                }
            }
        }
    }

    /// What a real cursor of the list begins with.
    private static func signature(of next: String) throws -> String {
        var base64 = String(try #require(next.split(separator: "cursor=").last)).replacing("-", with: "+").replacing(
            "_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
        let text = String(decoding: try #require(Data(base64Encoded: base64)), as: UTF8.self)
        return try #require(text.components(separatedBy: "\u{1F}").first)
    }
}
