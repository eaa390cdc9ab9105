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
        var element: [UInt8] = []
        while true {
            element.removeAll(keepingCapacity: true)
            let isQuoted = text[index] == UInt8(ascii: "\"")
            let isRead =
                isQuoted
                ? readQuoted(text, from: &index, end: end, into: &element)
                : readBare(text, from: &index, end: end, into: &element)
            guard isRead else { return false }
            let isNull = !isQuoted && isNullWord(element)
            guard element.withUnsafeBufferPointer({ body(isNull ? nil : $0) }) else { return false }
            if index == end { return true }
            guard text[index] == UInt8(ascii: ","), index + 1 < end else { return false }
            index += 1
        }
    }

    private static func readQuoted(
        _ text: UnsafeBufferPointer<UInt8>, from index: inout Int, end: Int, into element: inout [UInt8]
    ) -> Bool {
        index += 1
        while index < end {
            switch text[index] {
            case UInt8(ascii: "\""):
                index += 1
                return true
            case UInt8(ascii: "\\"):
                guard index + 1 < end else { return false }
                element.append(text[index + 1])
                index += 2
            default:
                element.append(text[index])
                index += 1
            }
        }
        return false
    }

    private static func readBare(
        _ text: UnsafeBufferPointer<UInt8>, from index: inout Int, end: Int, into element: inout [UInt8]
    ) -> Bool {
        while index < end, text[index] != UInt8(ascii: ",") {
            switch text[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "\\"): return false
            default: element.append(text[index])
            }
            index += 1
        }
        return !element.isEmpty
    }

    /// PostgreSQL writes the word in capitals and quotes a text that would read the same.
    private static func isNullWord(_ element: [UInt8]) -> Bool {
        element.elementsEqual("NULL".utf8)
    }
}
