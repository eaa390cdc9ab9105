import ActionPlans

/// What applying a plan did, as the server answers it.
struct PlanOutcome: Decodable {
    struct Roadmap: Decodable {
        let id: String
    }

    struct Summary: Decodable {
        let created: Int
        let updated: Int
        let unchanged: Int
        let absent: Int
    }

    struct Line: Decodable {
        let code: String
        let change: String
        let fields: [String: Change]
    }

    struct Change: Decodable {
        let from: Value
        let to: Value
    }

    let roadmap: Roadmap
    let created: Bool
    let fields: [String: Change]
    let summary: Summary
    let actions: [Line]

    /// One line for the plan, and each difference when they are wanted.
    func lines(detailed: Bool) -> [String] {
        let counts = Message(
            "actions : créées \(summary.created), modifiées \(summary.updated), inchangées \(summary.unchanged), absentes \(summary.absent)",
            "actions: created \(summary.created), updated \(summary.updated), unchanged \(summary.unchanged), absent \(summary.absent)"
        )
        var lines = ["\(Terminal.bold(roadmap.id))  \(state.shown) — \(counts.shown)"]
        // Whoever updates a plan is shown what it changes; whoever creates one knows what is in the file.
        if detailed || !created { lines += differences }
        let absent = actions.filter { $0.change == "absent" }.map(\.code)
        if !absent.isEmpty {
            let list = absent.joined(separator: ", ")
            lines.append(
                "  " + Message("absentes du fichier, gardées : \(list)", "not in the file, kept: \(list)").shown)
        }
        return lines
    }

    private var state: Message {
        if created { return Message("créée", "created") }
        let isSame = fields.isEmpty && summary.created == 0 && summary.updated == 0
        return isSame ? Message("inchangée", "unchanged") : Message("modifiée", "updated")
    }

    private var differences: [String] {
        var lines = Self.lines(of: fields, order: Self.roadmapMembers, indent: 2)
        for action in actions {
            switch action.change {
            case "created":
                lines.append(Terminal.green("  + \(action.code)") + "  \(action.fields["title"]?.to.plain ?? "")")
            case "updated":
                lines.append("  ~ \(action.code)")
                lines += Self.lines(of: action.fields, order: ActionMember.allCases.map(\.rawValue), indent: 6)
            default: break
            }
        }
        return lines
    }

    private static let roadmapMembers = ["last_year", "title", "state", "due_on", "submitted_on", "validated_on"]

    private static func lines(of fields: [String: Change], order: [String], indent: Int) -> [String] {
        let ranks = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        let names = fields.keys.sorted { (ranks[$0] ?? .max, $0) < (ranks[$1] ?? .max, $1) }
        var table = TextTable(columns: [
            .init(title: "", alignment: .left), .init(title: "", alignment: .left),
        ])
        table.rows = names.compactMap { name in
            fields[name].map { [name, "\($0.from.shown) → \($0.to.shown)"] }
        }
        return table.lines(indent: indent)
    }
}

extension PlanOutcome {
    /// The value of any member, on one line.
    enum Value: Decodable {
        case null
        case flag(Bool)
        case number(Int)
        case text(String)
        case list([String])

        private static let longest = 70

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .list(try container.decode([String].self))
            }
        }

        var plain: String {
            switch self {
            case .null: "∅"
            case .flag(let flag): flag ? "true" : "false"
            case .number(let number): String(number)
            case .text(let text): text
            case .list(let items): "[" + items.joined(separator: ", ") + "]"
            }
        }

        /// Texts between quotes, so that an end of line or a space at the end is seen.
        var shown: String {
            guard case .text(let text) = self, text.contains(where: \.isWhitespace) else { return Self.clipped(plain) }
            let oneLine = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
            return Message("« \(Self.clipped(oneLine)) »", "“\(Self.clipped(oneLine))”").shown
        }

        private static func clipped(_ text: String) -> String {
            text.count > longest ? text.prefix(longest - 1) + "…" : text
        }
    }
}
