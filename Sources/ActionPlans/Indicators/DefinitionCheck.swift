/// What a definition must fulfil before it is stored.
extension IndicatorDefinition {
    package static let titleRule = TextRule(longest: 300)
    package static let unitRule = TextRule(longest: 60)
    package static let wordsRule = TextRule(longest: 300)
    package static let noteRule = TextRule(longest: 1_000, multiline: true)
    package static let sourceRule = TextRule(longest: 1_000)
    package static let descriptionRule = TextRule(longest: 2_000, multiline: true)
    package static let allDecimals = 0...ExactDecimal.mostDecimals
    package static let allDaysAllowed = 0...1_000
    /// How many bodies a perimeter may name.
    package static let largestPerimeter = 200

    package static func faults(of definition: IndicatorDefinition, catalogue: PracticeCatalogue) -> [Fault] {
        definition.checked(catalogue).faults
    }

    /// - Returns: the definition as it is stored, with its texts trimmed and its practices in the catalogue's order, and every
    ///   fault.
    package func checked(_ catalogue: PracticeCatalogue) -> (definition: IndicatorDefinition, faults: [Fault]) {
        var next = self
        var faults: [Fault] = []
        next.checkTexts(&faults)
        next.checkRule(&faults)
        next.checkUnit(&faults)
        next.checkNumbers(&faults)
        next.checkPeriods(&faults)
        next.checkLists(catalogue, &faults)
        return (next, faults)
    }

    private mutating func checkTexts(_ faults: inout [Fault]) {
        title = Self.titleRule.checked(title, member: "title", faults: &faults) ?? title
        unit = Self.unitRule.checked(unit, member: "unit", faults: &faults) ?? unit
        Self.check(&numerator, "numerator", Self.wordsRule, &faults)
        Self.check(&denominator, "denominator", Self.wordsRule, &faults)
        Self.check(&perimeterNote, "perimeter_note", Self.noteRule, &faults)
        Self.check(&source, "source", Self.sourceRule, &faults)
        Self.check(&description, "description", Self.descriptionRule, &faults)
    }

    /// Texts that may be left out.
    static func check(_ text: inout String?, _ member: String, _ rule: TextRule, _ faults: inout [Fault]) {
        guard let given = text else { return }
        text = rule.checked(given, member: member, faults: &faults) ?? given
    }

    private func checkRule(_ faults: inout [Fault]) {
        if !kind.consolidations.contains(consolidation) {
            let rules = kind.consolidations.map(\.code).joined(separator: ", ")
            faults.append(
                Fault(
                    "consolidation", .inconsistent,
                    Message(
                        "La règle « \(consolidation.code) » ne vaut pas pour « \(kind.code) » ; règles possibles : \(rules).",
                        "The rule “\(consolidation.code)” is not for “\(kind.code)”; possible rules: \(rules).")))
        }
        for (member, words) in [("numerator", numerator), ("denominator", denominator)] {
            if kind.hasParts, words == nil {
                faults.append(
                    Fault(
                        member, .required,
                        Message(
                            "Un rapport ou une moyenne dit en mots ce qu’il divise et par quoi : donnez « \(member) ».",
                            "A ratio or an average says in words what is divided and by what: give “\(member)”.")))
            } else if !kind.hasParts, words != nil {
                faults.append(
                    Fault(
                        member, .inconsistent,
                        Message(
                            "Seuls un rapport et une moyenne ont un numérateur et un dénominateur : ôtez « \(member) ».",
                            "Only ratios and averages have a numerator and a denominator: take “\(member)” out.")))
            }
        }
        switch (periodicity, overTime) {
        case (.year, nil), (.semester, _?), (.quarter, _?), (.month, _?): break
        case (.year, _?):
            faults.append(
                Fault(
                    "over_time", .inconsistent,
                    Message(
                        "La période est déjà l’année : ôtez « over_time ».",
                        "The period is the year already: take “over_time” out.")))
        case (_, nil):
            faults.append(
                Fault(
                    "over_time", .required,
                    Message(
                        "Dites comment les périodes font l’année : « sum » pour un flux, « last » pour un stock.",
                        "Say how the periods make the year: “sum” for a flow, “last” for a stock.")))
        }
    }

    /// A share is told in percent, and only a share: a percentage that is sent as a quantity has lost its base, so that nobody
    /// could consolidate it but by a mean of percentages.
    private func checkUnit(_ faults: inout [Fault]) {
        guard !faults.contains(where: { $0.member == "unit" }) else { return }
        if kind.isInPercent, unit != "%" {
            faults.append(
                Fault(
                    "unit", .inconsistent,
                    Message(
                        "L’unité de « \(kind.code) » est « % » : sa valeur est une part. Pour un rapport dans une autre unité, "
                            + "choisissez « average ».",
                        "The unit of “\(kind.code)” is “%”: its value is a share. For a quotient in another unit, choose “average”."
                    )))
        } else if !kind.isInPercent, unit.contains("%") || unit.contains("‰") {
            faults.append(
                Fault(
                    "unit", .inconsistent,
                    Message(
                        "Un pourcentage ne s’additionne pas : choisissez « ratio », qui demande numérateur et dénominateur.",
                        "Percentages do not add up: choose “ratio”, which asks for a numerator and a denominator.")))
        }
    }

    private func checkNumbers(_ faults: inout [Fault]) {
        Self.check(decimals, "decimals", within: Self.allDecimals, &faults)
        Self.check(daysAllowed, "days_allowed", within: Self.allDaysAllowed, &faults)
        if kind == .flag {
            for (member, bound) in [("minimum", minimum), ("maximum", maximum)] where bound != nil {
                faults.append(
                    Fault(
                        member, .inconsistent,
                        Message(
                            "Une réponse par oui ou non n’a pas de bornes : ôtez « \(member) ».",
                            "An answer by yes or no has no bounds: take “\(member)” out.")))
            }
        } else if let minimum, let maximum, maximum.isLess(than: minimum) {
            faults.append(
                Fault(
                    "maximum", .inconsistent,
                    Message(
                        "Le maximum (\(maximum.inWords.french)) est inférieur au minimum (\(minimum.inWords.french)).",
                        "The maximum (\(maximum.inWords.english)) is below the minimum (\(minimum.inWords.english)).")))
        }
    }

    private static func check(_ number: Int, _ member: String, within range: ClosedRange<Int>, _ faults: inout [Fault]) {
        guard !range.contains(number) else { return }
        faults.append(
            Fault(
                member, .outOfRange,
                Message(
                    "« \(member) » doit être compris entre \(range.lowerBound) et \(range.upperBound).",
                    "“\(member)” must lie between \(range.lowerBound) and \(range.upperBound).")))
    }

    private func checkPeriods(_ faults: inout [Fault]) {
        let told = faults.count
        for (member, period) in [("first_period", firstPeriod), ("last_period", lastPeriod), ("from_period", fromPeriod)] {
            guard let period, period.periodicity != periodicity else { continue }
            faults.append(Fault(member, .inconsistent, .otherPeriodicity(period, periodicity)))
        }
        // Periods of different lengths have no order that anybody means.
        guard faults.count == told else { return }
        if let lastPeriod, lastPeriod < firstPeriod {
            faults.append(Fault("last_period", .inconsistent, Self.order(lastPeriod, "last_period", firstPeriod)))
        }
        if let fromPeriod, fromPeriod < firstPeriod {
            faults.append(Fault("from_period", .inconsistent, Self.order(fromPeriod, "from_period", firstPeriod)))
        }
        if let fromPeriod, let lastPeriod, lastPeriod < fromPeriod {
            faults.append(
                Fault(
                    "from_period", .inconsistent,
                    Message(
                        "La définition vaut à partir de \(fromPeriod), après la dernière période (\(lastPeriod)).",
                        "The definition holds from \(fromPeriod) on, after the last period (\(lastPeriod)).")))
        }
    }

    private static func order(_ period: Period, _ member: String, _ first: Period) -> Message {
        Message(
            "« \(member) » (\(period)) précède la première période (\(first)).",
            "“\(member)” (\(period)) comes before the first period (\(first)).")
    }

    private mutating func checkLists(_ catalogue: PracticeCatalogue, _ faults: inout [Fault]) {
        practices = catalogue.checked(practices, faults: &faults)
        for (index, theme) in themes.enumerated() where themes[..<index].contains(theme) {
            faults.append(Fault("themes/\(index)", .duplicate, .duplicate(theme.code)))
        }
        guard let perimeter else { return }
        guard perimeter.count <= Self.largestPerimeter else {
            faults.append(Fault("perimeter", .tooMany, .tooMany(perimeter.count, Self.largestPerimeter)))
            return
        }
        if perimeter.isEmpty {
            faults.append(
                Fault(
                    "perimeter", .tooFew,
                    Message(
                        "Le périmètre ne nomme aucun organisme : nommez-les, ou ôtez-le pour suivre le recensement de l’année.",
                        "The perimeter names no body: name them, or take it out to follow the census of the year.")))
        }
        var seen: Set<MinistryCode> = []
        for (index, body) in perimeter.enumerated() where !seen.insert(body).inserted {
            faults.append(Fault("perimeter/\(index)", .duplicate, .duplicate(body.text)))
        }
    }
}

extension Message {
    package static func otherPeriodicity(_ period: Period, _ periodicity: Periodicity) -> Message {
        Message(
            "« \(period) » n’est pas une période de cet indicateur : écrivez-la comme \(periodicity.example).",
            "“\(period)” is no period of this indicator: write it like \(periodicity.example).")
    }
}
