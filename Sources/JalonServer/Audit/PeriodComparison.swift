import ActionPlans
import Postgres

/// The periods that follow from the changes, from which those that are stored are taken away one by one.
struct ExpectedPeriods {
    private struct Key: Hashable {
        let code: String?
        let knownFrom: String
        let validFrom: String
    }

    private var periods: [Key: FoldedPeriod] = [:]
    private let members: AuditedMembers

    init(_ members: AuditedMembers) {
        self.members = members
    }

    mutating func expect(_ timeline: Timeline, code: String?) {
        for period in timeline.closed + timeline.open {
            periods[Key(code: code, knownFrom: period.knownFrom, validFrom: period.validFrom)] = period
        }
    }

    /// - Parameter codes: of actions; nil for the roadmap itself.
    mutating func take(
        _ session: borrowing Session, of id: RoadmapID, among codes: [String]?, _ findings: inout Findings
    ) throws {
        func thing(_ code: String?) -> AuditDifference.Thing { code.map { .action(id, code: $0) } ?? .roadmap(id) }
        let select: SQL =
            if let codes {
                """
                select \(FoldedPeriod.columns(inCohort: "p.in_validation_cohort", countedAt: "''")), \(members.selected), p.code
                from action_periods p
                where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.code = any(\(codes)::text[])
                """
            } else {
                """
                select \(FoldedPeriod.columns(inCohort: "false", countedAt: "rfc3339(p.counted_at)")), \(members.selected), null
                from roadmap_periods p
                where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear)
                """
            }
        try session.stream(select) { row in
            let stored = try FoldedPeriod(&row, members)
            let code: String? = try row.next()
            take(stored, code, thing(code), &findings)
        }
        for (key, period) in periods {
            let missing = Disagreement(measure: "period", stored: nil, recounted: period.summary)
            note(missing, period, thing(key.code), &findings)
        }
    }

    private mutating func take(
        _ stored: FoldedPeriod, _ code: String?, _ thing: AuditDifference.Thing, _ findings: inout Findings
    ) {
        let key = Key(code: code, knownFrom: stored.knownFrom, validFrom: stored.validFrom)
        guard let expected = periods.removeValue(forKey: key) else {
            return note(Disagreement(measure: "period", stored: stored.summary, recounted: nil), stored, thing, &findings)
        }
        for (one, other) in zip(stored.told(members), expected.told(members)) where one.value != other.value {
            note(Disagreement(measure: one.name, stored: one.value, recounted: other.value), expected, thing, &findings)
        }
    }

    private func note(
        _ found: Disagreement, _ period: FoldedPeriod, _ thing: AuditDifference.Thing, _ findings: inout Findings
    ) {
        findings.note(found, .states, thing, day: period.validFrom, knownFrom: period.knownFrom)
    }
}

extension FoldedPeriod {
    /// What both tables of periods have besides the members, then what one of them has.
    fileprivate static func columns(inCohort: SQL, countedAt: SQL) -> SQL {
        """
        p.valid_from, p.valid_to, rfc3339(p.known_from),
        case when p.known_to < 'infinity' then rfc3339(p.known_to) else 'infinity' end,
        p.version, rfc3339(p.created_at), rfc3339(p.updated_at), \(inCohort), \(countedAt)
        """
    }

    fileprivate init(_ row: inout Row, _ members: AuditedMembers) throws {
        validFrom = try row.next()
        validTo = try row.next()
        knownFrom = try row.next()
        knownTo = try row.next()
        version = try row.next()
        createdAt = try row.next()
        updatedAt = try row.next()
        inCohort = try row.next()
        countedAt = try row.next()
        values = try members.names.map { _ in try row.next(String?.self) }
    }

    var summary: String { "\(validFrom)/\(validTo)" }

    fileprivate func told(_ members: AuditedMembers) -> [(name: String, value: String?)] {
        [
            ("valid_to", validTo), ("known_to", knownTo), ("version", String(version)), ("created_at", createdAt),
            ("updated_at", updatedAt), ("in_validation_cohort", String(inCohort)), ("counted_at", countedAt),
        ] + zip(members.names, values).map { ($0, $1) }
    }
}
