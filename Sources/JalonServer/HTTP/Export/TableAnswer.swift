import ActionPlans
import HTTPTypes

extension ParameterReader {
    /// What is read of a request that may be answered by a table.
    struct TableWish: Sendable {
        let decimal: CSVWriter.DecimalMark
        /// Whether a list is given whole rather than by pages.
        let isWhole: Bool
    }

    /// Reads `decimal`, and refuses what makes pages of a list that is given whole.
    mutating func table(for call: Call) -> TableWish {
        let decimal: CSVWriter.DecimalMark? = code("decimal")
        let isWhole = call.type == .csv || call.type == .lines
        for name in ["limit", "cursor", "count"] where isWhole && isGiven(name) {
            fault(
                name, .inconsistent,
                Message(
                    "« \(name) » est pour les pages de JSON ; en \(call.type.rawValue), la liste est donnée entière : retirez-le.",
                    "“\(name)” is for pages of JSON; as \(call.type.rawValue) the list is given whole: leave it out."))
        }
        return TableWish(decimal: decimal ?? .comma, isWhole: isWhole)
    }
}

extension Call {
    /// Whether the answer is a table or lines rather than a document.
    var wantsRows: Bool { type == .csv || type == .lines }

    /// A table made in memory, in the format that was asked for.
    /// - Parameter line: how an item is written in NDJSON; by the columns of the table where it is not told.
    func answer<Item>(
        _ items: [Item], _ columns: [TableColumn<Item>], decimal: CSVWriter.DecimalMark, named name: String,
        line: ((inout JSONWriter, Item) -> Void)? = nil
    ) -> Answer {
        if type == .csv {
            var table = CSVWriter(columns: columns, decimal: decimal)
            for item in items { table.row(item, columns) }
            return Answer(.ok, table.buffer, type: .csv).naming(name, .csv)
        }
        var writer = JSONWriter(capacity: 4_096)
        for item in items {
            if let line {
                line(&writer, item)
            } else {
                writer.object { object in
                    for column in columns { object.member(column.name, column.value(item)) }
                }
            }
            writer.endLine()
        }
        return Answer(.ok, writer.buffer, type: .lines).naming(name, .lines)
    }
}

extension Answer {
    /// The same answer with the name under which a browser keeps it. Names are made of codes: they need no escaping.
    func naming(_ name: String, _ type: MediaType) -> Answer {
        var answer = self
        answer.fields[.contentDisposition] = "attachment; filename=\"\(name)\(type.addressSuffix ?? "")\""
        return answer
    }
}

extension MediaType {
    /// What an address ends in to ask for this type, for tools that send `Accept: */*` whatever they want.
    var addressSuffix: String? {
        switch self {
        case .csv: ".csv"
        case .lines: ".ndjson"
        case .json, .mergePatch, .yaml, .problem, .html, .svg, .text: nil
        }
    }
}
