import ActionPlans

/// What of the method is for whoever quotes a figure: frozen figures, how to verify them, and what to quote with them.
struct FrozenSection: PagePart {
    let language: Language

    var text: Markup {
        """
        <h3 id="arretes">\(say("Les chiffres arrêtés, et comment les vérifier", "Frozen figures, and how to verify them"))</h3>
        <p>\(prose(
            "Pour publier, la coordination arrête des chiffres (`/v1/snapshots`) : un document qui ne se modifie plus, et son empreinte SHA-256. "
                + "Une correction est une nouvelle édition, qui dit laquelle elle remplace. Pour vérifier l’édition 2022-1 :",
            "To publish, coordinators freeze figures (`/v1/snapshots`): a document that is never changed, and its SHA-256. "
                + "A correction is a new edition, which tells which one it replaces. To verify the edition 2022-1:"))</p>
        <pre>\(#"curl -s "$JALON_URL/v1/snapshots/2022-1/document" | sha256sum"#)</pre>
        \(bullets([
            prose(
                "L’empreinte affichée doit être le `sha256` que donnent `/v1/snapshots/2022-1` et la publication.",
                "What is shown must be the `sha256` that `/v1/snapshots/2022-1` and the publication give."),
            prose(
                "`/v1/snapshots/2022-1/verification`, avec un jeton, refait le compte aux mêmes dates (il doit donner les mêmes nombres), puis "
                    + "avec ce que l’on sait maintenant, et dit chaque différence et sa cause.",
                "`/v1/snapshots/2022-1/verification`, with a token, counts anew at the same dates (the numbers must be the same), then with "
                    + "what is known now, and tells each difference and its cause."),
        ]))
        <h3 id="citer">\(say("Pour citer un chiffre", "To quote a figure"))</h3>
        <p>\(say(
            "Dites le taux et la version de sa règle, ses deux dates, s’il est provisoire, et s’il y en a une, l’édition et son empreinte.",
            "Tell the rate and the version of its rule, its two dates, whether it is provisional and, if there is one, the edition and its SHA-256."
        )) \(say("Source :", "Source:")) \(Barometer.source[language]). \
        \(say("Licence :", "Licence:")) <a href="\(Barometer.licence.address)">\(Barometer.licence.name[language])</a>.</p>
        """
    }
}
