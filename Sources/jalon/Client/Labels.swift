/// What people read in place of codes, as the server has it.
struct Labels: Decodable {
    private struct Term: Decodable {
        let code: String
        let label: String
    }

    private let themes: [Term]
    private let levels: [Term]
    private let statuses: [Term]
    private let roadmapStates: [Term]

    private enum CodingKeys: String, CodingKey {
        case themes, levels, statuses
        case roadmapStates = "roadmap_states"
    }

    static func read(_ client: ServerClient) async throws -> Labels {
        let answer = try await client.send(ServerClient.Request("/v1/vocabularies"))
        guard answer.isSuccess else { throw answer.failure() }
        return try answer.decoded()
    }

    func theme(_ code: String) -> String { Self.label(code, themes) }
    func level(_ code: String) -> String { Self.label(code, levels) }
    func status(_ code: String) -> String { Self.label(code, statuses) }
    func state(_ code: String) -> String { Self.label(code, roadmapStates) }

    private static func label(_ code: String, _ terms: [Term]) -> String {
        terms.first { $0.code == code }?.label ?? code
    }
}
