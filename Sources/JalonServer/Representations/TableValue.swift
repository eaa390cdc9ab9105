import ActionPlans
import NIOCore

/// What one cell of a table holds, before it is known how the table is written.
package enum TableValue: Hashable, Sendable {
    case none
    case text(String)
    case number(Int)
    case percent(Percent)
    case flag(Bool)
    case list([String])
    case decimal(ExactDecimal)

    package init(_ number: ExactDecimal?) { self = number.map { .decimal($0) } ?? .none }
    package init(_ text: String?) { self = text.map { .text($0) } ?? .none }
    package init(_ number: Int?) { self = number.map { .number($0) } ?? .none }
    package init(_ percent: Percent?) { self = percent.map { .percent($0) } ?? .none }
    package init(_ date: CivilDate?) { self = date.map { .text($0.description) } ?? .none }

    package init(_ value: MemberValue) {
        switch value {
        case .null: self = .none
        case .text(let text): self = .text(text)
        case .flag(let flag): self = .flag(flag)
        case .number(let number): self = .number(number)
        case .list(let items): self = .list(items)
        case .decimal(let number): self = .decimal(number)
        case .objects, .object:
            var writer = JSONWriter()
            writer.value(value)
            self = .text(String(buffer: writer.buffer))
        }
    }
}

/// A column of a table of items, named once beside what its cells hold: a row has as many cells as the table has names.
package struct TableColumn<Item>: Sendable {
    package let name: String
    package let value: @Sendable (Item) -> TableValue

    package init(_ name: String, _ value: @escaping @Sendable (Item) -> TableValue) {
        self.name = name
        self.value = value
    }
}

extension CSVWriter {
    package init<Item>(columns: [TableColumn<Item>], decimal: DecimalMark = .comma) {
        self.init(columns: columns.map(\.name), decimal: decimal)
    }

    package mutating func row<Item>(_ item: Item, _ columns: [TableColumn<Item>]) {
        for column in columns { cell(column.value(item)) }
        endRow()
    }
}
