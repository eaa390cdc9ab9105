/// Several texts in one cell of a table: separated by line breaks or semicolons, as people write them. A text that has a
/// semicolon in it, or that begins as a quoted one does, stands between quotation marks, doubled within.
package enum CSVList {
    private static let quotationMark = UInt8(ascii: "\"")

    package static func written(_ items: [String]) -> String {
        items.map { item in
            let bytes = item.utf8
            guard bytes.first == quotationMark || bytes.contains(UInt8(ascii: ";")) else { return item }
            return "\"" + item.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }.joined(separator: "\n")
    }

    /// - Returns: what is not blank between the separators, at most `most`; costs no more than reading the text twice.
    package static func items(of text: String, most: Int) -> [String] {
        let bytes = Array(text.utf8)
        var items: [String] = []
        var index = 0
        while index < bytes.count, items.count < most {
            let start = bytes[index...].firstIndex { !isBlank($0) } ?? bytes.count
            if let (item, end) = quoted(bytes, from: start) {
                if !item.isEmpty { items.append(item) }
                index = end + 1
            } else {
                let end = bytes[index...].firstIndex(where: isSeparator) ?? bytes.count
                if start < end { items.append(String(decoding: bytes[index..<end], as: UTF8.self)) }
                index = end + 1
            }
        }
        return items
    }

    /// The text between quotation marks that is all there is up to the next separator, and where that is.
    private static func quoted(_ bytes: [UInt8], from start: Int) -> (item: String, end: Int)? {
        guard start < bytes.count, bytes[start] == quotationMark else { return nil }
        var item: [UInt8] = []
        var index = start + 1
        while index < bytes.count {
            if bytes[index] != quotationMark {
                item.append(bytes[index])
                index += 1
            } else if index + 1 < bytes.count, bytes[index + 1] == quotationMark {
                item.append(quotationMark)
                index += 2
            } else {
                let end = bytes[(index + 1)...].firstIndex { !isBlank($0) } ?? bytes.count
                return end == bytes.count || isSeparator(bytes[end]) ? (String(decoding: item, as: UTF8.self), end) : nil
            }
        }
        return nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
