import ActionPlans
import Postgres

/// What is known now of a day of the past: read by the writes that take effect before today, and by no others.
enum PastQueries {
    /// An action on the day of a write; nil where that is today.
    /// - Throws: ``Refusal/invalid(_:)`` where it was not there on that day.
    static func ofAction(
        _ session: borrowing Session, _ id: ActionID, in context: ChangeContext
    ) throws -> KnownDay<Action>? {
        guard context.effectiveOn < context.today else { return nil }
        let days = try ofActions(session, [(id.code, context.effectiveOn)], of: id.roadmap)
        guard let state = days.first?.action else {
            let beginning = try beginnings(session, of: id.roadmap, [id.code])[id.code]
            throw Refusal.beforeBeginning(of: id, since: beginning ?? context.today)
        }
        return KnownDay(
            state, next: try next(session, ResourceID.action(id).isNamed(by: "c"), after: context)[id.code] ?? [:],
            tied: Action.tied)
    }

    /// What some actions, as they are there today, were on some days; none where they were not there.
    private static func ofActions(
        _ session: borrowing Session, _ days: [(code: ActionCode, day: CivilDate)], of id: RoadmapID
    ) throws -> [(code: ActionCode, action: Action)] {
        try session.query(
            """
            select a.code, \(ActionRecord.stateColumns)
            from unnest(\(days.map(\.code.text))::text[], \(days.map(\.day.description))::date[]) as asked (code, day)
            join action_periods a on a.ministry = \(id.ministry) and a.first_year = \(id.firstYear) and a.code = asked.code
                and a.known_to = 'infinity' and a.valid_from <= asked.day and a.valid_to > asked.day
            join actions today on today.ministry = a.ministry and today.first_year = a.first_year and today.code = a.code
                and today.created_at = a.created_at
            """
        ) { row in (code: try row.next(ActionCode.self), action: try Action(&row)) }
    }

    /// When some actions began, as they are there today.
    private static func beginnings(
        _ session: borrowing Session, of id: RoadmapID, _ codes: [ActionCode]
    ) throws -> [ActionCode: CivilDate] {
        let found = try session.query(
            """
            select a.code, min(p.valid_from) from actions a
            join action_periods p on p.ministry = a.ministry and p.first_year = a.first_year and p.code = a.code
                and p.known_to = 'infinity' and p.created_at = a.created_at
            where a.ministry = \(id.ministry) and a.first_year = \(id.firstYear) and a.code = any(\(codes.map(\.text))::text[])
            group by a.code
            """
        ) { row in (try row.next(ActionCode.self), try row.next(CivilDate.self)) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// By code, nil for the roadmap itself, and by member: the next day after that of the write of which something has been said.
    private static func next(
        _ session: borrowing Session, _ named: SQL, after context: ChangeContext
    ) throws -> [ActionCode?: [String: CivilDate]] {
        let found = try session.query(
            """
            with begun as materialized (
                -- what was said of a thing of the same name that was deleted is over
                select c.code, max(c.id) as id from changes c where \(named) and c.kind = 'created' group by c.code
            )
            select c.code, said.member, min(c.effective_on)
            from changes c
            join begun on coalesce(begun.code, '') = coalesce(c.code, '') and c.id > begun.id
            cross join lateral jsonb_object_keys(c.after) as said (member)
            where \(named) and c.kind = 'updated' and c.effective_on > \(context.effectiveOn)
            group by c.code, said.member
            """
        ) { row in (code: try row.next(ActionCode?.self), member: try row.next(String.self), day: try row.next(CivilDate.self)) }
        return Dictionary(grouping: found, by: \.code).mapValues { said in
            Dictionary(uniqueKeysWithValues: said.map { ($0.member, $0.day) })
        }
    }

    /// - Parameter orToday: whether it is read for a write of today too.
    /// - Returns: nil where the day of the write is today.
    static func ofRoadmap(
        _ session: borrowing Session, _ id: RoadmapID, in context: ChangeContext, orToday: Bool = false
    ) throws -> KnownRoadmap? {
        guard context.effectiveOn < context.today || orToday else { return nil }
        let states = try session.query(
            """
            select p.valid_from, p.ministry, p.first_year, p.last_year, p.title, p.state, p.due_on, p.submitted_on, p.validated_on
            from roadmap_periods p
            join roadmaps r on r.ministry = p.ministry and r.first_year = p.first_year and r.created_at = p.created_at
            where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.known_to = 'infinity'
            order by p.valid_from
            """
        ) { row in Dated(since: try row.next(), try Roadmap(&row)) }
        let named = ResourceID.roadmap(id).isNamed(by: "c")
        let statements = try session.one(
            """
            select count(*) from changes c
            where \(named) and c.effective_on = \(context.effectiveOn) and c.after ?| \(Array(Roadmap.tied))::text[]
            """
        ) { row in try row.next(Int.self) }
        return try KnownRoadmap(
            states, next: try next(session, named, after: context)[ActionCode?.none] ?? [:], statements: statements, in: context)
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

    /// What figures have counted is not deleted from their past: from the day of a deletion on, the roadmap was a draft.
    /// - Throws: ``Refusal/invalid(_:)`` with the day on which it last became one.
    static func checkDraft(_ session: borrowing Session, _ id: RoadmapID, since context: ChangeContext) throws {
        let counted: CivilDate? = try session.one(
            """
            select max(p.valid_to) from roadmap_periods p
            where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.known_to = 'infinity'
                and p.valid_to > \(context.effectiveOn) and p.valid_to < 'infinity' and p.state <> 'brouillon'
            """
        ) { row in try row.next() }
        if let counted { throw Refusal.countedUntil(counted, id) }
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

    /// Some actions, each on the day on which it was completed.
    private static func completed(
        _ session: borrowing Session, _ days: [(code: ActionCode, day: CivilDate)], of id: RoadmapID
    ) throws -> [ActionCode: Dated<KnownDay<Action>>] {
        let next = try session.query(
            """
            select c.code, said.member, min(c.effective_on)
            from unnest(\(days.map(\.code.text))::text[], \(days.map(\.day.description))::date[]) as asked (code, day)
            join changes c on c.code = asked.code and c.effective_on > asked.day
            cross join lateral jsonb_object_keys(c.after) as said (member)
            where c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.resource = \(Resource.action.literal)
                and c.kind = 'updated' and not exists (
                    select from changes later
                    where later.ministry = c.ministry and later.first_year = c.first_year and later.code = c.code
                        and later.resource = c.resource and later.kind = 'created' and later.id > c.id)
            group by c.code, said.member
            """
        ) { row in (code: try row.next(ActionCode.self), member: try row.next(String.self), day: try row.next(CivilDate.self)) }
        let byCode = Dictionary(grouping: next, by: \.code).mapValues { said in
            Dictionary(uniqueKeysWithValues: said.map { ($0.member, $0.day) })
        }
        let since = Dictionary(days.map { ($0.code, $0.day) }) { first, _ in first }
        let there = try ofActions(session, days, of: id).compactMap { code, action in
            since[code].map { (code, Dated(since: $0, KnownDay(action, next: byCode[code] ?? [:], tied: Action.tied))) }
        }
        return Dictionary(there) { first, _ in first }
    }

    /// - Parameter completions: the days on which the document says that some actions were completed.
    /// - Returns: nil where the day of the write is today.
    static func ofPlan(
        _ session: borrowing Session, _ id: RoadmapID, _ codes: [ActionCode], completions: [(code: ActionCode, day: CivilDate)],
        in context: ChangeContext
    ) throws -> PlanPast? {
        guard let roadmap = try ofRoadmap(session, id, in: context) else { return nil }
        let day = context.effectiveOn
        let next = try next(
            session, "c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.resource = \(Resource.action.literal)",
            after: context)
        let there = try ofActions(session, codes.map { ($0, day) }, of: id)
        let actions = Dictionary(
            uniqueKeysWithValues: there.map { ($0.code, KnownDay($0.action, next: next[$0.code] ?? [:], tied: Action.tied)) })
        let missing = codes.filter { actions[$0] == nil }
        return PlanPast(
            roadmap: roadmap, actions: actions, beginnings: missing.isEmpty ? [:] : try beginnings(session, of: id, missing),
            completed: try completed(session, completions.filter { $0.day > day && $0.day <= context.today }, of: id))
    }
}

extension Roadmap {
    /// Those of what is known of a roadmap `r` itself.
    static let columns: SQL = "r.ministry, r.first_year, r.last_year, r.title, r.state, r.due_on, r.submitted_on, r.validated_on"

    /// Reads ``columns``.
    init(_ row: inout Row) throws {
        self.init(
            id: try row.nextRoadmapID(), lastYear: try row.next(), title: try row.next(), state: try row.next(),
            dueOn: try row.next(), submittedOn: try row.next(), validatedOn: try row.next())
    }
}
