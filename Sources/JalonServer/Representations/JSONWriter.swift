import ActionPlans
import NIOCore

/// Writes JSON byte by byte, member by member, in the order of the calls.
package struct JSONWriter {
    /// An array, as a document is hundreds of short pieces and a `ByteBuffer` checks each of them at length.
    var bytes: [UInt8] = []
    var needsComma = false
    /// The members to keep of the object being written; nil keeps all.
    var selection: Set<String>?

    package init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// What has been written so far.
    package var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }

    /// How many bytes have been written so far.
    package var count: Int { bytes.count }

    // Pieces of a long document

    package enum Bracket {
        case object, list
    }

    /// For a document that is sent before it is all written; otherwise the forms with a closure close what they open.
    package mutating func begin(_ bracket: Bracket) {
        separate()
        bytes.append(UInt8(ascii: bracket == .object ? "{" : "["))
        needsComma = false
    }

    package mutating func end(_ bracket: Bracket) {
        bytes.append(UInt8(ascii: bracket == .object ? "}" : "]"))
        needsComma = true
    }

    /// Takes out what has been written so far; what encloses it stays open.
    package mutating func takeBytes() -> ByteBuffer {
        defer { bytes.removeAll(keepingCapacity: true) }
        return buffer
    }

    /// Ends a document of a line of its own.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    // Brackets

    package mutating func object(
        selecting selection: Set<String>? = nil, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        let outer = self.selection
        begin(.object)
        self.selection = selection
        try body(&self)
        end(.object)
        self.selection = outer
    }

    package mutating func list(_ body: (inout JSONWriter) throws -> Void) rethrows {
        let outer = selection
        begin(.list)
        selection = nil
        try body(&self)
        end(.list)
        selection = outer
    }

    package mutating func list<Items: Sequence>(
        of items: Items, _ body: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows {
        try list { writer in
            for item in items { try body(&writer, item) }
        }
    }

    // Members

    package mutating func member(_ name: String, _ value: String?) {
        guard key(name) else { return }
        self.value(value)
    }

    package mutating func member(_ name: String, _ value: Int?) {
        guard key(name) else { return }
        self.value(value)
    }

    package mutating func member(_ name: String, _ value: Bool?) {
        guard key(name) else { return }
        self.value(value)
    }

    package mutating func member(_ name: String, _ value: Percent?) {
        guard key(name) else { return }
        guard let value else { return self.value(nil as String?) }
        separate()
        bytes.append(contentsOf: value.written(with: ".").utf8)
    }

    package mutating func member(_ name: String, _ value: CivilDate?) {
        guard key(name) else { return }
        self.value(value?.description)
    }

    package mutating func member(_ name: String, _ values: [String]) {
        guard key(name) else { return }
        list(of: values) { $0.value($1) }
    }

    package mutating func member(
        _ name: String, object body: (inout JSONWriter) throws -> Void
    ) rethrows {
        guard key(name) else { return }
        try object(body)
    }

    package mutating func member<Items: Sequence>(
        _ name: String, listOf items: Items, _ body: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows {
        guard key(name) else { return }
        try list(of: items, body)
    }

    /// A member whose value is already JSON, as the database wrote it.
    package mutating func member(_ name: String, json: String) {
        guard key(name) else { return }
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    /// A member whose value was written before.
    package mutating func member(_ name: String, json: JSONWriter) {
        guard key(name) else { return }
        separate()
        bytes.append(contentsOf: json.bytes)
    }

    // Values

    package mutating func value(_ text: String?) {
        separate()
        guard let text else {
            append("null")
            return
        }
        quoted(text)
    }

    package mutating func value(_ number: Int?) {
        separate()
        guard let number else {
            append("null")
            return
        }
        bytes.append(contentsOf: String(number).utf8)
    }

    /// A number as it was written.
    package mutating func value(literal: String) {
        separate()
        bytes.append(contentsOf: literal.utf8)
    }

    package mutating func value(_ flag: Bool?) {
        separate()
        switch flag {
        case nil: append("null")
        case true?: append("true")
        case false?: append("false")
        }
    }

    /// - Returns: whether the member is wanted; if so its value must follow.
    package mutating func key(_ name: String) -> Bool {
        if let selection, !selection.contains(name) { return false }
        separate()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        return true
    }

    mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { append($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u00")
            Hexadecimal.append(byte, to: &bytes)
        }
    }
}
