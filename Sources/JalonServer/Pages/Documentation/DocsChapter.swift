import ActionPlans

/// The operations of a subject, described one by one from the contract. A page of them all would be too long.
struct DocsChapter: PagePart {
    let frame: PageFrame
    let chapter: Contract.Chapter

    var language: Language { frame.language }

    static func address(of chapter: Contract.Chapter) -> String { "/docs/\(chapter.code)" }

    /// The contract is in French, whatever the language of the page.
    var page: Markup {
        frame.page(
            chapter.name,
            """
            <h1>\(french(chapter.name))</h1>
            <p>\(french(chapter.description)) \(frame.link("/docs#\(DocsOperations.anchor)", say("Toutes les opérations", "All the operations")))</p>
            \(bullets(chapter.entries.map { "<a href=\"#\($0.id)\">\($0.id)</a>\(say(" :", ":")) \(french($0.summary))" }))
            \(chapter.entries.map(operation).joined(by: "\n"))
            """)
    }

    private func operation(_ entry: Contract.Entry) -> Markup {
        """
        <article id="\(entry.id)">
        <h2>\(entry.id)\(say(" :", ":")) \(french(entry.summary))</h2>
        <p><code>\(entry.method) \(entry.path)</code>, \(say("permission", "permission")) \
        <code>\(entry.permission)</code></p>
        <div lang="fr">
        \(MarkedText.html(entry.description, title: entry.summary))
        </div>
        \(parameters(of: entry))
        \(bullets(facts(of: entry)))
        </article>
        """
    }

    private func parameters(of entry: Contract.Entry) -> Markup {
        guard !entry.parameters.isEmpty else { return "" }
        let rows = entry.parameters.map { parameter in
            let place =
                switch parameter.place {
                case "path": say("adresse", "path")
                case "header": say("en-tête", "header")
                default: say("paramètre", "query")
                }
            var text = inFrench(MarkedText.inline(parameter.description))
            if !parameter.codes.isEmpty { text = "\(text) \(names(parameter.codes))" }
            let isNeeded = parameter.isRequired ? say("oui", "yes") : say("non", "no")
            return row("<code>\(parameter.name)</code>", ["\(place)", "\(isNeeded)", text])
        }
        let titles = [
            say("Nom", "Name"), say("Place", "Place"), say("Obligatoire", "Required"), say("Sens", "Meaning"),
        ]
        return table("\(say("Paramètres de", "Parameters of")) \(entry.id)", titles, rows, wordColumns: 3)
    }

    /// What it reads, answers and refuses.
    private func facts(of entry: Contract.Entry) -> [Markup] {
        let good = entry.answers.filter { $0.status < "400" }
        let refusals = entry.answers.filter { $0.status >= "400" }.map(\.status)
        var facts = good.map { answer -> Markup in
            "<code>\(answer.status)</code>\(say(" :", ":")) \(inFrench(MarkedText.inline(answer.description)))"
        }
        if !entry.bodies.isEmpty { facts.insert("\(say("Corps :", "Body:")) \(names(entry.bodies))", at: 0) }
        if !refusals.isEmpty { facts.append("\(say("Refus et pannes :", "Refusals and failures:")) \(names(refusals))") }
        return facts
    }

    private func names(_ names: [String]) -> Markup {
        names.map { name -> Markup in "<code>\(name)</code>" }.joined(by: ", ")
    }

    private func inFrench(_ text: Markup) -> Markup {
        language == .french ? text : "<span lang=\"fr\">\(text)</span>"
    }
}
