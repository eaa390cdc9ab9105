import ActionPlans
import Documents
import NIOCore

/// Writes a table cell by cell, in the one form of every CSV of the service and of the command (RFC 4180 but for the separator).
///
/// French spreadsheets open it at a double click: the byte order mark tells them that it is UTF-8, the cells are separated by
/// semicolons, and the decimal mark is the comma, since they take `30.1` for a date. Programs may ask for the point.
package struct CSVWriter {
    /// What stands before the decimals of a number.
    package enum DecimalMark: String, Vocabulary {
        case comma, point

        package static let listName = Message("signe décimal", "decimal mark")
    }

    private static let byteOrderMark = Array("\u{FEFF}".utf8)
    private static let separator = UInt8(ascii: ";")

    private var bytes: [UInt8] = []
    private var beginsRow = true
    private let decimal: DecimalMark

    /// Begins with the row of the columns' names.
    package init(columns: [String], decimal: DecimalMark = .comma, capacity: Int = 4_096) {
        self.decimal = decimal
        bytes.reserveCapacity(capacity)
        bytes += Self.byteOrderMark
        for name in columns { cell(name) }
        endRow()
    }

    /// What has been written so far.
    package var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// How many bytes have been written and not yet taken out.
    package var count: Int { bytes.count }

    /// Takes out what has been written so far.
    package mutating func takeBytes() -> ByteBuffer {
        defer { bytes.removeAll(keepingCapacity: true) }
        return buffer
    }

    /// The next cell of the row. A text that a spreadsheet would run as a formula is written with an apostrophe before it;
    /// a number never is.
    package mutating func cell(_ value: TableValue) {
        switch value {
        case .none: separate()
        case .text(let text): cell(text)
        case .number(let number): append(String(number))
        case .percent(let percent): append(percent.written(with: decimal == .comma ? "," : "."))
        case .flag(let flag): append(flag ? "true" : "false")
        case .list(let items): cell(CSVList.written(items))
        case .decimal(let number): append(decimal == .comma ? number.description.replacing(".", with: ",") : number.description)
        }
    }

    package mutating func endRow() {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
        beginsRow = true
    }

    private mutating func cell(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { CSVCell.append($0, to: &bytes) }
    }

    private mutating func append(_ plain: String) {
        separate()
        bytes.append(contentsOf: plain.utf8)
    }

    private mutating func separate() {
        if !beginsRow { bytes.append(Self.separator) }
        beginsRow = false
    }
}
