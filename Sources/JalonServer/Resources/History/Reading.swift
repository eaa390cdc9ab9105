import ActionPlans
import Documents
import Postgres

/// The two dates of a question: the evening it is about, and the instant at which it could have been answered so. Without
/// either, it is about what is known now of today, which the tables `actions` and `roadmaps` hold.
struct Reading: Sendable {
    private(set) var asOf: CivilDate?
    /// As the database writes it; with it, `asOf` is always there.
    private(set) var knownAt: String?
    /// Where what was known is that of the pages of one list.
    private(set) var list: ListInstant?

    static let now = Reading()

    private init() {}

    init(_ parameters: inout ParameterReader) {
        asOf = parameters.date("as_of")
        knownAt = parameters.instant("known_at")
    }

    /// Of as many days as wanted: the day is told apart.
    init(ofManyDays parameters: inout ParameterReader) {
        knownAt = parameters.instant("known_at")
    }

    /// With dates that have names of their own, where a question has two of them.
    init(_ parameters: inout ParameterReader, as names: Names) {
        asOf = parameters.date(names.asOf)
        knownAt = parameters.instant(names.knownAt)
    }

    /// What a query calls the two dates.
    struct Names: Sendable {
        var asOf = "as_of"
        var knownAt = "known_at"
    }

    func on(_ day: CivilDate) -> Reading {
        var reading = self
        reading.asOf = day
        return reading
    }

    /// What is known of a day up to an instant, both settled before.
    init(of day: CivilDate, knownAt: String) {
        (asOf, self.knownAt) = (day, knownAt)
    }

    /// What is known at this very instant of a day, today by default, so that the same question has the same answer for ever.
    /// - Throws: ``Refusal/invalid(_:)`` for a day still to come.
    static func frozen(on day: CivilDate?, by server: ServerState) async throws -> Reading {
        let (today, instant) = try await server.database.fetch { session in
            try session.one("select paris_today(), rfc3339(clock_timestamp())") { row in
                (try row.next(CivilDate.self), try row.next(String.self))
            }
        }
        if let day, day > today {
            throw Refusal.invalid([
                Fault("as_of", .inTheFuture, Message("Ce jour est dans le futur.", "This day lies in the future."))
            ])
        }
        return try await Reading(of: day ?? today, knownAt: instant).settled(by: server)
    }

    var isNow: Bool { asOf == nil && knownAt == nil }

    /// The same question, asked when the first page of a list was read.
    func pinned(to list: ListInstant) -> Reading {
        var reading = on(asOf ?? list.day)
        reading.knownAt = list.instant
        reading.list = list
        return reading
    }

    /// The same, with nothing left to the clock, once all that will ever be recorded by `knownAt` is visible.
    /// - Throws: ``ProblemKind/invalidParameter`` for a date or an instant still to come, ``ProblemKind/unavailable`` for an
    ///   instant asked of a standby.
    func settled(by server: ServerState, as names: Names = Names()) async throws -> Reading {
        if isNow { return self }
        guard let knownAt else {
            return try dated(try await server.database.read { session in try ParisDay.today(session) }, as: names, [])
        }
        let look = try await server.fence.look(at: knownAt)
        var reading = try dated(look.today, as: names, look.hasCome ? [] : [.inTheFuture(names.knownAt)])
        guard look.role == .primary else { throw Problem.standbyDoesNotSettle() }
        reading.knownAt = look.instant
        try await server.fence.wait(for: look.writers)
        return reading
    }

    /// The same, of today by default.
    private func dated(_ today: CivilDate, as names: Names, _ noted: [Problem.Located]) throws -> Reading {
        let faults = noted + (asOf.map { $0 > today } ?? false ? [.inTheFuture(names.asOf)] : [])
        guard let first = faults.first else { return on(asOf ?? today) }
        var problem = Problem(.invalidParameter, first.message)
        problem.faults = faults
        throw problem
    }

    /// The day in question.
    var day: SQL {
        if let asOf { "\(asOf)::date" } else { "paris_today()" }
    }

    /// The same, where it is compared with each row of a list: the database tells the time in Paris once for all of them.
    var dayOfAllRows: SQL { asOf == nil ? "(select paris_today())" : day }

    /// Whether a period is the one in question.
    /// - Parameter period: the name of a table of periods in the statement.
    func holds(_ period: SQL) -> SQL {
        "\(period).valid_from <= \(day) and \(period).valid_to > \(day) and \(isKnown(period))"
    }

    func isKnown(_ period: SQL) -> SQL {
        guard let knownAt else { return "\(period).known_to = 'infinity'" }
        let instant = list?.known(of: "\(period).ministry") ?? "\(knownAt)::timestamptz"
        return "\(period).known_from <= \(instant) and \(period).known_to > \(instant)"
    }

    /// The actions as `a`, each with its roadmap as `r`.
    /// - Parameter withRoadmaps: whether the statement asks anything of the roadmaps. Those of today are left out otherwise: a key
    ///   sees to it that each action has one. A period of an action says nothing of its roadmap's, so those of the past stay.
    func actions(withRoadmaps: Bool = true) -> SQL {
        if isNow, !withRoadmaps { return "actions a" }
        if isNow { return "actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year" }
        return """
            action_periods a join roadmap_periods r on r.ministry = a.ministry and r.first_year = a.first_year
                and \(holds("r")) and \(holds("a"))
            """
    }

    /// As query parameters, for the links of what was read so.
    var parameters: [(String, String)] {
        [("as_of", asOf?.description), ("known_at", knownAt)].compactMap { name, value in value.map { (name, $0) } }
    }
}

extension Problem.Located {
    fileprivate static func inTheFuture(_ parameter: String) -> Problem.Located {
        Problem.Located(
            place: .parameter(parameter), code: .inTheFuture,
            message: Message(
                "Le paramètre « \(parameter) » ne peut pas être dans le futur.",
                "The parameter “\(parameter)” cannot lie in the future."))
    }
}

extension ParameterReader {
    /// An RFC 3339 instant, to the microsecond.
    mutating func instant(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        if let instant = Self.instant(text) { return instant }
        guard !Self.isOutOfRange(text) else {
            fault(
                name, .outOfRange,
                Message(
                    "L’instant doit se situer de \(CivilDate.years.lowerBound) à \(CivilDate.years.upperBound).",
                    "The instant must lie from \(CivilDate.years.lowerBound) to \(CivilDate.years.upperBound)."))
            return nil
        }
        let escaped = text.replacing(" ", with: "+")
        guard Self.instant(escaped) == nil, !Self.isOutOfRange(escaped) else {
            fault(
                name, .invalidValue,
                Message(
                    "Le « + » d’un décalage horaire s’écrit %2B dans une adresse : il a été lu comme un espace.",
                    "The “+” of an offset is written %2B in an address: it was read as a space."))
            return nil
        }
        fault(
            name, .invalidValue,
            Message(
                "« \(text.clipped) » n’est pas un instant RFC 3339, comme 2022-12-15T10:31:25Z.",
                "“\(text.clipped)” is not an RFC 3339 instant, such as 2022-12-15T10:31:25Z."))
        return nil
    }

    /// Whether it is an instant but for its year. The folded year has as many days.
    private static func isOutOfRange(_ text: String) -> Bool {
        guard let year = Int(text.prefix(4)), !CivilDate.years.contains(year) else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return instant((isLeap ? "2000" : "2001") + text.dropFirst(4)) != nil
    }

    /// - Returns: what the database reads as the same instant, without digits that it would round.
    static func instant(_ text: String) -> String? {
        let pattern = #/(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-](\d{2}):(\d{2}))/#
            .asciiOnlyDigits()
        guard let match = text.wholeMatch(of: pattern), CivilDate(match.1) != nil,
            let hour = Int(match.2), hour < 24, let minute = Int(match.3), minute < 60, let second = Int(match.4), second < 60,
            match.7.flatMap({ Int($0) }) ?? 0 < 16, match.8.flatMap({ Int($0) }) ?? 0 < 60
        else { return nil }
        return "\(match.1)T\(match.2):\(match.3):\(match.4).\((match.5 ?? "0").prefix(6))\(match.6.uppercased())"
    }
}
