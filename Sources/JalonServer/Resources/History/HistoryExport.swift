import ActionPlans
import Documents
import NIOCore
import Postgres

/// The whole of a history: line by line as in JSON, or as a table with a row for each member that a change moved.
enum HistoryExport {
    /// A change, or one member of it.
    private struct Line {
        let entry: HistoryEntry
        var member: String?
        var from = DocumentNode.Content.null
        var to = DocumentNode.Content.null
        var until = DocumentNode.Content.null
    }

    static func of(
        _ condition: SQL, named name: String, seesAuthor: Bool, for actor: Actor, _ call: Call,
        orCheck check: @escaping @Sendable (borrowing Session) throws -> Void
    ) -> ListExport {
        let columns = columns(call.server.vocabularies, call.language, seesAuthor: seesAuthor)
        return ListExport(
            name: "\(name)-history", columns: columns.map(\.name),
            statement: HistoryQueries.selection(where: condition, for: actor, order: "c.id desc"),
            line: { row, writer in try HistoryEntry(&row).write(to: &writer, seesAuthor: seesAuthor) },
            cells: { row, table in
                for line in try lines(of: HistoryEntry(&row)) { table.row(line, columns) }
            }, checkEmpty: check)
    }

    private static func lines(of entry: HistoryEntry) throws -> [Line] {
        guard case .object(let members) = try JSONParser.parse(Array(entry.changes.utf8)).content, !members.isEmpty else {
            return [Line(entry: entry)]
        }
        return members.map { member, node in
            var line = Line(entry: entry, member: member)
            if case .object(let sides) = node.content {
                for (side, value) in sides {
                    switch side {
                    case "from": line.from = value.content
                    case "to": line.to = value.content
                    default: line.until = value.content
                    }
                }
            }
            return line
        }
    }

    private static func columns(
        _ vocabularies: Vocabularies, _ language: Language, seesAuthor: Bool
    ) -> [TableColumn<Line>] {
        [
            TableColumn("id") { .number($0.entry.id) },
            TableColumn("kind") { .text($0.entry.kind) },
            TableColumn("kind_label") { TableValue(kinds[$0.entry.kind]?[language]) },
            TableColumn("resource") { .text($0.entry.resource.resource.rawValue) },
            TableColumn("resource_id") { .text($0.entry.resource.text) },
            TableColumn("version") { .number($0.entry.version) },
            TableColumn("recorded_at") { .text($0.entry.recordedAt) },
            TableColumn("effective_on") { TableValue($0.entry.effectiveOn) },
            TableColumn("member") { TableValue($0.member) },
            TableColumn("from") { TableValue($0.from) },
            TableColumn("from_label") { TableValue(label(of: $0.from, in: $0.member, vocabularies)?[language]) },
            TableColumn("to") { TableValue($0.to) },
            TableColumn("to_label") { TableValue(label(of: $0.to, in: $0.member, vocabularies)?[language]) },
            TableColumn("reason") { TableValue($0.entry.reason) },
            TableColumn("actor_principal") { TableValue(seesAuthor ? $0.entry.actorPrincipal : nil) },
            TableColumn("actor_token") { TableValue(seesAuthor ? $0.entry.actorToken : nil) },
            TableColumn("actor_label") { TableValue(seesAuthor ? $0.entry.actorLabel : nil) },
            TableColumn("actor_role") { .text($0.entry.actorRole) },
            TableColumn("request_id") { TableValue($0.entry.requestID) },
            TableColumn("until") { TableValue($0.until) },
            TableColumn("link") { .text("\($0.entry.resource.address)/history") },
        ]
    }

    private static let kinds = [
        "created": Message("Création", "Creation"), "updated": Message("Modification", "Change"),
        "deleted": Message("Suppression", "Deletion"),
    ]

    /// Of a value of a vocabulary.
    private static func label(of value: DocumentNode.Content, in member: String?, _ vocabularies: Vocabularies) -> Message? {
        guard case .text(let code) = value else { return nil }
        return switch member {
        case "theme": Theme(rawValue: code).map(vocabularies.label)
        case "target_level", "reached_level": EngagementLevel(rawValue: code).map(vocabularies.label)
        case "status": ActionStatus(rawValue: code).map(vocabularies.label)
        case "state":
            RoadmapState(rawValue: code).map(vocabularies.label) ?? RecommendationState(rawValue: code)?.label
                ?? RevisionState(rawValue: code)?.label
        case "answered_as": RecommendationState(rawValue: code)?.label
        case "category": RecommendationCategory(rawValue: code)?.label
        case "priority": RecommendationPriority(rawValue: code)?.label
        case "outcome": RecommendationOutcome(rawValue: code)?.label
        default: nil
        }
    }
}

extension TableValue {
    /// What holds objects, as the names of a ministry do, is written as JSON.
    fileprivate init(_ value: DocumentNode.Content) {
        switch value {
        case .null: self = .none
        case .text(let text): self = .text(text)
        case .flag(let flag): self = .flag(flag)
        case .number(let number): self = Int(number).map { .number($0) } ?? .text(number)
        case .list(let items):
            let texts = items.compactMap { item -> String? in if case .text(let text) = item.content { text } else { nil } }
            self = texts.count == items.count ? .list(texts) : Self.json(value)
        case .object: self = Self.json(value)
        }
    }

    private static func json(_ value: DocumentNode.Content) -> TableValue {
        var writer = JSONWriter()
        writer.value(value)
        return .text(String(buffer: writer.buffer))
    }
}
