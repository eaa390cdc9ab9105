import ActionPlans

/// The rows that the files of `reference/` put into one of the tables: what a new database holds, for whoever has none at hand.
struct SchemaRows {
    enum Literal: Equatable {
        case null
        case number(Int)
        case text(String)
        case flag(Bool)
        case list([String])
    }

    /// One row, by the names of its columns.
    struct Row {
        private let values: [String: Literal]

        fileprivate init(_ columns: [String], _ literals: [Literal]) {
            values = Dictionary(zip(columns, literals)) { first, _ in first }
        }

        /// Nothing and what is no text are empty: the files say so themselves, and a test compares them with a database.
        func text(_ column: String) -> String { optionalText(column) ?? "" }

        func optionalText(_ column: String) -> String? {
            if case .text(let text)? = values[column] { text } else { nil }
        }

        func number(_ column: String) -> Int {
            if case .number(let number)? = values[column] { number } else { 0 }
        }

        func optionalFlag(_ column: String) -> Bool? {
            if case .flag(let flag)? = values[column] { flag } else { nil }
        }

        func list(_ column: String) -> [String] {
            if case .list(let items)? = values[column] { items } else { [] }
        }
    }

    let rows: [Row]

    /// - Parameter texts: `insert into TABLE (COLUMN, …) values (LITERAL, …), …` somewhere in one of them.
    init(of table: String, in texts: [String] = EmbeddedText.reference.map(\.text)) {
        let start = "\ninsert into \(table) ("
        guard let text = texts.first(where: { $0.contains(start) }), let range = text.firstRange(of: start) else {
            rows = []
            return
        }
        var reader = Reader(rest: text[range.upperBound...].unicodeScalars)
        let columns = reader.names()
        var rows: [Row] = []
        while let literals = reader.tuple() { rows.append(Row(columns, literals)) }
        self.rows = rows
    }

    /// Goes through the text that follows the first parenthesis.
    private struct Reader {
        var rest: Substring.UnicodeScalarView

        /// The columns, up to the first tuple.
        mutating func names() -> [String] {
            let names = String(rest.prefix { $0 != ")" })
            rest = rest.drop { $0 != ")" }.drop { $0 != "(" }
            return names.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        }

        /// - Returns: nil after the last one: what follows it is the end of the statement or its `on conflict`.
        mutating func tuple() -> [Literal]? {
            rest = rest.drop { $0.properties.isWhitespace || $0 == "," }
            guard rest.first == "(" else { return nil }
            rest.removeFirst()
            var literals: [Literal] = []
            while let literal = literal() { literals.append(literal) }
            return literals
        }

        /// - Returns: nil at the end of the tuple or of the array.
        private mutating func literal() -> Literal? {
            rest = rest.drop { $0.properties.isWhitespace || $0 == "," }
            switch rest.first {
            case "'": return .text(quoted())
            case nil, ")", "]":
                if rest.first != nil { rest.removeFirst() }
                return nil
            default: return word()
            }
        }

        private mutating func quoted() -> String {
            var text = String.UnicodeScalarView()
            rest.removeFirst()
            while let scalar = rest.popFirst() {
                guard scalar == "'" else {
                    text.append(scalar)
                    continue
                }
                guard rest.first == "'" else { break }
                text.append(scalar)
                rest.removeFirst()
            }
            return String(text)
        }

        private mutating func word() -> Literal {
            let word = String(rest.prefix { $0 == "_" || $0 == "-" || $0.properties.isAlphabetic || ("0"..."9").contains($0) })
            rest = rest.dropFirst(max(1, word.unicodeScalars.count))
            switch word {
            case "true", "false": return .flag(word == "true")
            case "array":
                rest = rest.drop { $0 != "[" }.dropFirst()
                var items: [String] = []
                while case .text(let item)? = literal() { items.append(item) }
                return .list(items)
            default: return Int(word).map { .number($0) } ?? .null
            }
        }
    }
}

extension ReferenceData {
    /// What a new database holds, without one.
    package static let embedded: ReferenceData = {
        func terms(_ table: String) -> [Term] {
            SchemaRows(of: table).rows.sorted { $0.number("rank") < $1.number("rank") }.map { row in
                var term = Term(
                    code: row.text("code"), rank: row.number("rank"), label: Message(row.text("label_fr"), row.text("label_en")),
                    meaning: Message(row.text("meaning_fr"), row.text("meaning_en")))
                term.prefix = row.optionalText("action_code_prefix")
                term.aliases = row.list("aliases")
                term.officialLabel = row.optionalText("official_label")
                term.isOpen = row.optionalFlag("is_open")
                return term
            }
        }
        let practices = SchemaRows(of: "practices").rows
            .sorted { ($0.text("version"), $0.number("rank")) < ($1.text("version"), $1.number("rank")) }
        return ReferenceData(
            themes: terms("themes"), levels: terms("levels"), statuses: terms("statuses"),
            roadmapStates: terms("roadmap_states"), roles: terms("roles"), ministryKinds: terms("ministry_kinds"),
            practices: practices.map { $0.text("id") })
    }()
}
