import ActionPlans
import Documents
import Postgres

/// What is counted of the recommendations on the plans of a year, as far as the caller may see them: each number is the length of a
/// list that they can read.
struct RecommendationFigures: Sendable {
    /// How the recommendations of a group are told apart.
    enum Group: String, CaseIterable, Sendable {
        case ministry, theme, category
    }

    struct Line: Sendable {
        /// nil for the total.
        let group: Group?
        let code: String?
        let label: Message?
        let tally: RecommendationTally
        let filter: RecommendationFilter
    }

    let year: Int
    let reading: Reading
    let total: Line
    private let lines: [Group: [Line]]

    func lines(by group: Group) -> [Line] { lines[group] ?? [] }

    /// The total, then the groups.
    var all: [Line] { [total] + Group.allCases.flatMap(lines(by:)) }

    private struct Sent: Sendable {
        let ministry: MinistryCode
        let theme: Theme?
        let category: RecommendationCategory
        let sentOn: CivilDate
        let answeredOn: CivilDate?
        let outcome: RecommendationOutcome?
    }

    init(
        _ session: borrowing Session, of year: Int, in reading: Reading, for actor: Actor, _ vocabularies: Vocabularies
    ) throws {
        self.year = year
        self.reading = reading
        var filter = RecommendationFilter()
        filter.years = [year]
        filter.reading = reading
        let sent = try Self.sent(session, filter, for: actor)
        let bodies = Set(sent.map(\.ministry)).sorted()
        let names = try Self.names(session, of: bodies, year, in: reading)
        total = Line(group: nil, code: nil, label: nil, tally: Self.tally(sent), filter: filter)
        func line(
            _ group: Group, _ code: String, _ label: Message, _ narrow: (inout RecommendationFilter) -> Void,
            _ isOf: (Sent) -> Bool
        ) -> Line {
            var own = filter
            narrow(&own)
            return Line(group: group, code: code, label: label, tally: Self.tally(sent.filter(isOf)), filter: own)
        }
        let wholePlan = Message("Ensemble de la feuille de route", "The roadmap as a whole")
        lines = [
            .ministry: bodies.map { body in
                let name = names[body] ?? body.text
                return line(.ministry, body.text, Message(name, name), { $0.ministries = [body] }, { $0.ministry == body })
            },
            .theme: Theme.allCases.map { theme in
                line(.theme, theme.code, vocabularies.label(theme), { $0.themes = [theme] }, { $0.theme == theme })
            } + [
                line(.theme, RecommendationSubject.plan.text, wholePlan, { $0.subjects = [.plan] }, { $0.theme == nil })
            ],
            .category: RecommendationCategory.allCases.map { category in
                line(.category, category.code, category.label, { $0.categories = [category] }, { $0.category == category })
            },
        ]
    }

    private static func tally(_ sent: [Sent]) -> RecommendationTally {
        sent.reduce(into: RecommendationTally()) {
            $0.add(sentOn: $1.sentOn, answeredOn: $1.answeredOn, outcome: $1.outcome)
        }
    }

    private static func sent(
        _ session: borrowing Session, _ filter: RecommendationFilter, for actor: Actor
    ) throws -> [Sent] {
        try session.query(
            """
            select rec.ministry, rec.theme, rec.category, rec.sent_on, rec.answered_on, rec.outcome
            from \(RecommendationQueries.table(in: filter.reading))
            where rec.sent_on is not null and \(RecommendationQueries.isWanted(filter, visibleTo: actor))
            """
        ) { row in
            Sent(
                ministry: try row.next(), theme: try row.next(), category: try row.next(), sentOn: try row.next(),
                answeredOn: try row.next(), outcome: try row.next())
        }
    }

    private static func names(
        _ session: borrowing Session, of bodies: [MinistryCode], _ year: Int, in reading: Reading
    ) throws -> [MinistryCode: String] {
        let instant: SQL = reading.knownAt.map { "\($0)::timestamptz" } ?? "now()"
        let found = try session.query(
            """
            select body, ministry_name_known(body, make_date(\(year), 1, 1), \(instant)) from unnest(\(bodies.map(\.text))::text[]) body
            """
        ) { row in (code: try row.next(MinistryCode.self), name: try row.next(String?.self)) }
        return Dictionary(found.compactMap { item in item.name.map { (item.code, $0) } }) { first, _ in first }
    }
}

extension RecommendationFigures.Line {
    private func address(_ narrow: (inout RecommendationFilter) -> Void) -> String {
        var own = filter
        narrow(&own)
        return own.address
    }

    var sentAddress: String { address { $0.states = RecommendationState.allCases.filter { $0 != .brouillon } } }
    var answeredAddress: String { address { $0.isAnswered = true } }
    var followedAddress: String { address { $0.outcomes = [.miseEnOeuvre] } }

    func write(to writer: inout JSONWriter, in language: Language) {
        writer.object { object in
            object.member("code", code)
            object.member("label", label?[language])
            write(numbersTo: &object)
        }
    }

    func write(numbersTo object: inout JSONWriter) {
        object.member("sent", tally.sent)
        object.member("answered", tally.answered)
        object.member("followed", tally.followed)
        object.member("median_days", MemberValue(tally.medianDays))
        object.member("links") { links in
            links.member("sent", sentAddress)
            links.member("answered", answeredAddress)
            links.member("followed", followedAddress)
        }
    }
}

/// `GET /v1/recommendations/figures`
enum RecommendationFigureEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let year = parameters.requiredYear()
        let wanted = Reading(&parameters)
        let decimal: CSVWriter.DecimalMark? = parameters.code("decimal")
        try parameters.finish()
        guard let year else { throw Problem.notFound() }
        let reading = try await wanted.settled(by: call.server)
        let (vocabularies, language) = (call.server.vocabularies, call.language)
        let figures = try await call.server.database.read { session in
            try RecommendationFigures(session, of: year, in: reading, for: actor, vocabularies)
        }
        if call.wantsRows {
            return call.answer(
                figures.all, columns(of: figures, in: language), decimal: decimal ?? .comma,
                named: "recommendations-\(year)-figures")
        }
        return Answer.json { writer in
            writer.object { document in
                document.member("scope") { scope in
                    scope.member("year", year)
                    scope.member("as_of", reading.asOf)
                    scope.member("known_at", reading.knownAt)
                }
                document.member("totals") { totals in figures.total.write(numbersTo: &totals) }
                for group in RecommendationFigures.Group.allCases {
                    document.member("by_\(group.rawValue)", listOf: figures.lines(by: group)) {
                        $1.write(to: &$0, in: language)
                    }
                }
                document.member("links") { links in
                    links.member("self", call.target)
                    links.member("recommendations", figures.total.filter.address)
                }
            }
        }
    }

    private static func columns(
        of figures: RecommendationFigures, in language: Language
    ) -> [TableColumn<RecommendationFigures.Line>] {
        let (year, reading) = (figures.year, figures.reading)
        return [
            TableColumn("year") { _ in .number(year) },
            TableColumn("as_of") { _ in TableValue(reading.asOf) },
            TableColumn("known_at") { _ in TableValue(reading.knownAt) },
            TableColumn("by") { TableValue($0.group?.rawValue) },
            TableColumn("code") { TableValue($0.code) },
            TableColumn("label") { TableValue($0.label?[language]) },
            TableColumn("sent") { .number($0.tally.sent) },
            TableColumn("answered") { .number($0.tally.answered) },
            TableColumn("followed") { .number($0.tally.followed) },
            TableColumn("median_days") { TableValue($0.tally.medianDays) },
            TableColumn("link") { .text($0.sentAddress) },
        ]
    }
}
