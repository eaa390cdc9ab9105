import ActionPlans

/// A value of another type than it must be, with what to write instead: quotation marks decide what a text is, in YAML and in
/// JSON.
extension Message {
    static func notText(_ node: DocumentNode) -> Message {
        let expected = wrongType("string", node.kind)
        switch node.content {
        case .number(let literal):
            return Message(
                "« \(literal.clipped) » se lit comme un nombre, et il faut un texte : mettez-le entre guillemets, \"\(literal.clipped)\".",
                "“\(literal.clipped)” reads as a number, and a text is expected: put it between quotation marks, \"\(literal.clipped)\"."
            )
        case .flag(let flag):
            return Message(
                "« \(flag) » se lit comme vrai ou faux, et il faut un texte : mettez-le entre guillemets, \"\(flag)\".",
                "“\(flag)” reads as true or false, and a text is expected: put it between quotation marks, \"\(flag)\".")
        case .object, .list:
            return Message(
                "\(expected.french) Un texte qui contient « : » ou commence par un crochet ou une accolade se met entre guillemets.",
                "\(expected.english) A text that contains “: ” or begins with a bracket or a brace goes between quotation marks.")
        case .null, .text: return expected
        }
    }

    static func notList(_ node: DocumentNode) -> Message {
        let expected = wrongType("array", node.kind)
        guard case .text(let text) = node.content, text.unicodeScalars.count <= 60, !text.contains("\"") else { return expected }
        return Message("\(expected.french) Écrivez [\"\(text)\"].", "\(expected.english) Write [\"\(text)\"].")
    }

    static func notInteger(_ node: DocumentNode) -> Message {
        let expected = wrongType("integer", node.kind)
        guard case .text(let text) = node.content, text.utf8.count <= 10, Int(text).map({ String($0) == text }) ?? false else {
            return expected
        }
        return Message(
            "\(expected.french) Écrivez \(text), sans guillemets.", "\(expected.english) Write \(text), without quotation marks.")
    }
}
