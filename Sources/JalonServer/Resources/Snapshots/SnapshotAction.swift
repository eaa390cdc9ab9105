import ActionPlans
import Cryptography
import Documents
import NIOCore
import Postgres

/// A version of an action that a snapshot counts, with what counts of it.
struct SnapshotAction: Sendable {
    let id: ActionID
    let version: Int
    let theme: Theme
    let targetLevel: EngagementLevel
    let reachedLevel: EngagementLevel?
    let status: ActionStatus
    let keyAction: Bool
    let confidential: Bool
    let late: Bool
    let inCohort: Bool

    /// Of `snapshot_actions` as `a`.
    static let columns: SQL = """
        a.ministry, a.first_year, a.code, a.version, a.theme, a.target_level, a.reached_level, a.status, a.key_action,
        a.confidential, a.late, a.in_validation_cohort
        """

    init(_ row: inout Row) throws {
        id = try row.nextActionID()
        version = try row.next()
        theme = try row.next()
        targetLevel = try row.next()
        reachedLevel = try row.next()
        status = try row.next()
        keyAction = try row.next()
        confidential = try row.next()
        late = try row.next()
        inCohort = try row.next()
    }

    func write(to writer: inout JSONWriter) {
        writer.object { action in
            action.member("id", id.description)
            action.member("version", version)
            action.member("theme", theme.code)
            action.member("target_level", targetLevel.code)
            action.member("reached_level", reachedLevel?.code)
            action.member("status", status.code)
            action.member("key_action", keyAction)
            action.member("confidential", confidential)
            action.member("late", late)
            action.member("validation_cohort", inCohort)
        }
    }
}

/// The hash of the list of actions behind a snapshot, which stands in its document: that of the canonical JSON of
/// `{"actions": […], "salt": "…"}`, the actions by ministry, year and code.
struct ActionListDigest {
    private var hash = SHA256()
    private(set) var count = 0
    private(set) var confidential = 0

    init() { hash.add(Array(#"{"actions":["#.utf8)) }

    mutating func add(_ action: SnapshotAction) throws {
        if count > 0 { hash.add([UInt8(ascii: ",")]) }
        var writer = JSONWriter(capacity: 256)
        action.write(to: &writer)
        hash.add(Array(try CanonicalJSON.text(of: try JSONParser.parse(Array(writer.buffer.readableBytesView))).utf8))
        count += 1
        if action.confidential { confidential += 1 }
    }

    /// - Parameter salt: known to those who see the whole list.
    func sha256(_ salt: String) -> String {
        var hash = hash
        hash.add(Array(#"],"salt":"\#(salt)"}"#.utf8))
        return Hexadecimal.text(of: hash.end())
    }
}
