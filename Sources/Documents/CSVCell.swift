/// One cell of a table that spreadsheets will open. Everything is looked at byte by byte: a quotation mark followed by a
/// combining one is a quotation mark to every reader of a table.
package enum CSVCell {
    /// What a spreadsheet would run as a formula when a cell begins with it, the wide forms of East Asian keyboards included.
    private static let formulaBeginnings = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"].map { Array($0.utf8) }
    private static let apostrophe = UInt8(ascii: "'")
    private static let quotationMark = UInt8(ascii: "\"")

    /// The text as it is written: what looks like a formula, or like the error of one, is made text by an apostrophe, which
    /// ``plain(_:)`` takes away.
    package static func written(_ text: String) -> String {
        var bytes: [UInt8] = []
        var text = text
        text.withUTF8 { append($0, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends a text as it is written.
    /// - Parameter text: UTF-8.
    package static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let isQuoted = text.contains(where: isSpecial)
        if isQuoted { bytes.append(quotationMark) }
        if isNoText(text.drop { $0 == apostrophe }) { bytes.append(apostrophe) }
        if isQuoted {
            for byte in text {
                if byte == quotationMark { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(quotationMark)
        } else {
            bytes.append(contentsOf: text)
        }
    }

    /// The text that was meant; nil for a formula.
    package static func plain(_ text: String) -> String? {
        let bytes = text.utf8
        if isFormula(bytes[...]) { return nil }
        guard bytes.first == apostrophe, isNoText(bytes.drop { $0 == apostrophe }) else { return text }
        return String(text[bytes.index(after: bytes.startIndex)...])
    }

    private static func isNoText(_ text: some Collection<UInt8>) -> Bool {
        isFormula(text) || SpreadsheetError.isWhole(text)
    }

    private static func isFormula(_ text: some Sequence<UInt8>) -> Bool {
        formulaBeginnings.contains { text.starts(with: $0) }
    }

    /// What a cell with one of these in it is put between quotation marks for, whatever stands between the cells.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case quotationMark, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }
}
