/// What a write says of one member: nothing, "no value", or a value. The three are different requests.
package enum Assignment<Value: Sendable & Equatable>: Sendable, Equatable {
    case absent
    case null
    case value(Value)

    /// What the member becomes, given what it was.
    package func resolved(over current: Value?) -> Value? {
        switch self {
        case .absent: current
        case .null: nil
        case .value(let value): value
        }
    }

    package var given: Value? {
        if case .value(let value) = self { value } else { nil }
    }
}

/// When a change is true, and why it was made. Both go to history and never to the resource.
package struct ChangeContext: Sendable, Equatable {
    /// The civil date in Paris from which the change is true.
    package let effectiveOn: CivilDate
    /// The civil date in Paris of the request.
    package let today: CivilDate
    package let reason: String?

    package static let longestReason = 1_000

    /// - Throws: ``Refusal/invalid(_:)`` when the effective date lies in the future.
    package init(effectiveOn: CivilDate?, reason: String?, today: CivilDate) throws(Refusal) {
        if let effectiveOn, effectiveOn > today {
            throw .invalid([
                Fault(
                    "effective_on", .inTheFuture,
                    Message(
                        "Une modification ne peut pas prendre effet après aujourd’hui (\(today)).",
                        "A change cannot take effect after today (\(today))."))
            ])
        }
        self.effectiveOn = effectiveOn ?? today
        self.today = today
        self.reason = reason
    }
}
