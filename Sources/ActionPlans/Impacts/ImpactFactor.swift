/// What one functional unit avoids, by one source: a version of a factor, which never changes.
package struct ImpactFactor: Hashable, Sendable {
    package let code: ImpactCode
    package var title: String
    /// In words: what one is counted of.
    package var functionalUnit: String
    /// At least one of the indicators.
    package var amounts: [ImpactIndicator: BoundedNumber]
    /// Factors of two families are never summed.
    package var methodFamily: ImpactCode
    package var hypothesis: String?
    package var lifetimeYears: ExactDecimal?
    /// Of the data behind it.
    package var dataYear: Int?
    package var place: String?
    package var source: String

    package static let titleRule = TextRule(longest: 300)
    package static let lineRule = TextRule(longest: 300)
    package static let noteRule = TextRule(longest: 1_000, multiline: true)
    package static let dataYears = 1_990...2_100
    /// In years.
    package static let longestLifetime = ExactDecimal(1_000)

    package init(
        code: ImpactCode, title: String, functionalUnit: String, amounts: [ImpactIndicator: BoundedNumber],
        methodFamily: ImpactCode, hypothesis: String? = nil, lifetimeYears: ExactDecimal? = nil, dataYear: Int? = nil,
        place: String? = nil, source: String
    ) {
        self.code = code
        self.title = title
        self.functionalUnit = functionalUnit
        self.amounts = amounts
        self.methodFamily = methodFamily
        self.hypothesis = hypothesis
        self.lifetimeYears = lifetimeYears
        self.dataYear = dataYear
        self.place = place
        self.source = source
    }

    /// - Returns: the factor as it is stored, with its texts trimmed, and every fault.
    package func checked() -> (factor: ImpactFactor, faults: [Fault]) {
        var next = self
        var faults: [Fault] = []
        next.title = Self.titleRule.checked(title, member: "title", faults: &faults) ?? title
        next.functionalUnit =
            Self.lineRule.checked(functionalUnit, member: "functional_unit", faults: &faults) ?? functionalUnit
        next.hypothesis = hypothesis.map { Self.noteRule.checked($0, member: "hypothesis", faults: &faults) ?? $0 }
        next.place = place.map { Self.lineRule.checked($0, member: "place", faults: &faults) ?? $0 }
        next.source = Self.noteRule.checked(source, member: "source", faults: &faults) ?? source
        for indicator in ImpactIndicator.allCases { amounts[indicator]?.check(indicator.rawValue, &faults) }
        if let years = lifetimeYears, !ExactDecimal.zero.isLess(than: years) || Self.longestLifetime.isLess(than: years) {
            faults.append(
                Fault(
                    "lifetime_years", .outOfRange,
                    Message(
                        "La durée de vie, en années, est plus grande que 0 et vaut \(Self.longestLifetime) au plus.",
                        "The lifetime, in years, is greater than 0 and \(Self.longestLifetime) at most.")))
        }
        return (next, faults)
    }

    /// The same numbers keep the zeros with which they were written first.
    package func written(as former: ImpactFactor) -> ImpactFactor {
        var next = self
        for (indicator, amount) in amounts {
            if let before = former.amounts[indicator] { next.amounts[indicator] = amount.written(as: before) }
        }
        if let lifetimeYears, let before = former.lifetimeYears { next.lifetimeYears = lifetimeYears.written(as: before) }
        return next
    }

    package static let noAmount = Fault(
        ImpactIndicator.carbon.rawValue, .required,
        Message(
            "Donnez au moins un des deux indicateurs : « kg_co2_eq » ou « kg_sb_eq », en kilogrammes par unité fonctionnelle.",
            "Give at least one of the two indicators: “kg_co2_eq” or “kg_sb_eq”, in kilograms for each functional unit."))
}
