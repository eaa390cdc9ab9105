import JalonServer

/// A table for other programs: RFC 4180.
struct CSVTable {
    let columns: [String]
    var rows: [[String]] = []

    var text: String {
        ([columns] + rows).map { $0.map(CSVCell.written).joined(separator: ",") + "\r\n" }.joined()
    }
}
