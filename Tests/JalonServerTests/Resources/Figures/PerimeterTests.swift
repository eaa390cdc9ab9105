import ActionPlans
import Foundation
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Perimeter of then and of today")
struct PerimeterTests {
    @Test("a ministry bears its name of the day, of the year's last day afterwards, and today's name in the perimeter of today")
    func renamed() async throws {
        try await TestServer.with { server in
            try await Self.create("AA", [("2020-01-01", "Ancien"), ("2022-07-01", "Nouveau"), ("2023-03-01", "Dernier")], server)
            try await Self.plan("AA", actions: 2, done: 1, server)
            let names = [
                ("year=2022&as_of=2022-06-30", "Ancien"), ("year=2022&as_of=2022-07-01", "Nouveau"), ("year=2022", "Nouveau"),
                ("year=2022&as_of=2024-01-01", "Nouveau"), ("year=2022&perimeter=then", "Nouveau"),
                ("year=2022&as_of=2022-06-30&perimeter=today", "Dernier"),
            ]
            for (query, name) in names {
                let figures = try await server.send(.get, "/v1/figures?\(query)").json()
                #expect(figures["by_ministry"].items.map(\.["label"].text) == [name], "\(query)")
                #expect(figures["scope"]["perimeter"].text == (query.contains("today") ? "today" : "then"), "\(query)")
            }
        }
    }

    @Test("merged ministries are one line of today, chained mergers too; a transfer moves nothing")
    func merged() async throws {
        try await TestServer.with { server in
            for code in ["AA", "BB", "CC", "DD", "EE"] { try await Self.create(code, [("2020-01-01", "Nom \(code)")], server) }
            try await Self.plan("AA", actions: 4, done: 1, server)
            try await Self.plan("BB", actions: 2, done: 2, server)
            try await Self.plan("EE", actions: 3, done: 0, server)
            try await Self.succeed(
                [("AA", "CC", "2023-01-01", "fusion"), ("BB", "CC", "2023-01-01", "fusion")], of: "CC", server)
            try await Self.succeed([("EE", "CC", "2023-01-01", "transfert")], of: "EE", server)
            let merged = try await Self.compare(server)
            #expect(merged.map(Self.line) == ["CC Nom CC AA,BB 6 50.0", "EE Nom EE EE 3 0.0"])
            try await Self.succeed([("CC", "DD", "2024-01-01", "fusion")], of: "DD", server)
            let chained = try await Self.compare(server)
            #expect(chained.map(Self.line) == ["DD Nom DD AA,BB 6 50.0", "EE Nom EE EE 3 0.0"])
            // 25 %, 100 % and 0 % then; 50 % and 0 % today.
            let medians = try await Self.both(server).map { $0["rates"].items[0]["median_of_ministries"].decimal }
            #expect(medians == [25, 25])
            let cohort = try await Self.both(server).map { $0["rates"].items[1]["median_of_ministries"].decimal }
            #expect(cohort == [25, 25])
        }
    }

    @Test("a line names those of its ministries that sent nothing, and none that sent an empty plan")
    func missing() async throws {
        try await TestServer.with { server in
            for code in ["AA", "BB", "CC", "DD", "EE", "FF"] {
                try await Self.create(code, [("2020-01-01", "Nom \(code)")], server)
            }
            try await Self.plan("AA", actions: 4, done: 1, server)
            try await Self.plan("FF", actions: 0, done: 0, server)
            try await Self.succeed(
                [("AA", "CC", "2023-01-01", "fusion"), ("BB", "CC", "2023-01-01", "fusion")], of: "CC", server)
            try await Self.succeed([("DD", "EE", "2023-01-01", "fusion")], of: "EE", server)
            let census = await server.send(
                .put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["AA", "BB", "DD", "FF"]}"#)
            try #require(census.status == 201, "\(census.text)")
            func lines(_ query: String) async throws -> [String] {
                try await server.send(.get, "/v1/figures?year=2022\(query)").json()["by_ministry"].items.map { line in
                    let missing = line["missing"].items.compactMap(\.text).joined(separator: ",")
                    return "\(line["code"].text ?? "") \(line["actions"].number ?? -1) missing \(missing)"
                }
            }
            #expect(try await lines("") == ["AA 4 missing ", "BB 0 missing BB", "DD 0 missing DD", "FF 0 missing "])
            #expect(try await lines("&perimeter=today") == ["CC 4 missing BB", "EE 0 missing DD", "FF 0 missing "])
            // A filter that leaves no action of a plan does not make it missing.
            #expect(try await lines("&ministry=AA,BB&target_level=realisation") == ["AA 0 missing ", "BB 0 missing BB"])
        }
    }

    @Test("the median is that of the bodies of the perimeter")
    func median() async throws {
        try await TestServer.with { server in
            for code in ["AA", "BB", "CC"] { try await Self.create(code, [("2020-01-01", "Nom \(code)")], server) }
            try await Self.plan("AA", actions: 9, done: 0, server)
            try await Self.plan("BB", actions: 1, done: 1, server)
            try await Self.succeed(
                [("AA", "CC", "2023-01-01", "fusion"), ("BB", "CC", "2023-01-01", "fusion")], of: "CC", server)
            let medians = try await Self.both(server).map { $0["rates"].items[0]["median_of_ministries"].decimal }
            #expect(medians == [50, 10])
        }
    }

    @Test("what was divided stays under its own code, said to be split, with what had been merged into it")
    func split() async throws {
        try await TestServer.with { server in
            for code in ["AA", "BB", "CC", "DD"] { try await Self.create(code, [("2020-01-01", "Nom \(code)")], server) }
            try await Self.plan("AA", actions: 4, done: 1, server)
            try await Self.plan("BB", actions: 2, done: 2, server)
            try await Self.succeed(
                [
                    ("AA", "BB", "2022-09-01", "fusion"), ("BB", "CC", "2023-01-01", "scission"),
                    ("BB", "DD", "2023-01-01", "scission"),
                ], of: "BB", server)
            let lines = try await Self.compare(server)
            #expect(lines.map(Self.line) == ["BB Nom BB AA,BB 6 50.0 split"])
        }
    }

    @Test("a succession still to come changes nothing yet")
    func toCome() async throws {
        try await TestServer.with { server in
            for code in ["AA", "BB"] { try await Self.create(code, [("2020-01-01", "Nom \(code)")], server) }
            try await Self.plan("AA", actions: 4, done: 1, server)
            try await Self.succeed([("AA", "BB", "2120-01-01", "fusion")], of: "AA", server)
            #expect(try await Self.compare(server).map(Self.line) == ["AA Nom AA AA 4 25.0"])
        }
    }

    @Test("whatever the successions, both perimeters add up to the same totals and every link to its number")
    func random() async throws {
        var seed = Seed.fresh()
        let codes = ["AA", "BB", "CC", "DD", "EE", "FF", "GG"]
        try await TestServer.with { server in
            for code in codes { try await Self.create(code, [("2020-01-01", "Nom \(code)")], server) }
            for code in codes.shuffled(using: &seed).prefix(5) {
                let actions = Int.random(in: 0...9, using: &seed)
                try await Self.plan(code, actions: actions, done: Int.random(in: 0...actions, using: &seed), server)
            }
            for _ in 0..<12 {
                let pair = codes.shuffled(using: &seed).prefix(2)
                let kind = ["fusion", "fusion", "scission", "transfert"][Int.random(in: 0..<4, using: &seed)]
                let year = Int.random(in: 2021...2025, using: &seed)
                try await Self.succeed([(pair[0], pair[1], "\(year)-01-01", kind)], of: pair[0], keeping: true, server)
                let lines = try await Self.compare(server, seed)
                let gathered = lines.flatMap { $0["codes"].items.compactMap(\.text) }
                #expect(Set(gathered).count == gathered.count, "\(gathered) \(seed)")
            }
        }
    }
}

extension PerimeterTests {
    private static func create(_ code: String, _ names: [(from: String, name: String)], _ server: TestServer) async throws {
        let list = names.map { #"{"from": "\#($0.from)", "name": "\#($0.name)"}"# }.joined(separator: ", ")
        let body = #"{"code": "\#(code)", "kind": "operateur", "names": [\#(list)]}"#
        let answer = await server.send(.post, "/v1/ministries", as: .admin, body: body)
        try #require(answer.status == 201, "\(answer.text)")
    }

    private static func plan(_ ministry: String, actions: Int, done: Int, _ server: TestServer) async throws {
        let lines = (0..<actions).map { number in
            #"{"code": "A-\#(number)", "title": "Action", "theme": "achats", "target_level": "reflexion", "status": "\#(number < done ? "realisee" : "a_faire")"}"#
        }
        let body = #"""
            {"ministry": "\#(ministry)", "first_year": 2022, "last_year": 2022, "state": "validee", "effective_on": "2022-02-01",
             "actions": [\#(lines.joined(separator: ", "))]}
            """#
        let answer = await server.send(.put, "/v1/roadmaps/\(ministry)-2022/plan", body: body)
        try #require(answer.status == 201, "\(answer.text)")
    }

    private static func succeed(
        _ links: [(String, String, String, String)], of code: String, keeping: Bool = false, _ server: TestServer
    ) async throws {
        var list = links.map {
            #"{"predecessor": "\#($0.0)", "successor": "\#($0.1)", "on": "\#($0.2)", "kind": "\#($0.3)"}"#
        }
        let known = try await server.send(.get, "/v1/ministries/\(code)").json()["successions"].items
        for link in known where keeping || link["predecessor"].text != code && code == "DD" {
            let parts = ["predecessor", "successor", "on", "kind"].map { link[$0].text ?? "" }
            if links.contains(where: { ($0.0, $0.1, $0.2) == (parts[0], parts[1], parts[2]) }) { continue }
            list.append(
                #"{"predecessor": "\#(parts[0])", "successor": "\#(parts[1])", "on": "\#(parts[2])", "kind": "\#(parts[3])"}"#)
        }
        let answer = await server.send(
            .patch, "/v1/ministries/\(code)", as: .admin, body: #"{"successions": [\#(list.joined(separator: ", "))]}"#,
            type: "application/merge-patch+json", fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(answer.text)")
    }

    private static func both(_ server: TestServer) async throws -> [JSONValue] {
        [
            try await server.send(.get, "/v1/figures?year=2022").json(),
            try await server.send(.get, "/v1/figures?year=2022&perimeter=today").json(),
        ]
    }

    /// Both perimeters agree on all but the ministries, and each line is the sum of its codes and the length of its list.
    /// - Returns: the lines of today.
    private static func compare(_ server: TestServer, _ seed: Seed? = nil) async throws -> [JSONValue] {
        let comment = Comment(rawValue: seed.map { "\($0)" } ?? "")
        let (then, today) = (try await both(server)[0], try await both(server)[1])
        #expect(then["totals"].members.mapValues(\.number) == today["totals"].members.mapValues(\.number), comment)
        #expect(then["rates"].items.map(\.["value"].decimal) == today["rates"].items.map(\.["value"].decimal), comment)
        #expect(then["by_theme"].items.map(\.["actions"].number) == today["by_theme"].items.map(\.["actions"].number), comment)
        let alone = Dictionary(
            uniqueKeysWithValues: then["by_ministry"].items.map { ($0["code"].text ?? "", $0["actions"].number ?? -1) })
        #expect(then["by_ministry"].items.allSatisfy { $0["codes"].items.map(\.text) == [$0["code"].text] }, comment)
        for line in today["by_ministry"].items {
            let codes = line["codes"].items.compactMap(\.text)
            #expect(line["actions"].number == codes.reduce(0) { $0 + (alone[$1] ?? 0) }, comment)
            for (member, number) in [("actions", line["actions"].number), ("realisee", line["by_status"]["realisee"].number)] {
                let link = try #require(line["links"][member].text)
                let list = try await server.send(.get, "\(link)&limit=200").json()
                #expect(list["data"].items.count == number, comment)
                #expect(Set(list["data"].items.compactMap(\.["ministry"].text)).isSubset(of: codes), comment)
            }
        }
        #expect(Set(today["by_ministry"].items.flatMap { $0["codes"].items.compactMap(\.text) }) == Set(alone.keys), comment)
        return today["by_ministry"].items
    }

    private static func line(_ line: JSONValue) -> String {
        let codes = line["codes"].items.compactMap(\.text).joined(separator: ",")
        let rate = line["realisees_identifiees"].decimal.map { "\($0)" } ?? "null"
        return "\(line["code"].text ?? "") \(line["label"].text ?? "") \(codes) \(line["actions"].number ?? -1) \(rate)"
            + (line["split"].flag == true ? " split" : "")
    }
}
