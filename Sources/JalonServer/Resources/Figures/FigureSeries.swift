import ActionPlans
import Documents
import Postgres

/// `/v1/figures/series`: the same question on one evening after another.
enum FigureSeries {
    enum Step: String, Vocabulary {
        case month, quarter, year

        static let listName = Message("pas", "step")

        var months: Int {
            switch self {
            case .month: 1
            case .quarter: 3
            case .year: 12
            }
        }
    }

    /// Ten years of months.
    static let mostPoints = 120

    @Sendable static func get(_ call: Call) async throws -> Answer {
        var from: CivilDate?, to: CivilDate?, step: Step?, decimal: CSVWriter.DecimalMark?
        var scope = try FigureScope(call) { parameters in
            from = parameters.date("from")
            to = parameters.date("to")
            step = parameters.code("step")
            decimal = parameters.code("decimal")
        }
        scope.reading = try await scope.reading.settled(by: call.server)
        let (points, knowledge) = try await call.server.database.read { [scope, from, to, step] session in
            try MinistryQueries.checkKnown(session, scope.ministries)
            let days = try days(from, to, step ?? .month, year: scope.year, today: try ParisDay.today(session))
            let points = try self.points(session, of: scope, on: days)
            return (points, try FigureKnowledge.ofFigures(session, points[points.count - 1].scope, andOn: days, for: call.actor))
        }
        if call.wantsRows {
            return call.answer(
                points, columns(of: scope, knownAt: knowledge.instant), decimal: decimal ?? .comma,
                named: "figures-series-\(scope.year)", line: { $1.write(to: &$0) })
        }
        return Answer.json { writer in
            writer.object { series in
                series.member("year", scope.year)
                series.member("scope", object: scope.writeFilters)
                series.member("step", (step ?? .month).code)
                series.member("perimeter", scope.perimeter.code)
                series.member("known_at", knowledge.instant)
                series.member("data", listOf: points) { $1.write(to: &$0) }
                series.member("links") { $0.member("self", call.target) }
            }
        }
    }

    static func points(_ session: borrowing Session, of scope: FigureScope, on days: [CivilDate]) throws -> [Point] {
        try days.map { day in
            var ofDay = scope
            ofDay.reading = scope.reading.on(day)
            return Point(scope: ofDay, day: day, total: try FigureQueries.total(session, ofDay))
        }
    }

    private static func columns(of scope: FigureScope, knownAt: String) -> [TableColumn<Point>] {
        let (year, perimeter) = (scope.year, scope.perimeter.code)
        return [
            TableColumn("year") { _ in .number(year) },
            TableColumn("perimeter") { _ in .text(perimeter) },
            TableColumn("known_at") { _ in .text(knownAt) },
            TableColumn("as_of") { TableValue($0.day) },
            TableColumn("actions") { .number($0.total.actions) },
        ]
            + ActionStatus.allCases.map { status in TableColumn(status.code) { .number($0.total[status]) } }
            + [
                TableColumn("late") { .number($0.total.late) },
                TableColumn("realisees_identifiees") { TableValue(Rate.realiseesIdentifiees.value($0.total)) },
                TableColumn("link") { .text($0.scope.links.figures) },
            ]
    }

    /// The evenings from the first to the last; a step goes from the first one, so that the 31st does not drift.
    static func days(
        _ from: CivilDate?, _ to: CivilDate?, _ step: Step, year: Int, today: CivilDate
    ) throws -> [CivilDate] {
        let last = to ?? today
        guard last <= today else {
            throw refused("to", .inTheFuture, Message("« to » est dans le futur.", "“to” lies in the future."))
        }
        // The last evening of the year's first step: a point tells what a month, a quarter or a year came to.
        let first = from ?? min(last, CivilDate(year: year, month: 1, day: 31)?.adding(months: step.months - 1) ?? last)
        guard first <= last else {
            throw refused("from", .outOfRange, Message("« from » suit « to ».", "“from” comes after “to”."))
        }
        var days: [CivilDate] = []
        while let day = first.adding(months: days.count * step.months), day < last {
            days.append(day)
            guard days.count < mostPoints else {
                throw refused(
                    "step", .tooMany,
                    Message(
                        "Plus de \(mostPoints) points : allongez le pas.", "More than \(mostPoints) points: take a longer step."))
            }
        }
        return days + [last]
    }

    private static func refused(_ parameter: String, _ code: Fault.Code, _ message: Message) -> Problem {
        var problem = Problem(.invalidParameter, message)
        problem.faults = [Problem.Located(place: .parameter(parameter), code: code, message: message)]
        return problem
    }

    struct Point: Sendable {
        let scope: FigureScope
        let day: CivilDate
        let total: Tally

        func write(to list: inout JSONWriter) {
            list.object { point in
                point.member("as_of", day)
                point.member("actions", total.actions)
                point.member("by_status") { counts in
                    for status in ActionStatus.allCases { counts.member(status.code, total[status]) }
                }
                point.member("late", total.late)
                point.member("realisees_identifiees", Rate.realiseesIdentifiees.value(total))
                point.member("links") { links in
                    links.member("figures", scope.links.figures)
                    links.member("actions", scope.links.actions)
                }
            }
        }
    }
}
