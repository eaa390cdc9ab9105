import ActionPlans
import Foundation
import Logging
import OutgoingHTTP
import Postgres
import PrivatePostgres
import Synchronization
import Testing

@testable import JalonServer

@Suite("The database goes away", .serialized)
struct OutageTests {
    /// What one writer was told.
    private struct Acknowledged: Sendable {
        var version = 0
        var refusals: [Int: Int] = [:]
    }

    @Test("killed during writes and restarted: no acknowledged write is missing, and the service is back by itself")
    func killed() async throws {
        try await PrivateServer.with { cluster in
            try await Self.checkKill(cluster)
        }
    }

    private static func checkKill(_ cluster: PrivateServer) async throws {
        let configuration = DatabaseConfiguration(connectionString: cluster.url)
        let secret = try await Self.prepare(configuration)
        try await LiveServer.with(configuration) { address in
            let isOver = Flag()
            async let told = Self.writers(8, at: address, secret, until: isOver)
            // Runs before the writers are waited for: whatever fails, they stop.
            defer { isOver.raise() }
            try await Self.wait(until: { try await Self.version(of: 1, at: address, secret) > 5 })
            try cluster.kill()
            try await Self.checkOutage(address, secret)
            try cluster.start()
            try await Self.wait(until: { try await Self.status(of: "\(address)/readyz", nil) == 200 })
            let before = try await Self.version(of: 1, at: address, secret)
            try await Self.wait(until: { try await Self.version(of: 1, at: address, secret) > before })
            isOver.raise()
            let acknowledged = await told
            for (writer, told) in acknowledged.enumerated() {
                let stored = try await Self.version(of: writer + 1, at: address, secret)
                #expect(stored >= told.version, "writer \(writer + 1) was told \(told.version), stored \(stored)")
                #expect(Set(told.refusals.keys).isSubset(of: [503, 412, 428]), "\(told.refusals)")
            }
            #expect(acknowledged.contains { $0.refusals[503] != nil }, "the outage was felt")
        }
    }

    private static func prepare(_ configuration: DatabaseConfiguration) async throws -> String {
        let database = Database(configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await Migration.apply(to: database)
        let secret = try await database.write { session in
            try TokenIssue.issue(session, NewToken(label: "Panne", role: .coordinator, ministries: [])).secret.text
        }
        await database.shutdown()
        return secret
    }

    /// Each writer changes an action of its own again and again, and notes the last version it was told.
    private static func writers(_ count: Int, at address: String, _ secret: String, until isOver: Flag) async -> [Acknowledged] {
        let lines = (1...count).map { #"{"code": "A\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion"}"# }
        let plan = #"{"ministry": "TE", "first_year": 2022, "actions": [\#(lines.joined(separator: ","))]}"#
        _ = try? await send("PUT", "\(address)/v1/roadmaps/TE-2022/plan", secret, plan)
        return await withTaskGroup(of: (Int, Acknowledged).self) { group in
            for writer in 1...count {
                group.addTask { (writer, await write(writer, at: address, secret, until: isOver)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func write(_ writer: Int, at address: String, _ secret: String, until isOver: Flag) async -> Acknowledged {
        var told = Acknowledged()
        var round = 0
        while !isOver.isRaised {
            round += 1
            let answer = try? await send(
                "PATCH", "\(address)/v1/actions/TE-2022-A\(writer)", secret, #"{"title": "Tour \#(round)"}"#, ifMatch: "*")
            guard let answer else { continue }
            if answer.status == 200, let version = try? version(in: answer) {
                told.version = max(told.version, version)
            } else {
                told.refusals[answer.status, default: 0] += 1
            }
        }
        return told
    }

    private static func checkOutage(_ address: String, _ secret: String) async throws {
        let answer = try await send("GET", "\(address)/v1/actions/TE-2022-A1", secret)
        #expect(answer.status == 503)
        #expect(answer.fields["Retry-After"] == "1")
        #expect(answer.fields["Content-Type"] == "application/problem+json")
        #expect(try await status(of: "\(address)/livez", nil) == 200)
        #expect(try await status(of: "\(address)/readyz", nil) == 503)
    }

    private static func version(of writer: Int, at address: String, _ secret: String) async throws -> Int {
        let answer = try await send("GET", "\(address)/v1/actions/TE-2022-A\(writer)", secret)
        return answer.status == 200 ? try version(in: answer) : 0
    }

    private static func version(in answer: WebClient.Answer) throws -> Int {
        try JSONValue(JSONSerialization.jsonObject(with: Data(answer.body)))["version"].number ?? 0
    }

    private static func status(of address: String, _ secret: String?) async throws -> Int {
        try await send("GET", address, secret).status
    }

    private static func send(
        _ method: String, _ address: String, _ secret: String?, _ body: String? = nil, ifMatch: String? = nil
    ) async throws -> WebClient.Answer {
        var fields = HTTPFieldList()
        if let secret { fields.add("Authorization", "Bearer \(secret)") }
        if let ifMatch { fields.add("If-Match", ifMatch) }
        if body != nil { fields.add("Content-Type", "application/json") }
        return try await WebClient.send(
            WebClient.Request(method, address, fields, body: Array((body ?? "").utf8)), within: .seconds(15))
    }

    /// Polls a condition; fails after 20 s.
    private static func wait(until condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if (try? await condition()) == true { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw TimedOut()
    }

    private struct TimedOut: Error {}
}

/// Raised once, seen by all.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}
