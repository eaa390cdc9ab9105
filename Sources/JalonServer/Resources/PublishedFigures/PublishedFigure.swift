import ActionPlans
import Postgres

/// Written as the ids of snapshots are: `2025-101`.
typealias PublishedFigureID = SnapshotID

/// What was printed elsewhere about a year, with its source: shown beside what is computed here, never mixed with it.
struct PublishedFigure: Sendable {
    let id: PublishedFigureID
    let statement: String
    let publisher: String
    let title: String
    let publishedOn: CivilDate
    let source: String
    let page: String?
    /// The one that it corrects.
    let replaces: PublishedFigureID?
    fileprivate(set) var numbers: [PublishedNumber]
}

/// One number of what was printed.
struct PublishedNumber: Hashable, Sendable {
    /// What it is a number of.
    enum Subject: Hashable, Sendable {
        case measure(PublishedMeasure)
        case indicator(IndicatorCode)
    }

    /// What the sentence says of the number.
    enum Relation: String, Sendable, CaseIterable {
        case exact, rounded
        case moreThan = "more_than"
    }

    let subject: Subject
    let relation: Relation
    let value: ExactDecimal
}

/// What is printed of actions.
enum PublishedMeasure: String, Sendable, CaseIterable {
    case actions
    case percentRealisees = "percent_realisees"
}

extension PublishedFigure {
    /// In a year; the rank is a `smallint`.
    static let lastRank = 32_767

    /// - Returns: nil for what can be the id of none.
    static func id(_ text: String) -> PublishedFigureID? {
        PublishedFigureID(text).flatMap { $0.number <= lastRank ? $0 : nil }
    }

    /// The columns that ``read(_:_:)`` reads, of ``table``.
    private static let columns: SQL = """
        e.year, e.rank, e.statement, e.publisher, e.title, e.published_on, e.source, e.page, e.replaces, n.measure, n.indicator,
        n.relation, n.value
        """

    private static let table: SQL = """
        external_figures e left join lateral rows from (
            jsonb_to_recordset(e.numbers) as (measure text, indicator text, relation text, value numeric)
        ) with ordinality n (measure, indicator, relation, value, place) on true
        """

    /// - Parameter order: of the figures; the numbers of each stay in their own.
    static func read(_ session: borrowing Session, _ condition: SQL, in order: SQL = "e.year, e.rank") throws -> [PublishedFigure]
    {
        var figures: [PublishedFigure] = []
        try session.stream("select \(columns) from \(table) where \(condition) order by \(order), n.place") { row in
            let figure = try PublishedFigure(&row)
            if figures.last?.id == figure.id {
                figures[figures.count - 1].numbers += figure.numbers
            } else {
                figures.append(figure)
            }
        }
        return figures
    }

    /// A row: the figure with one of its numbers.
    private init(_ row: inout Row) throws {
        let year: Int = try row.next()
        id = PublishedFigureID(year: year, number: try row.next())
        statement = try row.next()
        publisher = try row.next()
        title = try row.next()
        publishedOn = try row.next()
        source = try row.next()
        page = try row.next()
        replaces = try row.next(Int?.self).map { PublishedFigureID(year: year, number: $0) }
        let measure: String? = try row.next()
        let indicator: IndicatorCode? = try row.next()
        let relation: String? = try row.next()
        let value: ExactDecimal? = try row.next()
        let subject =
            measure.flatMap(PublishedMeasure.init).map { .measure($0) } ?? indicator.map { PublishedNumber.Subject.indicator($0) }
        guard let subject, let relation = relation.flatMap(PublishedNumber.Relation.init), let value else {
            numbers = []
            return
        }
        numbers = [PublishedNumber(subject: subject, relation: relation, value: value)]
    }

    var address: String { "/v1/published-figures/\(id)" }

    /// What is told of it wherever it stands.
    func writeSource(to figure: inout JSONWriter) {
        figure.member("statement", statement)
        figure.member("publisher", publisher)
        figure.member("title", title)
        figure.member("published_on", publishedOn)
        figure.member("source", source)
        figure.member("page", page)
    }
}

extension PublishedNumber {
    func write(to number: inout JSONWriter) {
        let (measure, indicator): (String?, String?) =
            switch subject {
            case .measure(let measure): (measure.rawValue, nil)
            case .indicator(let code): (nil, code.text)
            }
        number.member("measure", measure)
        number.member("indicator", indicator)
        number.member("relation", relation.rawValue)
        number.member("value", value)
    }

    /// - Parameter computed: nil where nothing can be computed.
    func writeDifference(from computed: ExactDecimal?, to number: inout JSONWriter) {
        number.member("computed", computed)
        number.member("difference", computed.map { $0 - value })
    }
}
