import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The rounds of a census")
struct CensusRoundTests {
    private static let address = "/v1/censuses/2025"
    private static let plans = #"{"code": "2025-plans", "collects": "plans", "opens_on": "2025-01-01", "due_on": "2025-02-28"}"#
    private static let measures = """
        {"code": "2025-indicateurs", "collects": "measures", "opens_on": "2025-12-01", "due_on": "2026-03-31", "expected": ["TE"]}
        """

    private static func put(
        _ server: TestServer, rounds: String?, expected: String = #"["TE", "JUS"]"#, ifMatch: String = "*"
    ) async -> TestAnswer {
        let isThere = await server.send(.get, address).status == 200
        let rounds = rounds.map { #", "rounds": [\#($0)]"# } ?? ""
        return await server.send(
            .put, address, body: #"{"due_on": "2025-03-31", "expected": \#(expected)\#(rounds)}"#,
            fields: isThere ? ["If-Match": ifMatch] : [:])
    }

    private static func codes(_ answer: TestAnswer) throws -> [String?] {
        try answer.json()["rounds"].items.map { $0["code"].text }
    }

    @Test("are kept by a request that does not speak of them, ordered by their days, and taken away by an empty list")
    func keeping() async throws {
        try await TestServer.with { server in
            #expect(await Self.put(server, rounds: "\(Self.measures), \(Self.plans)").status == 201)
            let read = await server.send(.get, Self.address)
            #expect(try Self.codes(read) == ["2025-plans", "2025-indicateurs"])
            let rounds = try read.json()["rounds"]
            #expect(rounds[0]["expected"].isNull && rounds[1]["expected"].items.map(\.text) == ["TE"])
            let same = await Self.put(server, rounds: "\(Self.plans), \(Self.measures)")
            #expect(same.status == 200 && same.tag == read.tag, "the order in which they are sent says nothing")
            let kept = await Self.put(server, rounds: nil, expected: #"["TE", "JUS", "EF"]"#)
            #expect(try Self.codes(kept) == ["2025-plans", "2025-indicateurs"], "\(kept.text)")
            let gone = await Self.put(server, rounds: "")
            #expect(try Self.codes(gone).isEmpty, "\(gone.text)")
            let history = try await server.send(.get, "\(Self.address)/history").json()["data"].items
            let told = history.map { entry in ["due_on", "expected", "rounds"].filter { !entry["changes"][$0].isNull } }
            #expect(told == [["expected", "rounds"], ["expected"], ["due_on", "expected", "rounds"]])
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("that are wrong are each refused with their place, and nothing is stored")
    func refused() async throws {
        try await TestServer.with { server in
            let dates = #""opens_on": "2025-01-01", "due_on": "2025-02-28""#
            for (round, place) in [
                (#"{"code": "2024-plans", "collects": "plans", \#(dates)}"#, "/rounds/0/code"),
                (#"{"code": "2025-Plans", "collects": "plans", \#(dates)}"#, "/rounds/0/code"),
                (#"{"code": "2025-", "collects": "plans", \#(dates)}"#, "/rounds/0/code"),
                (#"{"code": "2025-p", "collects": "tout", \#(dates)}"#, "/rounds/0/collects"),
                (
                    #"{"code": "2025-p", "collects": "both", "opens_on": "2025-03-01", "due_on": "2025-02-28"}"#,
                    "/rounds/0/due_on"
                ),
                (#"{"code": "2025-p", "collects": "both", \#(dates), "expected": ["NUL"]}"#, "/rounds/0/expected/0"),
                (#"{"code": "2025-p", "collects": "both", \#(dates), "expected": []}"#, "/rounds/0/expected"),
                (#"{"code": "2025-p", "collects": "both", \#(dates), "until": 1}"#, "/rounds/0/until"),
                ("\(Self.plans), \(Self.plans)", "/rounds/1/code"),
                ((1...13).map { #"{"code": "2025-\#($0)", "collects": "both", \#(dates)}"# }.joined(separator: ","), "/rounds"),
            ] {
                let answer = await Self.put(server, rounds: round)
                #expect(answer.status == 422 && answer.text.contains("\"\(place)\""), "\(round): \(answer.text)")
            }
            #expect(await server.send(.get, Self.address).status == 404)
        }
    }

    @Test("tell who is late by their own date and their own bodies, with the measures that are owed")
    func progress() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            #expect(await Self.put(server, rounds: "\(Self.measures), \(Self.plans)").status == 201)
            func progress(_ round: String, on day: String, as caller: TestServer.Caller = .coordinator) async throws -> JSONValue
            {
                let answer = await server.send(.get, "\(Self.address)/progress?as_of=\(day)\(round)", as: caller)
                try #require(answer.status == 200, "\(answer.text)")
                return try answer.json()
            }
            func late(_ progress: JSONValue) -> [String] {
                progress["bodies"].items.map { "\($0["code"].text ?? "") \($0["days_late"].number ?? -1)" }
            }
            #expect(late(try await progress("", on: "2025-03-15")) == ["JUS 0", "TE 0"])
            #expect(late(try await progress("&round=2025-plans", on: "2025-03-15")) == ["JUS 15", "TE 15"])
            let owed = try await progress("&round=2025-indicateurs", on: "2026-04-10")
            #expect(late(owed) == ["TE 10"] && owed["collects"].text == "measures" && owed["due_on"].text == "2026-03-31")
            #expect(owed["bodies"][0]["measures"]["manquante"].number == 1)
            let draft = await IndicatorScene.measure(
                server, "FORMATION/TE/2025", #"{"value": 4, "state": "brouillon"}"#, as: .referent)
            try #require(draft.status == 201, "\(draft.text)")
            for (caller, state) in [(TestServer.Caller.referent, "brouillon"), (.reader, "manquante")] {
                let body = try await progress("&round=2025-indicateurs", on: "2026-04-10", as: caller)["bodies"][0]
                #expect(body["measures"][state].number == 1 && body["days_late"].number == 10, "\(caller)")
            }
            for state in ["soumise", "validee"] {
                let moved = await IndicatorScene.measure(server, "FORMATION/TE/2025", #"{"value": 4, "state": "\#(state)"}"#)
                try #require(moved.status == 200, "\(moved.text)")
            }
            let given = try await progress("&round=2025-indicateurs", on: "2026-04-10")
            #expect(late(given) == ["TE 0"] && given["bodies"][0]["measures"]["validee"].number == 1)
            for round in ["2025-autre", "2024-plans", "x"] {
                let answer = await server.send(.get, "\(Self.address)/progress?round=\(round)")
                #expect(answer.status == 400 && answer.text.contains("\"round\""), "\(answer.text)")
            }
        }
    }

    @Test("as known at an instant are answered as they were, and move no instant of the figures")
    func knownAt() async throws {
        try await TestServer.with { server in
            #expect(await Self.put(server, rounds: Self.plans).status == 201)
            let instant = try await ImpactScene.now(server)
            let target = "\(Self.address)/progress?round=2025-plans&as_of=2025-03-15&known_at=\(instant)"
            let before = await server.send(.get, target)
            #expect(before.status == 200, "\(before.text)")
            let figures = try await server.send(.get, "/v1/figures?year=2025").json()["scope"]["known_at"].text
            let later = Self.plans.replacing("2025-02-28", with: "2025-01-31")
            #expect(await Self.put(server, rounds: later).status == 200)
            #expect(await server.send(.get, target).text == before.text)
            #expect(try await server.send(.get, "/v1/figures?year=2025").json()["scope"]["known_at"].text == figures)
        }
    }
}
