import ActionPlans

/// What the author of an accepted request should know: something was not done as it may have been meant.
package struct Warning: Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// A column of a table that says no member of an action, and was passed over.
        case columnIgnored = "column-ignored"
        /// Lines of a table that name a measure and say nothing of it.
        case linesIgnored = "lines-ignored"
        /// The period of a plan began before today, and nothing says since when the plan holds.
        case noEffectiveDate = "no-effective-date"
        /// A value that no one gave, put there by a rule.
        case filledIn = "filled-in"
        /// An action that was done after the day of the plan counts as done from then on only.
        case completedLater = "completed-later"
        /// The state of a document that is so today could not be that of the day of the document.
        case stateUnsaid = "state-unsaid"
        /// Figures were frozen without the plans of all who are expected.
        case provisionalFigures = "provisional-figures"
        /// The number of an indicator that was frozen may still change.
        case provisionalIndicator = "provisional-indicator"
    }

    package let code: Code
    package let message: Message
    /// Where in the document it is, when it is somewhere.
    package var position: DocumentPosition?

    /// More than anybody reads.
    private static let most = 200

    /// The first of many; what is left out is counted in the last.
    package static func bounded(_ warnings: [Warning]) -> [Warning] {
        guard warnings.count > most, let last = warnings.last else { return warnings }
        let left = warnings.count - most
        return warnings.prefix(most) + [
            Warning(last.code, Message("Et \(left) autres avertissements.", "And \(left) more warnings."))
        ]
    }

    package init(_ code: Code, _ message: Message, at position: DocumentPosition? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }
}
