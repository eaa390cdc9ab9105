import ActionPlans
import Postgres

/// One function per statement on what duties follow from.
enum DutyQueries {
    private static func isAsked(_ ministry: SQL, _ ministries: [MinistryCode]?) -> SQL {
        ministries.map { "\(ministry) = any(\($0.map(\.text))::text[])" } ?? "true"
    }

    private static func found<ID>(_ id: ID?) throws(DatabaseError) -> ID {
        guard let id else { throw DatabaseError(.decoding, "a row has a key that names nothing") }
        return id
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
            select r.ministry, r.first_year, r.title, back.since, coalesce(r.due_on, (
                select min(c.due_on) from censuses c join census_ministries m on m.year = c.year and m.ministry = r.ministry
                where c.year between r.first_year and r.last_year))
            from roadmaps r cross join lateral (
                select c.effective_on as since from changes c
                where c.ministry = r.ministry and c.first_year = r.first_year and c.code is null
                    and c.resource = \(Resource.roadmap.literal) and c.kind = 'updated' and c.after ->> 'state' = 'brouillon'
                order by c.id desc limit 1
            ) back
            where r.state = 'brouillon' and \(isAsked("r.ministry", ministries))
            """
        ) { row in
            Duty.planReturned(try row.nextRoadmapID(), try row.next(), since: try row.next(), dueOn: try row.next())
        }
    }

    /// Revisions that were sent back to who prepares them.
    static func returnedRevisions(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.number, r.state_reason, paris_date(r.updated_at) from revisions r
            where r.state = 'en_preparation' and r.state_reason is not null and \(isAsked("r.ministry", ministries))
            """
        ) { row in
            let id = try found(RevisionID(roadmap: try row.nextRoadmapID(), number: try row.next()))
            return Duty.revisionReturned(id, reason: try row.next(), since: try row.next())
        }
    }

    static func revisionsToRead(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.number, paris_date(r.updated_at) from revisions r
            where r.state = 'soumise' and \(isAsked("r.ministry", ministries))
            """
        ) { row in
            let id = try found(RevisionID(roadmap: try row.nextRoadmapID(), number: try row.next()))
            return Duty.revisionToRead(id, since: try row.next())
        }
    }

    static func plansToRead(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.title, r.state, r.submitted_on from roadmaps r
            where r.state in ('soumise', 'en_relecture') and r.submitted_on is not null and \(isAsked("r.ministry", ministries))
            """
        ) { row in Duty.planToRead(try row.nextRoadmapID(), try row.next(), in: try row.next(), since: try row.next()) }
    }

    static func recommendationsToAnswer(_ session: borrowing Session, of ministries: [MinistryCode]?) throws -> [Duty] {
        try session.query(
            """
            select r.ministry, r.first_year, r.number, r.text, r.due_on, r.sent_on from recommendations r
            where r.known_to = 'infinity' and r.state = 'emise' and \(isAsked("r.ministry", ministries))
            """
        ) { row in
            let id = try found(RecommendationID(roadmap: try row.nextRoadmapID(), number: try row.next()))
            return Duty.recommendationToAnswer(id, try row.next(), dueOn: try row.next(), since: try row.next())
        }
    }

    static func measures(
        _ session: borrowing Session, _ code: DutyCode, in state: MeasureState, of ministries: [MinistryCode]?
    ) throws -> (duties: [Duty], total: Int) {
        var total = 0
        let duties = try session.query(
            """
            select m.ministry, m.indicator, m.period, count(*) over (), m.state_reason, paris_date(m.known_from),
                coalesce((select d.title from indicator_definitions d
                    where d.code = m.indicator and d.definition = m.definition and d.known_to = 'infinity'), m.indicator)
            from measures m
            where m.known_to = 'infinity' and m.state = \(state.rawValue) and \(isAsked("m.ministry", ministries))
            order by m.known_from, m.ministry, m.indicator, m.period
            limit \(Duties.most)
            """
        ) { row in
            let id = MeasureID(ministry: try row.next(), indicator: try row.next(), period: try row.next())
            total = try row.next()
            let reason: String? = try row.next()
            let since: CivilDate = try row.next()
            let title: String = try row.next()
            return code == .measureReturned
                ? Duty.measureReturned(id, title, reason: reason, since: since) : Duty.measureToValidate(id, title, since: since)
        }
        return (duties, total)
    }

    static func censuses(
        _ session: borrowing Session, in years: ClosedRange<Int>
    ) throws -> [(year: Int, createdOn: CivilDate)] {
        try session.query(
            """
            select c.year, paris_date(c.created_at) from censuses c
            where c.year between \(years.lowerBound) and \(years.upperBound) order by c.year
            """
        ) { row in (year: try row.next(), createdOn: try row.next()) }
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
                "« \(told) » devait être faite pour le \(due.french). Passez-la à « réalisée » ou à « abandonnée », ou changez son échéance.",
                "“\(told)” was to be done by \(due.english). Set it to done or abandoned, or change its day.")
        } else {
            text = Message(
                "« \(told) » n’a pas de nouvelles depuis plus de \(DutyCode.staleAfterDays) jours. Dites où elle en est.",
                "“\(told)” has had no news for more than \(DutyCode.staleAfterDays) days. Tell how far it is.")
        }
        return Duty(
            code: code, ministry: id.roadmap.ministry, since: since, dueOn: dueOn,
            subject: Subject(.action(id)), text: text)
    }

    fileprivate static func planReturned(_ id: RoadmapID, _ title: String, since: CivilDate, dueOn: CivilDate?) -> Duty {
        Duty(
            code: .planReturned, ministry: id.ministry, since: since, dueOn: dueOn, subject: Subject(.roadmap(id)),
            text: Message(
                "« \(title.clipped) » (\(id)) est revenue à l’état de brouillon. Corrigez-la, puis soumettez-la de nouveau.",
                "“\(title.clipped)” (\(id)) is a draft again. Correct it, then submit it again."))
    }

    fileprivate static func revisionReturned(_ id: RevisionID, reason: String, since: CivilDate) -> Duty {
        Duty(
            code: .planReturned, ministry: id.roadmap.ministry, since: since, dueOn: nil, subject: Subject(.revision(id)),
            text: Message(
                "La révision de \(id.roadmap) est renvoyée (« \(reason.onOneLine.clipped) »). Corrigez-la et soumettez-la de nouveau, ou abandonnez-la.",
                "The revision of \(id.roadmap) is returned (“\(reason.onOneLine.clipped)”). Correct it and submit it again, or abandon it."
            ))
    }

    fileprivate static func planToRead(_ id: RoadmapID, _ title: String, in state: RoadmapState, since: CivilDate) -> Duty {
        let text =
            state == .soumise
            ? Message(
                "« \(title.clipped) » (\(id)) est soumise. Passez-la en relecture, puis validez-la ou renvoyez-la.",
                "“\(title.clipped)” (\(id)) is submitted. Take it into review, then validate it or send it back.")
            : Message(
                "« \(title.clipped) » (\(id)) est en relecture. Validez-la ou renvoyez-la.",
                "“\(title.clipped)” (\(id)) is in review. Validate it or send it back.")
        return Duty(
            code: .planToRead, ministry: id.ministry, since: since, dueOn: nil, subject: Subject(.roadmap(id)), text: text)
    }

    fileprivate static func revisionToRead(_ id: RevisionID, since: CivilDate) -> Duty {
        Duty(
            code: .planToRead, ministry: id.roadmap.ministry, since: since, dueOn: nil, subject: Subject(.revision(id)),
            text: Message(
                "La révision de \(id.roadmap) est soumise. Relisez-la, puis validez-la ou renvoyez-la.",
                "The revision of \(id.roadmap) is submitted. Read it, then validate it or send it back."))
    }

    fileprivate static func recommendationToAnswer(
        _ id: RecommendationID, _ advice: String, dueOn: CivilDate?, since: CivilDate
    ) -> Duty {
        Duty(
            code: .recommendationToAnswer, ministry: id.roadmap.ministry, since: since, dueOn: dueOn,
            subject: Subject(.recommendation(id)),
            text: Message(
                "La recommandation \(id) (« \(advice.onOneLine.clipped) ») attend une réponse. Acceptez-la, amendez-la ou déclinez-la.",
                "The recommendation \(id) (“\(advice.onOneLine.clipped)”) awaits an answer. Accept, amend or decline it."))
    }

    fileprivate static func measureReturned(_ id: MeasureID, _ title: String, reason: String?, since: CivilDate) -> Duty {
        let because = reason.map { Message(" (« \($0.onOneLine.clipped) »)", " (“\($0.onOneLine.clipped)”)") } ?? Message("", "")
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

extension String {
    /// What was written on several lines, in a sentence.
    fileprivate var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
