import ActionPlans

/// Each ministry with what has come of it, and of its actions how many are done.
struct MinistryDrawing: PagePart {
    private let barometer: Barometer

    var language: Language { barometer.language }

    init(_ barometer: Barometer) { self.barometer = barometer }

    /// What has come of a ministry, with a mark of its own shape.
    enum Standing: CaseIterable {
        case received, receivedLate, missing, missingLate

        init(_ ministry: Barometer.Ministry) {
            switch (ministry.plan, ministry.isLate) {
            case (.manquante, true): self = .missingLate
            case (.manquante, false): self = .missing
            case (_, true): self = .receivedLate
            case (_, false): self = .received
            }
        }

        var name: Message {
            switch self {
            case .received: Message("plan reçu", "plan received")
            case .receivedLate: Message("plan reçu en retard", "plan received late")
            case .missing: Message("plan manquant", "plan missing")
            case .missingLate: Message("plan manquant, en retard", "plan missing, late")
            }
        }

        var names: Message {
            switch self {
            case .received: Message("plans reçus", "plans received")
            case .receivedLate: Message("plans reçus en retard", "plans received late")
            case .missing: Message("plans manquants", "plans missing")
            case .missingLate: Message("plans manquants, en retard", "plans missing, late")
            }
        }

        /// In a square of 14.
        func draw(_ x: Double, _ y: Double, in drawing: inout Drawing) {
            switch self {
            case .received: drawing.add("<circle cx=\"\(x + 7)\" cy=\"\(y + 7)\" r=\"6\" fill=\"\(Drawing.blue)\"/>")
            case .receivedLate:
                drawing.add("<path d=\"M\(x + 7) \(y)l7 13h-14z\" fill=\"\(Drawing.brown)\"/>")
            case .missing:
                drawing.add(
                    """
                    <circle cx="\(x + 7)" cy="\(y + 7)" r="5.5" fill="#fff" stroke="\(Drawing.quiet)" stroke-width="1.5"/>
                    """)
            case .missingLate:
                drawing.add(
                    """
                    <path d="M\(x + 2) \(y + 2)l10 10m0 -10l-10 10" stroke="\(Drawing.red)" stroke-width="3"/>
                    """)
            }
        }
    }

    var drawing: Drawing {
        var drawing = Drawing()
        let standings = barometer.ministries.map(Standing.init)
        drawing.legend(
            Standing.allCases.compactMap { standing in
                let count = standings.count { $0 == standing }
                guard count > 0 else { return nil }
                return (counted(count, standing.name, standing.names), { standing.draw($1, $2, in: &$0) })
            })
        let most = max(1, barometer.ministries.compactMap(\.tally?.actions).max() ?? 0)
        for (ministry, standing) in zip(barometer.ministries, standings) {
            row(ministry, standing, scale: Drawing.width / Double(most), in: &drawing)
            drawing.facts.append(sentence(ministry, standing))
        }
        return drawing
    }

    /// A name is told in full in the table; here there is room for an acronym.
    private func shortName(_ ministry: Barometer.Ministry) -> String {
        let name = ministry.acronym ?? ministry.name
        return name.count > 28 ? name.prefix(27) + "…" : name
    }

    private func row(_ ministry: Barometer.Ministry, _ standing: Standing, scale: Double, in drawing: inout Drawing) {
        let top = drawing.height + 8
        standing.draw(0, top, in: &drawing)
        drawing.words(shortName(ministry), 22, top + 12, weight: "700")
        drawing.words(outcome(ministry, standing), Drawing.width, top + 12, size: 13, anchor: "end", ink: Drawing.quiet)
        guard let tally = ministry.tally else {
            drawing.height = top + 20
            return
        }
        let (done, all) = (Double(tally.realisees) * scale, Double(tally.actions) * scale)
        if all > 0 { drawing.bar(0, top + 19, all, 10, .hollow, .ministries) }
        if done > 0 { drawing.bar(0, top + 19, done, 10, .full, .ministries) }
        drawing.height = top + 34
    }

    private func outcome(_ ministry: Barometer.Ministry, _ standing: Standing) -> String {
        guard let tally = ministry.tally else { return standing.name[language] }
        return say(
            "\(shown(tally.realisees)) réalisée\(tally.realisees < 2 ? "" : "s") sur \(shown(tally.actions))",
            "\(shown(tally.realisees)) done of \(shown(tally.actions))")
    }

    private func sentence(_ ministry: Barometer.Ministry, _ standing: Standing) -> String {
        let counts = ministry.tally == nil ? "" : ", \(outcome(ministry, standing))"
        return "\(ministry.name)\(say(" : ", ": "))\(standing.name[language])\(counts)."
    }
}
