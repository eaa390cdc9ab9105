import ActionPlans

/// Reads the query parameters of a request, each as what it must be. What is read is known; the rest is refused by name.
package struct ParameterReader {
    private let parameters: [(name: String, value: String, raw: String)]
    private var known: [String] = []
    private var faults: [Problem.Located] = []

    /// Filters take at most this many values.
    package static let mostValues = 50

    package init(_ query: QueryString) {
        parameters = query.parameters
    }

    package mutating func fault(_ name: String, _ code: Fault.Code, _ message: Message) {
        faults.append(Problem.Located(place: .parameter(name), code: code, message: message))
    }

    package mutating func text(_ name: String) -> String? {
        known.append(name)
        return parameters.first { $0.name == name }?.value
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

    /// The comma-separated values of a filter, each given once and understood by `read`; nil when the parameter is absent.
    package mutating func values<Value>(
        _ name: String, most: Int = mostValues, _ read: (String) -> Value?, or message: (String) -> Message
    ) -> [Value]? {
        guard text(name) != nil, let raw = parameters.first(where: { $0.name == name })?.raw else { return nil }
        let words = raw.split(separator: ",", omittingEmptySubsequences: false)
            .map { PercentEncoding.decoded($0, plusIsSpace: true)?.composed ?? "" }
        guard words.count <= most else {
            fault(name, .tooMany, .tooMany(words.count, most))
            return nil
        }
        var values: [Value] = []
        for (index, word) in words.enumerated() {
            if words[..<index].contains(word) {
                fault(name, .duplicate, .duplicate(word.clipped))
            } else if let value = read(word) {
                values.append(value)
            } else {
                fault(name, .invalidValue, message(word))
            }
        }
        return values
    }

    package mutating func codes<Code: Vocabulary>(_ name: String, of type: Code.Type = Code.self) -> [Code]? {
        values(name, Code.init(rawValue:)) { .notOneOf($0, Code.codes) }
    }

    package mutating func ministries(_ name: String = "ministry") -> [MinistryCode]? {
        values(name, { MinistryCode($0) }) { text in
            Message("« \(text.clipped) » n’est pas un code de ministère.", "“\(text.clipped)” is not a ministry code.")
        }
    }

    /// - Throws: ``ProblemKind/invalidParameter`` with every fault, unknown parameters included.
    package mutating func finish() throws {
        for (name, _, _) in parameters where !known.contains(name) {
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
