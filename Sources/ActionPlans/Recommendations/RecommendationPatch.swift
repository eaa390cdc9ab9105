/// What a write says of a recommendation.
package struct RecommendationPatch: Sendable {
    package var subject: Assignment<RecommendationSubject> = .absent
    package var category: Assignment<RecommendationCategory> = .absent
    package var priority: Assignment<RecommendationPriority> = .absent
    package var text: Assignment<String> = .absent
    package var dueOn: Assignment<CivilDate> = .absent
    package var state: Assignment<RecommendationState> = .absent
    package var answer: Assignment<String> = .absent
    package var metBy: Assignment<ActionID> = .absent
    package var outcome: Assignment<RecommendationOutcome> = .absent

    package init() {}

    /// Null is no value of what there must be one of.
    fileprivate var nulls: [Fault] {
        [
            ("subject", subject == .null), ("category", category == .null), ("priority", priority == .null),
            ("text", text == .null),
            ("state", state == .null),
        ].filter(\.1).map { Fault($0.0, .required, .required($0.0)) }
    }
}

extension Recommendation {
    /// What was read of the plan, and the theme of what the recommendation is about.
    package struct Read: Sendable {
        package let theme: Theme?
        package let planVersion: Int
        package let readAt: String

        package init(theme: Theme?, planVersion: Int, readAt: String) {
            self.theme = theme
            self.planVersion = planVersion
            self.readAt = readAt
        }
    }

    /// A new one. What it needs besides what the patch says is noted by whoever reads the request.
    package static func creating(
        _ id: RecommendationID, _ patch: RecommendationPatch, _ read: Read, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> Recommendation {
        let state = patch.state.given ?? .brouillon
        _ = try RecommendationState.move(from: nil, to: state, by: role, of: id.roadmap.description)
        var faults = patch.strangeToDrafts
        let text = patch.text.given.flatMap { textRule.checked($0, member: "text", faults: &faults) }
        guard let subject = patch.subject.given, let category = patch.category.given, let priority = patch.priority.given,
            let text, faults.isEmpty
        else { throw .invalid(faults) }
        return Recommendation(
            id: id, subject: subject, theme: read.theme, category: category, priority: priority, text: text, state: state,
            planVersion: read.planVersion, readAt: read.readAt, dueOn: patch.dueOn.given,
            sentOn: state == .emise ? context.effectiveOn : nil)
    }

    /// - Parameters:
    ///   - read: what is read anew; nil where the request says nothing of it.
    ///   - day: of the move, where the request names one.
    package func applying(
        _ patch: RecommendationPatch, _ read: Read?, on day: CivilDate?, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> Recommendation {
        var faults: [Fault] = []
        var next = self
        next.write(patch, read, &faults)
        try next.checkAuthor(role, over: self, answering: patch)
        try next.move(patch, on: context.effectiveOn, by: role, &faults)
        next.reply(patch, on: day, over: self, &faults)
        next.conclude(patch, over: self, &faults)
        if next.isCorrection(of: self), context.reason == nil {
            faults.append(Fault("reason", .required, .correctionNeedsReason))
        }
        if next.subject != subject, !isDraft { faults.append(Fault("subject", .inconsistent, .subjectStays)) }
        if day != nil, next != self, next.dates == dates { faults.append(Fault("effective_on", .inconsistent, .datesAMove)) }
        if let fault = next.faultOfDates { faults.append(fault) }
        guard faults.isEmpty else { throw .invalid(faults) }
        return next
    }

    private mutating func write(_ patch: RecommendationPatch, _ read: Read?, _ faults: inout [Fault]) {
        faults += patch.nulls
        subject = patch.subject.given ?? subject
        category = patch.category.given ?? category
        priority = patch.priority.given ?? priority
        if let given = patch.text.given { text = Self.textRule.checked(given, member: "text", faults: &faults) ?? text }
        dueOn = patch.dueOn.resolved(over: dueOn)
        guard let read else { return }
        (theme, planVersion, readAt) = (read.theme, read.planVersion, read.readAt)
    }

    /// Référents answer; what is advised, and what became of it, is for the coordinators to say.
    private func checkAuthor(
        _ role: Role, over former: Recommendation, answering patch: RecommendationPatch
    ) throws(Refusal) {
        guard role == .referent else { return }
        let isClosing = patch.state.given == .close || patch.outcome != .absent && patch.outcome.given != former.outcome
        guard self == former, !isClosing else { throw .forbidden(.coordinatorsWrite) }
        guard former.state != .close || patch.answer == .absent && patch.metBy == .absent && patch.state == .absent else {
            throw .conflict(key: id.description, Fault("", .inconsistent, .closedIsAnswered))
        }
    }

    private mutating func move(
        _ patch: RecommendationPatch, on day: CivilDate, by role: Role, _ faults: inout [Fault]
    ) throws(Refusal) {
        guard let to = patch.state.given, to != state else { return }
        let transition = try RecommendationState.move(from: state, to: to, by: role, of: id.description)
        switch transition.asks {
        case .answer where patch.answer.given == nil: faults.append(Fault("answer", .required, .answerNeeded(to)))
        case .outcome where patch.outcome.given == nil: faults.append(Fault("outcome", .required, .outcomeNeeded))
        case .answer, .outcome, nil: break
        }
        state = to
        if to == .emise { sentOn = day }
        if to == .close { closedOn = day }
        guard to.isAnswer else { return }
        answeredAs = to
        answeredOn = answeredOn ?? day
        if to != .acceptee { metBy = nil }
    }

    /// Another answer is of the day of the first one, unless the request names its day.
    private mutating func reply(
        _ patch: RecommendationPatch, on day: CivilDate?, over former: Recommendation, _ faults: inout [Fault]
    ) {
        if patch.answer == .null, answer != nil { faults.append(Fault("answer", .required, .answerStays)) }
        if let given = patch.answer.given {
            answer = Self.answerRule.checked(given, member: "answer", faults: &faults) ?? answer
            if answeredAs == nil { faults.append(Fault("answer", .inconsistent, .answerNeedsState)) }
            if let day, answeredAs != nil, state.isAnswer { answeredOn = day }
        }
        metBy = patch.metBy.resolved(over: metBy)
        if metBy != nil, answeredAs != .acceptee { faults.append(Fault("met_by", .inconsistent, .metByOfAccepted)) }
        if let metBy, metBy != former.metBy, metBy.roadmap.ministry != id.roadmap.ministry {
            faults.append(Fault("met_by", .inconsistent, .metByOwn(id.roadmap.ministry)))
        }
    }

    private mutating func conclude(_ patch: RecommendationPatch, over former: Recommendation, _ faults: inout [Fault]) {
        if patch.outcome == .null, outcome != nil { faults.append(Fault("outcome", .required, .required("outcome"))) }
        guard let given = patch.outcome.given else { return }
        outcome = given
        if state != .close { faults.append(Fault("outcome", .inconsistent, .outcomeOfClosed)) }
    }

    /// Whether something is said otherwise that had been said for good: the advice once it is sent, anything once it is closed.
    private func isCorrection(of former: Recommendation) -> Bool {
        if former.state == .close { return self != former }
        return !former.isDraft && advice != former.advice
    }

    private var advice: [MemberValue] {
        [
            .text(category.code), .text(priority.code), .text(text), MemberValue(dueOn?.description), .text(readAt),
            .number(planVersion),
        ]
    }

    private var dates: [CivilDate?] { [sentOn, answeredOn, closedOn] }

    private var faultOfDates: Fault? {
        let told = dates.compactMap { $0 }
        guard zip(told, told.dropFirst()).contains(where: { $0 > $1 }) else { return nil }
        let french = told.map(\.inWords.french).joined(separator: ", puis ")
        let english = told.map(\.inWords.english).joined(separator: ", then ")
        return Fault(
            "effective_on", .inconsistent,
            Message(
                "Une recommandation est émise, puis reçoit une réponse, puis est close ; ici : \(french). Corrigez « effective_on ».",
                "A recommendation is sent, then answered, then closed; here: \(english). Correct “effective_on”."))
    }
}

extension RecommendationPatch {
    /// What is wrong in it for a new one, whatever the plan.
    package var faultsOfNew: [Fault] {
        var faults = strangeToDrafts
        if let text = text.given { _ = Recommendation.textRule.checked(text, member: "text", faults: &faults) }
        return faults
    }

    /// Nobody answers what is not there yet.
    fileprivate var strangeToDrafts: [Fault] {
        nulls
            + [("answer", answer.given != nil), ("met_by", metBy.given != nil), ("outcome", outcome.given != nil)].filter(\.1).map
        {
            Fault($0.0, .inconsistent, .notYetSent)
        }
    }
}

extension Message {
    fileprivate static let correctionNeedsReason = Message(
        "Ce qui a été dit se corrige avec un motif : donnez « reason ».",
        "What has been said is corrected with a reason: give “reason”.")
    fileprivate static let subjectStays = Message(
        "Ce dont parle une recommandation émise ne change plus, car cela dit qui la voit : rendez-la « sans_objet », et émettez-en une autre.",
        "What a sent recommendation is about no longer changes, for it says who sees it: close it as “sans_objet”, and send another one."
    )
    fileprivate static let datesAMove = Message(
        "« effective_on » date l’émission, la réponse ou la clôture ; cette requête n’en dit aucune.",
        "“effective_on” dates the sending, the answer or the closing; this request tells none of them.")
    fileprivate static let coordinatorsWrite = Message(
        "Rédiger et clore une recommandation revient à la coordination : répondez par « state », « answer » et « met_by ».",
        "Writing and closing a recommendation is for the coordinators: answer with “state”, “answer” and “met_by”.")
    fileprivate static let closedIsAnswered = Message(
        "Cette recommandation est close : sa réponse ne change plus. Demandez à la coordination de la corriger.",
        "This recommendation is closed: its answer no longer changes. Ask the coordinators to correct it.")
    fileprivate static let outcomeNeeded = Message(
        "Dites dans « outcome » ce qu’est devenue la recommandation.", "Say in “outcome” what became of the recommendation.")
    fileprivate static let answerStays = Message(
        "Une réponse se remplace, elle ne s’efface pas.", "An answer is replaced, not erased.")
    fileprivate static let answerNeedsState = Message(
        "Dites dans « state » si la recommandation est « acceptee », « amendee » ou « declinee ».",
        "Say in “state” whether the recommendation is “acceptee”, “amendee” or “declinee”.")
    fileprivate static let metByOfAccepted = Message(
        "« met_by » nomme l’action qui répond à une recommandation acceptée.",
        "“met_by” names the action that meets a recommendation that was accepted.")
    fileprivate static let outcomeOfClosed = Message(
        "La suite se dit en passant la recommandation à l’état « close ».",
        "The outcome is told by moving the recommendation to the state “close”.")
    fileprivate static let notYetSent = Message(
        "Une nouvelle recommandation n’a encore ni réponse ni suite.",
        "A new recommendation has neither an answer nor an outcome yet.")

    fileprivate static func answerNeeded(_ state: RecommendationState) -> Message {
        Message(
            "Dites dans « answer » pourquoi la recommandation passe à l’état « \(state.code) ».",
            "Say in “answer” why the recommendation moves to the state “\(state.code)”.")
    }

    fileprivate static func metByOwn(_ ministry: MinistryCode) -> Message {
        Message("L’action doit être de \(ministry).", "The action must be of \(ministry).")
    }
}
