import ActionPlans
import Documents
import Postgres

extension RecommendationPatch {
    /// - Parameter isNew: whether what a recommendation needs must be there.
    init(_ members: inout MemberReader, isNew: Bool) {
        self.init()
        subject = members.subject("subject")
        category = members.code("category")
        priority = members.code("priority")
        text = members.text("text")
        dueOn = members.date("due_on")
        state = members.code("state")
        answer = members.text("answer")
        metBy = members.actionID("met_by")
        outcome = members.code("outcome")
        let needed = [
            ("subject", subject.given == nil), ("category", category.given == nil), ("priority", priority.given == nil),
            ("text", text.given == nil),
        ]
        for (name, isMissing) in needed where isNew && isMissing && !members.isGiven(name) {
            members.add(name, .required, .required(name))
        }
    }
}

/// What a write says of the plan that was read.
struct PlanRead: Sendable {
    let version: Int?
    /// As the database reads it.
    let instant: String?

    init(_ members: inout MemberReader) {
        version = members.integer("plan_version", in: 1...Int(Int32.max)).given
        instant = members.instant("read_at")
    }

    var saysNothing: Bool { version == nil && instant == nil }

    /// The version and the instant, each by the other where it is not given, both of now where neither is.
    /// - Parameter roadmap: as it is now.
    /// - Throws: ``Refusal/invalid(_:)`` for what is of the future, or of no plan.
    func settled(_ session: borrowing Session, of roadmap: RoadmapRecord, at now: String) throws -> (
        version: Int, instant: String
    ) {
        let isOfPlan: SQL = """
            c.ministry = \(roadmap.id.ministry) and c.first_year = \(roadmap.id.firstYear)
                and \(Resource.isOne("c.resource", where: \.isOfPlan))
            """
        if let instant {
            let (isFuture, text, count) = try session.one(
                """
                select read.at > \(now)::timestamptz, rfc3339(read.at), (
                    select count(*) from changes c where \(isOfPlan) and c.recorded_at <= read.at)
                from (select \(instant)::timestamptz as at) read
                """
            ) { row in (try row.next(Bool.self), try row.next(String.self), try row.next(Int.self)) }
            if isFuture { throw Refusal.invalid([Fault("read_at", .inTheFuture, .readInTheFuture)]) }
            if count == 0 { throw Refusal.invalid([Fault("read_at", .outOfRange, .readBeforePlan(roadmap.id))]) }
            guard version ?? count == count else {
                throw Refusal.invalid([Fault("plan_version", .inconsistent, .otherVersion(count))])
            }
            return (count, text)
        }
        guard let version, version != roadmap.planVersion else { return (roadmap.planVersion, now) }
        let instant = try session.first(
            "select rfc3339(c.recorded_at) from changes c where \(isOfPlan) order by c.id offset \(version - 1) limit 1"
        ) { row in try row.next(String.self) }
        guard let instant else {
            throw Refusal.invalid([Fault("plan_version", .outOfRange, .laterVersion(roadmap.planVersion))])
        }
        return (version, instant)
    }
}

extension RecommendationQueries {
    /// The theme of what a recommendation is about.
    /// - Throws: ``Refusal/invalid(_:)`` for an action that the plan does not have.
    static func theme(
        _ session: borrowing Session, of subject: RecommendationSubject, in roadmap: RoadmapID
    ) throws -> Theme? {
        switch subject {
        case .plan: return nil
        case .theme(let theme): return theme
        case .action(let code):
            if let theme = try theme(session, of: ActionID(roadmap: roadmap, code: code)) { return theme }
            throw Refusal.invalid([
                Fault(
                    "subject", .unknownReference,
                    Message(
                        "La feuille de route \(roadmap) n’a pas d’action \(code).",
                        "The roadmap \(roadmap) has no action \(code)."))
            ])
        }
    }
}

extension MemberReader {
    mutating func subject(_ name: String) -> Assignment<RecommendationSubject> {
        let assignment = text(name)
        guard let text = assignment.given else { return assignment == .null ? .null : .absent }
        if let subject = RecommendationSubject(text) { return .value(subject) }
        add(name, .invalidValue, .noSubject(text))
        return .absent
    }

    mutating func actionID(_ name: String) -> Assignment<ActionID> {
        let assignment = text(name)
        guard let text = assignment.given else { return assignment == .null ? .null : .absent }
        if let id = ActionID(text) { return .value(id) }
        add(
            name, .invalidValue,
            Message(
                "« \(text.clipped) » n’est pas un identifiant d’action, comme TE-2022-ACH-03.",
                "“\(text.clipped)” is not an action id, such as TE-2022-ACH-03."))
        return .absent
    }

    /// An RFC 3339 instant, as the database reads it.
    mutating func instant(_ name: String) -> String? {
        guard let text = text(name).given else { return nil }
        if let year = Int(text.prefix(4)), CivilDate.years.contains(year), let instant = ParameterReader.instant(text) {
            return instant
        }
        add(
            name, .invalidValue,
            Message(
                "« \(text.clipped) » n’est pas un instant RFC 3339, comme 2022-12-15T10:31:25Z.",
                "“\(text.clipped)” is not an RFC 3339 instant, such as 2022-12-15T10:31:25Z."))
        return nil
    }
}

extension Message {
    fileprivate static let readInTheFuture = Message(
        "La feuille de route n’a pas pu être lue après cet instant : donnez un instant passé.",
        "The roadmap cannot have been read after this moment: give an instant of the past.")

    fileprivate static func readBeforePlan(_ id: RoadmapID) -> Message {
        Message(
            "La feuille de route \(id) n’existait pas encore à cet instant.",
            "The roadmap \(id) was not there yet at that instant.")
    }

    fileprivate static func otherVersion(_ version: Int) -> Message {
        Message(
            "À cet instant, la feuille de route en était à la version \(version).",
            "At that instant the roadmap was at version \(version).")
    }

    fileprivate static func laterVersion(_ version: Int) -> Message {
        Message("La feuille de route en est à la version \(version).", "The roadmap is at version \(version).")
    }
}
