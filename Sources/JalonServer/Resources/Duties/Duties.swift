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
    private var campaigns: [Campaign]?
    private var returned: [Duty]?

    init(today: CivilDate, ministries: [MinistryCode]?, actor: Actor) {
        self.today = today
        self.ministries = ministries
        self.actor = actor
    }

    mutating func add(_ code: DutyCode, _ session: borrowing Session) throws {
        switch code {
        case .actionOverdue, .actionStale:
            add(try DutyQueries.actions(session, code, of: ministries, on: today))
        case .planDue: add(try plansDue(session))
        case .planReturned:
            add(try returnedPlans(session))
            add(try DutyQueries.returnedRevisions(session, of: ministries))
        case .recommendationToAnswer: add(try DutyQueries.recommendationsToAnswer(session, of: ministries))
        case .measureDue: add(try measuresDue(session))
        case .measureReturned: add(try DutyQueries.measures(session, code, in: .renvoyee, of: ministries))
        case .planToRead:
            add(try DutyQueries.plansToRead(session, of: ministries))
            add(try DutyQueries.revisionsToRead(session, of: ministries))
        case .measureToValidate: add(try DutyQueries.measures(session, code, in: .soumise, of: ministries))
        case .campaignLate: add(try lateCampaigns(session))
        }
    }

    private mutating func add(_ duties: [Duty]) { add((duties, duties.count)) }

    /// - Parameter part: the most pressing of a kind, and how many there are.
    private mutating func add(_ part: (duties: [Duty], total: Int)) {
        found += part.duties
        total += part.total
    }

    private func isWanted(_ ministry: MinistryCode) -> Bool { ministries?.contains(ministry) ?? true }

    /// What is collected for this year, the one before and the next: the rounds of each census that have opened, and the census itself
    /// where none of them asks for plans.
    private mutating func openCampaigns(_ session: borrowing Session) throws -> [Campaign] {
        if let campaigns { return campaigns }
        var read: [Campaign] = []
        for census in try DutyQueries.censuses(session, in: (today.year - 1)...(today.year + 1)) {
            let rounds = try CensusQueries.rounds(session, of: census.year, in: .now)
            for round in rounds where round.opensOn <= today {
                let progress = try CensusProgress(session, of: census.year, round.code, in: .now, for: actor)
                read.append(Campaign(progress: progress, collects: round.collects, openedOn: round.opensOn))
            }
            if !rounds.contains(where: \.collects.asksPlans) {
                let progress = try CensusProgress(session, of: census.year, nil, in: .now, for: actor)
                read.append(Campaign(progress: progress, collects: .plans, openedOn: min(census.createdOn, today)))
            }
        }
        campaigns = read
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
        return try openCampaigns(session).filter(\.collects.asksPlans).flatMap { campaign in
            campaign.progress.bodies
                .filter { isWanted($0.code) && ($0.stage == .nothing || $0.stage == .draft) }
                .filter { $0.roadmap.map { !returned.contains($0.description) } ?? true }
                .map { Duty.planDue(of: $0, in: campaign) }
        }
    }

    private mutating func lateCampaigns(_ session: borrowing Session) throws -> [Duty] {
        try openCampaigns(session).compactMap { campaign in
            let missing = campaign.missing.filter { isWanted($0.code) }
            guard today > campaign.progress.dueOn, !missing.isEmpty else { return nil }
            return Duty.campaignLate(campaign, missing: missing)
        }
    }

    /// Of this year and the one before: the periods that are over and have no answer.
    private func measuresDue(_ session: borrowing Session) throws -> (duties: [Duty], total: Int) {
        var (duties, total): ([Duty], Int) = ([], 0)
        for year in (today.year - 1)...today.year {
            var filter = ExpectedMeasures.Filter(year: year)
            filter.ministries = ministries
            filter.states = [.manquante, .brouillon]
            try ExpectedMeasures(session, filter).forEach(session, visibleTo: actor) { expected in
                guard expected.id.period.lastDay < today else { return }
                duties.append(.measureDue(expected))
                total += 1
                // However many are owed, no more are held than are shown, or as many again.
                if duties.count >= 2 * Duties.most { duties = Array(duties.sorted(by: Duty.isBefore).prefix(Duties.most)) }
            }
        }
        return (duties, total)
    }
}

/// A round of a census that has opened, or a census.
private struct Campaign {
    let progress: CensusProgress
    let collects: Collected
    let openedOn: CivilDate

    /// Those that have not given all that is collected.
    var missing: [CensusProgress.Body] {
        progress.bodies.filter { body in
            collects.asksPlans && body.submittedOn == nil || collects.asksMeasures && body.measures.isOwed
        }
    }

    var name: Message {
        progress.round.map { Message("La campagne \($0.code)", "The round \($0.code)") }
            ?? Message("Le recensement de \(progress.year)", "The census of \(progress.year)")
    }
}

extension Duty {
    fileprivate static func planDue(of body: CensusProgress.Body, in campaign: Campaign) -> Duty {
        let (year, dueOn) = (campaign.progress.year, campaign.progress.dueOn)
        // There is no plan to change before it has been begun.
        let subject = body.roadmap.map { Subject(.roadmap($0)) } ?? Subject(.census(year), endsWith: "/v1/roadmaps")
        let text =
            body.roadmap == nil
            ? Message(
                "Créez la feuille de route de \(year), puis soumettez-la, au plus tard le \(dueOn.inWords.french).",
                "Create the roadmap of \(year), then submit it, by \(dueOn.inWords.english).")
            : Message(
                "Soumettez la feuille de route de \(year), au plus tard le \(dueOn.inWords.french) : elle est un brouillon.",
                "Submit the roadmap of \(year), by \(dueOn.inWords.english): it is a draft.")
        return Duty(
            code: .planDue, ministry: body.code, since: campaign.openedOn, dueOn: dueOn, subject: subject, text: text)
    }

    fileprivate static func campaignLate(_ campaign: Campaign, missing: [CensusProgress.Body]) -> Duty {
        let dueOn = campaign.progress.dueOn
        let (name, due) = (campaign.name, dueOn.inWords)
        let names = missing.map(\.code.text).joined(separator: ", ")
        return Duty(
            code: .campaignLate, ministry: nil, since: dueOn.adding(days: 1) ?? dueOn, dueOn: dueOn,
            subject: Subject(.census(campaign.progress.year)),
            text: Message(
                """
                \(name.french) finissait le \(due.french). Relancez qui n’a pas tout rendu : \(names) ; ou changez l’échéance, ou les ministères \
                attendus.
                """,
                """
                \(name.english) ended on \(due.english). Remind who has not given all: \(names); or change the day, or who is expected.
                """))
    }

    fileprivate static func measureDue(_ expected: ExpectedMeasure) -> Duty {
        let due = expected.dueOn.inWords
        let id = expected.id
        return Duty(
            code: .measureDue, ministry: id.ministry, since: id.period.lastDay.adding(days: 1) ?? id.period.lastDay,
            dueOn: expected.dueOn, subject: Subject(.measure(id)),
            text: Message(
                "Donnez la mesure de « \(expected.definition.title) » pour \(id.period) et soumettez-la, au plus tard le \(due.french).",
                "Give the measure of “\(expected.definition.title)” for \(id.period) and submit it, by \(due.english)."))
    }
}
