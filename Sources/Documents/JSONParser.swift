/// Reads JSON strictly by RFC 8259: UTF-8 only, no duplicate member, no lone surrogate, no NUL, bounded depth. Two names
/// that are one text once normalised (NFC) are a duplicate, as texts are stored normalised.
package struct JSONParser {
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0
    private var values = 0
    private var line = 1
    private var lineStart = 0
    private var path: [Step] = []

    /// One step of the way down; written out only when there is a fault to place.
    private enum Step {
        case member(String)
        case item(Int)

        var text: String {
            switch self {
            case .member(let name): JSONPointer.escaped(name)
            case .item(let index): String(index)
            }
        }
    }

    private let mostValues: Int

    private init(_ bytes: [UInt8], _ mostValues: Int) {
        self.bytes = bytes
        self.mostValues = mostValues
    }

    /// - Throws: ``DocumentSyntaxError`` at the first thing that is not JSON.
    package static func parse(
        _ bytes: [UInt8], mostValues: Int = DocumentLimits.values
    ) throws(DocumentSyntaxError) -> DocumentNode {
        var parser = JSONParser(bytes, mostValues)
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw parser.fault(.byteOrderMark) }
        parser.skipSpace()
        let node = try parser.value()
        parser.skipSpace()
        guard parser.offset == bytes.count else { throw parser.unexpected() }
        return node
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private var position: DocumentPosition { DocumentPosition(line: line, column: offset - lineStart + 1) }

    private func fault(_ code: DocumentSyntaxError.SyntaxFault, at place: Int? = nil) -> DocumentSyntaxError {
        let pointer = path.isEmpty ? nil : "/" + path.map(\.text).joined(separator: "/")
        let position = DocumentPosition(line: line, column: (place ?? offset) - lineStart + 1)
        return DocumentSyntaxError(code: code, position: position, pointer: pointer)
    }

    private func unexpected() -> DocumentSyntaxError {
        guard let next else { return fault(.unexpected("")) }
        if next >= 0x80, Self.firstInvalid(in: bytes[offset...]) == offset { return fault(.invalidText) }
        let isPrintable = (0x21...0x7E).contains(next)
        return fault(.unexpected(isPrintable ? String(UnicodeScalar(next)) : "0x" + String(next, radix: 16)))
    }

    private mutating func skipSpace() {
        while let next {
            switch next {
            case 0x0A:
                offset += 1
                line += 1
                lineStart = offset
            case 0x20, 0x09, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func value() throws(DocumentSyntaxError) -> DocumentNode {
        values += 1
        guard values <= mostValues else { throw fault(.tooManyValues) }
        let start = position
        switch next {
        case UInt8(ascii: "{"): return DocumentNode(.object(try object()), at: start)
        case UInt8(ascii: "["): return DocumentNode(.list(try list()), at: start)
        case UInt8(ascii: "\""): return DocumentNode(.text(try text()), at: start)
        case UInt8(ascii: "t"):
            try word("true")
            return DocumentNode(.flag(true), at: start)
        case UInt8(ascii: "f"):
            try word("false")
            return DocumentNode(.flag(false), at: start)
        case UInt8(ascii: "n"):
            try word("null")
            return DocumentNode(.null, at: start)
        default: return DocumentNode(.number(try number()), at: start)
        }
    }

    private mutating func word(_ word: StaticString) throws(DocumentSyntaxError) {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[offset..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw unexpected() }
        offset = end
    }

    private mutating func enter() throws(DocumentSyntaxError) {
        depth += 1
        guard depth <= DocumentLimits.depth else { throw fault(.tooDeep) }
        offset += 1
        skipSpace()
    }

    private mutating func object() throws(DocumentSyntaxError) -> [(name: String, node: DocumentNode)] {
        try enter()
        var members: [(name: String, node: DocumentNode)] = []
        var names = MemberNames()
        if next == UInt8(ascii: "}") {
            offset += 1
            depth -= 1
            return members
        }
        while true {
            guard next == UInt8(ascii: "\"") else { throw unexpected() }
            let name = try text()
            path.append(.member(name))
            guard names.insert(name, beside: members) else { throw fault(.duplicateKey(name)) }
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw unexpected() }
            offset += 1
            skipSpace()
            members.append((name, try value()))
            path.removeLast()
            if try !continues(until: UInt8(ascii: "}")) { return members }
        }
    }

    private mutating func list() throws(DocumentSyntaxError) -> [DocumentNode] {
        try enter()
        var items: [DocumentNode] = []
        if next == UInt8(ascii: "]") {
            offset += 1
            depth -= 1
            return items
        }
        while true {
            path.append(.item(items.count))
            items.append(try value())
            path.removeLast()
            if try !continues(until: UInt8(ascii: "]")) { return items }
        }
    }

    /// After an item: a comma and more, or the end.
    private mutating func continues(until end: UInt8) throws(DocumentSyntaxError) -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: ","):
            offset += 1
            skipSpace()
            return true
        case end:
            offset += 1
            depth -= 1
            return false
        default: throw unexpected()
        }
    }

    /// A text is checked to be UTF-8 as it is copied: what stands outside of texts can only be ASCII.
    private mutating func text() throws(DocumentSyntaxError) -> String {
        offset += 1
        let start = offset
        try skipPlain()
        if next == UInt8(ascii: "\"") {
            guard let text = String(validating: bytes[start..<offset], as: UTF8.self) else { throw invalidText(from: start) }
            offset += 1
            return text
        }
        var unescaped = Array(bytes[start..<offset])
        while next == UInt8(ascii: "\\") {
            offset += 1
            try escape(into: &unescaped)
            let run = offset
            try skipPlain()
            unescaped.append(contentsOf: bytes[run..<offset])
        }
        guard let text = String(validating: unescaped, as: UTF8.self) else { throw invalidText(from: start) }
        offset += 1
        return text
    }

    /// Up to the quotation mark or the backslash that must come.
    private mutating func skipPlain() throws(DocumentSyntaxError) {
        while let next, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
            guard next >= 0x20 else { throw unexpected() }
            offset += 1
        }
        guard next != nil else { throw unexpected() }
    }

    private func invalidText(from start: Int) -> DocumentSyntaxError {
        fault(.invalidText, at: Self.firstInvalid(in: bytes[start..<offset]) ?? start)
    }

    /// Where bytes stop being UTF-8.
    private static func firstInvalid(in bytes: ArraySlice<UInt8>) -> Int? {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var place = bytes.startIndex
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): place += scalar.count
            case .emptyInput: return nil
            case .error: return place
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(DocumentSyntaxError) {
        guard let escaped = next else { throw unexpected() }
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            offset += 1
            let scalar = try scalar()
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        default: throw unexpected()
        }
        offset += 1
    }

    /// The scalar of one `\u` escape, or of a surrogate pair of two.
    private mutating func scalar() throws(DocumentSyntaxError) -> Unicode.Scalar {
        let first = try fourDigits()
        guard first != 0 else { throw fault(.nul) }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, next == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u")
        else { throw fault(.invalidText) }
        offset += 2
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault(.invalidText) }
        return scalar
    }

    private mutating func fourDigits() throws(DocumentSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let next, let digit = Self.hexadecimal(next) else { throw unexpected() }
            value = value << 4 + digit
            offset += 1
        }
        return value
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }

    private mutating func number() throws(DocumentSyntaxError) -> String {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") { offset += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func digits() throws(DocumentSyntaxError) {
        let start = offset
        while let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { offset += 1 }
        guard offset > start else { throw unexpected() }
    }
}
