import ActionPlans
import Postgres

extension PastQueries {
    /// What is committed to changes from a day of the validated plan on.
    static func checkValidated(_ roadmap: Roadmap, on context: ChangeContext) throws(Refusal) {
        guard let day = roadmap.validatedOn, context.effectiveOn < day else { return }
        throw .beforeValidation(of: roadmap.id, on: day)
    }

    /// What is removed from a validated plan was there until the day of its removal, and nothing was said of it since: no fact that
    /// figures have counted is undone with it.
    static func checkRemoval(
        _ session: borrowing Session, from roadmap: Roadmap, _ codes: [ActionCode], in context: ChangeContext
    ) throws {
        try checkValidated(roadmap, on: context)
        guard !codes.isEmpty, context.effectiveOn < context.today else { return }
        let last = try session.query(
            """
            select c.code, max(c.effective_on) from changes c
            where c.ministry = \(roadmap.id.ministry) and c.first_year = \(roadmap.id.firstYear)
                and c.resource = \(Resource.action.literal) and c.code = any(\(codes.map(\.text))::text[])
                and c.effective_on > \(context.effectiveOn) and not exists (
                    select from changes later
                    where later.ministry = c.ministry and later.first_year = c.first_year and later.resource = c.resource
                        and later.code = c.code and later.kind = 'created' and later.id > c.id)
            group by c.code order by c.code
            """
        ) { row in (code: try row.next(ActionCode.self), day: try row.next(CivilDate.self)) }
        guard let first = last.first else { return }
        throw Refusal.saidSince(of: ActionID(roadmap: roadmap.id, code: first.code), on: first.day)
    }
}

extension Refusal {
    fileprivate static func beforeValidation(of id: RoadmapID, on day: CivilDate) -> Refusal {
        let day = day.inWords
        return .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "La feuille de route \(id) n’est validée que depuis le \(day.french) : donnez cette date, ou une date plus récente.",
                    "The roadmap \(id) has been validated only since \(day.english): give that date or a later one."))
        ])
    }

    fileprivate static func saidSince(of id: ActionID, on day: CivilDate) -> Refusal {
        let day = day.inWords
        return .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "L’action \(id) est suivie jusqu’au \(day.french) : retirez-la à cette date, ou à une date plus récente.",
                    "The action \(id) was followed until \(day.english): remove it on that date or on a later one."))
        ])
    }
}
