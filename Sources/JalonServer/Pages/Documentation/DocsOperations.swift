import ActionPlans

/// Every operation of the contract, listed by subject; each name leads to its description, on the page of the subject.
struct DocsOperations: PagePart {
    let frame: PageFrame
    let chapters: [Contract.Chapter]

    var language: Language { frame.language }

    static let anchor = "operations"

    var text: Markup {
        """
        <section id="\(Self.anchor)">
        <h2>\(say("Les opérations", "The operations"))</h2>
        <p>\(say("Le contrat complet, en français, pour les outils :", "The whole contract, in French, for tools:")) \
        <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a>.
        \(say(
            "Le nom de chaque opération mène à sa description.",
            "The name of each operation leads to its description, in French."))</p>
        \(chapters.map(chapter).joined(by: "\n"))
        </section>
        """
    }

    /// The contract is in French, whatever the language of the page.
    private func chapter(_ chapter: Contract.Chapter) -> Markup {
        let rows = chapter.entries.map { entry in
            let name = frame.link("\(DocsChapter.address(of: chapter))#\(entry.id)", entry.id)
            let cells: [Markup] = [
                "<code>\(entry.method)</code>", "<code>\(entry.path)</code>", french(entry.summary),
            ]
            return row(name, cells)
        }
        let titles = [
            say("Opération", "Operation"), say("Méthode", "Method"), say("Adresse", "Address"), say("Objet", "Purpose"),
        ]
        return """
            <h3>\(french(chapter.name))</h3>
            \(table(french(chapter.description), titles, rows, wordColumns: 3))
            """
    }
}
