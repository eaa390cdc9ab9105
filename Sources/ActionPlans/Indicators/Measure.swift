/// One body's answer for one indicator and one period, and where it stands.
package struct Measure: Hashable, Sendable {
    package let ministry: MinistryCode
    package let indicator: IndicatorCode
    package let period: Period
    /// The number of the definition that it answers to.
    package var definition: Int
    package var answer: MeasureAnswer
    package var state: MeasureState
    /// Why it was returned; nil in any other state.
    package var stateReason: String?
    package var isEstimated: Bool
    package var source: String?
    package var method: String?
    package var comment: String?

    package init(
        ministry: MinistryCode, indicator: IndicatorCode, period: Period, definition: Int, answer: MeasureAnswer,
        state: MeasureState = .brouillon, stateReason: String? = nil, isEstimated: Bool = false, source: String? = nil,
        method: String? = nil, comment: String? = nil
    ) {
        self.ministry = ministry
        self.indicator = indicator
        self.period = period
        self.definition = definition
        self.answer = answer
        self.state = state
        self.stateReason = stateReason
        self.isEstimated = isEstimated
        self.source = source
        self.method = method
        self.comment = comment
    }

    /// `REEMPLOI/TE/2025`, for who is told of it.
    package var key: String { "\(indicator)/\(ministry)/\(period)" }

    /// Whether what is answered is the same, wherever it stands.
    package func saysTheSame(as other: Measure) -> Bool {
        definition == other.definition && answer == other.answer && isEstimated == other.isEstimated && source == other.source
            && method == other.method && comment == other.comment
    }

    /// Judges a write by the state that it finds.
    /// - Parameters:
    ///   - earlier: what is stored; nil for a creation.
    ///   - reason: why this change is made, as the write says.
    /// - Throws: ``Refusal`` when the move is not to be made by this role, or when the answer is not to be changed any more.
    package func checkWrite(over earlier: Measure?, by role: Role, reason: String?) throws(Refusal) {
        if earlier?.state != state {
            try MeasureState.checkMove(from: earlier?.state, to: state, by: role, of: key)
        }
        guard let earlier else { return }
        if state == .renvoyee, earlier.state == .renvoyee, stateReason != earlier.stateReason, role != .coordinator {
            throw .forbidden(
                Message(
                    "Le motif du renvoi est celui de la coordination : laissez-le tel quel (state_reason).",
                    "The reason of a return is the coordinators’: leave it as it is (state_reason)."))
        }
        guard earlier.state == .validee, !saysTheSame(as: earlier) else { return }
        guard role == .coordinator else {
            throw .forbidden(
                Message(
                    "La mesure \(key) est validée : seule la coordination la corrige. Demandez-lui de vous la renvoyer.",
                    "The measure \(key) is validated: only coordinators correct it. Ask them to return it to you."))
        }
        guard reason != nil else {
            throw .invalid([
                Fault(
                    "reason", .required,
                    Message(
                        "La correction d’une mesure validée doit dire pourquoi : donnez son motif (reason).",
                        "The correction of a validated measure must say why: give its reason (reason)."))
            ])
        }
    }
}
