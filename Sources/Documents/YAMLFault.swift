import ActionPlans

/// What people write in YAML that means something else to it, told with what to write instead.
package enum YAMLFault: Sendable, Hashable {
    /// A text that must stand between quotation marks; how its line would read with them, where that is known.
    case needsQuotes(String?)
    case unclosedQuote
    /// A list or an object on one line that does not end as it should.
    case unclosedBracket
    case tab
    case missingColon
    /// The line stands further to the right than the one before it, which is complete.
    case indented

    /// - Parameters:
    ///   - problem: libyaml's words for what is wrong; the others say no more than that it is not YAML.
    ///   - line: the text in which it is.
    ///   - before: the text before it that is not blank.
    ///   - column: from 1.
    init?(problem: String, line: String, before: String, column: Int) {
        let character = line.unicodeScalars.dropFirst(column - 1).first
        switch problem {
        case "mapping values are not allowed in this context", "block sequence entries are not allowed in this context",
            "did not find expected alphabetic or numeric character", "did not find URI escaped octet",
            "did not find expected whitespace or line break", "did not find expected '!'":
            self = Self.isIndented(line, after: before, column) ? .indented : .needsQuotes(Self.quoted(line))
        case "found character that cannot start any token":
            self = character == "\t" ? .tab : .needsQuotes(Self.quoted(line))
        case "found a tab character where an indentation space is expected", "found a tab character that violates indentation":
            self = .tab
        case "found unexpected end of stream": self = .unclosedQuote
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'": self = .unclosedBracket
        case "could not find expected ':'": self = .missingColon
        case "did not find expected key", "did not find expected '-' indicator":
            // Something stands behind a text that is closed already, as in `title: "A" b`.
            guard let quoted = Self.quoted(line), line.contains(": \"") || line.contains(": '") || line.contains(": [") else {
                return nil
            }
            self = .needsQuotes(quoted)
        default: return nil
        }
    }

    /// Whether the line is a member of its own that YAML takes for the rest of the value before it, since it is indented.
    private static func isIndented(_ line: String, after before: String, _ column: Int) -> Bool {
        func indent(_ text: String) -> Int { text.prefix { $0 == " " || $0 == "-" }.count }
        guard indent(line) > indent(before), let colon = line.firstRange(of: ":"), before.contains(": "), !before.hasSuffix(": ")
        else { return false }
        return line[..<colon.lowerBound].unicodeScalars.count == column - 1
    }

    /// The line with its value between quotation marks; nil where it is not clear what is the value.
    static func quoted(_ line: String) -> String? {
        var rest = line[...]
        while let first = rest.first, first == " " || first == "-" { rest = rest.dropFirst() }
        guard let first = rest.first, !"{[\"'".contains(first), let colon = rest.firstRange(of: ": "),
            colon.lowerBound > rest.startIndex
        else { return nil }
        let name = rest[..<colon.lowerBound]
        var value = rest[colon.upperBound...]
        while let last = value.last, last.isWhitespace { value = value.dropLast() }
        guard !value.isEmpty, value.unicodeScalars.count <= 60, value.first != "{" else { return nil }
        let isQuotable = !value.contains("\"") && !value.contains("\\")
        return "\(name): " + (isQuotable ? "\"\(value)\"" : "'\(value.replacing("'", with: "''"))'")
    }

    var message: Message {
        switch self {
        case .needsQuotes(let line?):
            Message(
                "YAML lit ce texte autrement que vous ne l’entendez : mettez-le entre guillemets. Écrivez : \(line)",
                "YAML reads this text in another way than you mean: put it between quotation marks. Write: \(line)")
        case .needsQuotes(nil):
            Message(
                "YAML lit ce texte autrement que vous ne l’entendez : mettez entre guillemets un texte qui contient « : » ou commence par un signe.",
                "YAML reads this text in another way than you mean: put a text that contains “: ” or begins with a sign between quotation marks."
            )
        case .unclosedQuote:
            Message("Un guillemet ouvert n’est pas refermé.", "A quotation mark that was opened is not closed.")
        case .unclosedBracket:
            Message(
                "Il manque une virgule, ou le signe qui ferme la liste ou l’objet ; un texte qui contient « : », « , » ou un crochet se met entre guillemets.",
                "A comma is missing, or what closes the list or the object; a text that contains “: ”, a comma or a bracket goes between quotation marks."
            )
        case .tab:
            Message(
                "Une tabulation ne sert pas de retrait en YAML : mettez des espaces.",
                "A tab does not indent in YAML: use spaces.")
        case .indented:
            Message(
                "Cette ligne est plus à droite que la précédente, et YAML y lit la suite de son texte : alignez-les.",
                "This line stands further right than the one before, and YAML reads it as the rest of its text: align them.")
        case .missingColon:
            Message(
                "Il manque « : » après un nom, ou un texte continue ici d’une ligne à l’autre : mettez-le entre guillemets.",
                "A “:” is missing after a name, or a text goes on here from line to line: put it between quotation marks.")
        }
    }
}
