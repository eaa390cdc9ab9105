import ActionPlans

/// Numbers as the user's language writes them.
enum Number {
    static func shown(_ number: Int) -> String {
        Headline.grouped(number, separator: Language.ofUser == .french ? "\u{202F}" : ",")
    }

    /// One decimal, as the server rounds it; a dash on an empty base.
    static func shown(percent value: Double?) -> String {
        guard let value else { return "–" }
        let tenths = Int((value * 10).rounded())
        let (whole, decimal) = (tenths / 10, tenths % 10)
        return Message("\(whole),\(decimal)\u{A0}%", "\(whole).\(decimal)%").shown
    }

    /// From one rate to another, in points, of what is shown of both; a dash where one of them has no base.
    static func shown(pointsFrom old: Double?, to new: Double?) -> String {
        guard let old, let new else { return "–" }
        let tenths = Int((new * 10).rounded()) - Int((old * 10).rounded())
        guard tenths != 0 else { return "·" }
        let (whole, decimal) = (abs(tenths) / 10, abs(tenths) % 10)
        let sign = tenths > 0 ? "+" : "−"
        // French has the singular below 2, English for 1 alone.
        return Message(
            "\(sign)\(whole),\(decimal)\u{A0}point\(abs(tenths) < 20 ? "" : "s")",
            "\(sign)\(whole).\(decimal) point\(abs(tenths) == 10 ? "" : "s")"
        ).shown
    }
}
