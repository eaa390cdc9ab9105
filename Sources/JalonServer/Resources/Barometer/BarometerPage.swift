import ActionPlans

/// The barometer as a page: each picture beside a table of the same numbers, readable without sight, colour, script or screen.
struct BarometerPage: PagePart {
    let barometer: Barometer
    let frame: PageFrame

    var language: Language { barometer.language }

    init(_ barometer: Barometer, in frame: PageFrame) {
        self.barometer = barometer
        self.frame = frame
    }

    var page: Markup {
        let heading = "\(Barometer.title[language]), \(barometer.year)"
        return frame.page(
            heading,
            """
            <h1>\(heading)</h1>
            <p class="lead">\(barometer.headline.text[language])</p>
            <p>\(barometer.coverageText[language]) \(dateOfData)</p>
            \(barometer.hasPlans ? plans : "")
            \(IndicatorTable(indicators: barometer.indicators, language: language).section)
            \(impacts)
            \(barometer.hasPlans || !barometer.hasCensus ? "" : section(.ministries, ministries))
            <h2>\(say("Reprendre ces chiffres", "To use these figures"))</h2>
            \(frozen)
            <p>\(say("Source :", "Source:")) \(Barometer.source[language]). \(say("Licence :", "Licence:")) \
            <a href="\(Barometer.licence.address)">\(Barometer.licence.name[language])</a>.</p>
            \(bullets(links))
            \(barometer.hasPlans ? embedding : "")
            """)
    }

    /// What is told of the actions: nothing in a year without plans, whose indicators come first.
    private var plans: Markup {
        """
        <div class="beside">\(statuses)\(rates)</div>
        \(section(.themes, themes))
        \(section(.levels, levels))
        \(section(.progress, progress))
        \(section(.ministries, ministries))
        """
    }

    private var impacts: Markup {
        guard let table = ImpactTable(lines: barometer.impacts.figures.lines, language: language).table else { return "" }
        let name = say(
            "Comment ces sommes sont faites, et leur détail (JSON)", "How these sums are made, and their details (JSON)")
        return """
            <section aria-labelledby="impacts">
            <h2 id="impacts">\(say("Impacts évités", "Avoided impacts"))</h2>
            \(table)
            <p><a href="\(barometer.impactsAddress)">\(name)</a></p>
            </section>
            """
    }

    private func section(_ kind: BarometerPicture.Kind, _ table: Markup) -> Markup {
        let picture = BarometerPicture(kind, of: barometer)
        let name = say("Cette image seule (SVG)", "This picture alone (SVG)")
        return """
            <section aria-labelledby="\(kind.rawValue)">
            <h2 id="\(kind.rawValue)">\(picture.title)</h2>
            <div class="beside">
            <figure>\(picture.beside)<figcaption class="screen">\(frame.link(barometer.address(of: kind), name))</figcaption></figure>
            \(table)
            </div>
            </section>
            """
    }

    private var dateOfData: String {
        guard let day = barometer.day else { return say("Aucune donnée.", "No data.") }
        let known =
            barometer.scope.reading.knownAt.map {
                say(", telles que connues le \(shown(instant: $0))", ", as known on \(shown(instant: $0))")
            } ?? ""
        return say("Données au \(shown(day))\(known).", "Data as of \(shown(day))\(known).")
    }

    private var statuses: Markup {
        table(
            "\(say("Par état d’avancement", "By status"))", [say("État", "Status"), say("Actions", "Actions")],
            barometer.statuses.map { row("\($0.label)", ["\(shown($0.actions))"]) })
    }

    private var rates: Markup {
        let rows = Rate.allCases.map { rate in
            row(
                "\(rate.label[language])<br/><small>\(rate.rule[language])</small>",
                [
                    "\(shown(rate.value(barometer.total)))", "\(shown(rate.numerator(barometer.total)))",
                    "\(shown(rate.denominator(barometer.total)))",
                ])
        }
        return table(
            "\(say("Taux et leur règle", "Rates and their rules"))",
            [say("Taux", "Rate"), say("Valeur", "Value"), say("Actions", "Actions"), say("sur", "of")], rows)
    }

    private var themes: Markup {
        let labels = Dictionary(uniqueKeysWithValues: zip(ActionStatus.allCases, barometer.statuses.map(\.label)))
        let statuses = ThemeDrawing.statuses
        let rows = barometer.themes.map { theme in
            let numbers = statuses.map { theme.tally[$0] } + [theme.tally.actions]
            return row(
                "\(theme.label)",
                numbers.map { "\(shown($0))" } + ["\(shown(Rate.realiseesIdentifiees.value(theme.tally)))"])
        }
        return table(
            "\(say("Par thématique", "By theme"))",
            [say("Thématique", "Theme")] + statuses.map { labels[$0] ?? $0.code }
                + [say("Ensemble", "All"), say("Taux de réalisation", "Rate of completion")],
            rows)
    }

    private var levels: Markup {
        let rows = LevelDrawing(barometer).rows.map { label, target, reached in
            row("\(label)", ["\(target.map(shown) ?? say("sans objet", "not applicable"))", "\(shown(reached))"])
        }
        return table(
            "\(say("Par niveau d’engagement", "By level of commitment"))",
            [
                say("Niveau", "Level"), say("Actions qui le visent", "Actions that aim at it"),
                say("Actions qui l’ont atteint", "Actions that have reached it"),
            ], rows)
    }

    private var progress: Markup {
        let rows = barometer.points.map { point in row("\(shown(point.day))", counts(point.total)) }
        return table(
            "\(say("Mois par mois", "Month by month"))",
            [say("Au soir du", "On the evening of")] + countTitles,
            rows.isEmpty ? [row("\(say("Aucun mois", "No month"))", counts(nil))] : rows)
    }

    private var ministries: Markup {
        let rows = barometer.ministries.map { ministry in
            let acronym = ministry.acronym.map { " (\($0))" } ?? ""
            return row(
                french(ministry.name + acronym), ["\(standing(of: ministry))"] + counts(ministry.tally))
        }
        return table(
            "\(say("Par ministère", "By ministry"))",
            [say("Ministère", "Ministry"), say("Plan", "Plan")] + countTitles, rows, wordColumns: 1)
    }

    private func standing(of ministry: Barometer.Ministry) -> String {
        ministry.plan.label[language] + (ministry.isLate ? say(", en retard", ", late") : "")
    }

    private var countTitles: [String] {
        [say("Actions", "Actions"), say("Réalisées", "Done"), say("Taux de réalisation", "Rate of completion")]
    }

    private func counts(_ tally: Tally?) -> [Markup] {
        guard let tally else { return Array(repeating: "<span aria-hidden=\"true\">–</span>", count: 3) }
        return [
            "\(shown(tally.actions))", "\(shown(tally.realisees))", "\(shown(Rate.realiseesIdentifiees.value(tally)))",
        ]
    }

    // Whoever quotes

    /// The last figures that were frozen: what may be quoted.
    private var frozen: Markup {
        guard let snapshot = barometer.snapshot else { return "" }
        return """
            <p>\(say("Chiffres arrêtés :", "Frozen figures:")) \(frame.link("/v1/snapshots/\(snapshot.id)", snapshot.title)) \
            (\(say("au", "as of")) \(shown(snapshot.asOf))). SHA-256\(say(" :", ":")) <code>\(snapshot.sha256)</code></p>
            """
    }

    private var links: [Markup] {
        [
            frame.link(Barometer.methodologyAddress, say("Comment ces chiffres sont calculés", "How these figures are computed")),
            "<a href=\"\(barometer.figuresAddress)\">\(say("Tous les chiffres de l’année (JSON)", "All the figures of the year (JSON)"))</a>",
            """
            <a href="\(barometer.actionsAddress)">\(say(
                "La liste des actions (JSON, avec un jeton)", "The list of the actions (JSON, with a token)"))</a>
            """,
        ]
    }

    private var embedding: Markup {
        let address = barometer.address(of: .themes) + "&lang=\(language.rawValue)"
        let example = "<img src=\"https://…\(address)\" alt=\"\(barometer.headline.text[language])\">"
        return """
            <div class="screen"><p>\(say(
                "Pour montrer une image sur une autre page (elle suit les données ; l’alternative dit ce qu’elle montre) :",
                "To show a picture on another page (it follows the data; the alternative tells what it shows):"))</p>
            <pre>\(example)</pre></div>
            """
    }
}
