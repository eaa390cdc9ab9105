/// `TE-2022-ACH-01/3`: an impact by its action and its number there, which no other one gets after it.
package struct ImpactID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let action: ActionID
    package let number: Int

    package static let numbers = 1...9_999

    package init?(action: ActionID, number: Int) {
        guard Self.numbers.contains(number) else { return nil }
        self.action = action
        self.number = number
    }

    /// - Parameter number: in plain digits, without zeros before.
    package init?(action: ActionID, number text: some StringProtocol) {
        guard text.utf8.count <= 4, text.utf8.allSatisfy(\.isDigit), text.utf8.first != UInt8(ascii: "0"), let number = Int(text)
        else { return nil }
        self.init(action: action, number: number)
    }

    /// - Parameter key: as ``key``.
    package init?(roadmap: RoadmapID, key: String) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let code = ActionCode(parts[0]) else { return nil }
        self.init(action: ActionID(roadmap: roadmap, code: code), number: parts[1])
    }

    /// What names it in the history beside its ministry and the first year of the plan: `ACH-01/3`.
    package var key: String { "\(action.code)/\(number)" }

    package var description: String { "\(action)/\(number)" }

    package static func < (left: ImpactID, right: ImpactID) -> Bool {
        (left.action, left.number) < (right.action, right.number)
    }
}
