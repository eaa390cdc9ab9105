/// One cell of a table that spreadsheets will open.
package enum CSVCell {
    /// What a spreadsheet would run as a formula when a cell begins with it.
    private static let formulaBeginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]

    /// The text as it is written: what looks like a formula is made text by an apostrophe, which ``plain(_:)`` takes away.
    package static func written(_ text: String) -> String {
        let guarded = isFormula(text.unicodeScalars.drop { $0 == "'" }) ? "'" + text : text
        guard guarded.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return guarded }
        return "\"" + guarded.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The text that was meant; nil for a formula.
    static func plain(_ text: String) -> String? {
        if isFormula(text.unicodeScalars[...]) { return nil }
        let isGuarded = text.unicodeScalars.first == "'" && isFormula(text.unicodeScalars.drop { $0 == "'" })
        return isGuarded ? String(text.unicodeScalars.dropFirst()) : text
    }

    private static func isFormula(_ text: Substring.UnicodeScalarView) -> Bool {
        text.first.map(formulaBeginnings.contains) ?? false
    }
}
