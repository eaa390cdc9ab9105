import ActionPlans
import Postgres

/// Which changes `c` bear on what a snapshot counts.
struct SnapshotBearing: Sendable {
    let record: SnapshotRecord
    let hasIndicators: Bool
    /// How the frozen impacts were read; nil where none are frozen.
    let impactsThen: Reading?

    /// The members on which figures depend, of the resource of a change.
    static var members: SQL {
        Resource.each("c.resource") { resource in
            let members =
                switch resource.bearing {
                case .none: [String]()
                case .isCounted:
                    ["theme", "target_level", "reached_level", "status", "key_action", "confidential", "due_on"]
                case .counts: ["state", "last_year", "submitted_on", "validated_on"]
                case .expects: ["due_on", "expected"]
                case .names: ["names"]
                case .asks:
                    [
                        "title", "kind", "unit", "consolidation", "numerator", "denominator", "over_time", "decimals",
                        "perimeter",
                        "periodicity", "first_period", "last_period", "targets",
                    ]
                case .answers:
                    ["value", "numerator", "denominator", "not_applicable", "unavailable", "estimated", "definition", "state"]
                case .avoids: ["factor", "factor_version", "quantity", "period", "basis", "overlap_group"]
                }
            return "\(members)::text[]"
        }
    }

    /// Whether the impacts `i` are those of the change `c`.
    static let isOfChange: SQL = """
        i.ministry = c.ministry and i.first_year = c.first_year and i.action = split_part(c.code, '/', 1)
            and i.number::text = split_part(c.code, '/', 2)
        """

    private var scope: FigureScope { record.scope }

    /// The same scope, as it is known now.
    private var current: FigureScope {
        var current = scope
        current.reading = scope.reading.asOf.map { Reading.now.on($0) } ?? .now
        return current
    }

    var condition: SQL {
        """
        c.recorded_at > \(scope.reading.knownAt)::timestamptz
            and ((\(Self.says(on: current.reading.day)) and \(bearsOnFigures)) or (\(Self.says(on: Reading.now.day)) and \(bearsOnImpacts)))
        """
    }

    /// Whether the change says something that counts of a day.
    private static func says(on day: SQL) -> SQL {
        "coalesce(said_on(\(day), coalesce(c.after, c.before), c.until) ?| (\(members)), false)"
    }

    /// Those of a roadmap that counts, or counted; those of an action that does, or did; the year's census and names, whatever
    /// the day.
    private var bearsOnFigures: SQL {
        let ministries: SQL = scope.ministries.map { "c.ministry = any(\($0.map(\.text))::text[])" } ?? "true"
        let current = current
        let day = current.reading.day
        return Resource.each("c.resource") { resource in
            switch resource.bearing {
            case .none, .avoids: "false"
            case .expects: "c.first_year = \(scope.year)"
            case .names: ministries
            case .asks: hasIndicators ? "true" : "false"
            case .answers: hasIndicators ? answers : "false"
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
    }

    /// What makes a measure count or no longer, and what brings one into the list of those that do not count yet. Drafts and what was
    /// sent back are in neither.
    private var answers: SQL {
        """
        c.first_year = \(scope.year) and (
            (coalesce(c.after, c.before) ? 'state'
                and (measure_in_sight(c.before ->> 'state') or measure_in_sight(c.after ->> 'state')))
            or exists (
                select from measures m
                where m.ministry = c.ministry and m.indicator = split_part(c.code, '/', 1)
                    and m.period = split_part(c.code, '/', 2) and c.recorded_at in (m.known_from, m.known_to)
                    and m.state = 'validee'))
        """
    }

    /// Those of an impact of the year whose action counts, or counted; and those by which an action with such an impact, or its
    /// roadmap of whatever years, begins or ceases to count.
    private var bearsOnImpacts: SQL {
        guard let then = impactsThen else { return "false" }
        func counts(_ condition: SQL) -> SQL { "(\(self.counts(condition, in: then)) or \(self.counts(condition, in: .now)))" }
        let ofYear: SQL = "i.period = \(String(record.id.year))"
        let hasOfYear: SQL = """
            exists (
                select from impacts i
                where i.ministry = a.ministry and i.first_year = a.first_year and i.action = a.code and \(ofYear)
                    and i.known_to > \(scope.reading.knownAt)::timestamptz)
            """
        return Resource.each("c.resource") { resource in
            switch resource.bearing {
            case .none, .expects, .names, .asks, .answers: "false"
            case .avoids:
                """
                exists (
                    select from impacts i
                    where \(Self.isOfChange) and \(ofYear) and c.recorded_at in (i.known_from, i.known_to))
                and \(counts("a.code = split_part(c.code, '/', 1)"))
                """
            case .isCounted:
                """
                c.effective_on <= \(Reading.now.day) and \(Self.moves("'status'", of: ActionStatus.abandonnee.literal))
                and \(counts("a.code = c.code and \(hasOfYear)"))
                """
            case .counts:
                """
                c.effective_on <= \(Reading.now.day) and \(Self.moves("'state'", of: "\(RoadmapState.brouillon.code)::text"))
                and \(counts(hasOfYear))
                """
            }
        }
    }

    /// Whether what an action of the change avoids counts.
    /// - Parameter condition: on the action `a`.
    private func counts(_ condition: SQL, in reading: Reading) -> SQL {
        """
        exists (
            select from \(reading.actions())
            where a.ministry = c.ministry and a.first_year = c.first_year and \(condition) and \(ImpactFacts.actionCounts))
        """
    }

    /// Whether the change takes a member to a value, or away from it.
    private static func moves(_ member: SQL, of value: SQL) -> SQL {
        """
        (c.before ->> \(member) is distinct from c.after ->> \(member) and \(value) in (c.before ->> \(member), c.after ->> \(member)))
        """
    }
}
