/// A table for other programs: RFC 4180.
struct CSVTable {
    let columns: [String]
    var rows: [[String]] = []

    var text: String {
        ([columns] + rows).map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A spreadsheet would run as a formula what begins so; the apostrophe tells it that this is text.
    private static let formulaBeginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]

    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(formulaBeginnings.contains) ?? false
        let guarded = isFormula ? "'" + text : text
        guard guarded.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }) else {
            return guarded
        }
        return "\"" + guarded.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
