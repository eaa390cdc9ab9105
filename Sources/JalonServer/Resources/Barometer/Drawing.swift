import ActionPlans

/// What a picture is drawn on: marks and words from the top down, on a width that a telephone shows without making the words
/// too small. Lengths are in the units of the drawing, which are pixels where it is shown in its own size.
struct Drawing {
    static let width = 420.0

    // Each at least 4.5 times as light or dark as white, so that words and marks are seen on it.
    static let ink = "#161616"
    static let quiet = "#545454"
    static let blue = "#000091"
    static let brown = "#8a3c00"
    static let red = "#c9191e"

    /// How far it has got down; the height in the end.
    var height = 0.0
    /// All that it shows, in sentences.
    var facts: [String] = []
    private(set) var content: Markup = ""

    /// How a mark is filled: told apart without colours.
    enum Fill: String, CaseIterable {
        case full, hatched, hollow, dotted

        init(_ status: ActionStatus) {
            switch status {
            case .realisee: self = .full
            case .enCours: self = .hatched
            case .aFaire: self = .hollow
            case .abandonnee: self = .dotted
            }
        }

        var stroke: String { self == .dotted ? Drawing.quiet : Drawing.blue }

        /// - Parameter picture: the patterns' names begin with it, as several pictures stand on one page.
        func paint(_ picture: BarometerPicture.Kind) -> String {
            switch self {
            case .full: Drawing.blue
            case .hollow: "#fff"
            case .hatched, .dotted: "url(#\(picture.rawValue)-\(rawValue))"
            }
        }
    }

    mutating func patterns(for picture: BarometerPicture.Kind) {
        add(
            """
            <defs><pattern id="\(picture.rawValue)-hatched" width="6" height="6" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>\
            <rect width="2.5" height="6" fill="\(Self.blue)"/></pattern>\
            <pattern id="\(picture.rawValue)-dotted" width="5" height="5" patternUnits="userSpaceOnUse">\
            <rect width="5" height="5" fill="#fff"/><circle cx="2.5" cy="2.5" r="1.2" fill="\(Self.quiet)"/></pattern></defs>
            """)
    }

    mutating func add(_ mark: Markup) { content = content + mark + "\n" }

    mutating func bar(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: Fill, _ picture: BarometerPicture.Kind)
    {
        add(
            """
            <rect x="\(x)" y="\(y)" width="\(width)" height="\(height)" fill="\(fill.paint(picture))" stroke="\(fill.stroke)"/>
            """)
    }

    /// - Parameter anchor: which end of the words is at `x`: `start`, `middle` or `end`.
    mutating func words(
        _ text: String, _ x: Double, _ y: Double, size: Int = 14, anchor: String = "start", weight: String = "400",
        ink: String = ink
    ) {
        let anchored: Markup = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        let weighed: Markup = weight == "400" ? "" : " font-weight=\"\(weight)\""
        let sized: Markup = size == 14 ? "" : " font-size=\"\(size)\""
        let inked: Markup = ink == Self.ink ? "" : " fill=\"\(ink)\""
        add("<text x=\"\(x)\" y=\"\(y)\"\(sized)\(anchored)\(weighed)\(inked)>\(text)</text>")
    }

    /// Words on as many lines as they need.
    mutating func paragraph(_ text: String, size: Int, weight: String = "400", ink: String = ink) {
        let most = Int(Self.width / (Double(size) * Self.letter * (weight == "400" ? 1 : 1.08)))
        for line in Self.lines(text, of: most) {
            height += Double(size) * 1.4
            words(line, 0, height - Double(size) * 0.35, size: size, weight: weight, ink: ink)
        }
    }

    /// What each kind of mark means, on as many lines as it needs.
    mutating func legend(_ items: [(text: String, mark: (inout Drawing, Double, Double) -> Void)]) {
        var x = 0.0
        height += 18
        for (text, mark) in items {
            let width = 22 + Self.length(of: text)
            if x > 0, x + width > Self.width {
                x = 0
                height += 22
            }
            mark(&self, x, height - 12)
            words(text, x + 20, height)
            x += width + 14
        }
        height += 12
    }

    /// The mean width of a letter, by its size: a generous guess, as each reader has another font.
    private static let letter = 0.54

    static func length(of text: String, size: Double = 14) -> Double { Double(text.count) * size * letter }

    /// A line is broken between words; a word that is longer than a line goes beyond it.
    static func lines(_ text: String, of most: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= most {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// Numbers under the parts of a bar, each in the middle of its part, or as near to it as its neighbours let it be.
    static func places(of labels: [(middle: Double, text: String)], size: Double) -> [Double] {
        let gap = 6.0
        let widths = labels.map { length(of: $0.text, size: size) }
        var places = labels.map(\.middle)
        if let first = places.first { places[0] = max(first, widths[0] / 2) }
        for index in places.indices.dropFirst() {
            places[index] = max(places[index], places[index - 1] + (widths[index - 1] + widths[index]) / 2 + gap)
        }
        var limit = width
        for index in places.indices.reversed() {
            places[index] = min(places[index], limit - widths[index] / 2)
            limit = places[index] - widths[index] / 2 - gap
        }
        return places
    }
}
