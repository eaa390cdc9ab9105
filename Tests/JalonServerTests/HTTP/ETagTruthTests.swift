import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

/// Random writes, and what every caller then reads of everything.
@Suite("Entity tags tell the truth")
struct ETagTruthTests {
    /// Lists with filters, resources, plans in every format, figures, history, ministries and vocabularies.
    static let targets: [(target: String, accept: String)] =
        [
            "/v1/actions", "/v1/actions?theme=achats&status=a_faire,en_cours", "/v1/actions?late=true&sort=due_on",
            "/v1/actions?q=tour&fields=id,title", "/v1/actions?limit=2&count=true", "/v1/actions/TE-2022-ACH-01",
            "/v1/actions/TE-2024-ACH-01", "/v1/actions/TE-2022-ACH-01/history", "/v1/roadmaps", "/v1/roadmaps?state=brouillon",
            "/v1/roadmaps/TE-2022", "/v1/roadmaps/TE-2024", "/v1/roadmaps/TE-2024/actions?count=true",
            "/v1/roadmaps/TE-2024/history?limit=3", "/v1/roadmaps/TE-2024/plan", "/v1/roadmaps/JUS-2022/plan",
            "/v1/figures?year=2022", "/v1/figures?year=2024&ministry=TE", "/v1/barometer", "/v1/censuses/2022/history",
            "/v1/ministries/TE/history", "/v1/ministries?limit=5",
            "/v1/ministries/TE",
            "/v1/ministries/TE?as_of=2021-01-01", "/v1/censuses/2022", "/v1/vocabularies", "/v1/practices?limit=2", "/v1/me",
            "/v1/tokens?limit=2",
        ].map { ($0, "application/json") }
        + [
            "/v1/actions?sort=-due_on", "/v1/roadmaps", "/v1/roadmaps/TE-2024/history", "/v1/figures?year=2022",
            "/v1/figures?year=2022,2024&group=theme",
        ].flatMap { target in ["text/csv", "application/x-ndjson"].map { (target, $0) } }
        + ["application/yaml", "text/csv"].map { ("/v1/roadmaps/TE-2024/plan", $0) }

    @Test("a tag changes with the bytes and only then, 304 is answered exactly where they have not, whoever reads")
    func truth() async throws {
        let steps = ProcessInfo.processInfo.environment["JALON_TEST_STEPS"].flatMap { Int($0) } ?? 25
        var seed = Seed.fresh()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await server.database.write { session in
                // Else the day of a token's first use would change what `me` answers between two readings.
                _ = try session.execute("update tokens set last_used_on = paris_today()")
            }
            var readers = TestServer.Caller.allCases.map { Reader(caller: $0) }
            for step in 0...steps {
                let write = step == 0 ? "nothing" : try await RandomWrite.make(on: server, step, using: &seed)
                let event = "\(seed), step \(step), \(write)"
                readers = try await withThrowingTaskGroup(of: Reader.self) { group in
                    for reader in readers {
                        group.addTask {
                            var reader = reader
                            try await reader.readAll(on: server, after: event)
                            return reader
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(readers.allSatisfy { !$0.last.isEmpty })
            #expect(readers.reduce(0) { $0 + $1.changes } > steps, "the writes change too little to prove anything")
            #expect(readers.reduce(0) { $0 + $1.unchanged } > steps, "the writes change too much to prove anything")
        }
    }

    /// What one caller has read so far.
    private struct Reader {
        let caller: TestServer.Caller
        var last: [String: TestAnswer] = [:]
        /// What was read under each tag, ever.
        var texts: [String: String] = [:]
        var changes = 0
        var unchanged = 0

        init(caller: TestServer.Caller) { self.caller = caller }

        mutating func readAll(on server: TestServer, after event: String) async throws {
            for (target, accept) in targets {
                let name = "\(target) \(accept)"
                let before = last.removeValue(forKey: name)
                let condition = before.map { ["Accept": accept, "If-None-Match": $0.tag] } ?? ["Accept": accept]
                let told = await server.send(.get, target, as: caller, fields: condition)
                let now = await server.send(.get, target, as: caller, fields: ["Accept": accept])
                let context = "\(caller.rawValue) \(name), \(event)"
                #expect(now.status < 500, "\(context): \(now.text)")
                guard now.status == 200 else {
                    #expect(told.status == now.status, "\(context)")
                    continue
                }
                #expect(now.tag.count > 2, "\(context) has no tag")
                #expect(texts.updateValue(now.text, forKey: "\(name) \(now.tag)") ?? now.text == now.text, "\(context): same tag")
                if let before {
                    let hasChanged = before.text != now.text
                    #expect((before.tag != now.tag) == hasChanged, "\(context): \(before.tag), then \(now.tag)")
                    #expect(told.status == (hasChanged ? 200 : 304), "\(context): \(before.tag), then \(now.tag)")
                    #expect(told.tag == now.tag && told.text == (hasChanged ? now.text : ""), "\(context)")
                    if hasChanged { changes += 1 } else { unchanged += 1 }
                }
                last[name] = now
            }
        }
    }
}

/// One write of any kind, which may also be refused, rehearsed or change nothing.
enum RandomWrite {
    /// - Returns: what was done, for the message of a failure.
    static func make(on server: TestServer, _ step: Int, using seed: inout Seed) async throws -> String {
        let (method, target, caller, body) = request(step, using: &seed)
        let isRehearsed = Int.random(in: 0..<8, using: &seed) == 0
        let full = target + (isRehearsed ? (target.contains("?") ? "&" : "?") + "dry_run=true" : "")
        let answer = await server.send(
            method, full, as: caller, body: body, type: method == .patch ? "application/merge-patch+json" : "application/json",
            fields: method == .post ? [:] : ["If-Match": "*"])
        let isExpected = answer.status < 500 && answer.status != 400
        #expect(isExpected, "\(seed): \(method) \(full) \(body ?? ""): \(answer.text)")
        return "\(method) \(full) \(body ?? "") → \(answer.status)"
    }

    private static func request(
        _ step: Int, using seed: inout Seed
    ) -> (method: HTTPRequest.Method, target: String, caller: TestServer.Caller, body: String?) {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &seed)] }
        let action = pick(["TE-2022-ACH-01", "TE-2022-ACH-02", "TE-2024-ACH-01", "JUS-2022-ACH-01", "TE-2025-ACH-01"])
        let roadmap = pick(["TE-2022", "TE-2024", "TE-2025", "JUS-2022"])
        let day = "20\(Int.random(in: 20...35, using: &seed))-0\(Int.random(in: 1...9, using: &seed))-15"
        switch Int.random(in: 0..<16, using: &seed) {
        case 0...4:
            let members = [
                #""title": "Tour \#(step)""#, #""confidential": true"#, #""confidential": false"#, #""due_on": "\#(day)""#,
                #""due_on": null"#,
                #""status": "en_cours""#, #""status": "abandonnee", "status_reason": "R\#(step)""#,
                #""reached_level": "realisation""#,
                #""theme": "fin_usage""#, #""practices": ["e.1"]"#, #""lead": "Service \#(step)""#, "",
            ]
            let member = pick(members)
            let reason = member.isEmpty ? "" : #", "reason": "Tour""#
            return (.patch, "/v1/actions/\(action)", .coordinator, "{\(member)\(reason)}")
        case 5: return (.patch, "/v1/roadmaps/\(roadmap)", .coordinator, #"{"title": "Tour \#(step)"}"#)
        case 6: return (.patch, "/v1/roadmaps/\(roadmap)", .coordinator, #"{"due_on": "\#(day)"}"#)
        case 7:
            let state = pick(["brouillon", "soumise", "en_relecture", "validee"])
            return (.patch, "/v1/roadmaps/\(roadmap)", .coordinator, #"{"state": "\#(state)"}"#)
        case 8, 9:
            return (
                .post, "/v1/roadmaps/\(roadmap)/actions", .coordinator,
                RandomPlan.line(code: "T\(step)", using: &seed).dropLast() + #", "reason": "Tour"}"#
            )
        case 10: return (.delete, "/v1/actions/\(action)?reason=Tour", .coordinator, nil)
        case 11:
            let lines = (0..<3).map { RandomPlan.line(code: "P\($0)", using: &seed) }.joined(separator: ",")
            return (
                .put, "/v1/roadmaps/\(roadmap)/plan", .coordinator,
                #"{"ministry": "\#(roadmap.prefix { $0 != "-" })", "first_year": \#(roadmap.suffix(4)), "reason": "Tour", "actions": [\#(lines)]}"#
            )
        case 12:
            return (
                .patch, "/v1/ministries/TE", .admin,
                #"{"names": [{"name": "Ministère \#(step)", "from": "2020-07-06"}, {"name": "Autre", "from": "\#(day)"}]}"#
            )
        case 13:
            return (.patch, "/v1/ministries/\(pick(["TE", "JUS"]))", .admin, #"{"kind": "\#(pick(["operateur", "ministere"]))"}"#)
        case 14:
            return (
                .put, "/v1/censuses/2022", .coordinator, #"{"due_on": "\#(day)", "expected": ["\#(pick(["TE", "JUS", "EF"]))"]}"#
            )
        default:
            return Bool.random(using: &seed)
                ? (.delete, "/v1/roadmaps/TE-2024", .coordinator, nil)
                : (.post, "/v1/roadmaps", .coordinator, #"{"ministry": "TE", "first_year": 2024}"#)
        }
    }
}
