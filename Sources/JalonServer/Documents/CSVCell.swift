/// One cell of a table that spreadsheets will open. Everything is looked at scalar by scalar: a quotation mark followed by a
/// combining one is a quotation mark to every reader of a table.
package enum CSVCell {
    /// What a spreadsheet would run as a formula when a cell begins with it, the wide forms of East Asian keyboards included.
    private static let formulaBeginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]
    /// What a cell with one of these in it is put between quotation marks for, whatever stands between the cells.
    private static let special: Set<Unicode.Scalar> = ["\"", ",", ";", "\t", "\r", "\n"]

    /// The text as it is written: what looks like a formula is made text by an apostrophe, which ``plain(_:)`` takes away.
    package static func written(_ text: String) -> String {
        var cell = String.UnicodeScalarView()
        if isFormula(text.unicodeScalars.drop { $0 == "'" }) { cell.append("'") }
        var isQuoted = false
        for scalar in text.unicodeScalars {
            if special.contains(scalar) { isQuoted = true }
            if scalar == "\"" { cell.append(scalar) }
            cell.append(scalar)
        }
        return isQuoted ? "\"" + String(cell) + "\"" : String(cell)
    }

    /// The text that was meant; nil for a formula.
    static func plain(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        if isFormula(scalars[...]) { return nil }
        guard scalars.first == "'", isFormula(scalars.drop { $0 == "'" }) else { return text }
        return String(text[scalars.index(after: scalars.startIndex)...])
    }

    private static func isFormula(_ text: Substring.UnicodeScalarView) -> Bool {
        text.first.map(formulaBeginnings.contains) ?? false
    }
}
