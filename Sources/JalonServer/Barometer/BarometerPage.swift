import ActionPlans

/// The barometer as a page: the same facts, readable without sight, colour, script or screen.
struct BarometerPage: HTMLPart {
    private let barometer: Barometer
    var language: Language { barometer.language }

    init(_ barometer: Barometer) { self.barometer = barometer }

    var text: String {
        let heading = "\(Barometer.title[language]), \(barometer.year)"
        return HTML.page(
            title: heading, language: language,
            """
            <main>
            <h1>\(HTML.escaped(heading))</h1>
            <p><strong>\(HTML.escaped(barometer.headline.text[language])).</strong></p>
            <p>\(HTML.escaped(barometer.coverageText[language])) \(HTML.escaped(dateOfData))</p>
            \(rates)
            \(breakdowns)
            \(ministries)
            \(progress)
            </main>
            <footer>
            <p>\(say("Source :", "Source:")) \(HTML.escaped(Barometer.source[language])). \
            \(say("Licence :", "Licence:")) <a href="\(Barometer.licence.address)">\(HTML.escaped(Barometer.licence.name[language]))</a>.</p>
            \(frozen)
            <ul>
            \(links)
            </ul>
            </footer>
            """)
    }

    private var links: String {
        [
            (barometer.figuresAddress, say("Tous les chiffres de l’année (JSON)", "All the figures of the year (JSON)")),
            (
                barometer.actionsAddress,
                say("La liste des actions (JSON, avec un jeton)", "The list of the actions (JSON, with a token)")
            ),
            (Barometer.methodologyAddress, say("Comment ces chiffres sont calculés", "How these figures are computed")),
        ].map { address, text in "<li><a href=\"\(HTML.escaped(address))\">\(text)</a></li>" }.joined(separator: "\n")
    }

    private var dateOfData: String {
        guard let day = barometer.lastChange?.day else { return Message("Aucune donnée.", "No data.")[language] }
        return Message("Données au \(shown(day)).", "Data as of \(shown(day)).")[language]
    }

    /// The last figures that were frozen: what may be quoted.
    private var frozen: String {
        guard let snapshot = barometer.snapshot else { return "" }
        let address = HTML.escaped("/v1/snapshots/\(snapshot.id)/document")
        return """
            <p>\(say("Chiffres arrêtés :", "Frozen figures:")) <a href="\(address)">\(HTML.escaped(snapshot.title))</a> \
            (\(say("au", "as of")) \(shown(snapshot.asOf))). SHA-256\(say(" :", ":")) <code>\(HTML.escaped(snapshot.sha256))</code></p>
            """
    }

    private var rates: String {
        let rows = Rate.allCases.map { rate in
            row(
                HTML.escaped(rate.label[language]) + "<br/><small>\(HTML.escaped(rate.rule[language]))</small>",
                [
                    shown(rate.value(barometer.total)), shown(rate.numerator(barometer.total)),
                    shown(rate.denominator(barometer.total)),
                ])
        }
        return table(
            say("Taux et leur règle", "Rates and their rules"),
            [say("Taux", "Rate"), say("Valeur", "Value"), say("Numérateur", "Numerator"), say("Dénominateur", "Denominator")],
            rows)
    }

    private var breakdowns: String {
        let statuses = barometer.statuses.map { row(HTML.escaped($0.label), [shown($0.actions)]) }
        let tables = [
            (say("Par thématique", "By theme"), say("Thématique", "Theme"), barometer.themes),
            (
                say("Par niveau d’engagement cible", "By target level of commitment"), say("Niveau", "Level"),
                barometer.targetLevels
            ),
            (say("Par niveau atteint", "By level reached"), say("Niveau", "Level"), barometer.reachedLevels),
        ].map { caption, first, groups in
            table(caption, [first] + countTitles, groups.map { row(HTML.escaped($0.label), counts($0.tally)) })
        }
        return
            ([table(say("Par état d’avancement", "By status"), [say("État", "Status"), say("Actions", "Actions")], statuses)]
            + tables)
            .joined(separator: "\n")
    }

    private var ministries: String {
        let rows = barometer.ministries.map { ministry in
            let name = HTML.escaped(ministry.name) + (ministry.acronym.map { " (\(HTML.escaped($0)))" } ?? "")
            return row(
                language == .french ? name : "<span lang=\"fr\">\(name)</span>",
                [HTML.escaped(ministry.plan.label[language])] + counts(ministry.tally), wordColumns: 1)
        }
        return table(
            say("Par ministère", "By ministry"), [say("Ministère", "Ministry"), say("Plan", "Plan")] + countTitles, rows,
            wordColumns: 1)
    }

    private var progress: String {
        guard !barometer.points.isEmpty else { return "" }
        return table(
            say("Avancement au fil de l’année", "Progress over the year"), [say("Au soir du", "On the evening of")] + countTitles,
            barometer.points.map { row(shown($0.day), counts($0.total)) })
    }

    private var countTitles: [String] {
        [say("Actions", "Actions"), say("Réalisées", "Done"), say("Taux de réalisation", "Rate of completion")]
    }

    private func counts(_ tally: Tally?) -> [String] {
        guard let tally else { return Array(repeating: say("pas de plan", "no plan"), count: 3) }
        return [shown(tally.actions), shown(tally.realisees), shown(Rate.realiseesIdentifiees.value(tally))]
    }
}
