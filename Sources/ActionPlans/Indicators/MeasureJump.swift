/// A number far from the one before is asked about: it may have been typed in thousands, or in another unit.
extension Measure {
    /// How many times the number before, up or down, needs no confirmation.
    package static let largestJump = 10

    /// Told as inconsistent, which no other fault of these members is: a program knows by it that `accept=jump` helps.
    ///
    /// Beside the value, what a share is taken of is compared: both parts typed in thousands leave their share as it is.
    /// Numerators move with what they count.
    func checkJump(from previous: Measure?, _ definition: IndicatorDefinition, _ faults: inout [Fault]) {
        guard let previous, previous.definition == self.definition else { return }
        if let before = previous.answer.fraction, let now = answer.fraction, now.isJump(from: before) {
            let member = definition.kind.hasParts ? "numerator" : "value"
            let (before, now) = (before.told(definition), now.told(definition))
            faults.append(jump(member, Message("La valeur", "The value"), from: before, in: previous.period, to: now))
        }
        if case .parts(_, let now) = answer, case .parts(_, let before) = previous.answer,
            Fraction(now).isJump(from: Fraction(before))
        {
            let subject = Message("Le dénominateur", "The denominator")
            faults.append(jump("denominator", subject, from: before.inWords, in: previous.period, to: now.inWords))
        }
    }

    private func jump(
        _ member: String, _ subject: Message, from before: Message, in period: Period, to now: Message
    ) -> Fault {
        Fault(
            member, .inconsistent,
            Message(
                "\(subject.french) passe de \(before.french) (\(period)) à \(now.french) (\(self.period)), soit un rapport de plus de "
                    + "\(Self.largestJump). Vérifiez l’unité ; si le nombre est juste, confirmez-le avec accept=jump.",
                "\(subject.english) goes from \(before.english) (\(period)) to \(now.english) (\(self.period)), a factor of more than "
                    + "\(Self.largestJump). Check the unit; if the number is right, confirm it with accept=jump."))
    }
}

extension Fraction {
    /// Nothing is so many times zero, so that a number that begins or ends at zero is no jump.
    fileprivate func isJump(from before: Fraction) -> Bool {
        guard numerator != 0, before.numerator != 0 else { return false }
        return before.magnitude.times(Measure.largestJump) < magnitude || magnitude.times(Measure.largestJump) < before.magnitude
    }

    /// The value of one answer as a message tells it: with as many decimals as it needs, so that it differs from a bound beside it.
    func told(_ definition: IndicatorDefinition) -> Message {
        rounded(times: definition.kind.times, decimals: ExactDecimal.mostDecimals).withoutTrailingZeros.inWords
    }
}
