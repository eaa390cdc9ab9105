import ActionPlans

/// A document as somebody sent it: its values, and what its syntax adds to them.
package struct SentDocument: Sendable {
    package enum Syntax: Sendable {
        case json, yaml, csv
    }

    package let root: DocumentNode
    package let syntax: Syntax
    /// What a table says beside its values.
    package let table: SentTable?
    /// What its author should know even if it is accepted.
    package let warnings: [Warning]

    package init(_ root: DocumentNode, _ syntax: Syntax, table: SentTable? = nil, warnings: [Warning] = []) {
        self.root = root
        self.syntax = syntax
        self.table = table
        self.warnings = warnings
    }

    /// Programs write JSON, and their authors find a value by its pointer; people write the others, and look for a line.
    package var tellsLines: Bool { syntax != .json }
}

/// What a table says beside its values, in the words of whoever knows its columns.
package struct SentTable: Sendable {
    /// What its columns hold.
    package let columns: Set<String>
    /// What is wrong with cells whatever else the table says.
    package let faults: [Fault]
    /// The same faults, each with the cell that its author sees in place of a member.
    package let naming: @Sendable ([Fault]) -> [Fault]

    package init(columns: Set<String>, faults: [Fault], naming: @escaping @Sendable ([Fault]) -> [Fault]) {
        self.columns = columns
        self.faults = faults
        self.naming = naming
    }
}
