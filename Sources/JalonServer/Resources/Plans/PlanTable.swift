import ActionPlans
import Documents

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
            throw DocumentSyntaxError(code: .table(.missingColumn(.noCode)), position: start, pointer: nil)
        }
        let header = PlanHeader(first.cells, filled: filled(records.dropFirst()))
        if !header.hasCode, let row = records.dropFirst().prefix(Self.mostRowsAboveTitles).first(where: hasTitles)?.row {
            throw DocumentSyntaxError(code: .table(.titlesBelow(row: row)), position: start, pointer: nil)
        }
        var errors = header.errors
        var faults: [Fault] = []
        var lines: [DocumentNode] = []
        for (index, record) in records.dropFirst().enumerated() where errors.count < FaultList.most {
            // A plan of more actions is refused whole, whatever they say: they are counted, not read.
            let isRead = index <= PlanDocument.mostActions
            lines.append(isRead ? line(record, index, under: header, &errors, &faults) : DocumentNode(.object([]), at: start))
        }
        if let error = DocumentSyntaxError(all: errors) { throw error }
        let plan: [(name: String, node: DocumentNode)] = [("actions", DocumentNode(.list(lines), at: start))]
        let root = DocumentNode(.object((roadmap.map { head(of: $0, at: start) } ?? []) + plan), at: start)
        let layout = TableLayout(titles: header.titles, rows: records.dropFirst().map(\.row))
        return SentDocument(
            root, .csv,
            table: SentTable(
                columns: Set(header.columns.map(\.column.word)), faults: faults, naming: { layout.naming($0, in: root) }),
            warnings: header.warnings)
    }

    /// How far below the first line titles are looked for: sheets begin with a name, a date, a logo.
    private static let mostRowsAboveTitles = 20

    private static func hasTitles(_ record: CSVParser.Record) -> Bool {
        let header = PlanHeader(record.cells, filled: [])
        return header.hasCode && header.columns.count > 1
    }

    /// The columns that have something below their title.
    private static func filled(_ records: ArraySlice<CSVParser.Record>) -> Set<Int> {
        records.reduce(into: Set<Int>()) { filled, record in
            for (column, cell) in record.cells.enumerated() where !cell.isBlank { filled.insert(column) }
        }
    }

    /// A line shorter than the first one lacks its last cells, as if their columns were not there.
    private static func line(
        _ record: CSVParser.Record, _ index: Int, under header: PlanHeader, _ errors: inout [DocumentSyntaxError],
        _ faults: inout [Fault]
    ) -> DocumentNode {
        let place = record.cells.first?.position ?? DocumentPosition(line: 1, column: 1)
        if let surplus = record.cells.dropFirst(header.count).first(where: { !$0.isBlank }) {
            errors.append(
                DocumentSyntaxError(
                    code: .table(.surplusCell(surplus.text)), position: surplus.position, pointer: "/actions/\(index)",
                    cell: TablePlace(row: record.row, code: code(of: record, under: header)).name))
            return DocumentNode(.null, at: place)
        }
        var members: [(name: String, node: DocumentNode)] = []
        for (position, column) in header.columns where position < record.cells.count {
            let cell = record.cells[position]
            switch PlanCell.read(cell.text, in: column, at: cell.position) {
            case .content(let content)?: members.append((column.name, DocumentNode(content, at: cell.position)))
            case .nothing?: break
            case .fault(let code, let message)?:
                // The value is told to be wrong: it stays where it is, so that the place of the fault is known.
                if faults.count < FaultList.most { faults.append(Fault("actions/\(index)/\(column.name)", code, message)) }
                members.append((column.name, DocumentNode(.text(cell.text), at: cell.position)))
            case nil:
                errors.append(
                    DocumentSyntaxError(
                        code: .table(.formula(cell.text)), position: cell.position, pointer: "/actions/\(index)/\(column.name)",
                        cell: TablePlace(
                            row: record.row, code: column == .code ? nil : code(of: record, under: header),
                            title: header.titles[column.name]
                        ).name))
            }
        }
        return DocumentNode(.object(members), at: place)
    }

    private static func code(of record: CSVParser.Record, under header: PlanHeader) -> String? {
        guard let place = header.columns.first(where: { $0.column == .code })?.position, place < record.cells.count else {
            return nil
        }
        return record.cells[place].text
    }

    private static func head(of id: RoadmapID, at place: DocumentPosition) -> [(name: String, node: DocumentNode)] {
        [
            ("ministry", DocumentNode(.text(id.ministry.text), at: place)),
            ("first_year", DocumentNode(.number(String(id.firstYear)), at: place)),
        ]
    }

    // MARK: - Writing

    static func written(_ records: [ActionRecord]) -> CSVWriter {
        let columns = PlanColumn.members.map { column in
            TableColumn<ActionRecord>(column.name) { record in
                switch column {
                case .code: .text(record.id.code.text)
                case .member(let member): TableValue(member.value(in: record.action))
                case .implementation: .none
                }
            }
        }
        var table = CSVWriter(columns: columns)
        for record in records { table.row(record, columns) }
        return table
    }
}
