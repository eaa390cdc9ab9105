/// The way from one count of actions to another: what each cause adds to it. It adds up by construction, for all actions
/// and for each status.
package struct Decomposition: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package var actions = 0
        /// What the actions of this cause add to the first side to make the second: signed counts.
        package var effect = Tally()
    }

    package private(set) var from = Tally()
    package private(set) var to = Tally()
    /// What is to be added to the first side to make the second: signed counts.
    package private(set) var change = Tally()
    private var parts: [MoveCause: Part] = [:]

    package init() {}

    package subscript(_ cause: MoveCause) -> Part { parts[cause] ?? Part() }

    /// - Parameters:
    ///   - from: the status with which the actions count on the first side; nil where they do not.
    ///   - to: likewise on the second side.
    package mutating func count(_ actions: Int, _ cause: MoveCause, from: ActionStatus?, to: ActionStatus?) {
        parts[cause, default: Part()].actions += actions
        if let from {
            self.from[from] += actions
            change[from] -= actions
            parts[cause, default: Part()].effect[from] -= actions
        }
        if let to {
            self.to[to] += actions
            change[to] += actions
            parts[cause, default: Part()].effect[to] += actions
        }
    }
}

/// All that moved between two sets of figures, as a whole, in each ministry and in each theme.
package struct Decompositions: Hashable, Sendable {
    /// Where and as what actions count on one side.
    package struct Place: Hashable, Sendable {
        package let theme: Theme
        package let status: ActionStatus

        package init(_ theme: Theme, _ status: ActionStatus) {
            self.theme = theme
            self.status = status
        }
    }

    package private(set) var total = Decomposition()
    package private(set) var byMinistry: [MinistryCode: Decomposition] = [:]
    package private(set) var byTheme: [Theme: Decomposition] = [:]

    package init() {}

    /// An action that goes from one theme to another leaves the one and enters the other, whatever else befell it.
    package mutating func count(_ actions: Int, _ cause: MoveCause, of ministry: MinistryCode, from: Place?, to: Place?) {
        total.count(actions, cause, from: from?.status, to: to?.status)
        byMinistry[ministry, default: Decomposition()].count(actions, cause, from: from?.status, to: to?.status)
        if let from, let to, from.theme != to.theme {
            byTheme[from.theme, default: Decomposition()].count(actions, .left, from: from.status, to: nil)
            byTheme[to.theme, default: Decomposition()].count(actions, .entered, from: nil, to: to.status)
        } else if let theme = (from ?? to)?.theme {
            byTheme[theme, default: Decomposition()].count(actions, cause, from: from?.status, to: to?.status)
        }
    }
}
