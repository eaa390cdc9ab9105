/// Which bytes of a text cannot stand in a JSON string as they are (RFC 8259, section 7).
enum JSONEscape {
    /// - Returns: the place of the first such byte at or after `start`.
    static func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        let bytes = UnsafeRawBufferPointer(text)
        while index + 8 <= text.count {
            if mayHold(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) { break }
            index += 8
        }
        while index < text.count {
            if isNeeded(text[index]) { return index }
            index += 1
        }
        return nil
    }

    static func isNeeded(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Whether one of eight bytes may need an escape, looked at together: the high bit of a byte becomes set where the byte
    /// is below 0x20, a quotation mark or a reverse solidus. (A borrow may set the bit of the byte above such a one too.)
    private static func mayHold(_ eight: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let control = (eight &- ones &* 0x20) & ~eight
        let mark = eight ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let solidus = eight ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let found = control | ((mark &- ones) & ~mark) | ((solidus &- ones) & ~solidus)
        return found & (ones &* 0x80) != 0
    }
}
