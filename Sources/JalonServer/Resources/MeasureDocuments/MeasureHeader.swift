import ActionPlans
import Documents

/// The first line of a table of measures: which column holds what.
struct MeasureHeader {
    /// The columns that are read, by their place in a line.
    private(set) var columns: [(position: Int, column: MeasureColumn)] = []
    /// The titles as they are written, by the member they stand for.
    private(set) var titles: [String: String] = [:]
    private(set) var errors: [DocumentSyntaxError] = []
    private(set) var warnings: [Warning] = []
    /// How many cells the line has.
    let count: Int

    /// A title is compared with all that are known; more titles than this are no table of measures.
    private static let mostTitles = 200

    /// Whether it names the measures that the lines below are of.
    var hasKeys: Bool { missing.isEmpty }

    private var missing: [MeasureColumn] {
        [MeasureColumn.indicator, .ministry, .period].filter { titles[$0.name] == nil }
    }

    /// - Parameter filled: the columns that have something below their title.
    init(_ cells: [CSVParser.Cell], filled: Set<Int>) {
        count = cells.count
        let named = cells.enumerated().filter { !$0.element.isBlank }
        guard named.count <= Self.mostTitles else {
            add(.tooManyColumns(most: Self.mostTitles), named[Self.mostTitles].element)
            return
        }
        var unknown: [(position: Int, cell: CSVParser.Cell)] = []
        for (position, cell) in named {
            switch MeasureColumn.match(cell.text) {
            case .column(let column, _): take(cell, at: position, as: column)
            case .readOnly: break
            case nil: unknown.append((position, cell))
            }
        }
        for (position, cell) in unknown { pass(cell, at: position) }
        for position in filled.filter({ $0 < cells.count && cells[$0].isBlank }).sorted().prefix(Self.mostTitles) {
            warnings.append(.unnamedColumn(position + 1, at: cells[position].position))
        }
        if !missing.isEmpty {
            errors.append(
                DocumentSyntaxError(
                    code: .table(.missingColumn(.missingColumns(missing))),
                    position: cells.first?.position ?? DocumentPosition(line: 1, column: 1), pointer: nil))
        }
        columns.sort { $0.position < $1.position }
    }

    private mutating func take(_ cell: CSVParser.Cell, at position: Int, as column: MeasureColumn) {
        if let first = titles[column.name] { return add(.sameColumn(first, cell.text, member: column.name), cell) }
        titles[column.name] = cell.text
        columns.append((position, column))
    }

    /// A title that nobody knows is passed over, and told; but not one that only a slip of the hand keeps from being known.
    private mutating func pass(_ cell: CSVParser.Cell, at position: Int) {
        guard let meant = MeasureColumn.nearest(to: cell.text, without: Set(columns.map(\.column))) else {
            warnings.append(.ignoredMeasureColumn(cell.text, at: cell.position))
            return
        }
        // It holds what it was meant for, so that its absence is no further fault.
        take(cell, at: position, as: meant.column)
        add(.misspeltColumn(cell.text, meant: meant.title), cell)
    }

    private mutating func add(_ fault: TableFault, _ cell: CSVParser.Cell) {
        errors.append(DocumentSyntaxError(code: .table(fault), position: cell.position, pointer: nil))
    }
}

extension Message {
    fileprivate static func missingColumns(_ columns: [MeasureColumn]) -> Message {
        let french = columns.map { "« \($0.name) »" }.joined(separator: ", ")
        let english = columns.map { "“\($0.name)”" }.joined(separator: ", ")
        return Message(
            """
            La première ligne donne les titres des colonnes ; il manque \(french). Une mesure se dit par « indicator », « ministry » et « period », \
            ou par « identifiant_indic », « zone_id » et « date_valeur ».
            """,
            """
            The first line gives the titles of the columns; it lacks \(english). A measure is named by “indicator”, “ministry” and “period”, or by \
            “identifiant_indic”, “zone_id” and “date_valeur”.
            """)
    }
}

extension Warning {
    fileprivate static func ignoredMeasureColumn(_ title: String, at position: DocumentPosition) -> Warning {
        Warning(
            .columnIgnored,
            Message(
                "La colonne « \(title.clipped) » n’est pas de celles d’une mesure : elle n’a pas été lue.",
                "The column “\(title.clipped)” is not one of a measure: it was not read."), at: position)
    }
}
