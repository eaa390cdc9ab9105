import ActionPlans
import Documents
import JalonServer

/// What a year avoids as CSV: a line for each family of methods, basis and factor.
struct ImpactTable {
    private let figures: DocumentNode?

    private static let columns = [
        "method_family", "basis", "factor", "version", "title", "impacts", "kg_co2_eq_low", "kg_co2_eq", "kg_co2_eq_high",
        "kg_sb_eq_low",
        "kg_sb_eq", "kg_sb_eq_high",
    ]

    init(_ figures: DocumentNode?) { self.figures = figures }

    var csv: String {
        var table = CSVTable(columns: Self.columns)
        for family in figures["families"].items {
            for basis in ["estimated", "measured"] {
                table.rows.append(row(family, basis, of: nil, family[basis]))
                table.rows += family["by_factor"].items.map { row(family, basis, of: $0, $0[basis]) }
            }
        }
        return table.text
    }

    /// - Parameter factor: nil for the sum of the family.
    private func row(_ family: DocumentNode, _ basis: String, of factor: DocumentNode?, _ sum: DocumentNode?) -> [TableValue] {
        let bounds = ["kg_co2_eq", "kg_sb_eq"].flatMap { unit in ["low", "central", "high"].map { sum[unit][$0] } }
        return [family["method_family"].tableValue, .text(basis)]
            + ([factor["code"] ?? factor["factor"], factor["version"], factor["title"], sum["impacts"]] + bounds).map(
                \.tableValue)
    }
}
