import ActionPlans
import Documents

/// The numbers of a year as a page to read: one line for each indicator, with its target and how many have answered.
struct IndicatorYearPage {
    private let page: DocumentNode?
    private let year: Int

    init(_ page: DocumentNode?, year: Int) {
        self.page = page
        self.year = year
    }

    var lines: [String] {
        let numbers = page["indicators"].items
        let title = Message("Indicateurs de \(year)", "Indicators of \(year)").shown
        guard !numbers.isEmpty else {
            let none = Message(
                "Aucun indicateur n’a de période en \(year).", "No indicator has a period in \(year)."
            )
            return [Terminal.bold(title), none.shown]
        }
        return [Terminal.bold([title, scope].compactMap(\.self).joined(separator: ", "))] + table(numbers).lines(indent: 2)
            + legend(numbers)
    }

    private var scope: String? {
        let knownAt = page["known_at"].text.map {
            Message("connus au \($0)", "as known at \($0)").shown
        }
        let parts = [page["ministry"].text, knownAt].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func table(_ numbers: [DocumentNode]) -> TextTable {
        var table = TextTable(columns: [
            .init(title: Message("indicateur", "indicator").shown, alignment: .left),
            .init(title: "", alignment: .left, isElastic: true),
            .init(title: Message("valeur", "value").shown),
            .init(title: Message("cible", "target").shown),
            .init(title: Message("écart", "gap").shown),
            .init(title: Message("validées", "validated").shown),
            .init(title: Message("publié", "published").shown),
            .init(title: "", alignment: .left),
        ])
        table.rows = numbers.map { number in
            [
                number["indicator"]["code"].text ?? "", number["indicator"]["title"].text ?? "", number.shownNumber,
                target(number["target"]), number["target"]["gap"].decimal.signed, answers(number),
                published(number),
                number["provisional"].isTrue ? Message("provisoire", "provisional").shown : "",
            ]
        }
        return table
    }

    /// The answers that count, of those that count or may still come.
    /// With its period where it is that of a later one.
    private func target(_ target: DocumentNode?) -> String {
        let value = target["value"].decimal.shown
        guard let period = target["period"].text, period != String(year) else { return value }
        return "\(value) (\(period))"
    }

    private func answers(_ number: DocumentNode) -> String {
        let counts = ["validated", "pending", "missing"].map { number["coverage"][$0].integer ?? 0 }
        let possible = counts.reduce(0, +)
        return Message("\(counts[0]) sur \(possible)", "\(counts[0]) of \(possible)").shown
    }

    /// What was printed elsewhere, with how far the computed number is from it.
    private func published(_ number: DocumentNode) -> String {
        guard let printed = number["published"].items.last else { return "–" }
        let (value, difference) = (printed["value"].decimal, printed["difference"].decimal)
        guard let difference, !difference.isZero else { return value.shown }
        return "\(value.shown) (\(DocumentNode?.some(printed)["difference"].decimal.signed))"
    }

    private func legend(_ numbers: [DocumentNode]) -> [String] {
        let open = numbers.filter { $0["provisional"].isTrue }.compactMap { $0["indicator"]["code"].text }
        guard let first = open.first else { return [] }
        let code = open.count == 1 ? first : "CODE"
        let codes = open.count == 1 ? "" : " (CODE : \(open.joined(separator: ", ")))"
        return [
            Message(
                """
                Provisoire : une réponse peut encore venir. Qui manque : jalon indicators --year \(year) --indicator \(code)\(codes)
                """,
                """
                Provisional: an answer may still come. Who is missing: jalon indicators --year \(year) --indicator \(code)\(codes)
                """
            ).shown
        ]
    }
}

extension DocumentNode? {
    /// The value of a figure, or of a body in it, with the unit of its indicator.
    fileprivate var shownNumber: String { self["value"].decimal.shown(in: self["indicator"]["unit"].text) }
}

extension ExactDecimal? {
    /// A dash for none.
    var shown: String { self.map(\.inWords.shown) ?? "–" }

    func shown(in unit: String?) -> String {
        guard self != nil, let unit else { return shown }
        // English puts no space before the sign.
        return unit == "%" ? Message("\(shown)\u{A0}%", "\(shown)%").shown : "\(shown)\u{A0}\(unit)"
    }

    /// With a plus before what is above.
    var signed: String {
        guard let number = self, !number.isZero, !number.isNegative else { return shown }
        return "+" + shown
    }
}

extension DocumentNode {
    /// The value of a figure with the unit of its indicator.
    fileprivate var shownNumber: String { DocumentNode?.some(self).shownNumber }
}
