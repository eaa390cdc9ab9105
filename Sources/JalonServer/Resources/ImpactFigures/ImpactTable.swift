import ActionPlans

/// What the actions avoid in a year, as a table of a page: a line for each family and basis, since neither are ever added up.
struct ImpactTable: PagePart {
    /// The sums of a family that are of one basis.
    struct Line {
        let family: String
        let basis: ImpactBasis
        let impacts: Int
        let amounts: [ImpactIndicator: Amount]
    }

    struct Amount {
        let bounded: BoundedNumber
        let parts: Int
        let withoutInterval: Int
    }

    let lines: [Line]
    let language: Language

    /// - Returns: nil where nothing is avoided.
    var table: Markup? {
        guard !lines.isEmpty else { return nil }
        let rows = lines.map { line in
            row(
                "<code>\(line.family)</code>, \(line.basis.label[language].lowercased())",
                ["\(shown(line.impacts))"] + ImpactIndicator.allCases.map { amount(line.amounts[$0]) })
        }
        let caption = say(
            "Impacts évités dans l’année ; ni deux familles de méthode, ni l’estimé et le mesuré ne s’additionnent",
            "Impacts avoided in the year; neither two families of methods nor estimated and measured are added up")
        let titles = [
            say("Famille et base", "Family and basis"), say("Impacts", "Impacts"), say("kg éq. CO2", "kg CO2 eq"),
            say("kg éq. Sb", "kg Sb eq"),
        ]
        return table("\(caption)", titles, rows)
    }

    private func amount(_ amount: Amount?) -> Markup {
        guard let amount else { return "\(say("sans objet", "not applicable"))" }
        let central = amount.bounded.central.inWords[language]
        if let low = amount.bounded.low, let high = amount.bounded.high {
            let (low, high) = (low.inWords[language], high.inWords[language])
            return "\(central)<br/><small>\(say("de \(low) à \(high)", "from \(low) to \(high)"))</small>"
        }
        return "\(central)<br/><small>\(withoutInterval(amount))</small>"
    }

    /// A part without an interval is not exact, so that the sum has none either.
    private func withoutInterval(_ amount: Amount) -> String {
        guard amount.parts > 1 else { return say("sans intervalle", "without an interval") }
        let (without, parts) = (shown(amount.withoutInterval), shown(amount.parts))
        let isOne = amount.withoutInterval == 1
        return say(
            "sans intervalle : \(without) des \(parts) impacts n’en \(isOne ? "a" : "ont") pas",
            "without an interval: \(without) of the \(parts) impacts \(isOne ? "has" : "have") none")
    }
}

extension ImpactFigures {
    /// The sums that are of something.
    var lines: [ImpactTable.Line] {
        families.flatMap { family in
            family.total.byBasis.filter { $0.sum.impacts > 0 }.map { basis, sum in
                ImpactTable.Line(
                    family: family.code.text, basis: basis, impacts: sum.impacts,
                    amounts: sum.numbers.mapValues {
                        ImpactTable.Amount(bounded: $0.bounded, parts: $0.parts, withoutInterval: $0.withoutInterval)
                    })
            }
        }
    }
}
