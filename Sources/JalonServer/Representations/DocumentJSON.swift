import Documents

extension JSONWriter {
    /// A value that was read, its members in the order they were read in.
    package mutating func value(_ content: DocumentNode.Content) {
        switch content {
        case .null: value(nil as String?)
        case .flag(let flag): value(flag)
        case .number(let literal): value(literal: Self.number(literal))
        case .text(let text): value(text)
        case .list(let items): list(of: items) { $0.value($1.content) }
        case .object(let members):
            object { object in
                for (name, node) in members where object.key(name) { object.value(node.content) }
            }
        }
    }

    /// As JSON writes it: YAML allows `007`.
    private static func number(_ literal: String) -> String {
        let sign = literal.hasPrefix("-") ? "-" : ""
        let digits = literal.dropFirst(sign.count)
        guard digits.first == "0" else { return literal }
        let significant = digits.drop { $0 == "0" }
        return sign + (significant.first?.isNumber == true ? "" : "0") + significant
    }
}
