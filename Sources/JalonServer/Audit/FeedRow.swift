import ActionPlans
import Postgres

/// An entry of the feed, as it is stored or as it follows from the changes.
struct FeedRow {
    /// nil for what was there from the installation.
    let change: Int?
    let code: String?
    let resource: String
    let version: Int
    let recordedAt: String
    let inside: String?
    let outside: String?
    /// Both empty for none.
    let state: [Told]
    let before: [Told]

    init(
        change: Int?, code: String?, resource: String, version: Int, recordedAt: String, inside: String?, outside: String?,
        state: [Told], before: [Told]
    ) {
        self.change = change
        self.code = code
        self.resource = resource
        self.version = version
        self.recordedAt = recordedAt
        self.inside = inside
        self.outside = outside
        self.state = state.allSatisfy { $0 == .nothing } ? [] : state
        self.before = before.allSatisfy { $0 == .nothing } ? [] : before
    }

    /// Of a change of a roadmap or an action. A late one tells the members that it speaks of as they were today.
    init(of change: StoredChange, code: String?, outside: String?, state: [String?]?, before: [String?]?) {
        let isLate = change.kind == "updated" && change.isLate
        let known = change.before.enumerated().map { place, told in
            told == .nothing ? told : Told.value(before.flatMap { $0[place] })
        }
        self.init(
            change: change.id, code: code, resource: code == nil ? "roadmap" : "action", version: change.version,
            recordedAt: change.recordedAt, inside: change.kind, outside: outside,
            state: outside == "revealed" ? state?.map(Told.value) ?? [] : [], before: isLate ? known : [])
    }

    /// Of `feed_entries` as `e`.
    static func columns(_ members: AuditedMembers) -> SQL {
        """
        e.change, e.code, e.resource, e.version, rfc3339(e.recorded_at), e.inside, e.outside, \(members.told("e.state")),
        \(members.told("e.before"))
        """
    }

    init(_ row: inout Row, _ members: AuditedMembers) throws {
        self.init(
            change: try row.next(), code: try row.next(), resource: try row.next(), version: try row.next(),
            recordedAt: try row.next(), inside: try row.next(), outside: try row.next(), state: try members.nextTold(&row).told,
            before: try members.nextTold(&row).told)
    }

    /// Whether it tells of what was there from the installation.
    var isOrigin: Bool {
        change == nil && code == nil && inside == "revealed" && outside == "revealed" && before.isEmpty
    }

    var summary: String { "\(inside ?? "–")/\(outside ?? "–")" }

    /// What this stored entry says otherwise than it should.
    func disagreements(with expected: FeedRow, _ names: [String]) -> [Disagreement] {
        var found: [Disagreement] = []
        func compare(_ measure: String, _ stored: String?, _ recounted: String?) {
            if stored != recounted { found.append(Disagreement(measure: measure, stored: stored, recounted: recounted)) }
        }
        compare("resource", resource, expected.resource)
        compare("version", String(version), String(expected.version))
        compare("recorded_at", recordedAt, expected.recordedAt)
        compare("inside", inside, expected.inside)
        compare("outside", outside, expected.outside)
        for (member, told, wanted) in [("state", state, expected.state), ("before", before, expected.before)] {
            for (place, name) in names.enumerated() {
                let one = place < told.count ? told[place] : .nothing
                let other = place < wanted.count ? wanted[place] : .nothing
                guard one != other else { continue }
                found.append(Disagreement(measure: "\(member).\(name)", stored: one.shown, recounted: other.shown))
            }
        }
        return found
    }
}

/// The entries that follow from the changes, from which those that are stored are taken away one by one.
struct ExpectedFeed {
    private struct Key: Hashable {
        let change: Int?
        let code: String?
    }

    private var rows: [Key: FeedRow] = [:]
    /// The change of the last entry of each thing.
    private var last: [AuditDifference.Thing: Int] = [:]
    private let names: [String]

    init(_ names: [String]) {
        self.names = names
    }

    mutating func expect(_ row: FeedRow) {
        rows[Key(change: row.change, code: row.code)] = row
    }

    /// In the order of the feed, in which the changes of a thing follow one another.
    mutating func take(_ stored: FeedRow, _ thing: AuditDifference.Thing, _ findings: inout Findings) {
        guard let expected = rows.removeValue(forKey: Key(change: stored.change, code: stored.code)) else {
            let extra = Disagreement(measure: "entry", stored: stored.summary, recounted: nil)
            return Self.note(extra, stored, thing, &findings)
        }
        if let change = stored.change {
            let before = last.updateValue(change, forKey: thing) ?? 0
            let order = Disagreement(measure: "position", stored: "< \(before)", recounted: "> \(before)")
            if change <= before { Self.note(order, expected, thing, &findings) }
        }
        for found in stored.disagreements(with: expected, names) { Self.note(found, expected, thing, &findings) }
    }

    /// Those that are left are missing.
    func finish(_ thing: (FeedRow) -> AuditDifference.Thing, _ findings: inout Findings) {
        for row in rows.values.sorted(by: { ($0.change ?? 0, $0.code ?? "") < ($1.change ?? 0, $1.code ?? "") }) {
            let missing = Disagreement(measure: "entry", stored: nil, recounted: row.summary)
            Self.note(missing, row, thing(row), &findings)
        }
    }

    private static func note(
        _ found: Disagreement, _ row: FeedRow, _ thing: AuditDifference.Thing, _ findings: inout Findings
    ) {
        findings.note(found, .feed, thing, day: String(row.recordedAt.prefix(10)), knownFrom: row.recordedAt, change: row.change)
    }
}

extension Findings {
    mutating func note(
        _ found: Disagreement, _ source: AuditDifference.Source, _ thing: AuditDifference.Thing, day: String,
        knownFrom: String?, change: Int? = nil
    ) {
        note(
            AuditDifference(
                source: source, thing: thing, day: day, measure: found.measure, stored: found.stored ?? "null",
                recounted: found.recounted ?? "null", knownFrom: knownFrom, change: change))
    }
}
