import ActionPlans
import FoundationEssentials
import JalonServer

/// The value of any member, as the server answers it.
enum PlanValue: Decodable, Equatable {
    case null
    case flag(Bool)
    case number(Int)
    case decimal(Decimal)
    case text(String)
    case list([String])
    /// What has members of its own, such as a target.
    case composite

    private static let longest = 70

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let number = try? container.decode(Decimal.self) {
            self = .decimal(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let items = try? container.decode([String].self) {
            self = .list(items)
        } else {
            self = .composite
        }
    }

    var isEmpty: Bool { self == .null || self == .list([]) }

    var plain: String {
        switch self {
        case .null: ""
        case .flag(let flag): (flag ? Message("oui", "yes") : Message("non", "no")).shown
        case .number(let number): String(number)
        case .decimal(let number): number.description
        case .composite: "…"
        case .text(let text): text
        case .list(let items): items.joined(separator: " ; ")
        }
    }

    /// On one line, in the reader's words. Texts stand between quotation marks where a space at the end or an end of line would
    /// not be seen, and the items of a list are told apart.
    func shown(as member: String) -> String {
        switch self {
        case .null, .list([]): return "—"
        case .list(let items):
            return items.map { Self.clipped(Message("« \($0) »", "“\($0)”").shown) }.joined(separator: " ; ")
        case .text(let text):
            if let label = MemberLabel.value(text, of: member) { return label.shown }
            guard text.contains(where: \.isWhitespace) else { return Self.clipped(text) }
            let oneLine = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
            return Message("« \(Self.clipped(oneLine)) »", "“\(Self.clipped(oneLine))”").shown
        default: return plain
        }
    }

    private static func clipped(_ text: String) -> String {
        text.count > longest ? text.prefix(longest - 1) + "…" : text
    }
}

/// What people call the members of a plan, and the codes in them.
enum MemberLabel {
    private static let labels: [String: Message] = [
        "title": Message("Intitulé", "Title"), "description": Message("Description", "Description"),
        "theme": Message("Thématique", "Theme"), "target_level": Message("Niveau d’engagement cible", "Target level"),
        "reached_level": Message("Niveau atteint", "Reached level"), "status": Message("État d’avancement", "Status"),
        "status_reason": Message("Motif du statut", "Status reason"), "key_action": Message("Action-clé", "Key action"),
        "identified_on": Message("Date d’identification", "Identified on"), "due_on": Message("Échéance", "Due on"),
        "completed_on": Message("Date de mise en œuvre", "Completed on"), "lead": Message("Pilote", "Lead"),
        "contributors": Message("Contributeurs", "Contributors"), "practices": Message("Bonnes pratiques", "Practices"),
        "confidential": Message("Confidentielle", "Confidential"), "last_year": Message("Dernière année", "Last year"),
        "state": Message("État", "State"), "submitted_on": Message("Remise le", "Submitted on"),
        "validated_on": Message("Validée le", "Validated on"),
    ]

    static func of(_ member: String) -> Message { labels[member] ?? Message(member, member) }

    /// - Returns: nil for what is no code.
    static func value(_ code: String, of member: String) -> Message? {
        let vocabularies = ReferenceData.embedded.vocabularies
        switch member {
        case "theme": return Theme(rawValue: code).map { vocabularies.label($0) }
        case "target_level", "reached_level": return EngagementLevel(rawValue: code).map { vocabularies.label($0) }
        case "status": return ActionStatus(rawValue: code).map { vocabularies.label($0) }
        case "state": return RoadmapState(rawValue: code).map { vocabularies.label($0) }
        default: return nil
        }
    }
}
