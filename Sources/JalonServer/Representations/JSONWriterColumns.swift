/// Members from the bytes of a column, as the database sends them.
extension JSONWriter {
    /// - Parameter text: UTF-8; nil writes null.
    package mutating func text(_ name: StaticString, _ text: UnsafeBufferPointer<UInt8>?) {
        if let text, selection == nil, isPlain(text) { return member(name, plain: text) }
        guard key(name) else { return }
        guard let text else { return value(nil as String?) }
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private static let longestPlain = 1_000

    private func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count <= Self.longestPlain && JSONEscape.first(in: text, from: 0) == nil
    }

    /// Put together on the stack and appended at once: nearly every member of a list is such a text, and an array checks each append.
    private mutating func member(_ name: StaticString, plain text: UnsafeBufferPointer<UInt8>) {
        let count = name.utf8CodeUnitCount + text.count + 6
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { piece in
            var end = keyPiece(name, in: piece)
            piece[end] = UInt8(ascii: "\"")
            end = piece[(end + 1)...].update(fromContentsOf: text)
            piece[end] = UInt8(ascii: "\"")
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[...end]))
        }
        needsComma = true
    }

    /// - Returns: where it ends.
    private func keyPiece(_ name: StaticString, in piece: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var end = 0
        if needsComma {
            piece[end] = UInt8(ascii: ",")
            end += 1
        }
        piece[end] = UInt8(ascii: "\"")
        end = piece[(end + 1)...].update(
            fromContentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        piece[end] = UInt8(ascii: "\"")
        piece[end + 1] = UInt8(ascii: ":")
        return end + 2
    }

    /// A text of several pieces, which `body` appends.
    package mutating func text(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        guard key(name) else { return }
        separate()
        bytes.append(UInt8(ascii: "\""))
        body(&self)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number as the database writes it.
    package mutating func literal(_ name: StaticString, _ number: UnsafeBufferPointer<UInt8>?) {
        guard key(name) else { return }
        guard let number else { return value(nil as String?) }
        separate()
        bytes.append(contentsOf: number)
    }

    /// - Parameter flag: as the database writes it, `t` or `f`; nil writes null.
    package mutating func flag(_ name: StaticString, _ flag: UnsafeBufferPointer<UInt8>?) {
        guard key(name) else { return }
        value(flag.map { $0.first == UInt8(ascii: "t") })
    }

    /// A list of texts, which `body` writes by calls of ``element(_:)``.
    package mutating func texts(_ name: StaticString, _ body: (inout JSONWriter) throws -> Void) rethrows {
        guard key(name) else { return }
        try list(body)
    }

    /// A text of a list.
    package mutating func element(_ text: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A piece of a text. What needs no escape is copied in runs: most texts are one.
    package mutating func append(_ text: UnsafeBufferPointer<UInt8>?) {
        guard let text else { return }
        var start = 0
        while let index = JSONEscape.first(in: text, from: start) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            escaped(text[index])
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// A piece of a text that needs no escape.
    package mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func key(_ name: StaticString) -> Bool {
        if let selection, !selection.contains(name.description) { return false }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.utf8CodeUnitCount + 4) { piece in
            let end = keyPiece(name, in: piece)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<end]))
        }
        needsComma = false
        return true
    }
}
