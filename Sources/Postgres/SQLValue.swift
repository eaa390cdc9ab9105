/// A value that can be a bind.
///
/// To conform a type, give its PostgreSQL text (`2026-03-01` for a date). An enumeration with raw values needs only
/// to declare the conformance. Declare `SQLArrayElement` too when arrays of it are sent or read.
package protocol SQLEncodable {
    /// PostgreSQL's text for the value, or nil for NULL. A NUL character in it is refused before anything is sent.
    var sqlText: String? { get }
}

/// A value that can be read from a column.
package protocol SQLDecodable {
    /// Reads PostgreSQL's text format, UTF-8 without a final NUL, valid during the call only. Returns nil when the
    /// text is not a value of this type: the row then throws an error that names the column.
    static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Self?
}

extension RawRepresentable where Self: SQLEncodable, RawValue: SQLEncodable {
    package var sqlText: String? { rawValue.sqlText }
}

extension RawRepresentable where Self: SQLDecodable, RawValue: SQLDecodable {
    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Self? {
        RawValue.decode(sqlText: sqlText).flatMap(Self.init(rawValue:))
    }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
    package var sqlText: String? { self?.sqlText }
}

// MARK: - Text

extension String: SQLEncodable, SQLDecodable {
    package var sqlText: String? { self }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> String? {
        String(validating: sqlText, as: UTF8.self)
    }
}

extension Substring: SQLEncodable {
    package var sqlText: String? { String(self) }
}

// MARK: - Numbers

extension SQLEncodable where Self: FixedWidthInteger {
    package var sqlText: String? { String(self) }
}

extension SQLDecodable where Self: FixedWidthInteger & SignedInteger {
    /// Decimal digits with an optional sign; anything else, or a value out of range, is refused.
    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Self? {
        guard let first = sqlText.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var value: Self = 0
        var index = isNegative ? 1 : 0
        guard index < sqlText.count else { return nil }
        while index < sqlText.count {
            let digit = sqlText[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let step = Self(truncatingIfNeeded: digit)
            let (sum, overflows) =
                isNegative ? product.subtractingReportingOverflow(step) : product.addingReportingOverflow(step)
            if isTooLarge || overflows { return nil }
            value = sum
            index += 1
        }
        return value
    }
}

extension Int: SQLEncodable, SQLDecodable {}
extension Int64: SQLEncodable, SQLDecodable {}
extension Int32: SQLEncodable, SQLDecodable {}

extension Double: SQLEncodable, SQLDecodable {
    /// The shortest decimal that reads back as the same value; `inf`, `-inf` and `nan` are PostgreSQL's too.
    package var sqlText: String? { description }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Double? {
        Double(String(decoding: sqlText, as: UTF8.self))
    }
}

extension Bool: SQLEncodable, SQLDecodable {
    package var sqlText: String? { self ? "true" : "false" }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard sqlText.count == 1 else { return nil }
        switch sqlText[0] {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: return nil
        }
    }
}
