/// The code of an indicator (`REEMPLOI`), written as the codes of actions are. It never changes.
package struct IndicatorCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String
    package static let form = ActionCode.form

    package init?(_ text: String) { self.init(text[...]) }

    package init?(_ text: Substring) {
        guard let code = ActionCode(text) else { return nil }
        self.text = code.text
    }

    package var description: String { text }
    package static func < (left: IndicatorCode, right: IndicatorCode) -> Bool { left.text < right.text }
}
