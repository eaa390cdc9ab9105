import ActionPlans
import Documents

/// One number as a page to read: what it is, by which rule, who contributes to it, and who is missing.
struct IndicatorPage {
    private let figure: DocumentNode?

    init(_ figure: DocumentNode?) { self.figure = figure }

    var lines: [String] {
        head + section(Message("Contribuent", "Contributing"), figure["contributors"].items.map(contributor))
            + section(Message("Manquent", "Missing"), figure["missing"].items.map(missing))
            + section(Message("En cours", "In progress"), figure["pending"].items.map(pending))
            + section(Message("Sans objet", "Not applicable"), figure["not_applicable"].items.map(reason))
            + section(Message("Indisponible", "Unavailable"), figure["unavailable"].items.map(reason))
    }

    private var unit: String? { figure["indicator"]["unit"].text }

    private var head: [String] {
        let indicator = figure["indicator"]
        let title = "\(indicator["code"].text ?? "") \(figure["period"].text ?? "") — \(indicator["title"].text ?? "")"
        let provisional = figure["provisional"].isTrue ? Message(", provisoire", ", provisional").shown : ""
        var lines = [
            Terminal.bold(title), "  " + Terminal.bold(figure["value"].decimal.shown(in: unit)) + parts(of: figure) + provisional,
        ]
        if let rule = figure["rule"].text { lines.append("  \(rule)") }
        let target = figure["target"]
        if target["value"].decimal != nil {
            let (value, gap) = (target["value"].decimal.shown(in: unit), target["gap"].decimal.signed)
            lines.append("  " + Message("cible \(value), écart \(gap)", "target \(value), gap \(gap)").shown)
        }
        for printed in figure["published"].items {
            let value = printed["value"].decimal.shown(in: unit)
            let difference = printed["difference"].decimal.signed
            let place = [printed["title"].text, printed["page"].text].compactMap(\.self).joined(separator: ", ")
            lines.append(
                "  "
                    + Message(
                        "publié \(value), différence \(difference) : \(place)",
                        "published \(value), difference \(difference): \(place)"
                    ).shown)
        }
        return lines
    }

    /// What a ratio or an average is made of.
    private func parts(of number: DocumentNode?) -> String {
        guard number["numerator"].decimal != nil, number["denominator"].decimal != nil else { return "" }
        return " (\(number["numerator"].decimal.shown) / \(number["denominator"].decimal.shown))"
    }

    private func section(_ title: Message, _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        var table = TextTable(columns: [
            .init(title: "", alignment: .left), .init(title: "", alignment: .left, isElastic: true),
            .init(title: "", alignment: .left),
        ])
        table.rows = rows
        return ["", Message("\(title.french) (\(rows.count))", "\(title.english) (\(rows.count))").shown] + table.lines(indent: 2)
    }

    private func contributor(_ body: DocumentNode) -> [String] {
        let estimated = body["estimated"].isTrue ? Message(", estimé", ", estimated").shown : ""
        return named(body) + [body["value"].decimal.shown(in: unit) + parts(of: body) + estimated]
    }

    private func missing(_ body: DocumentNode) -> [String] {
        let periods = body["periods"].items.compactMap { DocumentNode?.some($0).text }.joined(separator: ", ")
        let late = body["days_late"].integer ?? 0
        let days = Message.counted(late, ("jour de retard", "jours de retard"), ("day late", "days late"))
        return named(body) + [late > 0 ? "\(periods), \(days.shown)" : periods]
    }

    private func pending(_ body: DocumentNode) -> [String] {
        let state = body["state"].text.flatMap { code in MeasureState.allCases.first { $0.code == code } }
        return named(body) + ["\(body["period"].text ?? ""), \(state?.label.shown ?? "")"]
    }

    private func reason(_ body: DocumentNode) -> [String] {
        named(body) + ["\(body["period"].text ?? ""), \(body["reason"].text ?? "")"]
    }

    private func named(_ body: DocumentNode) -> [String] { [body["ministry"].text ?? "", body["name"].text ?? ""] }
}
