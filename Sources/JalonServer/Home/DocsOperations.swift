import ActionPlans

/// Every operation of the contract, listed by subject, then described one by one at an address of its own on the page.
struct DocsOperations: HTMLPart {
    let language: Language
    let chapters: [Contract.Chapter]

    static let anchor = "operations"

    var text: String {
        """
        <section id="\(Self.anchor)">
        <h2>\(say("Les opérations", "The operations"))</h2>
        <p>\(say("Le contrat complet, en français, pour les outils :", "The whole contract, in French, for tools:")) \
        <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a>.
        \(say(
            "Le nom de chaque opération mène à sa description, plus bas.",
            "The name of each operation leads to its description, further down, in French."))</p>
        \(chapters.map(chapter).joined(separator: "\n"))
        </section>
        """
    }

    /// The contract is in French, whatever the language of the page.
    private func chapter(_ chapter: Contract.Chapter) -> String {
        let rows = chapter.entries.map { entry in
            let name = "<a href=\"#\(HTML.escaped(entry.id))\">\(HTML.escaped(entry.id))</a>"
            let cells = [
                "<code>\(entry.method)</code>", "<code>\(HTML.escaped(entry.path))</code>", french(HTML.escaped(entry.summary)),
            ]
            return row(name, cells, wordColumns: 3)
        }
        let titles = [
            say("Opération", "Operation"), say("Méthode", "Method"), say("Adresse", "Address"), say("Objet", "Purpose"),
        ]
        return """
            <h3>\(french(HTML.escaped(chapter.name)))</h3>
            \(table(french(HTML.escaped(chapter.description)), titles, rows, wordColumns: 3))
            \(chapter.entries.map(operation).joined(separator: "\n"))
            """
    }

    private func operation(_ entry: Contract.Entry) -> String {
        """
        <article id="\(HTML.escaped(entry.id))">
        <h4>\(HTML.escaped(entry.id))\(say(" :", ":")) \(french(HTML.escaped(entry.summary)))</h4>
        <p><code>\(entry.method) \(HTML.escaped(entry.path))</code>, \(say("permission", "permission")) \
        <code>\(HTML.escaped(entry.permission))</code></p>
        <div lang="fr">
        \(MarkedText.html(entry.description, title: HTML.escaped(entry.summary)))
        </div>
        \(parameters(of: entry))
        \(bullets(facts(of: entry)))
        </article>
        """
    }

    private func parameters(of entry: Contract.Entry) -> String {
        guard !entry.parameters.isEmpty else { return "" }
        let rows = entry.parameters.map { parameter in
            let place: String =
                switch parameter.place {
                case "path": say("adresse", "path")
                case "header": say("en-tête", "header")
                default: say("paramètre", "query")
                }
            var text = french(MarkedText.inline(parameter.description))
            if !parameter.codes.isEmpty {
                text += " " + parameter.codes.map { "<code>\(HTML.escaped($0))</code>" }.joined(separator: ", ")
            }
            let isNeeded = parameter.isRequired ? say("oui", "yes") : say("non", "no")
            return row("<code>\(HTML.escaped(parameter.name))</code>", [place, isNeeded, text], wordColumns: 3)
        }
        let titles = [
            say("Nom", "Name"), say("Place", "Place"), say("Obligatoire", "Required"), say("Sens", "Meaning"),
        ]
        return table("\(say("Paramètres de", "Parameters of")) \(HTML.escaped(entry.id))", titles, rows, wordColumns: 3)
    }

    /// What it reads, answers and refuses.
    private func facts(of entry: Contract.Entry) -> [String] {
        func names(_ names: [String]) -> String { names.map { "<code>\(HTML.escaped($0))</code>" }.joined(separator: ", ") }
        let good = entry.answers.filter { $0.status < "400" }
        let refusals = entry.answers.filter { $0.status >= "400" }.map(\.status)
        var facts = good.map { answer in
            "<code>\(HTML.escaped(answer.status))</code>\(say(" :", ":")) \(french(MarkedText.inline(answer.description)))"
        }
        if !entry.bodies.isEmpty { facts.insert("\(say("Corps :", "Body:")) \(names(entry.bodies))", at: 0) }
        if !refusals.isEmpty { facts.append("\(say("Refus et pannes :", "Refusals and failures:")) \(names(refusals))") }
        return facts
    }

    /// - Parameter text: already HTML.
    private func french(_ text: String) -> String {
        language == .french ? text : "<span lang=\"fr\">\(text)</span>"
    }
}
