import ActionPlans

/// How the values of members and of cells are written in JSON.
extension JSONWriter {
    /// A number as it was written, with the zeros at its end.
    package mutating func member(_ name: String, _ value: ExactDecimal?) {
        guard key(name) else { return }
        guard let value else { return self.value(nil as String?) }
        self.value(literal: value.description)
    }

    package mutating func member(_ name: String, _ value: TableValue) {
        switch value {
        case .none: member(name, nil as String?)
        case .text(let text): member(name, text)
        case .number(let number): member(name, number)
        case .percent(let percent): member(name, percent)
        case .flag(let flag): member(name, flag)
        case .list(let items): member(name, items)
        case .decimal(let number): member(name, number)
        }
    }

    package mutating func member(_ name: String, _ value: MemberValue) {
        guard key(name) else { return }
        self.value(value)
    }

    package mutating func value(_ value: MemberValue) {
        switch value {
        case .null: self.value(nil as String?)
        case .text(let text): self.value(text)
        case .flag(let flag): self.value(flag)
        case .number(let number): self.value(number)
        case .list(let items): list(of: items) { $0.value($1) }
        case .decimal(let number): self.value(literal: number.description)
        case .objects(let objects): list(of: objects) { $0.value(.object($1)) }
        case .object(let object): self.object { for member in object.members { $0.member(member.name, member.value) } }
        }
    }
}
