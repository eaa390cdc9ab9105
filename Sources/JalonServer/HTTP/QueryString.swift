import ActionPlans
import Documents

/// The parameters of a request target, percent-decoded once and strictly.
package struct QueryString: Sendable {
    /// No operation knows as many parameters, nor takes as many values as would be left.
    private static let most = 64

    /// As they came: the same name may come again, which is for the reader of the parameter to judge. The raw value is still
    /// escaped, and may stand in an address, whatever was sent.
    package let parameters: [(name: String, value: String, raw: String)]

    /// - Throws: ``ProblemKind/invalidParameter`` for a broken escape, text that is not UTF-8, NUL or too many of them.
    package init(_ query: Substring?) throws {
        guard let query, !query.isEmpty else {
            parameters = []
            return
        }
        var parameters: [(name: String, value: String, raw: String)] = []
        let pairs = query.split(separator: "&", maxSplits: Self.most)
        guard pairs.count <= Self.most else {
            throw Self.fault("", .tooMany, .tooMany(pairs.count, Self.most))
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decoded(parts[0], plusIsSpace: true),
                let value = parts.count > 1 ? PercentEncoding.decoded(parts[1], plusIsSpace: true) : ""
            else {
                throw Self.fault(
                    String(parts[0]), .syntax,
                    Message(
                        "Le paramètre n’est pas de l’UTF-8 correctement échappé (%XX), sans NUL.",
                        "The parameter is not properly escaped UTF-8 (%XX) without NUL."))
            }
            parameters.append((name, value.composed, parts.count > 1 ? PercentEncoding.allowed(parts[1]) : ""))
        }
        self.parameters = parameters
    }

    private static func fault(_ name: String, _ code: Fault.Code, _ message: Message) -> Problem {
        var problem = Problem(.invalidParameter, message)
        problem.faults = [Problem.Located(place: .parameter(name.clipped), code: code, message: message)]
        return problem
    }
}

package enum PercentEncoding {
    /// - Returns: nil for a broken escape, bytes that are not UTF-8, or a NUL.
    package static func decoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        let utf8 = text.utf8
        guard utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") || $0 == 0 || $0 >= 0x80 }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var iterator = utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(Hexadecimal.value), let low = iterator.next().flatMap(Hexadecimal.value)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Names and values as a query.
    package static func query(_ pairs: [(name: String, value: String)]) -> String {
        var query = Query()
        for (name, value) in pairs { query.add(name, value) }
        return query.text
    }

    /// A query that is written parameter by parameter; what is nil is left out.
    struct Query {
        private var bytes: [UInt8] = []

        init() {
            bytes.reserveCapacity(192)
        }

        var text: String { String(decoding: bytes, as: UTF8.self) }

        mutating func add(_ name: String, _ value: String?) {
            guard let value else { return }
            begin(name)
            escape(value, into: &bytes)
        }

        mutating func add(_ name: String, _ flag: Bool?) {
            guard let flag else { return }
            begin(name)
            bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        }

        /// Several values are separated by commas.
        mutating func add<Value>(_ name: String, _ values: [Value]?, _ written: (Value) -> String) {
            guard let values else { return }
            begin(name)
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                escape(written(value), into: &bytes)
            }
        }

        private mutating func begin(_ name: String) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: "="))
        }
    }

    /// Escapes all but the unreserved characters of RFC 3986 and the comma, which separates values here.
    package static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        escape(text, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Escapes what RFC 3986 does not allow in a path or a query, and nothing that is escaped already: the address means the
    /// same, and nothing in it ends a `Link` early.
    static func allowed(_ text: Substring) -> String {
        if text.utf8.allSatisfy(isAllowed) { return String(text) }
        var bytes: [UInt8] = []
        escape(text.utf8, unless: isAllowed, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escape(_ text: String, into bytes: inout [UInt8]) {
        escape(text.utf8, unless: isKept, into: &bytes)
    }

    private static func escape(_ text: some Sequence<UInt8>, unless isKept: (UInt8) -> Bool, into bytes: inout [UInt8]) {
        for byte in text {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                // RFC 3986 asks for capitals.
                Hexadecimal.append(byte, to: &bytes, capitals: true)
            }
        }
    }

    private static func isKept(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ","): true
        default: false
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case _ where isKept(byte): true
        case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "!"), UInt8(ascii: "$"),
            UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: ";"), UInt8(ascii: ":"),
            UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "?"):
            true
        default: false
        }
    }
}
