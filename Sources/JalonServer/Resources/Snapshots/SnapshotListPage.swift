import ActionPlans

/// The editions of frozen figures, for people.
struct SnapshotListPage: PagePart {
    let records: [SnapshotRecord]
    /// Where the next ones are.
    let next: String?
    let frame: PageFrame

    var language: Language { frame.language }

    var page: Markup {
        let title = say("Les chiffres arrêtés", "Frozen figures")
        return frame.page(
            title,
            """
            <h1>\(title)</h1>
            <p>\(say(
                "Ce qui se publie : des chiffres qui ne changent plus, chacun avec son empreinte. Une correction est une nouvelle édition.",
                "What is published: figures that no longer change, each with its hash. A correction is a new edition."))</p>
            \(records.isEmpty ? "<p>\(say("Rien n’a encore été arrêté.", "Nothing has been frozen yet."))</p>" : list)
            \(following)
            """)
    }

    private var following: Markup {
        guard let next else { return "" }
        return "<p><a href=\"\(next)\" rel=\"next\">\(say("Les suivants", "The next ones"))</a></p>"
    }

    private var list: Markup {
        let rows = records.map { record in
            let link = frame.link("/v1/snapshots/\(record.id)", record.title, language == .french ? "" : " lang=\"fr\"")
            let later = record.replacedBy.map { say("remplacée par \($0)", "replaced by \($0)") } ?? say("en vigueur", "current")
            return row(
                link, ["\(record.id.description)", "\(record.scope.reading.asOf.map(shown) ?? "")", "\(later)"])
        }
        return table(
            "\(say("Les éditions, la plus récente d’abord", "The editions, the latest first"))",
            [
                say("Titre", "Title"), say("Édition", "Edition"), say("Au soir du", "On the evening of"),
                say("Cette édition est", "This edition is"),
            ],
            rows, wordColumns: 3)
    }
}
