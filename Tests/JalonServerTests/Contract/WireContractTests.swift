import NIOCore
import Testing

@testable import JalonServer

/// The documented answers that no dispatcher gives: those to a request that did not arrive whole, or whose head is too large.
@Suite("The contract on the wire")
struct WireContractTests {
    /// Every operation documents them, and each is tried here on a connection of its own.
    static let statuses = [408, 431]

    /// Patient enough for a hundred clients at once on a busy machine, and for no longer.
    private static func limits() -> FrontLimits {
        var front = FrontLimits()
        front.head = .seconds(3)
        front.body = .seconds(1)
        front.largeBody = .seconds(1)
        front.lingering = .milliseconds(300)
        front.tick = .milliseconds(20)
        return front
    }

    @Test("every operation answers 408 to a request that does not end and 431 to a hundred and one fields, then hangs up")
    func everyOperation() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            var configuration = ServerConfiguration()
            configuration.database = server.configuration
            configuration.front = Self.limits()
            try await LiveServer.with(configuration) { address, _ in
                try await withThrowingTaskGroup(of: Void.self) { clients in
                    for operation in contract.operations {
                        let request = try #require(ContractCases.find(operation, operation.goodStatus))
                        let head = Self.head(server.naming(request), operation, server.secret(of: request.caller))
                        clients.addTask { try await Self.endless(head, operation, contract, address) }
                        clients.addTask { try await Self.crowded(head, operation, contract, address) }
                    }
                    try await clients.waitForAll()
                }
            }
        }
    }

    /// The beginning of a request, without the empty line that would end it.
    private static func head(
        _ request: ContractCase, _ operation: ContractDocument.Operation, _ secret: String?
    ) -> [String] {
        var lines = ["\(operation.method) \(request.target) HTTP/1.1", "Host: jalon", "Accept-Language: en"]
        if let secret { lines.append("Authorization: Bearer \(secret)") }
        if request.body != nil { lines.append("Content-Type: \(request.type)") }
        return lines + request.fields.map { "\($0): \($1)" }
    }

    /// An operation that reads a body is reached, and knows its caller's language and limits; of another one the head
    /// itself does not end.
    private static func endless(
        _ head: [String], _ operation: ContractDocument.Operation, _ contract: ContractDocument, _ address: String
    ) async throws {
        let readsBody = !operation.bodies.isEmpty
        let text = head.joined(separator: "\r\n") + (readsBody ? "\r\nContent-Length: 100\r\n\r\n" : "\r\n")
        let answer = try await refusal(of: text, 408, "request-timeout", operation, contract, address)
        #expect(answer.field("Content-Language") == (readsBody ? "en" : "fr"), "\(operation.id)")
        #expect((answer.field("RateLimit") != nil) == readsBody, "\(operation.id)")
    }

    private static func crowded(
        _ head: [String], _ operation: ContractDocument.Operation, _ contract: ContractDocument, _ address: String
    ) async throws {
        let others = (head.count...101).map { "X-\($0): a" }
        let text = (head + others).joined(separator: "\r\n") + "\r\n\r\n"
        _ = try await refusal(of: text, 431, "headers-too-large", operation, contract, address)
    }

    private static func refusal(
        of text: String, _ status: Int, _ slug: String, _ operation: ContractDocument.Operation, _ contract: ContractDocument,
        _ address: String
    ) async throws -> TestAnswer {
        let reply = try await RawClient.exchange(address, text)
        let answer = try #require(TestAnswer(reply), "\(operation.id) \(status): \(reply.text)")
        #expect(answer.status == status, "\(operation.id): \(reply.text)")
        #expect(try answer.json()["type"].text == "/problems/\(slug)", "\(operation.id)")
        #expect(answer.field("Connection") == "close" && reply.isClosed, "\(operation.id) \(status)")
        try contract.check(answer, to: operation)
        return answer
    }
}
