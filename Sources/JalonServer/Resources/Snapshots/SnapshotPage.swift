import ActionPlans
import Documents

/// Frozen figures for whoever quotes them: what they cover, their hash, and how to check it by hand. The numbers are read
/// from the very document that is hashed, which is in French.
struct SnapshotPage: PagePart {
    let record: SnapshotRecord
    let document: DocumentNode
    let elsewhere: [PublishedFigure]
    let vocabularies: Vocabularies
    let frame: PageFrame

    var language: Language { frame.language }

    private var address: String { "/v1/snapshots/\(record.id)" }
    private var fileName: String { "jalon-\(record.id).json" }
    private var figures: DocumentNode? { document.member("figures") }

    var page: Markup {
        frame.page(
            "\(record.title), \(record.id)",
            """
            <h1>\(french(record.title))</h1>
            <p class="lead">\(french(figures?.member("headline")?.member("text")?.plainText ?? ""))</p>
            \(coverage)
            \(editions)
            \(note)
            \(descriptions(facts))
            <h2 id="empreinte">\(say("L’empreinte, et comment la vérifier", "The hash, and how to check it"))</h2>
            \(verification)
            <h2>\(say("Les chiffres de cette édition", "The figures of this edition"))</h2>
            \(rates)
            \(indicators)
            \(ImpactTable(lines: SnapshotImpacts.lines(of: document), language: language).table ?? "")
            \(published)
            <h2>\(say("Pour aller plus loin", "Further"))</h2>
            \(bullets(links))
            """)
    }

    /// Whose plans are in, and whose are not: a headline is not quoted without it.
    private var coverage: Markup {
        guard let coverage = figures?.member("coverage"), let expected = coverage.member("expected")?.literal,
            let received = coverage.member("received")?.literal
        else { return "" }
        let missing = (coverage.member("missing")?.items ?? []).compactMap { $0.member("name")?.plainText }
        let plans = say("Plans de \(received) ministères sur \(expected).", "Plans of \(received) ministries of \(expected).")
        guard !missing.isEmpty else { return "<p>\(plans)</p>\n" }
        return """
            <p><strong>\(say("Chiffres provisoires.", "Provisional figures."))</strong> \(plans) \
            \(say(missing.count > 1 ? "Manquent :" : "Manque :", "Missing:")) \(french(missing.joined(separator: ", "))).</p>

            """
    }

    private var note: Markup {
        guard let note = record.note else { return "" }
        return "<p>\(french(note))</p>"
    }

    /// What came before and after, and which to quote.
    private var editions: Markup {
        var lines: [Markup] = []
        if let later = record.replacedBy {
            let link = frame.link("/v1/snapshots/\(later)", later.description)
            lines.append("\(say("Une édition plus récente remplace celle-ci :", "A later edition replaces this one:")) \(link).")
        }
        if let earlier = record.replaces {
            let link = frame.link("/v1/snapshots/\(earlier)", earlier.description)
            lines.append("\(say("Cette édition remplace", "This edition replaces")) \(link).")
        }
        return "\(lines.map { "<p>\($0)</p>\n" })"
    }

    private var facts: [(term: Markup, value: Markup)] {
        let scope = record.scope
        func list(_ words: [String]?) -> Markup { "\(words.map { $0.joined(separator: ", ") } ?? say("Toutes", "All"))" }
        return [
            ("\(say("Édition", "Edition"))", "\(record.id.description)"),
            ("\(say("Année", "Year"))", "\(String(record.id.year))"),
            (
                "\(say("Ministères", "Ministries"))",
                "\(scope.ministries.map { $0.map(\.text).joined(separator: ", ") } ?? say("Tous", "All"))"
            ),
            ("\(say("Thématiques", "Themes"))", list(scope.themes?.map { vocabularies.label($0)[language] })),
            (
                "\(say("Niveaux visés", "Levels aimed at"))",
                "\(scope.targetLevels.map { $0.map { vocabularies.label($0)[language] }.joined(separator: ", ") } ?? say("Tous", "All"))"
            ),
            ("\(say("Feuilles de route", "Roadmaps"))", list(scope.states.map { vocabularies.label($0)[language] })),
            ("\(say("Au soir du", "On the evening of"))", "\(scope.reading.asOf.map(shown) ?? "")"),
            (
                "\(say("D’après ce qui était connu", "As was known"))",
                "<time datetime=\"\(scope.reading.knownAt ?? "")\">\(scope.reading.knownAt.map { shown(instant: $0) } ?? "")</time>"
            ),
            (
                "\(say("Arrêtés", "Frozen"))",
                """
                <time datetime="\(record.createdAt)">\(shown(instant: record.createdAt))</time>, \
                \(say("par la coordination", "by the coordinators"))
                """
            ),
        ]
    }

    private var verification: Markup {
        """
        <p>\(say("SHA-256 du document :", "SHA-256 of the document:"))<br/><code>\(record.sha256)</code></p>
        <ol>
        <li>\(say("Téléchargez", "Download")) <a href="\(address)/document" download="\(fileName)">\
        \(say("le document, tel qu’il a été arrêté", "the document as it was frozen"))</a> (JSON).</li>
        <li>\(say("Calculez son empreinte :", "Compute its hash:"))
        <pre>sha256sum \(fileName)</pre>
        \(say("ou, sous macOS, ", "or, on macOS, "))<code>shasum -a 256 \(fileName)</code>\(say(" ; sous Windows, ", "; on Windows, "))\
        <code>certutil -hashfile \(fileName) SHA256</code>.</li>
        <li>\(say(
            "Comparez-la à celle de cette page et à celle de la publication : une seule lettre de différence, et ce n’est plus le même document.",
            "Compare it with the one on this page and the one in the publication: if one letter differs, it is not the same document."
        ))</li>
        </ol>
        <p>\(say("Ou d’une traite :", "Or at once:"))</p>
        <pre>curl -s https://…\(address)/document | sha256sum</pre>
        <p>\(prose(
            "Avec un jeton, `\(address)/verification` refait le compte aux mêmes dates, puis avec ce que l’on sait maintenant, et dit "
                + "chaque différence et sa cause.",
            "With a token, `\(address)/verification` counts anew at the same dates, then with what is known now, and tells each "
                + "difference and its cause."))</p>
        """
    }

    private var rates: Markup {
        let rows = (figures?.member("rates")?.items ?? []).map { rate in
            let value = rate.member("value")?.literal.map { $0.contains(".") ? $0 : $0 + ".0" }
            return row(
                "\(french(rate.member("label")?.plainText ?? ""))<br/><small>\(french(rate.member("rule")?.plainText ?? ""))</small>",
                [
                    "\(value.map { say($0.replacing(".", with: ",") + "\u{A0}%", "\($0)%") } ?? say("sans objet", "not applicable"))",
                    "\(number(rate.member("numerator")))", "\(number(rate.member("denominator")))",
                ])
        }
        return table(
            "\(say("Taux et leur règle", "Rates and their rules"))",
            [say("Taux", "Rate"), say("Valeur", "Value"), say("Actions", "Actions"), say("sur", "of")], rows)
    }

    /// Nothing where none was frozen.
    private var indicators: Markup {
        let rows = (document.member("indicators")?.items ?? []).map { indicator in
            let value = indicator.member("value")?.plainText.flatMap { ExactDecimal(reckoned: $0) }
            return row(
                "\(french(indicator.member("title")?.plainText ?? ""))<br/><small>\(french(indicator.member("rule")?.plainText ?? ""))</small>",
                [
                    "\(value?.inWords[language] ?? say("sans objet", "not applicable"))\(provisional(indicator))",
                    french(indicator.member("unit")?.plainText ?? ""), "\(number(indicator.member("validated")))",
                    "\(possible(indicator))",
                ])
        }
        guard !rows.isEmpty else { return "" }
        return table(
            "\(say("Indicateurs", "Indicators"))",
            [
                say("Indicateur", "Indicator"), say("Valeur", "Value"), say("Unité", "Unit"), say("Réponses", "Answers"),
                say("Attendues", "Expected"),
            ], rows)
    }

    /// The answers that count or might have: who has nothing to answer, or could not, is not awaited.
    private func possible(_ indicator: DocumentNode) -> String {
        guard let validated = indicator.member("validated")?.literal.flatMap({ Int($0) }),
            indicator.member("expected")?.literal != nil
        else {
            return ""
        }
        let settled: Set<String> = ["not_applicable", "unavailable"]
        let others = (indicator.member("not_counted")?.items ?? []).filter {
            !settled.contains($0.member("standing")?.plainText ?? "")
        }
        return shown(validated + others.count)
    }

    /// Beside a number that was so when it was frozen.
    private func provisional(_ indicator: DocumentNode) -> String {
        indicator.member("provisional")?.isTrue == true ? say(", provisoire", ", provisional") : ""
    }

    private func number(_ node: DocumentNode?) -> String { node?.literal.flatMap { Int($0) }.map(shown) ?? "" }

    private var published: Markup {
        guard !elsewhere.isEmpty else { return "" }
        let items = elsewhere.map { figure -> Markup in
            """
            \(french(figure.statement))<br/><small>\(french("\(figure.publisher), \(figure.title)")), \(shown(figure.publishedOn)). \
            \(source(of: figure))</small>
            """
        }
        return """
            <h2>\(say("Publié ailleurs sur la même année", "Published elsewhere about the same year"))</h2>
            \(bullets(items))
            """
    }

    private func source(of figure: PublishedFigure) -> Markup {
        figure.source.hasPrefix("https://") ? "<a href=\"\(figure.source)\">\(figure.source)</a>" : "\(figure.source)"
    }

    private var links: [Markup] {
        [
            frame.link("/v1/barometer?year=\(record.id.year)", say("Le baromètre de cette année", "The barometer of that year")),
            frame.link("/docs#arretes", say("Ce que sont les chiffres arrêtés", "What frozen figures are")),
            "<a href=\"\(address)/document\">\(say("Le document (JSON)", "The document (JSON)"))</a>",
            """
            <a href="\(record.scope.links.figures)">\(say(
                "Les mêmes chiffres, recalculés à ces dates (JSON)", "The same figures, computed anew at these dates (JSON)"))</a>
            """,
        ]
    }
}
