import ActionPlans

/// The front page, for people: where to go from here.
struct HomePage: PagePart {
    let frame: PageFrame
    let figuresArePublic: Bool

    var language: Language { frame.language }

    var page: Markup {
        frame.page(
            say("Accueil", "Home"),
            """
            <h1>\(say("Jalon", "Jalon"))</h1>
            <p class="lead">\(say(
                "Le suivi des feuilles de route numériques écoresponsables des ministères",
                "Following the ministries’ green digital roadmaps"))</p>
            <h2>\(say("Consulter", "To read"))</h2>
            \(token)
            \(descriptions([
                (
                    frame.link("/v1/barometer", say("Le baromètre", "The barometer")),
                    text(
                        "Où en sont les actions d’une année : par thématique, par niveau, par ministère, mois par mois.",
                        "How far the actions of a year have got: by theme, by level, by ministry, month by month.")
                ),
                (
                    frame.link("/v1/snapshots", say("Les chiffres arrêtés", "Frozen figures")),
                    text(
                        "Les chiffres publiés, qui ne changent plus, avec leur empreinte et comment la vérifier.",
                        "The figures that were published and no longer change, with their hash and how to check it.")
                ),
                (
                    frame.link("/docs#methode", say("La méthode", "The method")),
                    text("Ce qui est compté, et comment.", "What is counted, and how.")
                ),
            ]))
            <h2>\(say("Pour les programmes", "For programs"))</h2>
            \(descriptions([
                (
                    frame.link("/docs", say("La documentation", "The documentation")),
                    text("Comment commencer, et chaque opération.", "How to begin, and each operation.")
                ),
                (
                    "<a href=\"/openapi.yaml\">openapi.yaml</a>",
                    text("Le contrat de l’interface (YAML).", "The contract of the interface, in French (YAML).")
                ),
            ]))
            """)
    }

    private func text(_ french: String, _ english: String) -> Markup { "\(say(french, english))" }

    private var token: Markup {
        figuresArePublic
            ? ""
            : """
            <p>\(say(
                "Ici, les chiffres se lisent avec un jeton, que remet l’administration du service.",
                "Here, figures are read with a token, which the administration of the service gives."))</p>
            """
    }
}
