import ActionPlans
import ArgumentParser

struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: Message(
            "Arrête des chiffres pour les publier, les liste et les vérifie.",
            "Freezes figures for publication, lists and verifies them."
        ).shown,
        subcommands: [SnapshotCreateCommand.self, SnapshotListCommand.self, SnapshotVerifyCommand.self])
}

/// A snapshot as the server tells it, its document apart.
struct Snapshot: Decodable {
    let id: String
    let title: String
    let asOf: String
    let knownAt: String
    let createdAt: String
    let sha256: String
    let replaces: String?
    let replacedBy: String?

    enum CodingKeys: String, CodingKey {
        case id, title, sha256, replaces
        case asOf = "as_of"
        case knownAt = "known_at"
        case createdAt = "created_at"
        case replacedBy = "replaced_by"
    }

    var line: String { "\(id)  \(asOf)  \(sha256)  \(title)" + (replacedBy.map { "  → \($0)" } ?? "") }
}
