import ActionPlans

/// How the figures are computed: where the barometer sends whoever wants to quote it. The rules are those that the
/// figures answer with, and the examples are computed as the figures are.
struct MethodSection: PagePart {
    static let anchor = "methode"

    let language: Language
    let vocabularies: Vocabularies

    var title: String { say("La méthode : comment les chiffres sont calculés", "The method: how the figures are computed") }

    var text: Markup {
        """
        <section id="\(Self.anchor)">
        <h2>\(title)</h2>
        \(base)
        \(rates)
        \(rounding)
        \(headline)
        \(coverage)
        \(dates)
        \(FrozenSection(language: language).text)
        </section>
        """
    }

    private var base: Markup {
        let states = RoadmapState.published.map { "« \(vocabularies.label($0).french) »" }.joined(separator: ", ")
        let inEnglish = RoadmapState.published.map { "“\(vocabularies.label($0).english)”" }.joined(separator: ", ")
        return """
            <h3 id="base">\(say("Ce qui est compté", "What is counted"))</h3>
            \(bullets([
                prose(
                    "Les actions des feuilles de route qui couvrent l’année, telles qu’elles étaient au soir du jour demandé. "
                        + "Une feuille de route de plusieurs années compte tout entière dans chacune.",
                    "The actions of the roadmaps that cover the year, as they were on the evening of the day asked for. "
                        + "A roadmap of several years counts whole in each of them."),
                prose(
                    "Comptent les feuilles de route dans ces états : \(states). Un brouillon ne compte pas ; une feuille de route "
                        + "close compte toujours. `roadmap_state` en choisit d’autres, et `excluded` dit ce qui est laissé de côté.",
                    "Roadmaps in these states count: \(inEnglish). A draft does not count; a closed roadmap still does. "
                        + "`roadmap_state` chooses others, and `excluded` tells what is left out."),
                prose(
                    "Une action abandonnée reste une action identifiée ; seul le taux `\(Rate.realiseesActives.code)` la laisse de côté.",
                    "An abandoned action remains an identified action; only the rate `\(Rate.realiseesActives.code)` leaves it out."),
                prose(
                    "Une action confidentielle compte, mais n’est listée qu’à qui a le droit de la voir.",
                    "A confidential action counts, but is listed only to those who may see it."),
                prose(
                    "`scope` redit tout ce qui a été demandé : aucun filtre n’est caché. Chaque nombre mène à la liste des actions qu’il compte.",
                    "`scope` repeats all that was asked for: no filter is hidden. Each number leads to the list of the actions it counts."),
                prose(
                    "Chaque ministère est compté sous son code et son nom d’alors ; avec `perimeter=today`, ceux qui ont fusionné sont "
                        + "réunis sous ce qu’ils sont devenus. Les totaux et les taux n’en changent pas.",
                    "Each ministry is counted under its code and name of the time; with `perimeter=today`, those that merged are "
                        + "gathered under what they have become. Totals and rates do not change."),
            ]))
            """
    }

    private var rates: Markup {
        let rows = Rate.allCases.map { rate in
            row(
                "\(rate.label[language])",
                ["<code>\(rate.code)</code>", "\(rate.rule[language])", "\(shown(rate.version))"])
        }
        let titles = [say("Taux", "Rate"), say("Code", "Code"), say("Règle", "Rule"), say("Version", "Version")]
        return """
            <h3 id="taux">\(say("Les taux", "The rates"))</h3>
            \(table("\(say("Les taux et leurs règles", "The rates and their rules"))", titles, rows, wordColumns: 2))
            \(bullets([
                prose(
                    "La version change quand la règle change : deux chiffres de versions différentes ne se comparent pas.",
                    "The version changes when the rule does: figures of two versions are not to be compared."),
                prose(
                    "L’état d’une action dit où en est son travail ; son niveau, jusqu’où elle va. Les deux ne se mêlent pas.",
                    "The status of an action tells how far its work has got; its level, how far it reaches. The two are not mixed."),
                prose(
                    "Une action dont le niveau atteint n’est pas dit n’a pas atteint son niveau cible.",
                    "An action whose reached level is not told has not reached its target level."),
                prose(
                    "Une action ajoutée après la première validation n’entre pas dans `\(Rate.cohorteValidation.code)`.",
                    "An action added after the first validation does not enter `\(Rate.cohorteValidation.code)`."),
            ]))
            """
    }

    private var rounding: Markup {
        func percent(_ numerator: Int, _ denominator: Int) -> String { shown(Percent(numerator, of: denominator)) }
        return """
            <h3 id="arrondi">\(say("Arrondi, base vide, moyenne", "Rounding, empty base, mean"))</h3>
            \(bullets([
                prose(
                    "Un taux est un pourcentage à une décimale, calculé sur les entiers et arrondi une seule fois, la moitié vers le haut : "
                        + "94 / 312 donne \(percent(94, 312)) ; 1 / 16, soit 6,25\u{A0}%, donne \(percent(1, 16)).",
                    "A rate is a percentage with one decimal, computed from the integers and rounded once, half up: "
                        + "94 / 312 gives \(percent(94, 312)); 1 / 16, which is 6.25%, gives \(percent(1, 16))."),
                prose(
                    "Sur une base vide, il n’y a pas de taux : la valeur est `null`, jamais 0.",
                    "On an empty base there is no rate: the value is `null`, never 0."),
                prose(
                    "Le taux d’ensemble est le quotient des sommes, pas la moyenne des taux : 1 sur 2 et 9 sur 98 font 10 sur 100, soit "
                        + "\(percent(10, 100)), et non la moyenne de \(percent(1, 2)) et de \(percent(9, 98)).",
                    "The rate of the whole is the quotient of the sums, not the mean of the rates: 1 of 2 and 9 of 98 make 10 of 100, "
                        + "which is \(percent(10, 100)), and not the mean of \(percent(1, 2)) and \(percent(9, 98))."),
                prose(
                    "La médiane des taux des ministères est à côté, sous son propre nom : `median_of_ministries`.",
                    "The median of the ministries’ rates stands beside it under its own name: `median_of_ministries`."),
            ]))
            """
    }

    private var headline: Markup {
        let rows = [(312, 94), (400, 120), (Headline.exactUpTo, 90), (0, 0)].map { actions, realisees in
            var tally = Tally()
            (tally.realisees, tally.enCours) = (realisees, actions - realisees)
            return row(
                "\(shown(actions))", ["\(Headline(tally).text[language])", "\(shown(realisees))"])
        }
        let titles = [say("Actions", "Actions"), say("Phrase", "Sentence"), say("Réalisées", "Done")]
        return """
            <h3 id="phrase">\(say("La phrase de synthèse", "The headline"))</h3>
            <p>\(prose(
                "Jusqu’à \(Headline.exactUpTo) actions, le nombre exact est dit. Au-delà, « plus de » et la plus grande centaine strictement "
                    + "inférieure. Le pourcentage est `\(Rate.realiseesIdentifiees.code)`, en entier, arrondi depuis les entiers.",
                "Up to \(Headline.exactUpTo) actions, the exact number is told. Beyond, “more than” and the largest hundred strictly below. "
                    + "The percentage is `\(Rate.realiseesIdentifiees.code)`, whole, rounded from the integers."))</p>
            \(table("\(say("Exemples de phrases", "Examples of headlines"))", titles, rows, wordColumns: 1))
            """
    }

    private var coverage: Markup {
        """
        <h3 id="couverture">\(say("La couverture : manquer n’est pas zéro", "Coverage: missing is not zero"))</h3>
        \(bullets([
            prose(
                "Le recensement de l’année dit quels ministères sont attendus. Sans recensement, ce sont ceux qui ont une feuille de route.",
                "The census of the year tells which ministries are expected. Without a census, they are those that have a roadmap."),
            prose(
                "Un ministère attendu qui n’a rien envoyé manque, et son nom est dit (`missing`) : il ne vaut pas zéro, et n’a pas de taux.",
                "An expected ministry that sent nothing is missing, by name (`missing`): it is not zero, and has no rate."),
            prose(
                "Tant qu’il en manque un, les chiffres sont provisoires (`provisional`).",
                "As long as one is missing, the figures are provisional (`provisional`)."),
            prose(
                "Un ministère qui envoie un plan sans être attendu (`unexpected`) est dans les chiffres, pas dans la couverture.",
                "A ministry that sends a plan without being expected (`unexpected`) is in the figures, not in the coverage."),
        ]))
        """
    }

    private var dates: Markup {
        """
        <h3 id="dates">\(say("Les deux dates", "The two dates"))</h3>
        \(bullets([
            prose(
                "`as_of` : le jour dont on parle, à Paris, au soir. Un changement dit depuis quel jour il est vrai, et compte depuis ce jour, "
                    + "même s’il a été saisi plus tard.",
                "`as_of`: the day in question, in Paris, on the evening. A change tells since which day it is true, and counts since that "
                    + "day, even if it was entered later."),
            prose(
                "`known_at` : l’instant, en UTC, jusqu’auquel tenir compte de ce que le service avait appris. C’est ce que l’on pouvait publier "
                    + "à cet instant.",
                "`known_at`: the instant, in UTC, up to which to count what the service had learnt. It is what could be published at that "
                    + "instant."),
            prose(
                "Un chiffre demandé avec les deux ne change plus jamais, dans le périmètre d’alors. La réponse donne toujours les deux, à "
                    + "reprendre telles quelles.",
                "A figure asked for with both never changes again, in the perimeter of the time. The answer always gives both, to be sent "
                    + "back as they are."),
            prose(
                "Sans `known_at`, la réponse n’attend pas les écritures en cours. Une écriture datée d’avant l’instant donné, et finie après la "
                    + "réponse, compte donc quand on repose la question avec cet instant : ces chiffres-là peuvent différer une fois. Pour "
                    + "publier, demandez un `known_at`, ou figez les chiffres.",
                "Without `known_at`, the answer does not wait for the writes under way. A write dated before the instant given, which ends after "
                    + "the answer, thus counts when the question is asked again with that instant: these figures may differ once. To publish, "
                    + "ask for a `known_at`, or freeze the figures."),
        ]))
        """
    }
}
