import ActionPlans

/// One of the barometer's pictures, from the same values as its tables. It is an SVG without a style, a script or anything
/// from elsewhere; what it shows is told by shape, length and words, never by colour alone.
struct BarometerPicture: PagePart {
    enum Kind: String, CaseIterable, Sendable {
        case themes, levels, progress, ministries

        var fileName: String { "\(rawValue).svg" }

        init?(fileName: String) {
            guard let kind = Self.allCases.first(where: { $0.fileName == fileName }) else { return nil }
            self = kind
        }
    }

    let kind: Kind
    private let barometer: Barometer
    private let drawing: Drawing

    var language: Language { barometer.language }

    init(_ kind: Kind, of barometer: Barometer) {
        self.kind = kind
        self.barometer = barometer
        drawing =
            switch kind {
            case .themes: ThemeDrawing(barometer).drawing
            case .levels: LevelDrawing(barometer).drawing
            case .progress: ProgressDrawing(barometer).drawing
            case .ministries: MinistryDrawing(barometer).drawing
            }
    }

    var title: String {
        switch kind {
        case .themes: say("Les thématiques et l’état de leurs actions", "The themes and the status of their actions")
        case .levels: say("Le niveau visé et le niveau atteint", "The level aimed at and the level reached")
        case .progress: say("L’avancement au fil de l’année", "Progress over the year")
        case .ministries: say("Les ministères et leur plan", "The ministries and their plans")
        }
    }

    /// On a page, beside its table, where the numbers are.
    var beside: Markup {
        svg(
            describedBy: say("Les mêmes nombres sont dans le tableau voisin.", "The same numbers are in the table beside."),
            height: drawing.height, margin: 4, drawing.content)
    }

    /// Whole: with its title, all its numbers in words, its date and its source.
    var alone: Markup {
        let margin = 16.0
        var sheet = Drawing()
        sheet.paragraph("\(title), \(barometer.year)", size: 17, weight: "700")
        sheet.height += 10
        let top = sheet.height
        sheet.height += drawing.height + 8
        for line in notes { sheet.paragraph(line, size: 12, ink: Drawing.quiet) }
        sheet.height += 6
        return svg(
            describedBy: drawing.facts.joined(separator: " "), height: sheet.height, margin: margin,
            """
            <rect x="\(-margin)" y="\(-margin)" width="\(Drawing.width + 2 * margin)" height="\(sheet.height + 2 * margin)" fill="#fff"/>
            \(sheet.content)
            <g transform="translate(0 \(top))">\(drawing.content)</g>
            """)
    }

    private var notes: [String] {
        let day = barometer.day.map { say("Données au \(shown($0)).", "Data as of \(shown($0)).") }
        return [
            [day, barometer.receivedText[language]].compactMap { $0 }.joined(separator: " "),
            say("Source :", "Source:") + " \(Barometer.source[language]). \(Barometer.licence.name[language]).",
        ]
    }

    /// - Parameter margin: at least what the outlines at the edges need.
    private func svg(describedBy description: String, height: Double, margin: Double, _ content: Markup) -> Markup {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(Drawing.width + 2 * margin)" height="\(height + 2 * margin)" \
        viewBox="\(-margin) \(-margin) \(Drawing.width + 2 * margin) \(height + 2 * margin)" role="img" \
        aria-labelledby="\(kind.rawValue)-title \(kind.rawValue)-text" lang="\(language.rawValue)" font-size="14" \
        font-family="system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" fill="\(Drawing.ink)">
        <title id="\(kind.rawValue)-title">\(title), \(barometer.year)</title>
        <desc id="\(kind.rawValue)-text">\(description)</desc>
        \(content)
        </svg>
        """
    }
}
