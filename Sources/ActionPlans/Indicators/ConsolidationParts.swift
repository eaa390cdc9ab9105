/// What a number is reckoned from. Parts add up in any order, so they can be summed where the answers are, and the rule is
/// applied once, to the sum.
package struct ConsolidationParts: Hashable, Sendable {
    package var sum = ExactDecimal.zero
    package var numerator = ExactDecimal.zero
    package var denominator = ExactDecimal.zero
    /// Of the bodies' own values, once they are whole.
    package var least: ExactDecimal?
    package var greatest: ExactDecimal?
    package var yes = 0
    /// The answers that say something, each period of a body for itself.
    package var answers = 0
    /// The bodies that gave them.
    package var contributors = 0

    /// Nothing, to which others are added.
    package init() {}

    /// - Parameters: what the answers of one body add up to over the periods that count.
    package init(
        ofOneBody sum: ExactDecimal, numerator: ExactDecimal, denominator: ExactDecimal, yes: Int, answers: Int
    ) {
        self.sum = sum
        self.numerator = numerator
        self.denominator = denominator
        self.yes = yes
        self.answers = answers
        guard answers > 0 else { return }
        least = sum
        greatest = sum
        contributors = 1
    }

    /// - Parameter periods: the answers of one body to the periods that count. What is not applicable or unavailable counts
    ///   nowhere, in no denominator either.
    package init(ofOneBody periods: some Sequence<MeasureAnswer>) {
        var all = ConsolidationParts()
        for answer in periods {
            switch answer {
            case .value(let value): all.sum += value
            case .parts(let numerator, let denominator):
                all.numerator += numerator
                all.denominator += denominator
            case .yes(let isYes): all.yes += isYes ? 1 : 0
            case .notApplicable, .unavailable: continue
            }
            all.answers += 1
        }
        self.init(
            ofOneBody: all.sum, numerator: all.numerator, denominator: all.denominator, yes: all.yes, answers: all.answers)
    }

    package static func + (left: ConsolidationParts, right: ConsolidationParts) -> ConsolidationParts {
        var all = left
        all.sum += right.sum
        all.numerator += right.numerator
        all.denominator += right.denominator
        all.least = [left.least, right.least].compactMap { $0 }.min { $0.precedes($1) }
        all.greatest = [left.greatest, right.greatest].compactMap { $0 }.max { $0.precedes($1) }
        all.yes += right.yes
        all.answers += right.answers
        all.contributors += right.contributors
        return all
    }

    package static func += (all: inout ConsolidationParts, more: ConsolidationParts) { all = all + more }
}
