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
    let year: Int
    let title: String
    let asOf: String
    let knownAt: String
    let createdAt: String
    let sha256: String
    let replaces: String?
    let replacedBy: String?
    /// Of what has just been frozen.
    let warnings: [PlanOutcome.Warning]?

    enum CodingKeys: String, CodingKey {
        case id, year, title, sha256, replaces, warnings
        case asOf = "as_of"
        case knownAt = "known_at"
        case createdAt = "created_at"
        case replacedBy = "replaced_by"
    }

    /// Under a row that names the columns.
    static func lines(_ snapshots: [Snapshot]) -> [String] {
        let titles = [
            Message("édition", "edition"), Message("au", "as of"), Message("empreinte SHA-256", "SHA-256 digest"),
            Message("titre", "title"), Message("corrigée par", "replaced by"),
        ]
        let isReplaced = snapshots.contains { $0.replacedBy != nil }
        let shown = isReplaced ? titles : Array(titles.dropLast())
        var table = TextTable(columns: shown.map { .init(title: $0.shown, alignment: .left) })
        table.rows = snapshots.map { snapshot in
            [snapshot.id, snapshot.asOf, snapshot.sha256, snapshot.title] + (isReplaced ? [snapshot.replacedBy ?? "–"] : [])
        }
        return table.lines()
    }
}
