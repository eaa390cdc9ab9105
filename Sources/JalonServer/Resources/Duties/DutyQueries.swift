import ActionPlans
import Postgres

/// One function per statement on what duties follow from.
enum DutyQueries {
    private static func isAsked(_ ministry: SQL, _ ministries: [MinistryCode]?) -> SQL {
        ministries.map { "\(ministry) = any(\($0.map(\.text))::text[])" } ?? "true"
    }

    /// Of actions of plans that are neither drafts nor closed: the most pressing, and how many there are.
    static func actions(
        _ session: borrowing Session, _ code: DutyCode, of ministries: [MinistryCode]?, on today: CivilDate
    ) throws -> (duties: [Duty], total: Int) {
        let lastNews: SQL = "paris_date(a.updated_at)"
        let patience = DutyCode.staleAfterDays
        let (holds, since): (SQL, SQL) =
            code == .actionOverdue
            ? ("a.due_on < \(today)::date", "a.due_on + 1")
            : (
                "a.updated_at < (\(today)::date - \(patience)::int + 1)::timestamptz and \(lastNews) + \(patience)::int <= \(today)::date",
                "\(lastNews) + \(patience)::int"
            )
        var total = 0
        let duties = try session.query(
            """
            select a.ministry, a.first_year, a.code, a.title, a.due_on, \(since), count(*) over ()
            from actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year
            where r.state in ('soumise', 'en_relecture', 'validee') and \(isAsked("a.ministry", ministries))
                and \(isAsked("r.ministry", ministries)) and a.status in ('a_faire', 'en_cours') and \(holds)
            order by a.due_on, \(since), a.ministry, a.first_year, a.code
            limit \(Duties.most)
            """
        ) { row in
            let id = try row.nextActionID()
            let title: String = try row.next()
            let dueOn: CivilDate? = try row.next()
            let since: CivilDate = try row.next()
            total = try row.next()
            return Duty.ofAction(id, title, code, dueOn: dueOn, since: since)
        }
        return (duties, total)
    }

    /// Plans that were submitted and are drafts again, be it on the same day.
    static func returnedPlans(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.title, r.due_on, back.since
            from roadmaps r cross join lateral (
                select c.effective_on as since from changes c
                where c.ministry = r.ministry and c.first_year = r.first_year and c.code is null
                    and c.resource = \(Resource.roadmap.literal) and c.kind = 'updated' and c.after ->> 'state' = 'brouillon'
                order by c.id desc limit 1
            ) back
            where r.state = 'brouillon' and \(isAsked("r.ministry", ministries))
            """
        ) { row in
            Duty.planReturned(try row.nextRoadmapID(), try row.next(), dueOn: try row.next(), since: try row.next())
        }
    }

    static func plansToRead(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.title, r.submitted_on from roadmaps r
            where r.state in ('soumise', 'en_relecture') and r.submitted_on is not null and \(isAsked("r.ministry", ministries))
            """
        ) { row in Duty.planToRead(try row.nextRoadmapID(), try row.next(), since: try row.next()) }
    }

    static func recommendationsToAnswer(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.code, r.text, r.due_on, r.sent_on from recommendations r
            where r.known_to = 'infinity' and r.state = 'emise' and \(isAsked("r.ministry", ministries))
            """
        ) { row in
            let code: (roadmap: RoadmapID, text: String) = (try row.nextRoadmapID(), try row.next())
            guard let id = RecommendationID(roadmap: code.roadmap, code: code.text) else {
                throw DatabaseError(.decoding, "\(code.text) is no code of a recommendation")
            }
            return Duty.recommendationToAnswer(id, try row.next(), dueOn: try row.next(), since: try row.next())
        }
    }

    static func measures(
        _ session: borrowing Session, _ code: DutyCode, in state: MeasureState, of ministries: [MinistryCode]?
    ) throws -> [Duty] {
        try session.query(
            """
            select m.ministry, m.indicator, m.period, m.state_reason, paris_date(m.known_from),
                coalesce((select d.title from indicator_definitions d
                    where d.code = m.indicator and d.definition = m.definition and d.known_to = 'infinity'), m.indicator)
            from measures m
            where m.known_to = 'infinity' and m.state = \(state.rawValue) and \(isAsked("m.ministry", ministries))
            order by m.known_from, m.ministry, m.indicator, m.period
            """
        ) { row in
            let id = MeasureID(ministry: try row.next(), indicator: try row.next(), period: try row.next())
            let reason: String? = try row.next()
            let since: CivilDate = try row.next()
            let title: String = try row.next()
            return code == .measureReturned
                ? Duty.measureReturned(id, title, reason: reason, since: since) : Duty.measureToValidate(id, title, since: since)
        }
    }

    static func censusYears(_ session: borrowing Session, in years: ClosedRange<Int>) throws -> [Int] {
        try session.query(
            "select c.year from censuses c where c.year between \(years.lowerBound) and \(years.upperBound) order by c.year"
        ) { row in try row.next() }
    }
}

extension Duty {
    fileprivate static func ofAction(
        _ id: ActionID, _ title: String, _ code: DutyCode, dueOn: CivilDate?, since: CivilDate
    ) -> Duty {
        let told = title.clipped
        let text: Message
        if code == .actionOverdue, let due = dueOn?.inWords {
            text = Message(
                "« \(told) » devait être faite pour le \(due.french). Dites où elle en est, ou changez son échéance en donnant le motif.",
                "“\(told)” was to be done by \(due.english). Tell how far it is, or change its day and give the reason.")
        } else {
            text = Message(
                "« \(told) » n’a pas de nouvelles depuis plus de \(DutyCode.staleAfterDays) jours. Dites où elle en est.",
                "“\(told)” has had no news for more than \(DutyCode.staleAfterDays) days. Tell how far it is.")
        }
        return Duty(
            code: code, ministry: id.roadmap.ministry, since: since, dueOn: dueOn,
            subject: Subject(.action(id)), text: text)
    }

    fileprivate static func planReturned(_ id: RoadmapID, _ title: String, dueOn: CivilDate?, since: CivilDate) -> Duty {
        Duty(
            code: .planReturned, ministry: id.ministry, since: since, dueOn: dueOn,
            subject: Subject(.roadmap(id)),
            text: Message(
                "« \(title.clipped) » (\(id)) est revenue à l’état de brouillon. Corrigez-la, puis soumettez-la de nouveau.",
                "“\(title.clipped)” (\(id)) is a draft again. Correct it, then submit it again."))
    }

    fileprivate static func planToRead(_ id: RoadmapID, _ title: String, since: CivilDate) -> Duty {
        Duty(
            code: .planToRead, ministry: id.ministry, since: since, dueOn: nil,
            subject: Subject(.roadmap(id)),
            text: Message(
                "« \(title.clipped) » (\(id)) est soumise. Relisez-la, puis validez-la ou renvoyez-la.",
                "“\(title.clipped)” (\(id)) is submitted. Read it, then validate it or send it back."))
    }

    fileprivate static func recommendationToAnswer(
        _ id: RecommendationID, _ advice: String, dueOn: CivilDate?, since: CivilDate
    ) -> Duty {
        Duty(
            code: .recommendationToAnswer, ministry: id.roadmap.ministry, since: since, dueOn: dueOn,
            subject: Subject(.recommendation(id)),
            text: Message(
                "La recommandation \(id) (« \(advice.clipped) ») attend une réponse. Acceptez-la, amendez-la ou déclinez-la.",
                "The recommendation \(id) (“\(advice.clipped)”) awaits an answer. Accept, amend or decline it."))
    }

    fileprivate static func measureReturned(_ id: MeasureID, _ title: String, reason: String?, since: CivilDate) -> Duty {
        let because = reason.map { Message(" (« \($0.clipped) »)", " (“\($0.clipped)”)") } ?? Message("", "")
        return Duty(
            code: .measureReturned, ministry: id.ministry, since: since, dueOn: nil,
            subject: Subject(.measure(id)),
            text: Message(
                "La réponse à « \(title.clipped) » pour \(id.period) est renvoyée\(because.french). Corrigez-la et soumettez-la de nouveau.",
                "The answer to “\(title.clipped)” for \(id.period) is returned\(because.english). Correct it and submit it again."
            ))
    }

    fileprivate static func measureToValidate(_ id: MeasureID, _ title: String, since: CivilDate) -> Duty {
        Duty(
            code: .measureToValidate, ministry: id.ministry, since: since, dueOn: nil,
            subject: Subject(.measure(id)),
            text: Message(
                "La réponse de \(id.ministry) à « \(title.clipped) » pour \(id.period) est soumise. Validez-la ou renvoyez-la.",
                "The answer of \(id.ministry) to “\(title.clipped)” for \(id.period) is submitted. Validate it or send it back."))
    }
}
