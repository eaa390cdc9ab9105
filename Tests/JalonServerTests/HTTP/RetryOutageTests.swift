import ActionPlans
import HTTPTypes
import Logging
import Postgres
import PrivatePostgres
import Synchronization
import Testing

@testable import JalonServer

@Suite("Retries over a database that is killed", .serialized)
struct RetryOutageTests {
    private static let writers = 6
    private static let each = 20
    private static let kills = 2

    @Test("a POST sent again with its key until it is answered is done once, through two kills of PostgreSQL")
    func killed() async throws {
        try await PrivateServer.with { cluster in
            var configuration = DatabaseConfiguration(connectionString: cluster.url)
            configuration.connections = 4
            let database = Database(configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let result: Result<Void, any Error>
            do {
                result = .success(try await Self.check(cluster, database, configuration))
            } catch {
                result = .failure(error)
            }
            await database.shutdown()
            try result.get()
        }
    }

    private static func check(
        _ cluster: PrivateServer, _ database: Database, _ configuration: DatabaseConfiguration
    ) async throws {
        _ = try await Migration.apply(to: database)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let secret = try await database.write { session in
            try TokenIssue.issue(session, NewToken(label: "Panne", role: .coordinator, ministries: [])).secret.text
        }
        let dispatcher = Dispatcher(
            operations: Operations.all,
            server: ServerState(
                database: database, tokens: TokenDirectory(database: database, configuration: configuration, logger: logger),
                reference: try await database.read { session in try ReferenceData.load(session) },
                contract: try TestServer.contract.get(), configuration: ServerConfiguration(), logger: logger,
                isAccepting: { true }))
        let created = await send(dispatcher, secret, "/v1/roadmaps", #"{"ministry": "TE", "first_year": 2022}"#, "feuille")
        try #require(created.status == 201)
        let done = Progress()
        let answers = await withTaskGroup(of: [TestAnswer].self) { group in
            for writer in 0..<writers {
                group.addTask { await write(writer, dispatcher, secret, noting: done) }
            }
            // Each kill comes when a third more of the work is done, so that writers are always in the middle of theirs.
            for kill in 1...kills {
                while done.count < writers * each * kill / (kills + 1) { try? await Task.sleep(for: .milliseconds(1)) }
                do {
                    try cluster.kill()
                    try cluster.start()
                } catch {
                    Issue.record(error)
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == writers * each)
        #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.first { $0.status != 201 }?.text ?? "")")
        let (actions, changes, keys) = try await database.read { session in
            try session.one(
                """
                select (select count(*) from actions), (select count(*) from changes where resource = 'action'),
                    (select count(*) from idempotency_keys)
                """
            ) { row in (try row.next(Int.self), try row.next(Int.self), try row.next(Int.self)) }
        }
        #expect(actions == writers * each && changes == writers * each && keys == writers * each + 1)
    }

    /// Sends each request until it is told what became of it.
    private static func write(
        _ writer: Int, _ dispatcher: Dispatcher, _ secret: String, noting done: Progress
    ) async -> [TestAnswer] {
        var answers: [TestAnswer] = []
        for round in 1...each {
            let code = "W\(writer)-\(round)"
            let body = #"{"code": "\#(code)", "title": "T", "theme": "achats", "target_level": "reflexion"}"#
            var answer = await persist { await send(dispatcher, secret, "/v1/roadmaps/TE-2022/actions", body, code) }
            // Every other answer is lost on its way to the client, which knows no better than to send again.
            if round.isMultiple(of: 2) {
                answer = await persist { await send(dispatcher, secret, "/v1/roadmaps/TE-2022/actions", body, code) }
            }
            answers.append(answer)
            done.advance()
        }
        return answers
    }

    /// Sends again for 30 seconds at most.
    private static func persist(_ send: () async -> TestAnswer) async -> TestAnswer {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let answer = await send()
            guard mayBeSentAgain(answer), ContinuousClock.now < end else { return answer }
        }
    }

    private static func mayBeSentAgain(_ answer: TestAnswer) -> Bool {
        answer.status >= 500 || answer.status == 409 && answer.text.contains("/problems/idempotency-in-progress")
    }

    private static func send(
        _ dispatcher: Dispatcher, _ secret: String, _ target: String, _ body: String, _ key: String
    ) async -> TestAnswer {
        var fields = HTTPFields()
        fields[.authorization] = "Bearer \(secret)"
        fields[.contentType] = "application/json"
        fields[.idempotencyKey] = key
        return TestAnswer(
            await dispatcher.answer(
                IncomingRequest(method: .post, target: target, fields: fields, body: { _ in Array(body.utf8) })))
    }
}

/// How many requests have had their answer.
private final class Progress: Sendable {
    private let value = Atomic(0)
    var count: Int { value.load(ordering: .acquiring) }
    func advance() { value.add(1, ordering: .acquiringAndReleasing) }
}
