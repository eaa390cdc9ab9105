import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Documents of measures, whatever they hold", .timeLimit(.minutes(20)))
struct MeasureDocumentPropertyTests {
    private typealias Scene = MeasureDocumentScene

    /// What a body says of the measure of a key, in the words of a document.
    private struct Model {
        var values: [String: Int] = [:]

        /// A document of some of the keys, and how many it creates, updates and leaves.
        mutating func apply(_ document: [String: Int]) -> [Int] {
            var summary = [0, 0, 0]
            for (key, value) in document {
                summary[values[key] == nil ? 0 : values[key] == value ? 2 : 1] += 1
                values[key] = value
            }
            return summary
        }
    }

    private static let keys = ["TE", "JUS", "AGR"].flatMap { body in
        ["2020", "2021", "2022", "2023"].map { "CHARTE/\(body)/\($0)" } + ["2022", "2023"].map { "FORMATION/\(body)/\($0)" }
    }

    private static func document(using seed: inout Seed) -> [String: Int] {
        var document: [String: Int] = [:]
        for key in keys.shuffled(using: &seed).prefix(Int.random(in: 0...keys.count, using: &seed)) {
            document[key] = Int.random(in: 0...1, using: &seed)
        }
        return document
    }

    private static func json(_ document: [String: Int], using seed: inout Seed) -> [String] {
        document.keys.shuffled(using: &seed).map { key in
            let value = document[key] ?? 0
            return Scene.line(key, key.hasPrefix("CHARTE") ? "\"answer\": \(value == 1)" : "\"value\": \(value)")
        }
    }

    private static func table(_ document: [String: Int], using seed: inout Seed) -> String {
        let isOfState = Bool.random(using: &seed)
        let lines = document.keys.shuffled(using: &seed).map { key -> String in
            let parts = key.split(separator: "/")
            let value = document[key] ?? 0
            return isOfState
                ? "\(parts[0]);\(parts[1]);31/12/\(parts[2]);va;\(value)" : "\(parts[0]);\(parts[1]);\(parts[2]);\(value)"
        }
        let titles = isOfState ? "identifiant_indic;zone_id;date_valeur;type_valeur;valeur" : "indicator;ministry;period;value"
        return ([titles] + lines).joined(separator: "\n") + "\n"
    }

    @Test(
        "random documents, one after the other and refused ones between them, leave what a plain recount says, and the audit finds nothing"
    )
    func sequence() async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            try await Scene.define(server)
            var model = Model()
            for step in 0..<25 {
                let document = Self.document(using: &seed)
                let isRehearsal = Int.random(in: 0..<5, using: &seed) == 0
                let query = isRehearsal ? "?dry_run=true" : ""
                var rehearsal = model
                let expected = isRehearsal ? rehearsal.apply(document) : model.apply(document)
                let answer =
                    Bool.random(using: &seed)
                    ? await Scene.apply(server, Self.json(document, using: &seed), query: query)
                    : await Scene.applyTable(server, Self.table(document, using: &seed), query: query)
                #expect(try Scene.summary(answer) == expected, "step \(step), \(seed)")
                let bad =
                    Self.json(document.mapValues { 1 - $0 }, using: &seed) + [Scene.line("CHARTE/TE/1999", #""answer": true"#)]
                #expect(await Scene.apply(server, bad).status == 422)
            }
            #expect(try await Self.stored(server) == model.values, "\(seed)")
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [], "\(seed)")
        }
    }

    @Test("random documents at the same time: each is applied whole, and no change is lost")
    func interleaved() async throws {
        var seed = Seed.fresh()
        try await TestServer.with(connections: 6) { server in
            try await Scene.define(server)
            let documents = (0..<24).map { _ in Self.document(using: &seed) }
            let bodies = documents.map { Scene.json(Self.json($0, using: &seed)) }
            let summaries = try await withThrowingTaskGroup(of: [Int].self) { group in
                for body in bodies {
                    group.addTask { try Scene.summary(await server.send(.put, "/v1/measures", body: body)) }
                }
                return try await group.reduce(into: [[Int]]()) { $0.append($1) }
            }
            let listed = Set(documents.flatMap(\.keys))
            let stored = try await Self.stored(server)
            #expect(Set(stored.keys) == listed, "\(seed)")
            // Each key is created once, and the history has each change that an answer has told.
            #expect(summaries.map { $0[0] }.reduce(0, +) == listed.count, "\(seed)")
            #expect(try await Scene.changes(server) == summaries.map { $0[0] + $0[1] }.reduce(0, +), "\(seed)")
            for (key, value) in stored {
                #expect(documents.contains { $0[key] == value }, "\(key) \(seed)")
            }
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [], "\(seed)")
        }
    }

    private static func stored(_ server: TestServer) async throws -> [String: Int] {
        let rows = try await server.database.read { session in
            try session.query("select indicator, ministry, period, value::int from measures where known_to = 'infinity'") { row in
                ("\(try row.next(String.self))/\(try row.next(String.self))/\(try row.next(String.self))", try row.next(Int.self))
            }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test("take as many statements for thousands of measures as for three")
    func statements() async throws {
        try await TestServer.with(connections: 1) { server in
            try await IndicatorScene.define(server, Scene.monthly)
            // The date of last use is stored once a day, beside the first request: not what is counted here.
            try await server.database.write { session in
                try session.execute("update tokens set last_used_on = paris_today()")
            }
            // The first request opens what later ones find open.
            #expect(try Scene.summary(await Scene.apply(server, [])) == [0, 0, 0])
            var spent: [UInt64] = []
            for lines in [
                Self.monthly(years: 2000...2000, bodies: ["TE"]), Self.monthly(years: 2001...2023, bodies: ["TE", "JUS", "EF"]),
            ] {
                let before = server.database.health.metrics.statements
                #expect(try Scene.summary(await Scene.apply(server, lines)) == [lines.count, 0, 0])
                spent.append(server.database.health.metrics.statements - before)
            }
            #expect(spent[0] == spent[1], "\(spent)")
        }
    }

    @Test("thousands of measures are applied in one request, exported, and applied again without a change")
    func thousands() async throws {
        try await TestServer.with { server in
            for number in 0..<3 {
                try await IndicatorScene.define(server, Scene.monthly.replacing("\"MENSUEL\"", with: "\"MENSUEL-\(number)\""))
            }
            let lines = (0..<3).flatMap { number in
                Self.monthly(years: 2000...2023, bodies: ["TE", "JUS", "EF"], "MENSUEL-\(number)")
            }
            #expect(try Scene.summary(await Scene.apply(server, lines)) == [2_592, 0, 0])
            let table = await Scene.export(server)
            #expect(try Scene.summary(await Scene.applyTable(server, table)) == [0, 0, 2_592])
            #expect(try await Scene.changes(server) == 2_592)
        }
    }

    private static func monthly(years: ClosedRange<Int>, bodies: [String], _ code: String = "MENSUEL") -> [String] {
        years.flatMap { year in
            (1...12).flatMap { month in
                bodies.map {
                    Scene.line("\(code)/\($0)/\(year)-\(month < 10 ? "0" : "")\(month)", #""value": 5, "state": "soumise""#)
                }
            }
        }
    }
}
