/// An element of an array bind or of an array column. Arrays have one dimension.
///
/// Nothing to write for a type that is already `SQLEncodable` or `SQLDecodable`. `[UInt8]` is not an array in SQL but
/// a `bytea`, and so is the only element with its own code.
package protocol SQLArrayElement {
    static func sqlText(ofArray elements: [Self]) -> String
    static func decode(arrayText: UnsafeBufferPointer<UInt8>) -> [Self]?
}

extension Array: SQLEncodable where Element: SQLArrayElement {
    package var sqlText: String? { Element.sqlText(ofArray: self) }
}

extension Array: SQLDecodable where Element: SQLArrayElement {
    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> [Element]? {
        Element.decode(arrayText: sqlText)
    }
}

extension SQLArrayElement where Self: SQLEncodable {
    /// An array literal, `{"a","b\"c",NULL}`. Every element is quoted: inside quotes only `"` and `\` are special, so
    /// the word NULL, commas, braces and blanks need no case of their own.
    package static func sqlText(ofArray elements: [Self]) -> String {
        var text: [UInt8] = [UInt8(ascii: "{")]
        text.reserveCapacity(2 + 8 * elements.count)
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            guard let value = element.sqlText else {
                text.append(contentsOf: "NULL".utf8)
                continue
            }
            text.append(UInt8(ascii: "\""))
            for byte in value.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Elements that are only sent cannot be read.
    package static func decode(arrayText: UnsafeBufferPointer<UInt8>) -> [Self]? { nil }
}

extension SQLArrayElement where Self: SQLEncodable & SQLDecodable {
    /// Refuses a NULL element: read such an array as `[T?]`.
    package static func decode(arrayText: UnsafeBufferPointer<UInt8>) -> [Self]? {
        var elements: [Self] = []
        let isWhole = ArrayLiteral.forEachElement(of: arrayText) { element in
            guard let value = element.flatMap(Self.decode(sqlText:)) else { return false }
            elements.append(value)
            return true
        }
        return isWhole ? elements : nil
    }
}

extension Optional: SQLArrayElement where Wrapped: SQLEncodable & SQLDecodable & SQLArrayElement {
    package static func decode(arrayText: UnsafeBufferPointer<UInt8>) -> [Wrapped?]? {
        var elements: [Wrapped?] = []
        let isWhole = ArrayLiteral.forEachElement(of: arrayText) { element in
            guard let element else {
                elements.append(nil)
                return true
            }
            guard let value = Wrapped.decode(sqlText: element) else { return false }
            elements.append(value)
            return true
        }
        return isWhole ? elements : nil
    }
}

extension String: SQLArrayElement {}
extension Int: SQLArrayElement {}
extension Int64: SQLArrayElement {}
extension Int32: SQLArrayElement {}
extension Double: SQLArrayElement {}
extension Bool: SQLArrayElement {}

extension UInt8: SQLArrayElement {
    /// `bytea` in hexadecimal: `\x00ff`.
    package static func sqlText(ofArray elements: [UInt8]) -> String {
        let digits = StaticString("0123456789abcdef").utf8Start
        return String(unsafeUninitializedCapacity: 2 + 2 * elements.count) { text in
            text[0] = UInt8(ascii: "\\")
            text[1] = UInt8(ascii: "x")
            for (index, byte) in elements.enumerated() {
                text[2 + 2 * index] = digits[Int(byte >> 4)]
                text[3 + 2 * index] = digits[Int(byte & 15)]
            }
            return 2 + 2 * elements.count
        }
    }

    package static func decode(arrayText: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard arrayText.count >= 2, arrayText.count.isMultiple(of: 2),
            arrayText[0] == UInt8(ascii: "\\"), arrayText[1] == UInt8(ascii: "x")
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(arrayText.count / 2 - 1)
        for index in stride(from: 2, to: arrayText.count, by: 2) {
            guard let high = hexadecimal(arrayText[index]), let low = hexadecimal(arrayText[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// An array column whose elements are read without making values of them. Valid as long as its row.
package struct ArrayColumn {
    let text: UnsafeBufferPointer<UInt8>
    let result: OpaquePointer
    let position: Int32

    /// Calls `body` with each element as PostgreSQL's text, valid during the call. A NULL among them throws.
    package func forEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws {
        let isWhole = ArrayLiteral.forEachElement(of: text) { element in
            guard let element else { return false }
            body(element)
            return true
        }
        if !isWhole { throw Row.failure(at: position, of: result, "is not an array without NULL") }
    }
}

/// PostgreSQL's text for a one-dimensional array: `{a,"b,\"c\"",NULL}`.
enum ArrayLiteral {
    /// Calls `body` with each element, unquoted and unescaped, or nil for NULL, in order. Returns false as soon as the
    /// text is not such an array (a nested one, or one with explicit bounds, is not) or `body` returns false.
    static func forEachElement(
        of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>?) -> Bool
    ) -> Bool {
        guard text.count >= 2, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return false }
        let end = text.count - 1
        if end == 1 { return true }
        var index = 1
        var unescaped: [UInt8] = []
        while true {
            let isQuoted = text[index] == UInt8(ascii: "\"")
            let place = isQuoted ? quoted(text, from: &index, end: end) : bare(text, from: &index, end: end)
            guard let place else { return false }
            let element = UnsafeBufferPointer(rebasing: text[place.bytes])
            let isNull = !isQuoted && element.elementsEqual("NULL".utf8)
            if place.hasEscapes {
                unescape(element, into: &unescaped)
                guard unescaped.withUnsafeBufferPointer({ body($0) }) else { return false }
            } else {
                guard body(isNull ? nil : element) else { return false }
            }
            if index == end { return true }
            guard text[index] == UInt8(ascii: ","), index + 1 < end else { return false }
            index += 1
        }
    }

    private typealias Place = (bytes: Range<Int>, hasEscapes: Bool)

    private static func quoted(_ text: UnsafeBufferPointer<UInt8>, from index: inout Int, end: Int) -> Place? {
        index += 1
        let start = index
        var hasEscapes = false
        while index < end {
            switch text[index] {
            case UInt8(ascii: "\""):
                index += 1
                return (start..<index - 1, hasEscapes)
            case UInt8(ascii: "\\"):
                guard index + 1 < end else { return nil }
                hasEscapes = true
                index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// PostgreSQL writes the word NULL in capitals and quotes a text that would read the same.
    private static func bare(_ text: UnsafeBufferPointer<UInt8>, from index: inout Int, end: Int) -> Place? {
        let start = index
        while index < end, text[index] != UInt8(ascii: ",") {
            switch text[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "\\"): return nil
            default: index += 1
            }
        }
        return index == start ? nil : (start..<index, false)
    }

    private static func unescape(_ element: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        var isEscaped = false
        for byte in element {
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            if !isEscaped { bytes.append(byte) }
        }
    }
}
