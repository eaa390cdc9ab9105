import JalonServer

/// A table that leaves the command as CSV, in the same form as those of the server.
struct CSVTable {
    let columns: [String]
    var rows: [[TableValue]] = []

    var text: String {
        var writer = CSVWriter(columns: columns)
        for row in rows {
            for value in row { writer.cell(value) }
            writer.endRow()
        }
        return writer.text
    }
}
