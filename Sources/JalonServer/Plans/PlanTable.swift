import ActionPlans

/// The actions of a plan as a table (CSV): a line for each action, a column for each member. The roadmap itself is not in
/// it: whoever sends the table names it.
package enum PlanTable {
    // MARK: - Reading

    /// The same document as the plan would be in JSON, but for the roadmap's own members.
    /// - Parameter roadmap: the one the table is for, if it is known.
    /// - Throws: ``DocumentSyntaxError`` with everything that makes it no such table.
    package static func document(_ bytes: [UInt8], for roadmap: RoadmapID? = nil) throws(DocumentSyntaxError) -> SentDocument {
        let records = try CSVParser.records(bytes)
        let start = DocumentPosition(line: 1, column: 1)
        guard let first = records.first else {
            throw DocumentSyntaxError(code: .missingColumn(PlanColumn.code.frenchTitle), position: start, pointer: nil)
        }
        let header = PlanHeader(first.cells, filled: filled(records.dropFirst()))
        var errors = header.errors
        var lines: [DocumentNode] = []
        for (index, record) in records.dropFirst().enumerated() where errors.count < FaultList.most {
            lines.append(line(record, index, under: header, &errors))
        }
        if let error = DocumentSyntaxError(all: errors) { throw error }
        let plan: [(name: String, node: DocumentNode)] = [("actions", DocumentNode(.list(lines), at: start))]
        return SentDocument(
            DocumentNode(.object((roadmap.map { head(of: $0, at: start) } ?? []) + plan), at: start), .csv,
            table: TableLayout(titles: header.titles, rows: records.dropFirst().map(\.row)), warnings: header.warnings)
    }

    /// The columns that have something below their title.
    private static func filled(_ records: ArraySlice<CSVParser.Record>) -> Set<Int> {
        records.reduce(into: Set<Int>()) { filled, record in
            for (column, cell) in record.cells.enumerated() where !cell.text.isEmpty { filled.insert(column) }
        }
    }

    private static func line(
        _ record: CSVParser.Record, _ index: Int, under header: PlanHeader, _ errors: inout [DocumentSyntaxError]
    ) -> DocumentNode {
        let place = record.cells.first?.position ?? DocumentPosition(line: 1, column: 1)
        guard record.cells.count == header.count else {
            let fault = DocumentSyntaxError.SyntaxFault.ragged(cells: record.cells.count, columns: header.count)
            errors.append(DocumentSyntaxError(code: fault, position: place, pointer: "/actions/\(index)"))
            return DocumentNode(.null, at: place)
        }
        var members: [(name: String, node: DocumentNode)] = []
        for (position, column) in header.columns {
            let cell = record.cells[position]
            guard let text = CSVCell.plain(cell.text) else {
                let pointer = "/actions/\(index)/\(column.name)"
                errors.append(DocumentSyntaxError(code: .formula, position: cell.position, pointer: pointer))
                continue
            }
            guard let content = PlanCell.content(of: text, in: column.name, at: cell.position) else { continue }
            members.append((column.name, DocumentNode(content, at: cell.position)))
        }
        return DocumentNode(.object(members), at: place)
    }

    private static func head(of id: RoadmapID, at place: DocumentPosition) -> [(name: String, node: DocumentNode)] {
        [
            ("ministry", DocumentNode(.text(id.ministry.text), at: place)),
            ("first_year", DocumentNode(.number(String(id.firstYear)), at: place)),
        ]
    }

    // MARK: - Writing

    static func written(_ records: [ActionRecord]) -> CSVWriter {
        let columns = PlanColumn.allCases.map { column in
            TableColumn<ActionRecord>(column.name) { record in
                switch column {
                case .code: .text(record.id.code.text)
                case .member(let member): TableValue(member.value(in: record.action))
                }
            }
        }
        var table = CSVWriter(columns: columns)
        for record in records { table.row(record, columns) }
        return table
    }
}
