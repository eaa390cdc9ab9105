import ActionPlans

extension Message {
    /// A number with the name of what it counts. French has the singular for 0 and 1, English for 1 alone.
    static func counted(_ count: Int, _ french: (String, String), _ english: (String, String)) -> Message {
        let number = Number.shown(count)
        return Message(
            "\(number)\u{A0}\(count > 1 ? french.1 : french.0)", "\(number) \(count == 1 ? english.0 : english.1)")
    }
}
