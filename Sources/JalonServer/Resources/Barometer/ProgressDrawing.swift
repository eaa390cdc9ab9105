import ActionPlans

/// The actions identified and the actions done on the last evening of each month, from the first one that has any.
struct ProgressDrawing: PagePart {
    private let barometer: Barometer

    var language: Language { barometer.language }

    init(_ barometer: Barometer) { self.barometer = barometer }

    private static let plot = (left: 34.0, right: 296.0, top: 8.0, bottom: 208.0)

    private var points: [FigureSeries.Point] { barometer.points }

    var drawing: Drawing {
        var drawing = Drawing()
        guard !points.isEmpty else {
            drawing.paragraph(nothing, size: 14)
            drawing.facts = [nothing]
            drawing.height += 4
            return drawing
        }
        drawing.height = Self.plot.bottom + 30
        let step = Self.step(for: points.map(\.total.actions).max() ?? 0)
        let top = max(1, ((points.map(\.total.actions).max() ?? 0) + step - 1) / step) * step
        for tick in stride(from: 0, through: top, by: step) {
            let y = height(of: tick, top)
            drawing.add(
                """
                <path d="M\(Self.plot.left) \(y)H\(Self.plot.right)" stroke="\(tick == 0 ? Drawing.quiet : "#ddd")"/>
                """)
            drawing.words(shown(tick), Self.plot.left - 6, y + 4, size: 12, anchor: "end", ink: Drawing.quiet)
        }
        drawDays(in: &drawing)
        line(top, \.actions, dashed: true, in: &drawing)
        line(top, \.realisees, dashed: false, in: &drawing)
        nameLines(top, in: &drawing)
        drawing.facts = points.map { point in
            say(
                "\(shown(point.day)) : \(shown(point.total.actions)) identifiées, \(shown(point.total.realisees)) réalisées.",
                "\(shown(point.day)): \(shown(point.total.actions)) identified, \(shown(point.total.realisees)) done.")
        }
        return drawing
    }

    private var nothing: String {
        say("Aucune action n’était identifiée avant la fin de l’année.", "No action was identified before the end of the year.")
    }

    private func place(of index: Int) -> Double {
        let span = Self.plot.right - Self.plot.left - 16
        return Self.plot.left + 8 + (points.count == 1 ? span / 2 : span * Double(index) / Double(points.count - 1))
    }

    private func height(of count: Int, _ top: Int) -> Double {
        Self.plot.bottom - (Self.plot.bottom - Self.plot.top) * Double(count) / Double(top)
    }

    /// The first of 1, 2, 5, 10, 20… that makes at most four steps.
    static func step(for most: Int) -> Int {
        var power = 1
        while true {
            for step in [1, 2, 5] where step * power * 4 >= most { return step * power }
            power *= 10
        }
    }

    /// Under each point where there is room, and always under the last.
    private func drawDays(in drawing: inout Drawing) {
        let every = points.count > 6 ? 2 : 1
        for (index, point) in points.enumerated() {
            let x = place(of: index)
            drawing.add("<path d=\"M\(x) \(Self.plot.bottom)v4\" stroke=\"\(Drawing.quiet)\"/>")
            guard (points.count - 1 - index).isMultiple(of: every) else { continue }
            drawing.words(
                shortName(of: point.day), x, Self.plot.bottom + 20, size: 12, anchor: "middle", ink: Drawing.quiet)
        }
    }

    private func shortName(of day: CivilDate) -> String {
        let french = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
        let english = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = (language == .french ? french : english)[day.month - 1]
        // The end of a month goes by its name alone.
        return day.following?.day == 1 ? month : "\(day.day) \(month)"
    }

    private func line(_ top: Int, _ count: KeyPath<Tally, Int>, dashed: Bool, in drawing: inout Drawing) {
        let places = points.enumerated().map { (place(of: $0), height(of: $1.total[keyPath: count], top)) }
        let path = places.enumerated().map { index, place -> Markup in "\(index == 0 ? "M" : "L")\(place.0) \(place.1)" }
        let dashes: Markup = dashed ? " stroke-dasharray=\"5 4\"" : ""
        if points.count > 1 {
            drawing.add("<path d=\"\(path)\" fill=\"none\" stroke=\"\(Drawing.blue)\" stroke-width=\"2\"\(dashes)/>")
        }
        for (x, y) in places {
            drawing.add(
                dashed
                    ? "<rect x=\"\(x - 4)\" y=\"\(y - 4)\" width=\"8\" height=\"8\" fill=\"#fff\" stroke=\"\(Drawing.blue)\"/>"
                    : "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"4\" fill=\"\(Drawing.blue)\"/>")
        }
    }

    /// At the end of each line, what it counts.
    private func nameLines(_ top: Int, in drawing: inout Drawing) {
        guard let last = points.last?.total else { return }
        let x = Self.plot.right + 8
        let identified = height(of: last.actions, top) + 4
        let done = max(height(of: last.realisees, top) + 4, identified + 34)
        let names = [
            (shown(last.actions), say("identifiées", "identified"), min(identified, Self.plot.bottom - 58)),
            (shown(last.realisees), say("réalisées", "done"), min(done, Self.plot.bottom - 24)),
        ]
        for (number, name, y) in names {
            drawing.words(number, x, y, weight: "700")
            drawing.words(name, x, y + 16)
        }
        drawing.words("(\(shown(Rate.realiseesIdentifiees.value(last))))", x, names[1].2 + 32)
    }
}
