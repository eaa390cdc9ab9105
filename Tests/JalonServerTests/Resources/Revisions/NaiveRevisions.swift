/// What was validated plus follow-up, told again without our code: each statement of an action with its day and its instant.
struct NaiveRevisions {
    struct Statement {
        let code: String
        let day: String
        /// At which it was known.
        let instant: String
        /// nil for a removal.
        let members: [String: String]?
        var begins = false
    }

    private(set) var statements: [Statement] = []

    mutating func append(_ statement: Statement) { statements.append(statement) }

    /// The members of an action on a day, as they were known; nil where it was not there. What begins anew replaces what was known from
    /// its day on.
    func state(of code: String, on day: String, at instant: String) -> [String: String]? {
        let known = statements.filter { $0.code == code && $0.instant <= instant }
        guard let beginning = known.lastIndex(where: { $0.begins && $0.day <= day }) else { return nil }
        let rest = known[(beginning + 1)...]
        return Self.state(known[beginning...beginning] + rest.prefix { !$0.begins }, on: day)
    }

    /// The same of its present life alone.
    func present(_ code: String, on day: String) -> [String: String]? { Self.state(life(of: code), on: day) }

    private func life(of code: String) -> ArraySlice<Statement> {
        let known = statements.filter { $0.code == code }
        return known[(known.lastIndex { $0.begins } ?? known.startIndex)...]
    }

    private static func state(_ life: ArraySlice<Statement>, on day: String) -> [String: String]? {
        let said = life.filter { $0.day <= day }
        guard said.contains(where: \.begins), !said.contains(where: { $0.members == nil }) else { return nil }
        var state: [String: String] = [:]
        for (_, statement) in said.enumerated().sorted(by: { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }) {
            state.merge(statement.members ?? [:]) { $1 }
        }
        return state
    }

    var codes: [String] { Set(statements.map(\.code)).sorted() }

    /// The actions of a day.
    func states(on day: String, at instant: String) -> [String: [String: String]] {
        Dictionary(uniqueKeysWithValues: codes.compactMap { code in state(of: code, on: day, at: instant).map { (code, $0) } })
    }

    /// The last day of which something is known of an action, or of one member of it.
    func lastDay(of code: String, _ member: String? = nil) -> String {
        life(of: code).filter { statement in member.map { statement.members?[$0] != nil } ?? true }.map(\.day).max() ?? ""
    }
}
