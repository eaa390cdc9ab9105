import Postgres

/// An instant as the API tells it: RFC 3339 in UTC, to the microsecond. A row of a list gives it as PostgreSQL writes it in our
/// sessions, which are set to UTC and ISO; `rfc3339` in the schema gives the same where a statement tells one only.
package struct Instant: SQLDecodable, Sendable {
    private static let length = 27

    package let text: String

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Instant? {
        var isInstant = false
        let text = String(unsafeUninitializedCapacity: length) { bytes in
            isInstant = write(sqlText, to: UnsafeMutableBufferPointer(rebasing: bytes[..<length]))
            return isInstant ? length : 0
        }
        return isInstant ? Instant(text: text) : nil
    }

    /// Calls `body` with `2022-12-15T10:31:25.000000Z` for `2022-12-15 10:31:25+00`, valid during the call.
    static func withBytes(of text: UnsafeBufferPointer<UInt8>?, _ body: (UnsafeBufferPointer<UInt8>) -> Void) throws {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { bytes in
            guard let text, write(text, to: bytes) else { throw DatabaseError(.decoding, "a column is not an instant") }
            body(UnsafeBufferPointer(bytes))
        }
    }

    /// - Returns: false for a text of another form, such as that of an instant without end.
    private static func write(_ text: UnsafeBufferPointer<UInt8>, to bytes: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        // The fraction of the second comes without its last zeros.
        let end = text.count - 3
        guard (19...26).contains(end), end != 20, text[10] == UInt8(ascii: " "), text[end] == UInt8(ascii: "+"),
            text[end + 1] == UInt8(ascii: "0"), text[end + 2] == UInt8(ascii: "0"), end == 19 || text[19] == UInt8(ascii: ".")
        else { return false }
        for place in 0..<19 { bytes[place] = text[place] }
        bytes[10] = UInt8(ascii: "T")
        bytes[19] = UInt8(ascii: ".")
        for place in 20..<26 { bytes[place] = place < end ? text[place] : UInt8(ascii: "0") }
        bytes[26] = UInt8(ascii: "Z")
        return true
    }
}

extension Row {
    /// The next column, an instant, as the API tells it.
    mutating func nextInstant() throws -> String { try next(Instant.self).text }

    /// The next column, an instant, as the API tells it; NULL is nil.
    mutating func nextInstant() throws -> String? { try next(Instant?.self)?.text }
}

extension JSONWriter {
    /// - Parameter text: an instant as the database writes it.
    mutating func instant(_ name: StaticString, _ text: UnsafeBufferPointer<UInt8>?) throws {
        try Instant.withBytes(of: text) { self.text(name, $0) }
    }
}
