import ActionPlans
import Documents

/// What a write says of a measure.
struct MeasureStatement: Equatable, Sendable {
    /// nil where none can be read; the faults say so.
    let answer: MeasureAnswer?
    /// The value that a table shows beside the two parts that it is computed of.
    let shownValue: ExactDecimal?
    let state: MeasureState?
    let stateReason: String?
    private let isEstimated: Assignment<Bool>
    private let source: Assignment<String>
    private let method: Assignment<String>
    private let comment: Assignment<String>

    /// - Parameter showsValues: whether the value of an answer in two parts may stand beside them, as in what the service writes.
    init(_ members: inout MemberReader, showsValues: Bool = false) {
        (answer, shownValue) = members.measureAnswer(showsValues: showsValues)
        let state: Assignment<MeasureState> = members.code("state")
        if state == .null { members.add("state", .required, .required("state")) }
        self.state = state.given
        stateReason = members.text("state_reason").given
        isEstimated = members.flag("estimated")
        source = members.text("source")
        method = members.text("method")
        comment = members.text("comment")
    }

    /// - Parameters:
    ///   - former: whose state stays where the write says none.
    ///   - kept: what is kept of the members that the write does not name; nil where it replaces all of them, as a PUT of one does.
    func measure(
        _ id: MeasureID, _ answer: MeasureAnswer, definition: Int, over former: Measure?, keeping kept: Measure? = nil
    ) -> Measure {
        let state = self.state ?? former?.state ?? .brouillon
        // Who sends again what was sent back does not have to repeat why.
        let reason = state == .renvoyee && self.state == nil ? former?.stateReason : nil
        return Measure(
            ministry: id.ministry, indicator: id.indicator, period: id.period, definition: definition, answer: answer,
            state: state, stateReason: stateReason ?? reason, isEstimated: isEstimated.resolved(over: kept?.isEstimated) ?? false,
            source: source.resolved(over: kept?.source), method: method.resolved(over: kept?.method),
            comment: comment.resolved(over: kept?.comment))
    }
}

extension MemberReader {
    /// Exactly one of the forms of an answer, and the value that is shown beside two parts.
    fileprivate mutating func measureAnswer(showsValues: Bool) -> (answer: MeasureAnswer?, shown: ExactDecimal?) {
        guard showsValues, isGiven("numerator"), isGiven("denominator") else { return (measureAnswer(decimal("value")), nil) }
        // It was computed, so that it may have more digits than what is sent.
        let shown = decimal("value", { ExactDecimal(reckoned: $0) }).given
        return (measureAnswer(.absent), shown)
    }

    private mutating func measureAnswer(_ value: Assignment<ExactDecimal>) -> MeasureAnswer? {
        let yes = flag("answer")
        let numerator = decimal("numerator")
        let denominator = decimal("denominator")
        let notApplicable = text("not_applicable")
        let unavailable = text("unavailable")
        var given: [(member: String, answer: MeasureAnswer?)] = []
        if let value = value.given { given.append(("value", .value(value))) }
        if let isYes = yes.given { given.append(("answer", .yes(isYes))) }
        if let above = numerator.given, let below = denominator.given {
            given.append(("numerator", .parts(numerator: above, denominator: below)))
        } else if numerator.given != nil || denominator.given != nil {
            let missing = numerator.given == nil ? "numerator" : "denominator"
            add(
                missing, .required,
                Message(
                    "Numérateur et dénominateur se donnent ensemble : il manque « \(missing) ».",
                    "Numerator and denominator go together: “\(missing)” is missing."))
            return nil
        }
        if let reason = notApplicable.given { given.append(("not_applicable", .notApplicable(reason))) }
        if let reason = unavailable.given { given.append(("unavailable", .unavailable(reason))) }
        guard given.count <= 1 else {
            add(
                given[1].member, .inconsistent,
                Message(
                    "La réponse est donnée deux fois : gardez « \(given[0].member) » ou « \(given[1].member) ».",
                    "The answer is given twice: keep “\(given[0].member)” or “\(given[1].member)”."))
            return nil
        }
        guard let one = given.first else {
            // What is given and cannot be read has its own fault.
            if ["value", "answer", "numerator", "denominator", "not_applicable", "unavailable"].contains(where: isGiven) {
                return nil
            }
            add(
                "", .required,
                Message(
                    """
                    Donnez une réponse : « value » ou « answer », ou « numerator » et « denominator », ou « not_applicable » ou « unavailable » avec \
                    le motif.
                    """,
                    """
                    Give an answer: “value” or “answer”, or “numerator” and “denominator”, or “not_applicable” or “unavailable” with its reason.
                    """))
            return nil
        }
        return one.answer
    }
}
