import HTTPTypes
import Testing

@testable import JalonServer

/// What a server answers to one good request of each operation of the contract, but for what no two servers have in common:
/// instants, identifiers drawn at random and what is sorted by them, digests and cursors.
enum Transcript {
    private static var masks: [Regex<Substring>] {
        [
            #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/#, #/\b[0-9a-f]{32,64}\b/#, #/jalon_[0-9a-z]{10}_\w+/#,
            #/"(?:id|principal|token|renewed_from|cursor|instance)": ?"[^"]*"/#, #/(?:after|cursor)=[\w-]+/#,
            #/\d{4}-\d\d-\d\dT\d\d%3A[\w%.]+/#,
        ]
    }

    static func of(_ server: TestServer) async throws -> [String: String] {
        try await ContractCases.scene(server)
        var lines: [String: String] = [:]
        for operation in try ContractDocument.current().operations where !["getMetrics", "listTokens"].contains(operation.id) {
            let good = try #require(ContractCases.find(operation, operation.goodStatus), "no case for \(operation.id)")
            let answer = try await server.play(good, operation)
            lines[operation.id] = "\(answer.status) " + masks.reduce(answer.text) { $0.replacing($1, with: "…") }
        }
        for target in [
            "/v1/actions?q=%C3%A9l%C3%A8ve,ACHETER&count=true", "/v1/ministries?q=%C3%A9cologique", "/v1/practices?q=equipement",
            "/v1/actions?sort=due_on&limit=1", "/v1/roadmaps?as_of=2022-06-01&count=true",
            "/v1/figures?year=2022&as_of=2022-06-01&known_at=2022-07-01T00:00:00Z", "/v1/changes?limit=1000",
        ] {
            let answer = await server.send(.get, target)
            lines[target] = "\(answer.status) " + masks.reduce(answer.text) { $0.replacing($1, with: "…") }
        }
        return lines
    }

    /// The operations that answer otherwise, each with both answers.
    static func differences(_ one: [String: String], _ other: [String: String]) -> [String] {
        Set(one.keys).union(other.keys).sorted().filter { one[$0] != other[$0] }.map {
            "\($0): \(one[$0]?.prefix(300) ?? "nothing") / \(other[$0]?.prefix(300) ?? "nothing")"
        }
    }
}
