import ActionPlans
import Postgres

/// One function per statement on `recommendations`, whose rows are written by the trigger on `changes`.
enum RecommendationQueries {
    /// The recommendations as `rec`: as they are now, or as they stood on a day by the days on which they were sent, answered and closed.
    static func table(in reading: Reading) -> SQL {
        guard reading.asOf != nil else { return "recommendations rec" }
        let day = reading.dayOfAllRows
        return """
            (
                select r.ministry, r.first_year, r.number, r.code, r.action, r.known_from, r.known_to, r.subject, r.theme, r.category,
                    r.priority, r.text, stage.state, case when r.answered_on <= \(day) then r.answered_as end as answered_as,
                    r.plan_version, r.read_at, r.due_on, case when r.answered_on <= \(day) then r.answer end as answer,
                    case when r.answered_on <= \(day) then r.met_by end as met_by,
                    case when r.closed_on <= \(day) then r.outcome end as outcome, r.carried_from,
                    case when r.sent_on <= \(day) then r.sent_on end as sent_on,
                    case when r.answered_on <= \(day) then r.answered_on end as answered_on,
                    case when r.closed_on <= \(day) then r.closed_on end as closed_on, r.version, r.created_at, r.updated_at
                from recommendations r
                cross join lateral (
                    select case when r.closed_on <= \(day) then 'close' when r.answered_on <= \(day) then r.answered_as
                        when r.sent_on <= \(day) then 'emise' when paris_date(r.created_at) <= \(day) then 'brouillon' end as state) stage
                where stage.state is not null
            ) rec
            """
    }

    static func find(
        _ session: borrowing Session, _ id: RecommendationID, in reading: Reading = .now, visibleTo actor: Actor
    ) throws -> RecommendationRecord? {
        try session.first(
            """
            select \(RecommendationRecord.columns(in: reading)) from \(table(in: reading))
            where \(isOf(id.roadmap)) and rec.number = \(id.number) and \(reading.isKnown("rec"))
                and \(Visibility.ofRecommendations(to: actor, in: reading))
            """, RecommendationRecord.init)
    }

    /// Those of some that there are now, whoever may see them, in the order of their ids.
    static func all(_ session: borrowing Session, _ ids: [RecommendationID]) throws -> [RecommendationRecord] {
        try session.query(
            """
            select \(RecommendationRecord.columns()) from recommendations rec
            join unnest(
                \(ids.map(\.roadmap.ministry.text))::text[], \(ids.map(\.roadmap.firstYear))::smallint[], \(ids.map(\.number))::smallint[]
            ) as asked (ministry, first_year, number)
                on rec.ministry = asked.ministry and rec.first_year = asked.first_year and rec.number = asked.number
            where rec.known_to = 'infinity'
            order by rec.ministry, rec.first_year, rec.number
            """, RecommendationRecord.init)
    }

    /// - Parameter telling: what to tell of the snapshot beside each, in a column of text.
    static func list(
        _ session: borrowing Session, _ filter: RecommendationFilter, _ order: RecommendationOrder, after: SQL?, limit: Int,
        telling: SQL?, visibleTo actor: Actor
    ) throws -> [(record: RecommendationRecord, told: String?)] {
        try session.query(
            "\(selection(filter, order, after: after, telling: telling, visibleTo: actor)) limit \(limit)"
        ) { row in (try RecommendationRecord(&row), telling == nil ? nil : try row.next()) }
    }

    static func selection(
        _ filter: RecommendationFilter, _ order: RecommendationOrder, after: SQL? = nil, telling: SQL? = nil,
        visibleTo actor: Actor
    ) -> SQL {
        let told: SQL = if let telling { ", \(telling)" } else { "" }
        return """
            select \(RecommendationRecord.columns(in: filter.reading))\(told) from \(table(in: filter.reading))
            where \(isWanted(filter, visibleTo: actor)) and \(after ?? "true")
            order by \(order.clause)
            """
    }

    static func count(
        _ session: borrowing Session, _ filter: RecommendationFilter, visibleTo actor: Actor
    ) throws -> Int {
        try session.one(
            "select count(*) from \(table(in: filter.reading)) where \(isWanted(filter, visibleTo: actor))"
        ) { row in try row.next() }
    }

    static func isWanted(_ filter: RecommendationFilter, visibleTo actor: Actor) -> SQL {
        """
        \(filter.condition) and \(filter.reading.isKnown("rec")) and \(Visibility.ofRecommendations(to: actor, in: filter.reading))
        """
    }

    /// How many are open on the plans of a year, for each body that has any.
    static func open(
        _ session: borrowing Session, in reading: Reading, of year: Int, for actor: Actor
    ) throws -> [MinistryCode: Int] {
        var filter = RecommendationFilter()
        filter.years = [year]
        filter.isOpen = true
        filter.reading = reading
        let found = try session.query(
            """
            select rec.ministry, count(*) from \(table(in: reading)) where \(isWanted(filter, visibleTo: actor)) group by rec.ministry
            """
        ) { row in (ministry: try row.next(MinistryCode.self), count: try row.next(Int.self)) }
        return Dictionary(found.map { ($0.ministry, $0.count) }) { first, _ in first }
    }

    /// How many the plan has, and the last number that one of it ever had; under the lock of the plan.
    static func numbers(_ session: borrowing Session, of roadmap: RoadmapID) throws -> (count: Int, last: Int) {
        try session.one(
            """
            select count(*) filter (where rec.known_to = 'infinity'), coalesce(max(rec.number), 0) from recommendations rec
            where \(isOf(roadmap))
            """
        ) { row in (count: try row.next(), last: try row.next()) }
    }

    /// Those of a plan that there are now, whoever may see them.
    static func ofPlan(_ session: borrowing Session, _ roadmap: RoadmapID) throws -> [RecommendationRecord] {
        try session.query(
            """
            select \(RecommendationRecord.columns()) from recommendations rec
            where \(isOf(roadmap)) and rec.known_to = 'infinity' order by rec.number
            """, RecommendationRecord.init)
    }

    /// The theme of an action of the plan; nil for an action that is not there.
    static func theme(_ session: borrowing Session, of action: ActionID) throws -> Theme? {
        try session.first(
            """
            select a.theme from actions a
            where a.ministry = \(action.roadmap.ministry) and a.first_year = \(action.roadmap.firstYear) and a.code = \(action.code)
            """
        ) { row in try row.next(Theme.self) }
    }

    private static func isOf(_ roadmap: RoadmapID) -> SQL {
        "rec.ministry = \(roadmap.ministry) and rec.first_year = \(roadmap.firstYear)"
    }
}
