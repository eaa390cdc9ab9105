import ActionPlans

/// The actions of each theme by status: a bar as long as there are actions, in parts, the done ones first.
struct ThemeDrawing: PagePart {
    /// What is done begins at the same place in each bar, so that themes compare.
    static let statuses: [ActionStatus] =
        [.realisee] + ActionStatus.allCases.filter(\.isOpen).reversed()
        + ActionStatus.allCases.filter { !$0.isOpen && $0 != .realisee }

    private let barometer: Barometer
    private let labels: [ActionStatus: String]

    var language: Language { barometer.language }

    init(_ barometer: Barometer) {
        self.barometer = barometer
        labels = Dictionary(uniqueKeysWithValues: zip(ActionStatus.allCases, barometer.statuses.map(\.label)))
    }

    var drawing: Drawing {
        var drawing = Drawing()
        drawing.patterns(for: .themes)
        drawing.legend(
            Self.statuses.map { status in
                (labels[status] ?? status.code, { $0.bar($1, $2, 14, 12, Drawing.Fill(status), .themes) })
            })
        let most = max(1, barometer.themes.map(\.tally.actions).max() ?? 0)
        for theme in barometer.themes {
            row(theme, scale: Drawing.width / Double(most), in: &drawing)
            drawing.facts.append(sentence(theme))
        }
        return drawing
    }

    private func row(_ theme: Barometer.Group, scale: Double, in drawing: inout Drawing) {
        let top = drawing.height + 8
        drawing.words(theme.label, 0, top + 12)
        drawing.words(
            counted(theme.tally.actions, Message("action", "action"), Message("actions", "actions")), Drawing.width, top + 12,
            size: 13, anchor: "end", ink: Drawing.quiet)
        var (x, numbers): (Double, [(middle: Double, text: String)]) = (0, [])
        for status in Self.statuses where theme.tally[status] > 0 {
            let width = Double(theme.tally[status]) * scale
            drawing.bar(x, top + 19, width, 14, Drawing.Fill(status), .themes)
            numbers.append((x + width / 2, shown(theme.tally[status])))
            x += width
        }
        for (place, number) in zip(Drawing.places(of: numbers, size: 13), numbers) {
            drawing.words(number.text, place, top + 47, size: 13, anchor: "middle")
        }
        drawing.height = top + 53
    }

    private func sentence(_ theme: Barometer.Group) -> String {
        let parts = Self.statuses.map { status in
            "\(shown(theme.tally[status])) \((labels[status] ?? status.code).lowercased())"
        }
        return theme.label + say(" : ", ": ") + parts.joined(separator: ", ") + "."
    }
}
