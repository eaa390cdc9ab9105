import ActionPlans
import Postgres

/// The names that ministries were known by, against what their changes said of them.
extension BodyAudit {
    func compareNames(_ session: borrowing Session, _ findings: inout Findings) throws {
        var expected: [NameKey: NamePeriod] = [:]
        for (code, history) in histories where !history.isLost { try expect(history, code, session, &expected) }
        try session.stream(
            """
            select ministry, case when isfinite(known_from) then rfc3339(known_from) else known_from::text end, from_date,
                case when isfinite(known_to) then rfc3339(known_to) else known_to::text end, name, acronym
            from ministry_name_periods
            """
        ) { row in
            let key = NameKey(ministry: try row.next(), knownFrom: try row.next(), from: try row.next())
            let knownTo: String = try row.next()
            let name: String? = try row.next()
            let acronym: String? = try row.next()
            if histories[key.ministry]?.isLost == true { return }
            guard let period = expected.removeValue(forKey: key) else {
                return Self.note("period", name ?? "—", nil, key, &findings)
            }
            if knownTo != period.knownTo { Self.note("known_to", knownTo, period.knownTo, key, &findings) }
            if !period.summary.tells(name) {
                Self.note("name", name ?? "—", period.summary.text, key, &findings)
            } else if !period.summary.tells(name, acronym) {
                Self.note("acronym", acronym, period.summary.text, key, &findings)
            }
        }
        for (key, period) in expected { Self.note("period", nil, period.summary.text, key, &findings) }
    }

    private struct NameKey: Hashable {
        let ministry: String
        let knownFrom: String
        let from: String
    }

    private struct NamePeriod {
        let knownTo: String
        let summary: NameSummary
    }

    /// Each write that names a ministry tells all its names.
    private func expect(
        _ history: BodyHistory, _ code: String, _ session: borrowing Session, _ expected: inout [NameKey: NamePeriod]
    ) throws {
        for (index, told) in history.names.enumerated() {
            let knownTo = index + 1 < history.names.count ? history.names[index + 1].knownFrom : "infinity"
            let texts = try session.query(
                "select jsonb_array_elements_text(coalesce(nullif(\(told.value)::jsonb, 'null'), '[]'))"
            ) { row in try row.next(String.self) }
            for text in texts {
                let summary = NameSummary(text: text)
                let key = NameKey(ministry: code, knownFrom: told.knownFrom, from: summary.from)
                expected[key] = NamePeriod(knownTo: knownTo, summary: summary)
            }
        }
    }

    private static func note(
        _ measure: String, _ stored: String?, _ recounted: String?, _ key: NameKey, _ findings: inout Findings
    ) {
        findings.note(
            Disagreement(measure: measure, stored: stored, recounted: recounted), .states, .body(key.ministry), day: key.from,
            knownFrom: key.knownFrom)
    }
}

/// A name as history tells it: its day, then itself, then its acronym in brackets and a note, if it has them.
private struct NameSummary {
    private static let acronymMark = " ("
    private static let noteMark = " ; "

    let text: String

    var from: String { String(text.prefix { $0 != " " }) }

    private func start(_ name: String?) -> String { from + " : " + (name ?? "—") }

    /// Whether it may be this name: names and acronyms may have brackets of their own.
    func tells(_ name: String?) -> Bool {
        let start = start(name)
        return text == start || [Self.acronymMark, Self.noteMark].contains { text.hasPrefix(start + $0) }
    }

    func tells(_ name: String?, _ acronym: String?) -> Bool {
        let whole = start(name) + (acronym.map { Self.acronymMark + $0 + ")" } ?? "")
        return text == whole || text.hasPrefix(whole + Self.noteMark)
    }
}
