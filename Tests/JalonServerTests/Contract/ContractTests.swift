import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The contract and the server")
struct ContractTests {
    @Test("name the same operations, permissions and media types")
    func operations() throws {
        let contract = try ContractDocument.current()
        func row(_ id: String, _ method: String, _ path: String, _ permission: String, _ body: [String], _ answers: [String])
            -> String
        {
            "\(id) \(method) \(path) \(permission) reads \(Set(body).sorted()) answers \(Set(answers).sorted())"
        }
        let documented = contract.operations.map { operation in
            row(
                operation.id, operation.method, operation.path, operation.permission,
                operation.bodies.keys.map { MediaType(name: $0)?.rawValue ?? $0 }, Array(operation.answerTypes))
        }
        let served = Operations.all.map { operation in
            row(
                operation.id, operation.method.rawValue, operation.path, operation.permission.rawValue,
                operation.body.types.map(\.rawValue), operation.answers.map(\.rawValue))
        }
        let unserved = Set(documented).subtracting(served).sorted()
        let undocumented = Set(served).subtracting(documented).sorted()
        #expect(unserved == [], "Operations.all has none like these, which the contract describes")
        #expect(undocumented == [], "the contract describes none like these, which Operations.all has")
        #expect(documented.count == served.count)
    }

    @Test("give the tag of an answer only to what is at the same address, or at that of what was made")
    func links() throws {
        let contract = try ContractDocument.current()
        var followed = 0
        for operation in contract.operations {
            for (status, response) in operation.responses where status < 300 {
                for link in response["links"].members.values.map(contract.resolve) where link["parameters"]["If-Match"] != .null {
                    let target = try contract.operation(link["operationId"].text)
                    let made = operation.method == "POST" && target.path.hasSuffix("}")
                    #expect(target.path == operation.path || made, "\(operation.id) \(status) leads to \(target.id)")
                    followed += 1
                }
            }
        }
        #expect(followed > 8)
    }

    @Test("accept every documented parameter with its example, and refuse any other by name")
    func parameters() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for operation in contract.operations {
                let good = try #require(ContractCases.find(operation, operation.goodStatus), "no case for \(operation.id)")
                let bare = good.with { $0.target = String($0.target.prefix { $0 != "?" }) }
                for parameter in operation.query {
                    // Only an answer gives a cursor: the contract has no example of one.
                    let isCursor = ["after", "cursor"].contains(parameter.name)
                    var request = bare.asking("\(parameter.name)=\(isCursor ? "AAAA" : parameter.written)")
                    for other in ContractCases.needed(beside: parameter.name, of: operation) { request = request.asking(other) }
                    if ["POST", "PUT", "PATCH", "DELETE"].contains(operation.method), parameter.name != "dry_run" {
                        request = request.asking("dry_run=true")
                    }
                    let answer = try await server.play(request, operation)
                    let ownFault = answer.status < 300 ? [] : try answer.faults().filter { $0.hasSuffix(" \(parameter.name)") }
                    if isCursor {
                        #expect(try answer.json()["type"].text == "/problems/invalid-cursor", "\(operation.id)")
                    } else {
                        #expect(ownFault == [], "\(operation.id) refuses its own parameter: \(answer.text)")
                        // The scene was not known at the instant of the example.
                        let isUnknown = parameter.name == "known_at" && answer.status == 404
                        #expect(isUnknown || answer.status < 300, "\(operation.id) \(request.target): \(answer.text)")
                    }
                }
                let answer = try await server.play(bare.asking("limite=1"), operation)
                #expect(answer.status == 400, "\(operation.id) takes an undocumented parameter: \(answer.text)")
                #expect(try answer.faults().contains("unknown-parameter limite"), "\(operation.id): \(answer.text)")
            }
        }
    }

    @Test("have a case for every documented status")
    func everyStatusHasACase() throws {
        for operation in try ContractDocument.current().operations {
            for status in operation.responses.keys where !WireContractTests.statuses.contains(status) {
                #expect(ContractCases.find(operation, status) != nil, "\(operation.id) \(status) is documented without a case")
            }
        }
    }

    @Test("agree on the status, body and header fields of each documented answer below 500")
    func documentedAnswers() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let limited = try server.variant {
                $0.rateLimit = 100_000
                $0.anonymousRateLimit = 100_000
            }
            for operation in contract.operations {
                // The good requests come last: what they change could spoil the others.
                for status in operation.responses.keys.sorted(by: >) where status < 500 && status != 429 {
                    guard var request = ContractCases.find(operation, status) else { continue }
                    if status == 304 { request.fields["If-None-Match"] = try await server.play(request, operation).tag }
                    // Where there are limits, `/v1/me` tells what is left of them: it changes with every request.
                    let dispatcher = status == 304 ? nil : limited
                    let answer =
                        request.meanwhile == nil
                        ? try await server.play(request, operation, on: dispatcher)
                        : try await Self.played(server, request, operation)
                    #expect(answer.status == status, "\(operation.id) \(request.target): \(answer.text.prefix(500))")
                    try contract.check(answer, to: operation)
                }
            }
        }
    }

    @Test("agree on the documented 429 when a caller sends one request too many, on every operation that is limited")
    func tooMany() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let dispatcher = try server.variant {
                $0.rateLimit = 1
                $0.anonymousRateLimit = 1
            }
            for caller in TestServer.Caller.allCases {
                _ = await server.send(raw: .get, "/v1/me", as: caller, on: dispatcher)
            }
            for operation in contract.operations {
                let isLimited = try #require(Operations.all.first { $0.id == operation.id }).purpose.isLimited
                #expect((operation.responses[429] != nil) == isLimited, "\(operation.id) documents 429 or is limited")
                let request = try #require(ContractCases.find(operation, 429))
                let answer = try await server.play(request, operation, on: dispatcher)
                #expect((answer.status == 429) == isLimited, "\(operation.id): \(answer.text.prefix(300))")
                #expect((answer.field("RateLimit") != nil) == isLimited && (answer.field("RateLimit-Policy") != nil) == isLimited)
                try contract.check(answer, to: operation)
            }
        }
    }

    /// The answer to a request that somebody else is in the way of, by a service that does not wait long.
    private static func played(
        _ server: TestServer, _ request: ContractCase, _ operation: ContractDocument.Operation
    ) async throws -> TestAnswer {
        var configuration = server.configuration
        configuration.lockTimeout = .milliseconds(50)
        var answers: [TestAnswer] = []
        try await server.withDispatcher(on: configuration) { dispatcher in
            try await server.holding(request.meanwhile ?? "select 1") {
                answers.append(try await server.play(request, operation, on: dispatcher))
            }
        }
        return try #require(answers.first)
    }

    @Test("agree on the documented 500 when a table is gone")
    func internalErrors() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await server.database.maintain(timeout: .seconds(10)) { session in
                // Authentication still works; the rest of each handler does not.
                try session.script(
                    """
                    drop table actions, roadmaps, roadmap_periods, changes, censuses, census_ministries, practices, ministries,
                        snapshots, indicator_definitions, measures, impact_factors,
                        impacts, recommendations, revisions cascade;
                    alter table principals drop column contact;
                    create or replace function announce_token_change() returns trigger language plpgsql as
                        $$ begin raise exception 'broken'; end $$;
                    """)
            }
            for operation in contract.operations where operation.responses[500] != nil {
                let request = try #require(ContractCases.find(operation, 500))
                let answer =
                    Self.readsNoDatabase.contains(operation.id)
                    ? try await server.play(request, operation, on: Self.failingHandlers(server))
                    : try await server.play(request, operation)
                #expect(answer.status == 500, "\(operation.id): \(answer.text.prefix(300))")
                try contract.check(answer, to: operation)
                #expect(!answer.text.contains("relation"), "\(operation.id) tells what is inside")
            }
        }
    }

    /// These read nothing that could fail: only a defect in their handler can make them answer 500.
    private static let readsNoDatabase: Set<String> = [
        "getRoot", "getDocs", "getDocsChapter", "getLiveness", "getReadiness", "getOpenapiYaml", "getOpenapiJson",
        "getSecurityTxt",
        "getVocabularies", "getProblem", "getMetrics",
    ]

    private struct Defect: Error {}

    /// The same operations with a defect in each handler.
    private static func failingHandlers(_ server: TestServer) -> Dispatcher {
        let defective = Operations.all.map { operation in
            Operation(
                operation.id, operation.method, operation.path, operation.permission, reads: operation.body,
                answers: operation.answers, for: operation.purpose, { _ in throw Defect() })
        }
        return Dispatcher(operations: defective, server: server.state)
    }

    @Test("agree on the documented 503 when the database cannot be reached")
    func unavailable() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            var configuration = DatabaseConfiguration(connectionString: "postgresql://127.0.0.1:1/nowhere")
            configuration.queueWait = .milliseconds(50)
            try await server.withDispatcher(on: configuration) { dispatcher in
                for operation in contract.operations where operation.responses[503] != nil {
                    let request = try #require(ContractCases.find(operation, 503))
                    let answer = try await server.play(request, operation, on: dispatcher)
                    #expect(answer.status == 503, "\(operation.id): \(answer.text.prefix(300))")
                    try contract.check(answer, to: operation)
                }
                let live = try await server.play(
                    ContractCase("/livez", .anonymous), contract.operation("getLiveness"), on: dispatcher)
                #expect(live.status == 200)
            }
        }
    }

    @Test("agree on the documented 504 when a statement takes too long")
    func timeouts() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            var configuration = server.configuration
            configuration.statementTimeout = .milliseconds(30)
            configuration.lockTimeout = .zero
            try await server.withDispatcher(on: configuration) { dispatcher in
                try await server.holding(
                    """
                    lock table tokens, roadmaps, roadmap_periods, actions, snapshots, indicator_definitions, impact_factors, impacts,
                        recommendations
                        in access exclusive mode
                    """
                ) {
                    for operation in contract.operations where operation.responses[504] != nil {
                        let request = try #require(ContractCases.find(operation, 504))
                        let answer = try await server.play(request, operation, on: dispatcher)
                        #expect(answer.status == 504, "\(operation.id): \(answer.text.prefix(300))")
                        try contract.check(answer, to: operation)
                    }
                }
            }
        }
    }
}
