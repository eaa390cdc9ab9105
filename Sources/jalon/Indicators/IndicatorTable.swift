import ActionPlans
import Documents
import JalonServer

/// The numbers of indicators as CSV: a line for each.
struct IndicatorTable {
    private let numbers: [DocumentNode]

    private static let columns = [
        "indicator", "title", "unit", "period", "version", "value", "numerator", "denominator", "provisional", "target", "gap",
        "path_value", "on_path", "expected", "validated", "pending", "missing", "not_applicable", "unavailable",
    ]

    init(_ numbers: [DocumentNode]) { self.numbers = numbers }

    var csv: String {
        var table = CSVTable(columns: Self.columns)
        table.rows = numbers.map { number in
            let (indicator, target, coverage) = (number["indicator"], number["target"], number["coverage"])
            return [
                indicator["code"], indicator["title"], indicator["unit"], number["period"], number["version"], number["value"],
                number["numerator"], number["denominator"], number["provisional"], target["value"], target["gap"],
                target["path_value"], target["on_path"], coverage["expected"], coverage["validated"], coverage["pending"],
                coverage["missing"], coverage["not_applicable"], coverage["unavailable"],
            ].map(\.tableValue)
        }
        return table.text
    }
}

extension DocumentNode? {
    /// A member of an object; nil where there is none.
    subscript(_ name: String) -> DocumentNode? { self?[name] }

    var text: String? {
        if case .text(let text)? = self?.content { text } else { nil }
    }

    var isTrue: Bool {
        if case .flag(true)? = self?.content { true } else { false }
    }

    /// Exactly as it was sent.
    var decimal: ExactDecimal? {
        if case .number(let literal)? = self?.content { ExactDecimal(literal) } else { nil }
    }

    var integer: Int? {
        if case .number(let literal)? = self?.content { Int(literal) } else { nil }
    }

    var items: [DocumentNode] {
        if case .list(let items)? = self?.content { items } else { [] }
    }

    var tableValue: TableValue {
        switch self?.content {
        case .text(let text): .text(text)
        case .number(let literal): ExactDecimal(literal).map { .decimal($0) } ?? .text(literal)
        case .flag(let flag): .flag(flag)
        case .null, .list, .object, nil: .none
        }
    }
}

extension JSONText {
    /// - Throws: ``Failure`` when the answer is not of the contract.
    static func document(_ answer: ServerAnswer) throws(Failure) -> DocumentNode? {
        guard let document = try? JSONParser.parse(answer.bytes), case .object = document.content else { throw answer.foreign }
        return document
    }
}
