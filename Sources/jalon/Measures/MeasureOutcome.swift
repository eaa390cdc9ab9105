import ActionPlans
import Documents

/// What applying measures did, or would do, as the server answers it; its numbers stay as they are written.
struct MeasureOutcome {
    private struct Line {
        let name: String
        let change: String
        let fields: [(member: String, from: DocumentNode, to: DocumentNode)]
    }

    private let summary: [(change: String, count: String)]
    private let warnings: [(detail: String, position: DocumentPosition?)]
    private let measures: [Line]

    /// - Throws: ``Failure`` when the answer is not of the contract.
    init(_ answer: ServerAnswer) throws(Failure) {
        guard let root = try? JSONParser.parse(answer.bytes, mostValues: .max),
            case .object(let counts)? = root["summary"]?.content,
            case .list(let warnings)? = root["warnings"]?.content, case .list(let lines)? = root["measures"]?.content
        else { throw answer.foreign }
        summary = counts.map { ($0.name, $0.node.shown) }
        self.warnings = warnings.map { warning in
            let place = ["line", "column"].compactMap { warning[$0].flatMap { Int($0.shown) } }
            return (
                warning["detail"]?.shown ?? "",
                place.count == 2 ? DocumentPosition(line: place[0], column: place[1]) : nil
            )
        }
        measures = lines.map { line in
            let name = ["indicator", "ministry", "period"].map { line[$0]?.shown ?? "" }.joined(separator: "/")
            guard case .object(let fields)? = line["fields"]?.content else {
                return Line(name: name, change: line["change"]?.shown ?? "", fields: [])
            }
            return Line(
                name: name, change: line["change"]?.shown ?? "",
                fields: fields.compactMap { field in
                    guard let from = field.node["from"], let to = field.node["to"] else { return nil }
                    return (field.name, from, to)
                })
        }
    }

    func sayWarnings(in file: SourceFile) {
        for warning in warnings {
            let words = Message("attention : \(warning.detail)", "warning: \(warning.detail)").shown
            Terminal.say("\(file.place(warning.position)): \(words)")
        }
    }

    private static let words: [String: Message] = [
        "created": Message("créée", "created"), "updated": Message("modifiée", "updated"),
        "unchanged": Message("inchangée", "unchanged"),
    ]

    private static func word(_ change: String) -> String { words[change]?.shown ?? change }

    /// How many of each sort, then each measure that changes.
    var lines: [String] {
        let counts = summary.map { "\(Self.word($0.change)) \($0.count)" }.joined(separator: ", ")
        let titles = [Message("mesure", "measure"), Message("changement", "change"), Message("ce qui change", "what changes")]
        var table = TextTable(
            columns: titles.enumerated().map { .init(title: $1.shown, alignment: .left, isElastic: $0 == 2) })
        table.rows = measures.filter { $0.change != "unchanged" }.map { measure in
            let fields = measure.fields.map { field in
                measure.change == "created"
                    ? "\(field.member) \(field.to.shown)" : "\(field.member) \(field.from.shown) → \(field.to.shown)"
            }
            return [measure.name, Self.word(measure.change), fields.joined(separator: ", ")]
        }
        return [Message("Mesures : \(counts)", "Measures: \(counts)").shown] + (table.rows.isEmpty ? [] : table.lines())
    }
}

extension DocumentNode {
    /// On one line, in the reader's words.
    var shown: String {
        switch content {
        case .null: "—"
        case .flag(let flag): (flag ? Message("oui", "yes") : Message("non", "no")).shown
        case .number(let literal): literal
        case .text(let text): text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
        case .list, .object: "…"
        }
    }
}
