import Testing

/// A table as another program reads it, with the rules of RFC 4180 and no others.
struct ReadTable {
    let columns: [String]
    let rows: [[String: String]]

    /// Records what makes it no table of ours: no byte order mark, ragged rows, a name given twice, another last column.
    init(_ text: String, location: SourceLocation = #_sourceLocation) throws {
        try #require(text.hasPrefix("\u{FEFF}") && text.hasSuffix("\r\n"), "\(text.prefix(200))", sourceLocation: location)
        let records = Self.records(text.dropFirst())
        let columns = try #require(records.first, sourceLocation: location)
        self.columns = columns
        #expect(Set(columns).count == columns.count && columns.last == "link", "\(columns)", sourceLocation: location)
        rows = records.dropFirst().map { record in
            #expect(record.count == columns.count, "\(record)", sourceLocation: location)
            return Dictionary(zip(columns, record), uniquingKeysWith: { first, _ in first })
        }
    }

    /// By code points: a carriage return and a line feed are one character to Swift.
    private static func records(_ text: Substring) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"":
                // A doubled quotation mark ends the quotation and begins it again, with the mark between.
                if !isQuoted, cell.last == "\u{0}" { cell.append("\"") }
                if isQuoted { cell.append("\u{0}") }
                isQuoted.toggle()
            case ";" where !isQuoted:
                record.append(plain(cell))
                cell = String.UnicodeScalarView()
            case "\r" where !isQuoted: break
            case "\n" where !isQuoted:
                records.append(record + [plain(cell)])
                record = []
                cell = String.UnicodeScalarView()
            default: cell.append(scalar)
            }
        }
        return records
    }

    /// Without the marks of where quotations ended.
    private static func plain(_ cell: String.UnicodeScalarView) -> String { String(cell.filter { $0 != "\u{0}" }) }
}
