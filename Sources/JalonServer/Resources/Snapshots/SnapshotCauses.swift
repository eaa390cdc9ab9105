import ActionPlans
import Postgres

/// What was recorded since a snapshot and bears on what it counts: the causes of its differences with what is known now.
struct SnapshotCauses: Sendable {
    private let listed: [HistoryEntry]
    private let visible: Int
    private let hidden: Int

    /// Beyond this a list of causes is read from the history of each roadmap.
    private static let most = 200

    /// The members on which figures depend.
    private static let members = [
        "theme", "target_level", "reached_level", "status", "key_action", "confidential", "due_on",
        "state", "last_year", "submitted_on", "validated_on", "expected", "names",
        "value", "numerator", "denominator", "not_applicable", "unavailable", "estimated", "definition", "kind", "unit",
        "consolidation", "over_time", "decimals", "perimeter", "periodicity", "first_period", "last_period", "targets",
    ]

    init(_ session: borrowing Session, of record: SnapshotRecord, for actor: Actor) throws {
        let known = Self.since(record) + " and " + Visibility.ofCountedChanges(to: actor)
        let seen = Visibility.ofChanges(to: actor)
        (visible, hidden) = try session.one(
            """
            select count(*) filter (where \(seen)), count(*) filter (where not \(seen)) from changes c where \(known)
            """
        ) { row in (try row.next(Int.self), try row.next(Int.self)) }
        listed = try HistoryQueries.entries(
            session, where: known + " and " + seen, for: actor, members: Self.members, order: "c.id", limit: Self.most)
    }

    /// Those of a roadmap that counts, or counted; those of an action that does, or did; the year's census and names, whatever
    /// the day.
    private static func since(_ record: SnapshotRecord) -> SQL {
        let scope = record.scope
        var current = scope
        current.reading = scope.reading.asOf.map { Reading.now.on($0) } ?? .now
        let ministries: SQL = scope.ministries.map { "c.ministry = any(\($0.map(\.text))::text[])" } ?? "true"
        let day = current.reading.day
        let bears = Resource.each("c.resource") { resource in
            switch resource.bearing {
            case .none: "false"
            case .expects: "c.first_year = \(scope.year)"
            case .names: ministries
            case .asks: scope.isOfAll ? "true" : "false"
            case .answers: scope.isOfAll ? answers(of: scope.year) : "false"
            case .counts:
                """
                c.effective_on <= \(day) and exists (
                    select from roadmap_periods r
                    where r.ministry = c.ministry and r.first_year = c.first_year
                        and \(scope.roadmaps) and \(SQL.isOne("r.state", of: scope.states.map(\.code)))
                        and ((\(scope.reading.holds("r"))) or (\(current.reading.holds("r")))))
                """
            case .isCounted:
                """
                \(ministries) and c.effective_on <= \(day) and (
                    exists (
                        select from snapshot_actions s
                        where s.ministry = c.ministry and s.first_year = c.first_year and s.code = c.code
                            and s.year = \(record.id.year) and s.number = \(record.id.number))
                    or exists (
                        select from \(current.reading.actions())
                        where a.ministry = c.ministry and a.first_year = c.first_year and a.code = c.code
                            and \(current.actions.condition)))
                """
            }
        }
        return """
            c.recorded_at > \(scope.reading.knownAt)::timestamptz
                and coalesce(said_on(\(day), coalesce(c.after, c.before), c.until) ?| \(members)::text[], false) and \(bears)
            """
    }

    /// What makes a measure count, or no longer: drafts make no number.
    private static func answers(of year: Int) -> SQL {
        """
        c.first_year = \(year) and exists (
            select from measures m
            where m.ministry = c.ministry and m.indicator = split_part(c.code, '/', 1) and m.period = split_part(c.code, '/', 2)
                and c.recorded_at in (m.known_from, m.known_to) and m.state = 'validee')
        """
    }

    func write(to writer: inout JSONWriter, for actor: Actor) {
        writer.member("causes", listOf: listed) { list, entry in
            entry.write(to: &list, seesAuthor: Visibility.seesAuthors(of: entry.resource.ministry, actor))
        }
        writer.member("cause_count", visible + hidden)
        writer.member("hidden_causes", hidden)
    }
}
