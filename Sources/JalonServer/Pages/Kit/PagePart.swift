import ActionPlans

/// A page or a part of one, in one language: how its texts, numbers and tables are written.
protocol PagePart {
    var language: Language { get }
}

extension PagePart {
    func say(_ french: String, _ english: String) -> String { Message(french, english)[language] }

    /// Sentences with names of the interface between backquotes.
    func prose(_ french: String, _ english: String) -> Markup {
        let pieces = say(french, english).split(separator: "`", omittingEmptySubsequences: false)
        return "\(pieces.enumerated().map { place, piece in place.isMultiple(of: 2) ? "\(piece)" : "<code>\(piece)</code>" })"
    }

    /// What is in French whatever the language of the page.
    func french(_ text: String) -> Markup { language == .french ? "\(text)" : "<span lang=\"fr\">\(text)</span>" }

    /// - Parameter wordColumns: how many columns after the first hold words; the rest are numbers.
    func table(_ caption: Markup, _ titles: [String], _ rows: [TableRow], wordColumns: Int = 0) -> Markup {
        PageTable(caption: caption, titles: titles, rows: rows, wordColumns: wordColumns).markup
    }

    func row(_ title: Markup, _ cells: [Markup]) -> TableRow { TableRow(title: title, cells: cells) }

    func bullets(_ items: [Markup]) -> Markup { "<ul>\n\(items.map { "<li>\($0)</li>\n" })</ul>" }

    /// Terms, each with what it is.
    func descriptions(_ items: [(term: Markup, value: Markup)]) -> Markup {
        "<dl>\n\(items.map { "<div><dt>\($0.term)</dt><dd>\($0.value)</dd></div>\n" })</dl>"
    }

    func shown(_ day: CivilDate) -> String { day.inWords[language] }

    /// An instant of the database in words, in UTC as it is everywhere else.
    func shown(instant: String) -> String {
        guard let day = CivilDate(instant.prefix(10)), instant.count >= 19 else { return instant }
        let time = instant.dropFirst(11).prefix(8)
        return say("\(shown(day)) à \(time) UTC", "\(shown(day)) at \(time) UTC")
    }

    func shown(_ number: Int) -> String { Headline.grouped(number, separator: language == .french ? "\u{202F}" : ",") }

    func shown(_ percent: Percent?) -> String {
        guard let percent else { return say("sans objet", "not applicable") }
        let (whole, tenth) = (percent.tenths / 10, percent.tenths % 10)
        return say("\(whole),\(tenth)\u{A0}%", "\(whole).\(tenth)%")
    }

    /// A number with its word, in the singular up to one: below two in French, one alone in English.
    func counted(_ number: Int, _ one: Message, _ several: Message) -> String {
        let isOne = language == .french ? number < 2 : number == 1
        return shown(number) + "\u{A0}" + (isOne ? one : several)[language]
    }
}
