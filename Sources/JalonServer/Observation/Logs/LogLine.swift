#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the log is written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// One JSON object a line, for programs.
    case json
    /// For eyes.
    case text
}

/// One line of the log being written. Whatever a value holds, the line stays one line, carries no terminal escape and
/// no token's secret, and is not much longer than a page.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    /// In characters (Unicode scalars) of one value.
    static let longestValue = 2_000

    init() {
        bytes.reserveCapacity(512)
    }

    mutating func add(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ number: Int) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// A text in quotes, as JSON writes it.
    mutating func add(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        add(escaped: Redaction.withoutSecrets(text))
        bytes.append(UInt8(ascii: "\""))
    }

    /// Escaped beyond what JSON asks: a reader of the raw line sees no control character, no change of writing direction
    /// and nothing invisible.
    mutating func add(escaped text: String) {
        guard !addWhole(text) else { return }
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < Self.longestValue else {
                bytes.append(contentsOf: "…".utf8)
                return
            }
            count += 1
            switch scalar.value {
            case 0x22, 0x5C:
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x20..<0x7F: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x80... where !Self.isInvisible(scalar): bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            default: for unit in UTF16.encode(scalar) ?? .init() { add(unit: unit) }
            }
        }
    }

    /// Nearly every value is short and has nothing to escape.
    private mutating func addWhole(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard utf8.count <= Self.longestValue,
                utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
            else { return false }
            bytes.append(contentsOf: utf8)
            return true
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    private mutating func add(unit: UInt16) {
        bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
        Hexadecimal.append(UInt8(unit >> 8), to: &bytes)
        Hexadecimal.append(UInt8(truncatingIfNeeded: unit), to: &bytes)
    }

    /// The time now, as RFC 3339 has it, in UTC with milliseconds.
    mutating func addTimestamp() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        add(Int(parts.tm_year) + 1_900)
        for (separator, number) in [("-" as StaticString, parts.tm_mon + 1), ("-", parts.tm_mday), ("T", parts.tm_hour)] {
            add(separator)
            add(twoDigits: Int(number))
        }
        for number in [parts.tm_min, parts.tm_sec] {
            add(":")
            add(twoDigits: Int(number))
        }
        let milliseconds = now.tv_nsec / 1_000_000
        add(milliseconds < 10 ? ".00" : milliseconds < 100 ? ".0" : ".")
        add(milliseconds)
        add("Z")
    }

    private mutating func add(twoDigits number: Int) {
        if number < 10 { add("0") }
        add(number)
    }
}
