/// The value of any member, as history and differences show it.
package enum MemberValue: Hashable, Sendable {
    case null
    case text(String)
    case flag(Bool)
    case number(Int)
    case list([String])
    case decimal(ExactDecimal)
    /// A list of objects, each with the same members.
    case objects([Object])
    case object(Object)

    package struct Object: Hashable, Sendable {
        package let members: [Member]

        package init(_ members: [Member]) {
            self.members = members
        }
    }

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: MemberValue

        package init(_ name: String, _ value: MemberValue) {
            self.name = name
            self.value = value
        }
    }

    package init(_ number: ExactDecimal?) {
        self = number.map(MemberValue.decimal) ?? .null
    }

    /// With both bounds, null where it has none.
    package init(_ number: BoundedNumber?) {
        self =
            number.map { number in
                .object(
                    Object([
                        Member("low", MemberValue(number.low)), Member("central", .decimal(number.central)),
                        Member("high", MemberValue(number.high)),
                    ]))
            } ?? .null
    }

    package init(_ text: String?) {
        self = text.map(MemberValue.text) ?? .null
    }

    /// Nothing, an empty list and `false` say the same as an absent member.
    package var saysNothing: Bool {
        switch self {
        case .null, .flag(false), .list([]), .objects([]): true
        default: false
        }
    }
}

/// One member before and after a change.
package struct MemberChange: Hashable, Sendable {
    package let member: String
    package let from: MemberValue
    package let to: MemberValue
    /// The next day of which something else had been said: it holds until then. nil for a change that holds today.
    package var until: CivilDate?

    /// - Returns: nil when nothing changes.
    package init?(member: String, from: MemberValue, to: MemberValue) {
        guard from != to else { return nil }
        if case .null = from, to.saysNothing { return nil }
        if case .null = to, from.saysNothing { return nil }
        self.member = member
        self.from = from
        self.to = to
    }

    private init(_ member: String, _ value: MemberValue) {
        self.member = member
        from = value
        to = value
    }

    /// What is said again of a day on which it is so already: what is told of the days before it ends there.
    static func saidAgain(_ member: String, _ value: MemberValue) -> MemberChange { MemberChange(member, value) }
}
