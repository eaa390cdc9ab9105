import ActionPlans
import Documents

/// The first line of a plan sent as a table: which column holds what.
struct PlanHeader {
    /// The columns that are read, by their place in a line.
    private(set) var columns: [(position: Int, column: PlanColumn)] = []

    var hasCode: Bool { columns.contains { $0.column == .code } }
    /// The titles as they are written, by the member they stand for.
    private(set) var titles: [String: String] = [:]
    private(set) var errors: [DocumentSyntaxError] = []
    private(set) var warnings: [Warning] = []
    /// How many cells the line has.
    let count: Int

    /// A title is compared with all that are known; more titles than this are no plan.
    private static let mostTitles = 200

    private struct Title {
        let position: Int
        let cell: CSVParser.Cell
        let match: PlanColumn.Match?
    }

    /// - Parameter filled: the columns that have something below their title.
    init(_ cells: [CSVParser.Cell], filled: Set<Int>) {
        count = cells.count
        let named = cells.enumerated().filter { !$0.element.isBlank }
        guard named.count <= Self.mostTitles else {
            add(.tooManyColumns(most: Self.mostTitles), named[Self.mostTitles].element)
            return
        }
        let all = named.map { Title(position: $0, cell: $1, match: PlanColumn.match($1.text)) }
        var places: [PlanColumn: Title] = [:]
        for title in all {
            guard let match = title.match, !match.isVague else { continue }
            take(title, as: match.column, &places)
        }
        let certain = Set(places.keys)
        for title in all {
            guard let match = title.match, match.isVague else { continue }
            if certain.contains(match.column) { passOver(title) } else { take(title, as: match.column, &places) }
        }
        for title in all where title.match == nil { pass(title, &places) }
        if places[.code] == nil {
            errors.append(
                DocumentSyntaxError(code: .table(.missingColumn(.noCode)), position: cells.first?.position, pointer: nil))
        }
        let unnamed = filled.filter { $0 < cells.count && cells[$0].isBlank }.sorted()
        for position in unnamed.prefix(Self.mostTitles) {
            warnings.append(.unnamedColumn(position + 1, at: cells[position].position))
        }
        settleImplementation(&places)
        columns = places.map { ($1.position, $0) }.sorted { $0.position < $1.position }
        titles = places.reduce(into: [:]) { $0[$1.key.name] = $1.value.cell.text }
        errors.sort { Self.order($0.position, $1.position) }
        warnings.sort { Self.order($0.position, $1.position) }
    }

    /// Beside a column for the date of completion, the date of implementation is the due date.
    private mutating func settleImplementation(_ places: inout [PlanColumn: Title]) {
        guard places[.member(.completedOn)] != nil, let title = places.removeValue(forKey: .implementation) else { return }
        take(title, as: .member(.dueOn), &places)
    }

    private mutating func take(_ title: Title, as column: PlanColumn, _ places: inout [PlanColumn: Title]) {
        guard let first = places[column] else {
            places[column] = title
            return
        }
        let (left, right) = first.position < title.position ? (first, title) : (title, first)
        add(.sameColumn(left.cell.text, right.cell.text, member: column.name), right.cell)
    }

    /// A title that nobody knows is passed over, and told; but not one that only a slip of the hand keeps from being known.
    private mutating func pass(_ title: Title, _ places: inout [PlanColumn: Title]) {
        guard let meant = PlanColumn.nearest(to: title.cell.text, without: Set(places.keys)) else { return passOver(title) }
        // It holds what it was meant for, so that its absence is no further fault.
        places[meant.column] = title
        add(.misspeltColumn(title.cell.text, meant: meant.title), title.cell)
    }

    private mutating func passOver(_ title: Title) {
        warnings.append(.ignoredColumn(title.cell.text, at: title.cell.position))
    }

    private mutating func add(_ fault: TableFault, _ cell: CSVParser.Cell) {
        errors.append(DocumentSyntaxError(code: .table(fault), position: cell.position, pointer: nil))
    }

    private static func order(_ left: DocumentPosition?, _ right: DocumentPosition?) -> Bool {
        (left?.line ?? 0, left?.column ?? 0) < (right?.line ?? 0, right?.column ?? 0)
    }
}

extension Message {
    /// No column holds the codes.
    static var noCode: Message {
        let title = PlanColumn.code.frenchTitle
        return Message(
            """
            La première ligne donne les titres des colonnes ; il y faut une colonne « \(title) » ou « N° », qui distingue chaque action : \
            1, 2, 3… suffit.
            """,
            """
            The first line gives the titles of the columns; it needs a column “\(title)” or “N°”, which tells the actions apart: \
            1, 2, 3… will do.
            """)
    }
}

extension Warning {
    fileprivate static func ignoredColumn(_ title: String, at position: DocumentPosition) -> Warning {
        Warning(
            .columnIgnored,
            Message(
                "La colonne « \(title.clipped) » n’est pas de celles d’un plan : elle n’a pas été lue.",
                "The column “\(title.clipped)” is not one of a plan: it was not read."), at: position)
    }

    /// - Parameter number: its place in a line, from 1.
    static func unnamedColumn(_ number: Int, at position: DocumentPosition) -> Warning {
        Warning(
            .columnIgnored,
            Message(
                "La colonne \(number) n’a pas de titre : elle n’a pas été lue.",
                "Column \(number) has no title: it was not read."), at: position)
    }
}
