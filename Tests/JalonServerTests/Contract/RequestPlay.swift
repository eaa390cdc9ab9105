import Dispatch
import HTTPTypes
import Logging
import Postgres
import Testing

@testable import JalonServer

extension TestServer {
    /// Sends a case of the contract, to this server or to a dispatcher of the same operations in other circumstances.
    func play(
        _ request: ContractCase, _ operation: ContractDocument.Operation, on dispatcher: Dispatcher? = nil
    ) async throws -> TestAnswer {
        let request = naming(request)
        let method = try #require(HTTPRequest.Method(operation.method))
        return await send(
            raw: method, request.target, as: request.caller, bytes: request.body.map { Array($0.utf8) }, type: request.type,
            fields: request.fields, on: dispatcher)
    }

    /// The case with the id of one of this server's tokens where it speaks of a token.
    func naming(_ request: ContractCase) -> ContractCase {
        guard let token = secret(of: .otherReferent).flatMap({ TokenSecret($0) }) else { return request }
        return request.with { $0.target = $0.target.replacing("{token}", with: token.id) }
    }

    /// A request of any bytes, with fields that may replace all others.
    func send(
        raw method: HTTPRequest.Method, _ target: String, as caller: Caller = .coordinator, bytes: [UInt8]? = nil,
        type: String? = "application/json", fields extra: [String: String] = [:], on dispatcher: Dispatcher? = nil
    ) async -> TestAnswer {
        var fields = HTTPFields()
        if let secret = secret(of: caller) { fields[.authorization] = "Bearer \(secret)" }
        if bytes != nil, let type { fields[.contentType] = type }
        for (name, value) in extra {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let body = bytes ?? []
        let request = IncomingRequest(
            method: method, target: target, fields: fields,
            body: { limit in
                guard body.count <= limit else { throw Problem.contentTooLarge(limit) }
                return body
            })
        return await TestAnswer.whole(await (dispatcher ?? self.dispatcher).answer(request))
    }

    /// The same service on a database reached in another way; `listening` as a process that remembers tokens does.
    func withDispatcher(
        on configuration: DatabaseConfiguration, listening: Bool = false, _ body: (Dispatcher) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let other = Database(configuration: configuration, logger: logger)
        let tokens = TokenDirectory(database: other, configuration: configuration, logger: logger)
        let dispatcher = Dispatcher(
            operations: Operations.all,
            server: ServerState(
                database: other, tokens: tokens,
                reference: ReferenceData(vocabularies: state.vocabularies, catalogue: state.catalogue),
                contract: state.contract, configuration: state.configuration, logger: logger, isAccepting: { true }))
        let listener = listening ? Task { try await tokens.run() } : nil
        var failure: (any Error)?
        do {
            try await body(dispatcher)
        } catch {
            failure = error
        }
        listener?.cancel()
        _ = await listener?.result
        await other.shutdown()
        if let failure { throw failure }
    }

    /// Keeps a transaction open that has run `statement` until `body` is over.
    func holding(_ statement: String, _ body: () async throws -> Void) async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let release = DispatchSemaphore(value: 0)
        async let held: Void = database.maintain(timeout: .seconds(60)) { session in
            defer { start.finish() }
            // A busy machine may need long for what is done meanwhile.
            try session.script("set local idle_in_transaction_session_timeout = 0; \(statement)")
            start.yield()
            release.wait()
        }
        for await _ in started { break }
        do {
            try await body()
        } catch {
            release.signal()
            try await held
            throw error
        }
        release.signal()
        try await held
    }

    /// Asks again and again until it is so, for ten seconds at most.
    func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if try await isSo() { return true }
            try await Task.sleep(for: .milliseconds(1))
        }
        return false
    }

    /// All that is stored, table by table: equal before and after a request that must leave nothing.
    func stored() async throws -> [String: String] {
        let rows = try await database.write { session in
            // The day of a token's last use is written on the side, at any moment.
            try session.script(
                """
                create or replace function pg_temp.digest(name text) returns text language plpgsql as $$
                declare
                    digest text;
                begin
                    execute format('select md5(string_agg(line::text, '','' order by line::text))
                        from (select to_jsonb(t) - ''last_used_on'' as line from %I t) lines', name) into digest;
                    return coalesce(digest, '');
                end $$
                """)
            return try session.query(
                """
                select relname::text, pg_temp.digest(relname)
                from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'
                """
            ) { row in (try row.next(String.self), try row.next(String.self)) }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}
