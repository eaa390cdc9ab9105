/// The code of an impact factor, of a family of methods or of a group of impacts that overlap (`PORTABLE-RECONDITIONNE`), written as the
/// codes of actions are. It never changes.
package struct ImpactCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String
    package static let form = ActionCode.form

    package init?(_ text: String) {
        guard let code = ActionCode(text) else { return nil }
        self.text = code.text
    }

    package var description: String { text }
    package static func < (left: ImpactCode, right: ImpactCode) -> Bool { left.text < right.text }
}
