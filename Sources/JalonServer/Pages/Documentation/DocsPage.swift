import ActionPlans

/// The documentation to read: how to begin, how the figures are computed, and every operation of the contract.
struct DocsPage: PagePart {
    let frame: PageFrame
    let chapters: [Contract.Chapter]
    let vocabularies: Vocabularies
    let figuresArePublic: Bool

    var language: Language { frame.language }

    var page: Markup {
        let method = MethodSection(language: language, vocabularies: vocabularies)
        let heading = say("documentation et méthode", "documentation and method")
        let contents = [
            (Self.beginning, say("Pour commencer", "How to begin")), (MethodSection.anchor, method.title),
            (DocsOperations.anchor, say("Les opérations", "The operations")),
        ]
        return frame.page(
            say("Documentation et méthode", "Documentation and method"),
            """
            <h1>Jalon \(Version.text)\(say(" :", ":")) \(heading)</h1>
            <nav aria-label="\(say("Sommaire", "Contents"))">
            \(bullets(contents.map { "<a href=\"#\($0)\">\($1)</a>" }))
            </nav>
            \(howToBegin)
            \(method.text)
            \(DocsOperations(frame: frame, chapters: chapters).text)
            """)
    }

    private static let beginning = "commencer"

    private var howToBegin: Markup {
        let figures = #"curl -s "$JALON_URL/v1/figures?year=2022""#
        let token = #"curl -s -H "Authorization: Bearer $JALON_TOKEN" "$JALON_URL/v1/me""#
        let roles = vocabularies.roles.map { role -> Markup in
            "<code>\(role.code)</code>, \(role.label[language]). \(role.meaning[language])."
        }
        let withoutToken =
            figuresArePublic
            ? prose(
                "Les chiffres se lisent sans jeton (`JALON_URL` est l’adresse de ce service) :",
                "Figures are read without a token (`JALON_URL` is the address of this service):")
            : prose(
                "Ici, les chiffres aussi se lisent avec un jeton (`JALON_URL` est l’adresse de ce service) :",
                "Here, figures too are read with a token (`JALON_URL` is the address of this service):")
        return """
            <section id="\(Self.beginning)">
            <h2>\(say("Pour commencer", "How to begin"))</h2>
            <p>\(withoutToken)</p>
            <pre>\(figuresArePublic ? figures : token.replacing("/v1/me", with: "/v1/figures?year=2022"))</pre>
            <p>\(prose(
                "Pour le reste, l’administration du service remet un jeton, à garder secret. `/v1/me` dit ce qu’il permet :",
                "For the rest, the administration of the service gives a token, to be kept secret. `/v1/me` tells what it allows:"))</p>
            <pre>\(token)</pre>
            <p>\(say("Il a l’un de ces rôles :", "It has one of these roles:"))</p>
            \(bullets(roles))
            <p>\(prose(
                "Une requête refusée dit toutes ses fautes à la fois ; le `type` de la réponse mène à une page qui les explique.",
                "A request that is refused is told all its faults at once; the `type` of the answer leads to a page that explains them."))
            \(prose(
                "Cette page, les libellés et les messages sont aussi en anglais, pour qui le préfère (`Accept-Language: en`).",
                "This page, labels and messages are in French too, unless English is preferred (`Accept-Language: en`)."))</p>
            </section>
            """
    }
}
