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
    ]

    init(_ session: borrowing Session, of record: SnapshotRecord, for actor: Actor) throws {
        let since = Self.since(record)
        let seen = Self.seen(by: actor)
        (visible, hidden) = try session.one(
            """
            select count(*) filter (where \(seen)), count(*) filter (where not \(seen)) from changes c where \(since)
            """
        ) { row in (try row.next(Int.self), try row.next(Int.self)) }
        listed = try HistoryQueries.entries(
            session, where: since + " and " + seen, for: actor, members: Self.members, order: "c.id", limit: Self.most)
    }

    /// Those of an action that is counted, or was; those of a roadmap of the year; the year's census and names, whatever the day.
    private static func since(_ record: SnapshotRecord) -> SQL {
        let scope = record.scope
        var current = scope
        current.reading = scope.reading.asOf.map { Reading.now.on($0) } ?? .now
        let ministries: SQL = scope.ministries.map { "c.ministry = any(\($0.map(\.text))::text[])" } ?? "true"
        let day = current.reading.day
        return """
            c.recorded_at > \(scope.reading.knownAt)::timestamptz and coalesce(c.after, c.before) ?| \(members)::text[]
            and case c.resource
                when 'census' then c.first_year = \(scope.year)
                when 'ministry' then \(ministries)
                when 'roadmap' then \(ministries) and c.effective_on <= \(day) and exists (
                    select from roadmap_periods p
                    where p.ministry = c.ministry and p.first_year = c.first_year
                        and \(scope.year) between p.first_year and p.last_year)
                else \(ministries) and c.effective_on <= \(day) and (
                    exists (
                        select from snapshot_actions s
                        where s.ministry = c.ministry and s.first_year = c.first_year and s.code = c.code
                            and s.year = \(record.id.year) and s.number = \(record.id.number))
                    or exists (
                        select from \(current.reading.actions)
                        where a.ministry = c.ministry and a.first_year = c.first_year and a.code = c.code
                            and \(current.actions.condition)))
            end
            """
    }

    /// Censuses and names are read by all; the rest as in history.
    private static func seen(by actor: Actor) -> SQL {
        if actor.role == .coordinator { return "true" }
        return """
            (c.resource in ('census', 'ministry') or c.ministry = any(\(actor.ministries.map(\.text).sorted())::text[])
                or (\(HistoryQueries.isVisible(to: actor))))
            """
    }

    func write(to writer: inout JSONWriter, for actor: Actor) {
        writer.member("causes", listOf: listed) { list, entry in
            entry.write(to: &list, seesAuthor: MinistryCode(entry.ministry).map(actor.seesAll) ?? (actor.role == .coordinator))
        }
        writer.member("cause_count", visible + hidden)
        writer.member("hidden_causes", hidden)
    }
}
