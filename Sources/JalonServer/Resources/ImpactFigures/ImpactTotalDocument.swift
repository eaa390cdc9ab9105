import ActionPlans

extension ImpactFigures {
    /// How the sums are made, for whoever reads them.
    static func writeRules(to object: inout JSONWriter, in language: Language) {
        object.member("rule", rule[language])
        object.member("equivalent_rule", EuropeanYear.rule[language])
        object.member("overlap_rule", overlapRule[language])
    }
}

extension ImpactFigures.Family {
    /// The sums of the whole family, as members.
    func writeTotal(to object: inout JSONWriter) {
        object.member("method_family", code.text)
        total.write(to: &object, withEquivalents: true)
    }
}

extension ImpactTotal {
    /// Its sums by basis, in the order in which they are told.
    var byBasis: [(basis: ImpactBasis, sum: ImpactSum)] { [(.estimated, estimated), (.measured, measured)] }

    /// As the members `estimated` and `measured`.
    func write(to object: inout JSONWriter, withEquivalents: Bool = false) {
        for (basis, sum) in byBasis {
            object.member(basis.rawValue) { item in
                sum.write(to: &item)
                if withEquivalents { sum.writeEquivalents(to: &item) }
            }
        }
    }
}

extension ImpactSum {
    fileprivate func write(to item: inout JSONWriter) {
        item.member("impacts", impacts)
        for indicator in ImpactIndicator.allCases {
            guard let number = numbers[indicator] else {
                item.member(indicator.rawValue, nil as String?)
                continue
            }
            item.member(indicator.rawValue) { amount in
                amount.member("low", number.bounded.low)
                amount.member("central", number.bounded.central)
                amount.member("high", number.bounded.high)
                amount.member("impacts", number.parts)
                amount.member("without_interval", number.withoutInterval)
            }
        }
    }

    fileprivate func writeEquivalents(to item: inout JSONWriter) {
        item.member("europeans") { europeans in
            for indicator in ImpactIndicator.allCases {
                let amount = numbers[indicator]?.bounded
                europeans.member(indicator.rawValue, MemberValue(amount.flatMap { EuropeanYear.equivalent(of: $0, indicator) }))
            }
        }
    }
}
