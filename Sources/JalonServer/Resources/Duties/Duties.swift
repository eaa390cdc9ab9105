import ActionPlans
import Postgres

/// The duties of a role, about some ministries or all, as they are now.
struct Duties: Sendable {
    let today: CivilDate
    /// The most pressing of them, in their order.
    let list: [Duty]
    /// How many there are in all.
    let total: Int

    /// More than these nobody reads: they are asked for by ministry or by code.
    static let most = 1_000

    /// - Parameters:
    ///   - role: whose duties; readers and administrators have none.
    ///   - ministries: nil for all.
    ///   - codes: nil for all that the role has.
    ///   - actor: who asks, and sees all of these ministries.
    init(
        _ session: borrowing Session, of role: Role, about ministries: [MinistryCode]?, _ codes: [DutyCode]?, for actor: Actor
    ) throws {
        today = try ParisDay.today(session)
        let wanted = (codes ?? DutyCode.allCases).filter { $0.role == role }
        var sources = DutySources(today: today, ministries: ministries, actor: actor)
        for code in wanted { try sources.add(code, session) }
        total = sources.total
        list = Array(sources.found.sorted(by: Duty.isBefore).prefix(Self.most))
    }
}

/// Each kind of duty, from where its fact stands.
private struct DutySources {
    let today: CivilDate
    let ministries: [MinistryCode]?
    let actor: Actor
    private(set) var found: [Duty] = []
    private(set) var total = 0
    private var censuses: [CensusProgress]?
    private var returned: [Duty]?

    init(today: CivilDate, ministries: [MinistryCode]?, actor: Actor) {
        self.today = today
        self.ministries = ministries
        self.actor = actor
    }

    mutating func add(_ code: DutyCode, _ session: borrowing Session) throws {
        switch code {
        case .actionOverdue, .actionStale:
            let (duties, count) = try DutyQueries.actions(session, code, of: ministries, on: today)
            found += duties
            total += count
        case .planDue: add(try plansDue(session))
        case .planReturned: add(try returnedPlans(session))
        case .recommendationToAnswer: add(try DutyQueries.recommendationsToAnswer(session, of: ministries))
        case .measureDue: add(try measuresDue(session))
        case .measureReturned: add(try DutyQueries.measures(session, code, in: .renvoyee, of: ministries))
        case .planToRead: add(try DutyQueries.plansToRead(session, of: ministries))
        case .measureToValidate: add(try DutyQueries.measures(session, code, in: .soumise, of: ministries))
        case .campaignLate: add(try lateCampaigns(session))
        }
    }

    private mutating func add(_ duties: [Duty]) {
        found += duties
        total += duties.count
    }

    private func isWanted(_ ministry: MinistryCode) -> Bool { ministries?.contains(ministry) ?? true }

    /// The censuses that are not over: of this year, of the one before, and of the next.
    private mutating func openCensuses(_ session: borrowing Session) throws -> [CensusProgress] {
        if let censuses { return censuses }
        let years = try DutyQueries.censusYears(session, in: (today.year - 1)...(today.year + 1))
        let read = try years.map { try CensusProgress(session, of: $0, nil, in: .now, for: actor) }
        censuses = read
        return read
    }

    private mutating func returnedPlans(_ session: borrowing Session) throws -> [Duty] {
        if let returned { return returned }
        let read = try DutyQueries.returnedPlans(session, of: ministries)
        returned = read
        return read
    }

    private mutating func plansDue(_ session: borrowing Session) throws -> [Duty] {
        // A plan that was sent back is a duty of its own.
        let returned = Set(try returnedPlans(session).map(\.subject.id))
        return try openCensuses(session).flatMap { census in
            census.bodies
                .filter { isWanted($0.code) && ($0.stage == .nothing || $0.stage == .draft) }
                .filter { $0.roadmap.map { !returned.contains($0.description) } ?? true }
                .map { body in Duty.planDue(of: body, in: census, on: today) }
        }
    }

    private mutating func lateCampaigns(_ session: borrowing Session) throws -> [Duty] {
        try openCensuses(session).compactMap { census in
            let missing = census.bodies.filter { isWanted($0.code) && $0.submittedOn == nil }
            guard today > census.dueOn, !missing.isEmpty else { return nil }
            return Duty.campaignLate(census, missing: missing)
        }
    }

    /// Of this year and the one before: the periods that are over and have no answer.
    private func measuresDue(_ session: borrowing Session) throws -> [Duty] {
        try ((today.year - 1)...today.year).flatMap { year -> [Duty] in
            var filter = ExpectedMeasures.Filter(year: year)
            filter.ministries = ministries
            filter.states = [.manquante, .brouillon]
            var duties: [Duty] = []
            try ExpectedMeasures(session, filter).forEach(session, visibleTo: actor) { expected in
                if expected.id.period.lastDay < today { duties.append(.measureDue(expected)) }
            }
            return duties
        }
    }
}

extension Duty {
    fileprivate static func planDue(of body: CensusProgress.Body, in census: CensusProgress, on today: CivilDate) -> Duty {
        let due = census.dueOn.inWords
        let name = body.name
        // There is no plan to change before it has been begun.
        let subject =
            body.roadmap.map { Subject(.roadmap($0)) } ?? Subject(.census(census.year), endsWith: "/v1/roadmaps")
        let text =
            body.roadmap == nil
            ? Message(
                "\(name) : la feuille de route de \(census.year) est attendue pour le \(due.french). Créez-la, puis soumettez-la.",
                "\(name): the roadmap of \(census.year) is due on \(due.english). Create it, then submit it.")
            : Message(
                "\(name) : la feuille de route de \(census.year) est attendue pour le \(due.french). Soumettez le brouillon.",
                "\(name): the roadmap of \(census.year) is due on \(due.english). Submit the draft.")
        // A draft was begun on some day; what is missing altogether has been expected since the year began.
        let since = body.since ?? CivilDate(year: census.year, month: 1, day: 1) ?? census.dueOn
        return Duty(
            code: .planDue, ministry: body.code, since: min(since, today), dueOn: census.dueOn, subject: subject, text: text)
    }

    fileprivate static func campaignLate(_ census: CensusProgress, missing: [CensusProgress.Body]) -> Duty {
        let due = census.dueOn.inWords
        let names = missing.map(\.code.text).joined(separator: ", ")
        return Duty(
            code: .campaignLate, ministry: nil, since: census.dueOn.adding(days: 1) ?? census.dueOn, dueOn: census.dueOn,
            subject: Subject(.census(census.year)),
            text: Message(
                """
                Le recensement de \(census.year) attendait les feuilles de route pour le \(due.french), et il en manque \(missing.count) : \(names). \
                Relancez-les, ou changez l’échéance ou les ministères attendus.
                """,
                """
                The census of \(census.year) expected the roadmaps by \(due.english), and \(missing.count) are missing: \(names). \
                Remind them, or change the day or who is expected.
                """))
    }

    fileprivate static func measureDue(_ expected: ExpectedMeasure) -> Duty {
        let due = expected.dueOn.inWords
        let id = expected.id
        return Duty(
            code: .measureDue, ministry: id.ministry, since: id.period.lastDay.adding(days: 1) ?? id.period.lastDay,
            dueOn: expected.dueOn, subject: Subject(.measure(id)),
            text: Message(
                """
                \(expected.name) : « \(expected.definition.title) » est attendu pour \(id.period), au plus tard le \(due.french). Donnez la mesure et \
                soumettez-la.
                """,
                """
                \(expected.name): “\(expected.definition.title)” is expected for \(id.period), by \(due.english). Give the measure and submit it.
                """))
    }
}
