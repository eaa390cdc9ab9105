import ActionPlans
import Postgres

/// When bodies existed and what they were called, as it was known at an instant.
struct KnownBodies: Sendable {
    private struct Span: Sendable {
        let from: CivilDate
        /// The first day after it; nil for a span that lasts.
        let until: CivilDate?
        /// nil where the body does not exist as such meanwhile.
        let name: String?
    }

    private let spans: [MinistryCode: [Span]]
    private static let beginning = CivilDate(year: CivilDate.years.lowerBound, month: 1, day: 1)

    /// - Parameter bodies: nil for all.
    init(_ session: borrowing Session, _ bodies: [MinistryCode]? = nil, in reading: Reading) throws {
        let rows = try session.query(
            """
            select p.ministry, p.from_date, lead(p.from_date) over (partition by p.ministry order by p.from_date), p.name
            from ministry_name_periods p
            where \(reading.isKnown("p")) and (\(bodies == nil)::boolean or p.ministry = any(\((bodies ?? []).map(\.text))::text[]))
            order by p.ministry, p.from_date
            """
        ) { row in
            (
                ministry: try row.next(MinistryCode.self),
                span: Span(from: try row.next(), until: try row.next(), name: try row.next())
            )
        }
        spans = Dictionary(grouping: rows, by: \.ministry).mapValues { $0.map(\.span) }
    }

    var all: [MinistryCode] { spans.keys.sorted() }

    func isKnown(_ body: MinistryCode) -> Bool { spans[body] != nil }

    /// When a body existed. Before the first name that is known of it, it is taken to have existed already.
    func existence(of body: MinistryCode) -> [(first: CivilDate, last: CivilDate?)] {
        (spans[body] ?? []).enumerated().filter { $0.element.name != nil }.map { index, span in
            (first: index == 0 ? Self.beginning ?? span.from : span.from, last: span.until?.adding(days: -1))
        }
    }

    func existed(_ body: MinistryCode, in period: Period) -> Bool {
        existence(of: body).contains { $0.first <= period.lastDay && $0.last.map { $0 >= period.firstDay } ?? true }
    }

    /// The name of a body on a day; `ministry_name_on` in the schema says the same.
    func name(of body: MinistryCode, on day: CivilDate) -> String {
        let named = (spans[body] ?? []).filter { $0.name != nil }
        return (named.last { $0.from <= day } ?? named.first)?.name ?? body.text
    }
}
