import ActionPlans
import Documents
import Postgres

/// The order of a list of actions, always total: the id breaks ties.
struct ActionOrder: Sendable {
    enum Key: String, CaseIterable, Sendable {
        case id
        case dueOn = "due_on"
        case updatedAt = "updated_at"
    }

    private let keys: [(key: Key, descending: Bool)]

    init(_ parameters: inout ParameterReader) {
        let words = Key.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] }
        let wanted = parameters.values(
            "sort", most: Key.allCases.count,
            { word -> (key: Key, descending: Bool)? in
                let descending = word.hasPrefix("-")
                return Key(rawValue: descending ? String(word.dropFirst()) : word).map { ($0, descending) }
            }
        ) { .notOneOf($0, words) }
        var keys: [(key: Key, descending: Bool)] = []
        for item in wanted ?? [] where !keys.contains(where: { $0.key == item.key || $0.key == .id }) { keys.append(item) }
        if !keys.contains(where: { $0.key == .id }) {
            // The last direction goes on through the id, so that one index serves the whole order.
            keys.append((.id, keys.last?.descending ?? false))
        }
        self.keys = keys
    }

    /// Whether a write may move an action in it: its pages then show one state of the data.
    var moves: Bool { !isByID }
    var isByID: Bool { keys.first?.key == .id }

    /// How many values a position in this order has.
    var width: Int { keys.reduce(0) { $0 + ($1.key == .id ? 3 : 1) } }

    /// The sort values of an action; one without a due date comes after every date.
    func position(of record: ActionRecord) -> [String] {
        keys.flatMap { key, _ in
            switch key {
            case .id: [record.id.roadmap.ministry.text, String(record.id.roadmap.firstYear), record.id.code.text]
            case .dueOn: [record.action.dueOn?.description ?? "infinity"]
            case .updatedAt: [record.updatedAt]
            }
        }
    }

    var clause: SQL {
        .joined(
            keys.map { key, descending in
                switch (key, descending) {
                case (.id, false): "a.ministry, a.first_year, a.code"
                case (.id, true): "a.ministry desc, a.first_year desc, a.code desc"
                case (.dueOn, false): "coalesce(a.due_on, 'infinity'::date)"
                case (.dueOn, true): "coalesce(a.due_on, 'infinity'::date) desc"
                case (.updatedAt, false): "a.updated_at"
                case (.updatedAt, true): "a.updated_at desc"
                }
            }, separator: ", ")
    }

    /// The condition of coming after a position.
    /// - Returns: nil when the values cannot be a position of this order.
    func condition(after values: [String]) -> SQL? {
        var rest = values[...]
        var terms: [(columns: SQL, value: SQL, descending: Bool)] = []
        for (key, descending) in keys {
            switch key {
            case .id:
                guard let id = Self.id(rest.prefix(3)) else { return nil }
                rest = rest.dropFirst(3)
                terms.append(
                    (
                        "a.ministry, a.first_year, a.code",
                        "\(id.roadmap.ministry.text)::text, \(id.roadmap.firstYear)::smallint, \(id.code.text)::text", descending
                    ))
            case .dueOn:
                guard let text = rest.popFirst(), text == "infinity" || CivilDate(text) != nil else { return nil }
                terms.append(("coalesce(a.due_on, 'infinity'::date)", "\(text)::date", descending))
            case .updatedAt:
                guard let text = rest.popFirst(), Paging.isInstant(text) else { return nil }
                terms.append(("a.updated_at", "\(text)::timestamptz", descending))
            }
        }
        return Self.lexicographic(terms)
    }

    /// Row comparison where all directions agree, which an index serves whole; spelled out where they do not.
    private static func lexicographic(_ terms: [(columns: SQL, value: SQL, descending: Bool)]) -> SQL {
        let columns = SQL.joined(terms.map(\.columns), separator: ", ")
        let values = SQL.joined(terms.map(\.value), separator: ", ")
        if terms.allSatisfy({ $0.descending }) { return "(\(columns)) < (\(values))" }
        if terms.allSatisfy({ !$0.descending }) { return "(\(columns)) > (\(values))" }
        let cases = terms.indices.map { index -> SQL in
            let equal = terms[..<index].map { term -> SQL in "(\(term.columns)) = (\(term.value))" }
            let term = terms[index]
            let beyond: SQL =
                term.descending ? "(\(term.columns)) < (\(term.value))" : "(\(term.columns)) > (\(term.value))"
            return "(" + .joined(equal + [beyond], separator: " and ") + ")"
        }
        return "(" + .joined(cases, separator: " or ") + ")"
    }

    private static func id(_ values: ArraySlice<String>) -> ActionID? {
        values.count == 3 ? ActionID(values.joined(separator: "-")) : nil
    }
}
