import ActionPlans

/// The indicators of a year on the page of the barometer: each number with its rule, its target, and what was printed of it.
struct IndicatorTable: PagePart {
    let indicators: [IndicatorFigure]
    let language: Language

    /// How many bodies are named of those that are missing.
    private static let mostNames = 10

    /// Nothing in a year without indicators.
    var section: Markup {
        guard !indicators.isEmpty else { return "" }
        let rows = indicators.map { figure in
            row(
                "\(french(figure.definition.title))<br/><small>\(figure.definition.rule[language])</small>",
                [
                    "\(answers(figure))\(missing(figure))", "\(value(figure))", "\(published(figure))", "\(target(figure))",
                ])
        }
        let titles = [
            say("Indicateur", "Indicator"), say("Réponses", "Answers"), say("Valeur", "Value"),
            say("Publié ailleurs (écart)", "Published elsewhere (difference)"), say("Cible (écart)", "Target (gap)"),
        ]
        let caption = say("Les chiffres des indicateurs de l’année", "The numbers of the indicators of the year")
        return """
            <section aria-labelledby="indicators">
            <h2 id="indicators">\(say("Indicateurs", "Indicators"))</h2>
            \(table("\(caption)", titles, rows, wordColumns: 4))
            </section>
            """
    }

    /// Who has not answered, by name: the first ten, and how many more.
    private func missing(_ figure: IndicatorFigure) -> Markup {
        guard figure.expected != nil else {
            return "<br/><small>\(say("Rien ne dit qui est attendu.", "Nothing says who is expected."))</small>"
        }
        let names = figure.missing.map { figure.names[$0.body] ?? $0.body.text }
        guard !names.isEmpty else { return "" }
        let more = names.count - Self.mostNames
        let others = more > 0 ? say(" et \(more) autre\(more > 1 ? "s" : "")", " and \(more) other\(more > 1 ? "s" : "")") : ""
        return """
            <br/><small>\(say(names.count > 1 ? "Manquent :" : "Manque :", "Missing:")) \
            \(french(names.prefix(Self.mostNames).joined(separator: ", ")))\(others)</small>
            """
    }

    private func value(_ figure: IndicatorFigure) -> String {
        let provisional = figure.isProvisional ? say(", provisoire", ", provisional") : ""
        return shown(figure.number.value, in: figure.definition.unit) + provisional
    }

    private func target(_ figure: IndicatorFigure) -> String {
        guard let position = figure.target else { return say("sans cible", "no target") }
        // That of the period, or the next one, which has not come yet.
        let period =
            position.target.period == figure.period ? "" : say(" en \(position.target.period)", " in \(position.target.period)")
        return shown(position.target.value, in: figure.definition.unit) + period + inBrackets(position.gap)
    }

    /// With its sign.
    private func inBrackets(_ difference: ExactDecimal?) -> String {
        difference.map { " (\($0.isNegative || $0.isZero ? "" : "+")\($0.inWords[language]))" } ?? ""
    }

    /// The answers that count, of those that count or may still come.
    private func answers(_ figure: IndicatorFigure) -> String {
        guard figure.expected != nil else { return shown(figure.validated) }
        let possible = figure.validated + figure.pending.count + figure.missing.reduce(0) { $0 + $1.periods.count }
        return say("\(figure.validated) sur \(possible)", "\(figure.validated) of \(possible)")
    }

    /// The last that was printed of it, in the words of its sentence, and what the number differs by.
    private func published(_ figure: IndicatorFigure) -> Markup {
        guard let printed = figure.published.last else { return "<span aria-hidden=\"true\">–</span>" }
        let number = shown(printed.number.value, in: figure.definition.unit)
        let words =
            switch printed.number.relation {
            case .exact: number
            case .rounded: say("\(number), arrondi", "\(number), rounded")
            case .moreThan: say("plus de \(number)", "more than \(number)")
            }
        return """
            <a href="\(printed.figure.source)">\(words)</a>\(inBrackets(figure.difference(from: printed.number)))
            """
    }

    private func shown(_ number: ExactDecimal?, in unit: String) -> String {
        guard let number else { return say("sans objet", "not applicable") }
        let text = number.inWords[language]
        // English puts no space before the sign.
        return unit == "%" ? say("\(text)\u{A0}%", "\(text)%") : "\(text)\u{A0}\(unit)"
    }
}
