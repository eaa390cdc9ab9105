import ActionPlans
import Postgres

/// What is known now of the days since a past one: read by the writes that take effect before today, and by no others.
enum PastQueries {
    /// The states of some actions of a roadmap, or of all.
    static func ofActions(
        _ session: borrowing Session, _ codes: [ActionCode]?, of id: RoadmapID, in context: ChangeContext
    ) throws -> [ActionCode: [Dated<Action>]] {
        guard context.effectiveOn < context.today else { return [:] }
        let chosen: SQL = if let codes { "a.code = any(\(codes.map(\.text))::text[])" } else { "true" }
        let states = try session.query(
            """
            select a.code, a.valid_from, \(ActionRecord.stateColumns) from action_periods a
            where a.ministry = \(id.ministry) and a.first_year = \(id.firstYear) and \(chosen)
                and a.known_to = 'infinity' and a.valid_to > \(context.effectiveOn)
            order by a.code, a.valid_from
            """
        ) { row in
            (code: try row.next(ActionCode.self), state: Dated(since: try row.next(), try Action(&row)))
        }
        return Dictionary(grouping: states, by: \.code).mapValues { $0.map(\.state) }
    }

    static func ofRoadmap(_ session: borrowing Session, _ id: RoadmapID, in context: ChangeContext) throws -> [Dated<Roadmap>] {
        guard context.effectiveOn < context.today else { return [] }
        return try session.query(
            """
            select r.valid_from, r.ministry, r.first_year, r.last_year, r.title, r.state, r.due_on, r.submitted_on, r.validated_on
            from roadmap_periods r
            where r.ministry = \(id.ministry) and r.first_year = \(id.firstYear)
                and r.known_to = 'infinity' and r.valid_to > \(context.effectiveOn)
            order by r.valid_from
            """
        ) { row in Dated(since: try row.next(), try Roadmap(&row)) }
    }

    /// The last day until which something of a roadmap that was deleted is known to have been there, be it the roadmap or one of
    /// its actions. Of a roadmap that was ever submitted, the last day on which anything was deleted: figures counted it.
    static func lastDeletion(_ session: borrowing Session, of id: RoadmapID, in context: ChangeContext) throws -> CivilDate? {
        guard context.effectiveOn < context.today else { return nil }
        return try session.one(
            """
            with life as (
                select distinct on (c.resource, c.code) c.resource, c.code, c.kind, c.effective_on from changes c
                where c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.kind in ('created', 'deleted')
                order by c.resource, c.code, c.id desc
            ), former as (
                select p.valid_from, p.valid_to, life.kind, life.effective_on
                from roadmap_periods p join life on life.resource = \(Resource.roadmap.literal)
                where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.known_to = 'infinity'
                union all
                select p.valid_from, p.valid_to, life.kind, life.effective_on
                from action_periods p join life on life.resource = \(Resource.action.literal) and life.code = p.code
                where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.known_to = 'infinity'
            )
            select case when \(wasSubmitted(id)) then (
                select max(c.effective_on) from changes c
                where c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.kind = 'deleted'
                    and c.resource in (\(Resource.roadmap.literal), \(Resource.action.literal))
            ) else (
                -- what is created replaces what was known from its day on: only what lies before is of a former life
                select max(valid_to) from former where kind = 'deleted' or valid_from < effective_on
            ) end
            """
        ) { row in try row.next() }
    }

    /// The first day of a draft that was never submitted, or of one of its actions: what is deleted from it has counted for
    /// nobody, and is taken back from its beginning. nil once the roadmap was submitted.
    static func beginningOfDraft(
        _ session: borrowing Session, _ id: RoadmapID, action code: ActionCode? = nil
    ) throws -> CivilDate? {
        let whole = code == nil
        return try session.one(
            """
            select case when not \(wasSubmitted(id)) then least((
                select min(p.valid_from) from roadmap_periods p
                where \(whole) and p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.known_to = 'infinity'
            ), (
                select min(p.valid_from) from action_periods p
                where (\(whole) or p.code = \(code?.text)) and p.ministry = \(id.ministry) and p.first_year = \(id.firstYear)
                    and p.known_to = 'infinity'
            )) end
            """
        ) { row in try row.next() }
    }

    /// Whether it was anything but a draft at any time, whatever has become of it.
    private static func wasSubmitted(_ id: RoadmapID) -> SQL {
        """
        exists (
            select from changes c
            where \(ResourceID.roadmap(id).isNamed(by: "c"))
                and c.after ->> 'state' <> 'brouillon')
        """
    }

    /// - Parameter isThere: without a roadmap, there is only what was deleted.
    static func ofPlan(
        _ session: borrowing Session, _ id: RoadmapID, isThere: Bool, in context: ChangeContext
    ) throws -> PlanPast {
        var past = PlanPast()
        past.lastDeletion = try lastDeletion(session, of: id, in: context)
        guard isThere else { return past }
        past.roadmap = try ofRoadmap(session, id, in: context)
        past.actions = try ofActions(session, nil, of: id, in: context)
        return past
    }
}

extension Roadmap {
    /// Reads what is known of the roadmap itself.
    init(_ row: inout Row) throws {
        self.init(
            id: try row.nextRoadmapID(), lastYear: try row.next(), title: try row.next(), state: try row.next(),
            dueOn: try row.next(), submittedOn: try row.next(), validatedOn: try row.next())
    }
}
