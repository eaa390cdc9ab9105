import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The progress of a census")
struct CensusProgressTests {
    private static let address = "/v1/censuses/2022/progress"

    /// A census of four bodies: one goes all the way and is sent back once, one is late, one has a draft, one has nothing.
    private static func with(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with { server in
            let census = await server.send(
                .put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "JUS", "EF", "DINUM"]}"#)
            try #require(census.status == 201, "\(census.text)")
            for (ministry, day) in [("TE", "2022-02-01"), ("JUS", "2022-02-20"), ("EF", "2022-02-10")] {
                try await server.apply(
                    """
                    {ministry: \(ministry), first_year: 2022, state: brouillon, effective_on: \(day), actions: [
                      {code: A, title: Un, theme: achats, target_level: reflexion},
                      {code: B, title: Deux, theme: achats, target_level: reflexion, status: realisee, completed_on: \(day)}]}
                    """, to: "\(ministry)-2022")
            }
            for (roadmap, state, day) in [
                ("TE-2022", "soumise", "2022-02-11"), ("TE-2022", "en_relecture", "2022-03-01"),
                ("TE-2022", "brouillon", "2022-03-10"), ("JUS-2022", "soumise", "2022-03-15"),
                ("TE-2022", "soumise", "2022-03-20"), ("TE-2022", "en_relecture", "2022-03-21"),
                ("TE-2022", "validee", "2022-04-01"), ("TE-2022", "close", "2023-01-15"),
            ] {
                let moved = await server.send(
                    .patch, "/v1/roadmaps/\(roadmap)", body: #"{"state": "\#(state)", "effective_on": "\#(day)"}"#,
                    fields: ["If-Match": "*"])
                try #require(moved.status == 200, "\(state) \(moved.text)")
            }
            try await body(server)
        }
    }

    private static func progress(
        _ server: TestServer, _ day: String, as caller: TestServer.Caller = .coordinator
    ) async throws -> JSONValue {
        let answer = await server.send(.get, "\(address)?as_of=\(day)", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }

    private static func stages(_ progress: JSONValue) -> [String] {
        progress["bodies"].items.map { body in
            let since = body["since"].text.map { " \($0)" } ?? ""
            return "\(body["code"].text ?? "") \(body["stage"].text ?? "")\(since) \(body["days_late"].number ?? -1)"
        }
    }

    private static let days: [(day: String, stages: [String])] = [
        ("2022-01-15", ["DINUM nothing 0", "EF nothing 0", "JUS nothing 0", "TE nothing 0"]),
        ("2022-02-10", ["DINUM nothing 0", "EF draft 2022-02-10 0", "JUS nothing 0", "TE draft 2022-02-01 0"]),
        ("2022-02-28", ["DINUM nothing 0", "EF draft 2022-02-10 0", "JUS draft 2022-02-20 0", "TE submitted 2022-02-11 0"]),
        ("2022-03-01", ["DINUM nothing 1", "EF draft 2022-02-10 1", "JUS draft 2022-02-20 1", "TE in_review 2022-03-01 0"]),
        (
            "2022-03-19",
            ["DINUM nothing 19", "EF draft 2022-02-10 19", "JUS submitted 2022-03-15 15", "TE returned 2022-03-10 19"]
        ),
        (
            "2022-05-01",
            ["DINUM nothing 62", "EF draft 2022-02-10 62", "JUS submitted 2022-03-15 15", "TE validated 2022-04-01 20"]
        ),
        (
            "2023-02-01",
            ["DINUM nothing 338", "EF draft 2022-02-10 338", "JUS submitted 2022-03-15 15", "TE validated 2022-04-01 20"]
        ),
    ]

    @Test("tells each body's stage, since when and how late, on any day, and who is late as the figures do")
    func stages() async throws {
        try await Self.with { server in
            for (day, stages) in Self.days {
                let progress = try await Self.progress(server, day)
                #expect(Self.stages(progress) == stages, "\(day)")
                let counted = progress["stages"].items
                #expect(counted.reduce(0) { $0 + ($1["bodies"].number ?? 0) } == 4)
                for stage in counted {
                    let codes = progress["bodies"].items.filter { $0["stage"].text == stage["stage"].text }.map {
                        $0["code"].text
                    }
                    #expect(stage["ministries"].items.map(\.text) == codes && stage["bodies"].number == codes.count, "\(day)")
                }
                let figures = try await server.send(.get, "/v1/figures?year=2022&as_of=\(day)").json()
                let late = figures["coverage"]["late_ministries"].items.map { $0["code"].text }
                #expect(progress["late"]["ministries"].items.map(\.text) == late, "\(day)")
                #expect(progress["late"]["bodies"].number == figures["coverage"]["late"].number, "\(day)")
            }
            let body = try #require(try await Self.progress(server, "2022-05-01")["bodies"].items.last)
            #expect(body["actions"].number == 2 && body["realisees"].number == 1 && body["roadmap"].text == "TE-2022")
            #expect(body["submitted_on"].text == "2022-03-20" && body["last_update"].text != nil)
        }
    }

    @Test("shows a draft, or what was sent back, to its ministry and to the coordinators only")
    func sight() async throws {
        try await Self.with { server in
            let outside = ["DINUM nothing 19", "EF nothing 19", "JUS submitted 2022-03-15 15", "TE nothing 19"]
            for (caller, stages) in [
                (TestServer.Caller.reader, outside), (.otherReferent, outside),
                (.referent, ["DINUM nothing 19", "EF nothing 19", "JUS submitted 2022-03-15 15", "TE returned 2022-03-10 19"]),
            ] {
                let progress = try await Self.progress(server, "2022-03-19", as: caller)
                #expect(Self.stages(progress) == stages, "\(caller)")
                let hidden = progress["bodies"].items.filter { $0["stage"].text == "nothing" }
                #expect(hidden.allSatisfy { $0["actions"].isNull && $0["last_update"].isNull && $0["roadmap"].isNull })
            }
            #expect(await server.send(.get, Self.address, as: .anonymous).status == 401)
        }
    }

    @Test("asked as known at an instant is answered with the same bytes whatever is recorded later")
    func knownAt() async throws {
        try await Self.with { server in
            let instant = try await ImpactScene.now(server)
            let targets = ["2022-03-19", "2022-05-01"].flatMap { day in
                ["", ".csv", ".ndjson"].map { "\(Self.address)\($0)?as_of=\(day)&known_at=\(instant)" }
            }
            var before: [String] = []
            for target in targets { before.append(await server.send(.get, target).text) }
            for (path, body) in [
                ("roadmaps/EF-2022", #"{"state": "soumise", "effective_on": "2022-03-02"}"#),
                ("actions/TE-2022-A", #"{"status": "realisee", "completed_on": "2022-03-05", "effective_on": "2022-03-05"}"#),
            ] {
                let changed = await server.send(.patch, "/v1/\(path)", body: body, fields: ["If-Match": "*"])
                #expect([200, 409].contains(changed.status), "\(changed.text)")
            }
            let census = await server.send(
                .put, "/v1/censuses/2022", body: #"{"due_on": "2022-01-31", "expected": ["TE"]}"#, fields: ["If-Match": "*"])
            try #require(census.status == 200)
            for (target, text) in zip(targets, before) { #expect(await server.send(.get, target).text == text, "\(target)") }
            let now = try await Self.progress(server, "2022-03-19")
            #expect(Self.stages(now) == ["TE returned 2022-03-10 47"])
            let early = await server.send(.get, "\(Self.address)?known_at=2020-01-01T00:00:00Z")
            #expect(early.status == 404 && early.text.contains("PUT /v1/censuses/2022"), "\(early.text)")
        }
    }

    @Test("is a table too, a body in each row")
    func table() async throws {
        try await Self.with { server in
            let table = await server.send(.get, "\(Self.address).csv?as_of=2022-03-19", as: .reader)
            #expect(
                table.status == 200 && table.text.hasPrefix("\u{FEFF}year;round;due_on;as_of;ministry;name;stage;"),
                "\(table.text)")
            #expect(table.text.contains(";JUS;Ministère de la Justice;submitted;2022-03-15;2022-03-15;15;JUS-2022;2;1;"))
            let lines = await server.send(.get, "\(Self.address).ndjson?as_of=2022-03-19", as: .reader)
            #expect(lines.text.split(separator: "\n").count == 4)
        }
    }
}
