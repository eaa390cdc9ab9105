import ActionPlans
import Documents

/// Measures as a table (CSV): a line for each measure, a column for each member, or the five columns of the State's tools.
enum MeasureTable {
    /// The same document as it would be in JSON.
    /// - Throws: ``DocumentSyntaxError`` with everything that makes it no such table.
    static func document(_ bytes: [UInt8]) throws(DocumentSyntaxError) -> SentDocument {
        let records = try CSVParser.records(bytes, mostValues: MeasureLine.mostValues)
        let start = DocumentPosition(line: 1, column: 1)
        let header = MeasureHeader(records.first?.cells ?? [], filled: filled(records.dropFirst()))
        if !header.hasKeys, let row = records.dropFirst().prefix(mostRowsAboveTitles).first(where: hasTitles)?.row {
            throw DocumentSyntaxError(code: .table(.titlesBelow(row: row)), position: start, pointer: nil)
        }
        var reading = Reading(header: header)
        for record in records.dropFirst() where reading.errors.count < FaultList.most { reading.read(record) }
        if let error = DocumentSyntaxError(all: reading.errors) { throw error }
        let root = DocumentNode(.object([("measures", DocumentNode(.list(reading.lines), at: start))]), at: start)
        let layout = MeasureTableLayout(titles: header.titles, rows: reading.rows)
        return SentDocument(
            root, .csv,
            table: SentTable(
                columns: Set(header.columns.map(\.column.rawValue)), faults: reading.faults,
                naming: { layout.naming($0, in: root) }),
            warnings: header.warnings + reading.warnings)
    }

    /// How far below the first line titles are looked for: sheets begin with a name, a date, a logo.
    private static let mostRowsAboveTitles = 20

    private static func hasTitles(_ record: CSVParser.Record) -> Bool {
        MeasureHeader(record.cells, filled: []).hasKeys
    }

    /// The columns that have something below their title.
    private static func filled(_ records: ArraySlice<CSVParser.Record>) -> Set<Int> {
        records.reduce(into: Set<Int>()) { filled, record in
            for (column, cell) in record.cells.enumerated() where !cell.isBlank { filled.insert(column) }
        }
    }

    /// The lines as they are read, one after the other.
    private struct Reading {
        let header: MeasureHeader
        private(set) var lines: [DocumentNode] = []
        /// The row of each line, numbered as spreadsheets do.
        private(set) var rows: [Int] = []
        private(set) var errors: [DocumentSyntaxError]
        private(set) var faults: [Fault] = []
        private var unanswered: [(row: Int, position: DocumentPosition)] = []

        init(header: MeasureHeader) {
            self.header = header
            errors = header.errors
        }

        /// A line without an answer, as templates have them, says nothing: it is passed over, and told.
        mutating func read(_ record: CSVParser.Record) {
            let place = record.cells.first?.position ?? DocumentPosition(line: 1, column: 1)
            let pointer = "/measures/\(lines.count)"
            if let surplus = record.cells.dropFirst(header.count).first(where: { !$0.isBlank }) {
                let cell = MeasureTablePlace(row: record.row, measure: name(of: record)).name
                errors.append(
                    DocumentSyntaxError(
                        code: .table(.surplusCell(surplus.text)), position: surplus.position, pointer: pointer, cell: cell))
                return
            }
            let cells = header.columns.filter { $0.position < record.cells.count }
            guard cells.contains(where: { $0.column.says(record.cells[$0.position]) }) else {
                unanswered.append((record.row, place))
                return
            }
            // A document of more measures is refused whole, whatever they say: they are counted, not read.
            let members = lines.count <= MeasureLine.most ? self.members(of: record, cells, pointer) : []
            lines.append(DocumentNode(.object(members), at: place))
            rows.append(record.row)
        }

        private mutating func members(
            of record: CSVParser.Record, _ cells: [(position: Int, column: MeasureColumn)], _ pointer: String
        ) -> [(name: String, node: DocumentNode)] {
            var members: [(name: String, node: DocumentNode)] = []
            members.reserveCapacity(cells.count)
            for (position, column) in cells {
                let cell = record.cells[position]
                switch MeasureCell.read(cell.text, in: column) {
                case .content(let content)?:
                    // In the one column for values, a word is the answer to a question of yes or no.
                    let name = if column == .value, case .flag = content { MeasureColumn.answer.name } else { column.name }
                    members.append((name, DocumentNode(content, at: cell.position)))
                case .nothing?: break
                case .fault(let code, let message)?:
                    // The value is told to be wrong: it stays where it is, so that the place of the fault is known.
                    if faults.count < FaultList.most {
                        faults.append(Fault("measures/\(lines.count)/\(column.name)", code, message))
                    }
                    members.append((column.name, DocumentNode(.text(cell.text), at: cell.position)))
                case nil:
                    let place = MeasureTablePlace(
                        row: record.row, measure: column.isKey ? nil : name(of: record), title: header.titles[column.name])
                    errors.append(
                        DocumentSyntaxError(
                            code: .table(.formula(cell.text)), position: cell.position, pointer: "\(pointer)/\(column.name)",
                            cell: place.name))
                }
            }
            return members
        }

        /// The measure that a line is about, as it is written.
        private func name(of record: CSVParser.Record) -> String {
            [MeasureColumn.indicator, .ministry, .period].compactMap { key in
                header.columns.first { $0.column.name == key.name && $0.position < record.cells.count }
            }.map { record.cells[$0.position].text }.joined(separator: "/")
        }

        private static let mostRowsTold = 20

        var warnings: [Warning] {
            guard let first = unanswered.first else { return [] }
            let rows = unanswered.prefix(Self.mostRowsTold).map { "\($0.row)" }.joined(separator: ", ")
            let more = unanswered.count > Self.mostRowsTold ? "…" : ""
            return [
                Warning(
                    .linesIgnored,
                    Message(
                        "\(unanswered.count) ligne(s) sans réponse n’ont pas été lues : \(rows)\(more).",
                        "\(unanswered.count) line(s) without an answer were not read: \(rows)\(more)."), at: first.position)
            ]
        }
    }
}
