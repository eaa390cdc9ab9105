/// A document as somebody sent it: its values, and what its syntax adds to them.
package struct SentDocument: Sendable {
    package enum Syntax: Sendable {
        case json, yaml, csv
    }

    package let root: DocumentNode
    package let syntax: Syntax
    /// What a table says beside its values.
    package let table: TableLayout?
    /// What its author should know even if it is accepted.
    package let warnings: [Warning]

    package init(_ root: DocumentNode, _ syntax: Syntax, table: TableLayout? = nil, warnings: [Warning] = []) {
        self.root = root
        self.syntax = syntax
        self.table = table
        self.warnings = warnings
    }

    /// Programs write JSON, and their authors find a value by its pointer; people write the others, and look for a line.
    var tellsLines: Bool { syntax != .json }
}
