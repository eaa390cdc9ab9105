import ActionPlans

/// The indicators of a year on the page of the barometer: each number with its rule, its target, and what was printed of it.
struct IndicatorTable: PagePart {
    let indicators: [IndicatorFigure]
    let language: Language

    /// Nothing in a year without indicators.
    var section: Markup {
        guard !indicators.isEmpty else { return "" }
        let rows = indicators.map { figure in
            row(
                "\(french(figure.definition.title))<br/><small>\(figure.definition.rule[language])</small>",
                [
                    "\(value(figure))", "\(target(figure))", "\(answers(figure))", "\(published(figure))",
                ])
        }
        let titles = [
            say("Indicateur", "Indicator"), say("Valeur", "Value"), say("Cible (écart)", "Target (gap)"),
            say("Réponses", "Answers"),
            say("Publié ailleurs", "Published elsewhere"),
        ]
        return """
            <section aria-labelledby="indicators">
            <h2 id="indicators">\(say("Indicateurs", "Indicators"))</h2>
            \(table("\(say("Les chiffres des indicateurs de l’année", "The numbers of the indicators of the year"))", titles, rows))
            </section>
            """
    }

    private func value(_ figure: IndicatorFigure) -> String {
        let provisional = figure.isProvisional ? say(", provisoire", ", provisional") : ""
        return shown(figure.number.value, in: figure.definition.unit) + provisional
    }

    private func target(_ figure: IndicatorFigure) -> String {
        guard let position = figure.target else { return say("sans cible", "no target") }
        let gap = position.gap.map { " (\($0.isNegative || $0.isZero ? "" : "+")\($0.inWords[language]))" } ?? ""
        return shown(position.target.value, in: figure.definition.unit) + gap
    }

    /// The answers that count, of those that count or may still come.
    private func answers(_ figure: IndicatorFigure) -> String {
        guard figure.expected != nil else { return shown(figure.validated) }
        let possible = figure.validated + figure.pending.count + figure.missing.reduce(0) { $0 + $1.periods.count }
        return say("\(figure.validated) sur \(possible)", "\(figure.validated) of \(possible)")
    }

    private func published(_ figure: IndicatorFigure) -> Markup {
        guard let printed = figure.published.last else { return "<span aria-hidden=\"true\">–</span>" }
        return """
            <a href="\(printed.figure.source)">\(shown(printed.number.value, in: figure.definition.unit))</a>
            """
    }

    private func shown(_ number: ExactDecimal?, in unit: String) -> String {
        guard let number else { return say("sans objet", "not applicable") }
        let text = number.inWords[language]
        // English puts no space before the sign.
        return unit == "%" ? say("\(text)\u{A0}%", "\(text)%") : "\(text)\u{A0}\(unit)"
    }
}
