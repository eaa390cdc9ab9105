import ActionPlans
import Postgres

/// The present actions as they were when the first page of a list was read. Most have not changed since: these are read from the
/// present table, in the order of its index; the few that have are read from their periods.
struct PinnedActions {
    private let filter: ActionFilter
    private let list: ListInstant
    private let actor: Actor
    /// Of the same state, as periods tell it.
    private let past: Reading

    init(_ filter: ActionFilter, at list: ListInstant, visibleTo actor: Actor) {
        var filter = filter
        self.list = list
        past = Reading.now.pinned(to: list)
        filter.reading = past
        self.filter = filter
        self.actor = actor
    }

    func listed(_ order: ActionOrder, _ part: ActionQueries.Part) -> SQL {
        func ordered(_ rows: SQL) -> SQL {
            "(select \(Self.columns) \(rows) and \(part.after ?? "true") order by \(order.clause) limit \(part.limit))"
        }
        return """
            with \(changed)
            select \(ActionRecord.columns(in: past))
            from (\(ordered(unchanged)) union all \(ordered(asTheyWere))) a
            order by \(order.clause)
            limit \(part.limit)
            """
    }

    var counted: SQL {
        "with \(changed) select (select count(*) \(unchanged)) + (select count(*) \(asTheyWere))"
    }

    /// Those of which something was recorded since, or of whose roadmap something was.
    private var changed: SQL {
        let since: SQL = """
            c.recorded_at > \(list.earliest)::timestamptz and c.recorded_at > \(list.known(of: "c.ministry"))
            """
        return """
            changed as materialized (
                select c.ministry, c.first_year, c.code from changes c where c.resource = \(Resource.action.literal) and \(since)
                union
                select a.ministry, a.first_year, a.code
                from changes c
                join action_periods a on a.ministry = c.ministry and a.first_year = c.first_year
                    and a.valid_to = 'infinity' and \(past.isKnown("a"))
                where c.resource = \(Resource.roadmap.literal) and \(since)
            )
            """
    }

    private var unchanged: SQL {
        """
        from actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year
        where a.updated_at <= \(list.known(of: "a.ministry")) and r.updated_at <= \(list.known(of: "r.ministry"))
            and \(filter.condition) and \(Visibility.ofActions(to: actor))
        """
    }

    /// What may be seen of them is decided by what they are now.
    private var asTheyWere: SQL {
        """
        from changed k
        join action_periods a on a.ministry = k.ministry and a.first_year = k.first_year and a.code = k.code
            and a.valid_to = 'infinity' and \(past.isKnown("a"))
        join roadmap_periods r on r.ministry = k.ministry and r.first_year = k.first_year
            and r.valid_to = 'infinity' and \(past.isKnown("r"))
        where \(filter.condition) and \(Visibility.ofActions(to: actor, in: past))
        """
    }

    /// Those of ``ActionRecord``, not written yet.
    private static let columns: SQL = """
        a.ministry, a.first_year, a.code, \(ActionRecord.stateColumns), a.version, a.created_at, a.updated_at
        """
}
