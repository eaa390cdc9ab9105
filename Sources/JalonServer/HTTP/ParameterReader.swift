import ActionPlans
import Documents

/// Reads the query parameters of a request, each as what it must be. What is read is known; the rest is refused by name.
package struct ParameterReader {
    private let parameters: [(name: String, value: String, raw: String)]
    private var known: [String] = []
    private var faults: [Problem.Located] = []
    /// What was read of each list, however its values were written.
    private(set) var lists: [String: [String]] = [:]

    /// Filters take at most this many values, whether they are written in one parameter or in several.
    package static let mostValues = 50

    package init(_ query: QueryString) {
        parameters = query.parameters
    }

    package mutating func fault(_ name: String, _ code: Fault.Code, _ message: Message) {
        faults.append(Problem.Located(place: .parameter(name), code: code, message: message))
    }

    /// The one value of a parameter; nil when it is absent, or refused because it is given twice.
    package mutating func text(_ name: String) -> String? {
        known.append(name)
        var value: String?
        for parameter in parameters where parameter.name == name {
            guard value == nil else {
                fault(
                    name, .duplicate,
                    Message(
                        "Le paramètre est donné deux fois, mais il n’a qu’une valeur : n’en gardez qu’un.",
                        "The parameter is given twice, but it has one value: keep only one."))
                return nil
            }
            value = parameter.value
        }
        return value
    }

    package func isGiven(_ name: String) -> Bool { parameters.contains { $0.name == name } }

    package mutating func flag(_ name: String) -> Bool? {
        guard let text = text(name) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            fault(name, .invalidValue, .notOneOf(text, ["true", "false"]))
            return nil
        }
    }

    package mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        if let value = Int(text), range.contains(value), String(value) == text {
            return value
        }
        fault(name, .outOfRange, .outOfRange(range))
        return nil
    }

    package mutating func date(_ name: String) -> CivilDate? {
        guard let text = text(name) else { return nil }
        if let date = CivilDate(text) { return date }
        fault(name, .invalidDate, .invalidDate(text))
        return nil
    }

    /// How the values of a list are told apart. A parameter given again always adds values.
    package enum Separation {
        /// At every comma, escaped or not: no value holds one, and many clients escape it.
        case commas
        /// At the commas that are not escaped: a value may hold one, which is then written `%2C`.
        case bareCommas
    }

    /// The values of a list, each understood by `read`; nil when the parameter is absent. A value given again changes nothing.
    package mutating func values<Value>(
        _ name: String, most: Int = mostValues, separatedBy separation: Separation = .commas, _ read: (String) -> Value?,
        or message: (String) -> Message
    ) -> [Value]? {
        known.append(name)
        guard isGiven(name) else { return nil }
        let words = words(of: name, separation)
        guard words.count <= most else {
            fault(name, .tooMany, .tooMany(words.count, most))
            return nil
        }
        var distinct: [String] = []
        var values: [Value] = []
        for word in words where !distinct.contains(word) {
            distinct.append(word)
            if let value = read(word) {
                values.append(value)
            } else {
                fault(name, .invalidValue, message(word))
            }
        }
        lists[name] = distinct
        return values
    }

    private func words(of name: String, _ separation: Separation) -> [String] {
        parameters.filter { $0.name == name }.flatMap { parameter in
            switch separation {
            case .commas: parameter.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            case .bareCommas:
                parameter.raw.split(separator: ",", omittingEmptySubsequences: false)
                    .map { PercentEncoding.decoded($0, plusIsSpace: true)?.composed ?? "" }
            }
        }
    }

    package mutating func codes<Code: Vocabulary>(_ name: String, of type: Code.Type = Code.self) -> [Code]? {
        values(name, Code.init(rawValue:)) { .notOneOf($0, of: Code.self) }
    }

    /// The one code of a parameter that is no list.
    package mutating func code<Code: Vocabulary>(_ name: String, of type: Code.Type = Code.self) -> Code? {
        guard let text = text(name) else { return nil }
        if let code = Code(rawValue: text) { return code }
        fault(name, .invalidValue, .notOneOf(text, of: Code.self))
        return nil
    }

    /// Only checks it: it was chosen before anything else was read.
    mutating func language() {
        guard let text = text("lang"), Language(rawValue: text) == nil else { return }
        fault("lang", .invalidValue, .notOneOf(text, Language.allCases.map(\.rawValue)))
    }

    /// - Throws: ``ProblemKind/invalidParameter`` with every fault, unknown parameters included.
    package mutating func finish() throws {
        var unknown: [String] = []
        for (name, _, _) in parameters where !known.contains(name) && !unknown.contains(name) {
            unknown.append(name)
            fault(name.clipped, .unknownParameter, .unknown("paramètre", "parameter", name, known))
        }
        guard !faults.isEmpty else { return }
        var problem = Problem(
            .invalidParameter,
            faults.count == 1
                ? faults[0].message
                : Message("\(faults.count) paramètres sont invalides.", "\(faults.count) parameters are invalid."))
        problem.faults = faults
        throw problem
    }
}

extension Message {
    static func requiredParameter(_ name: String) -> Message {
        Message("Le paramètre « \(name) » est obligatoire.", "The parameter “\(name)” is required.")
    }
}
