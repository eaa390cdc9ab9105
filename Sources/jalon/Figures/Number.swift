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
}
