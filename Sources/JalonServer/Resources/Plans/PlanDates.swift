import ActionPlans
import Documents

/// What is said of the dates of a plan: from which day it counts, and the days that a rule put there.
extension Warning {
    /// - Parameter isDated: whether the request says from which day it is true.
    static func ofDates(of difference: PlanDifference, isDated: Bool, in context: ChangeContext) -> [Warning] {
        if isDated { return [] }
        let id = difference.roadmapAfter.id
        let wasCounted = difference.roadmapBefore.map { !$0.isDraft } ?? false
        let begins = difference.roadmapBefore == nil || (!wasCounted && !difference.roadmapAfter.isDraft)
        guard begins, let start = CivilDate(year: id.firstYear, month: 1, day: 1), start < context.today else { return [] }
        let isNewDraft = difference.roadmapBefore == nil && difference.roadmapAfter.isDraft
        return [Warning(.noEffectiveDate, .noEffectiveDate(of: id, since: start, context.today, isNewDraft: isNewDraft))]
    }

    static func ofState(in difference: PlanDifference, of document: DocumentNode?, in context: ChangeContext) -> [Warning] {
        guard let state = difference.unsaidState else { return [] }
        let place = document?.nearest(to: "state").position
        return [Warning(.stateUnsaid, .stateUnsaid(state, of: difference.roadmapAfter.id, on: context.effectiveOn), at: place)]
    }

    static func ofCompletions(
        in difference: PlanDifference, of document: DocumentNode?, in context: ChangeContext
    ) -> [Warning] {
        // Without a fault there is an entry for each line of the document, in the same order.
        difference.entries.enumerated().compactMap { index, entry in
            let place = document?.nearest(to: "actions/\(index)/status").position
            if let steps = entry.inTwoSteps {
                let message = Message.completedLater(
                    entry.code, on: steps.completedOn, than: context.effectiveOn, isNew: entry.before == nil)
                return Warning(.completedLater, message, at: place)
            }
            guard entry.completionIsFilledIn, let day = entry.after.completedOn else { return nil }
            return Warning(.filledIn, .filledIn(entry.code, day), at: place)
        }
    }
}

extension Message {
    fileprivate static func noEffectiveDate(
        of id: RoadmapID, since start: CivilDate, _ today: CivilDate, isNewDraft: Bool
    ) -> Message {
        let (day, now) = (start.inWords, today.inWords)
        return Message(
            """
            La période de \(id) a commencé le \(day.french), mais ce plan ne vaut qu’à partir d’aujourd’hui, le \(now.french) : les chiffres des \
            jours d’avant ne le comptent pas. S’il valait déjà, donnez « effective_on », la date depuis laquelle il vaut.
            """ + (isNewDraft ? " Ce brouillon se supprime et se refait avec cette date, tant qu’il n’a jamais été remis." : ""),
            """
            The period of \(id) began on \(day.english), but this plan holds from today, \(now.english), only: the figures of earlier \
            days do not count it. If it held before, give “effective_on”, the date from which it holds.
            """
                + (isNewDraft
                    ? " This draft can be deleted and made again with that date, as long as it was never submitted." : ""))
    }

    fileprivate static func stateUnsaid(_ state: RoadmapState, of id: RoadmapID, on day: CivilDate) -> Message {
        let day = day.inWords
        return Message(
            """
            L’état « \(state.code) » est celui d’aujourd’hui, mais \(id) ne pouvait pas être dans cet état le \(day.french) : il n’a pas été dit de ce \
            jour. Pour dire un autre état de ce jour-là, écrivez-le dans « state ».
            """,
            """
            The state “\(state.code)” is that of today, but \(id) could not be in it on \(day.english): it was not said of that day. To say \
            another state of that day, write it in “state”.
            """)
    }

    fileprivate static func completedLater(
        _ code: ActionCode, on day: CivilDate, than start: CivilDate, isNew: Bool
    ) -> Message {
        guard isNew else {
            return Message(
                "\(code) : « réalisée » depuis le \(day.inWords.french), sa date de mise en œuvre, et non depuis le \(start.inWords.french).",
                "\(code): done from \(day.inWords.english), its date of completion, and not from \(start.inWords.english).")
        }
        return Message(
            "\(code) : « à faire » depuis le \(start.inWords.french), « réalisée » depuis le \(day.inWords.french), sa date de mise en œuvre.",
            "\(code): to do from \(start.inWords.english), done from \(day.inWords.english), its date of completion.")
    }

    fileprivate static func filledIn(_ code: ActionCode, _ day: CivilDate) -> Message {
        Message(
            "\(code) est réalisée sans date de mise en œuvre : le \(day.inWords.french) a été mis. Donnez « completed_on » si ce n’est pas ce jour-là.",
            "\(code) is done without a date of completion: \(day.inWords.english) was filled in. Give “completed_on” if it was another day."
        )
    }
}
