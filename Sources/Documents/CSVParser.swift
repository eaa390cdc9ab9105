/// Reads a table by RFC 4180, cell by cell with its place: quoted cells with line breaks, commas and doubled quotation
/// marks in them. Beyond the RFC it takes what spreadsheets write: semicolons or tabs between the cells (the first line
/// tells which), any kind of line break, a byte order mark.
package struct CSVParser {
    package struct Cell: Sendable {
        package let text: String
        package let position: DocumentPosition

        /// Nothing, or only what shows as nothing: blanks, and separators of another table.
        package var isBlank: Bool {
            guard let first = text.utf8.first else { return true }
            let isVisible = (0x21...0x7E).contains(first) && first != UInt8(ascii: ",") && first != UInt8(ascii: ";")
            return !isVisible
                && text.unicodeScalars.allSatisfy { scalar in
                    scalar.properties.isWhitespace || ",;\u{FEFF}\u{200B}".unicodeScalars.contains(scalar)
                }
        }
    }

    /// A line of the table, which line breaks in its cells may spread over several lines of the text.
    package struct Record: Sendable {
        package let cells: [Cell]
        /// As spreadsheets number it: from 1, empty lines counted.
        package let row: Int
    }

    private let bytes: ArraySlice<UInt8>
    private let separator: UInt8
    private var index: Int
    private var line = 1
    /// Up to where columns have been counted in this line, so that no byte is counted twice.
    private var counted: (index: Int, column: Int)
    private let mostValues: Int
    private var values = 0
    private var empty = 0

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Spreadsheets save the cells that were once used, so that empty ones may be many.
    private static let mostEmpty = 16 * DocumentLimits.values

    /// - Returns: the lines that have something in a cell; a line that spreadsheets read the separator from (`sep=;`) is none.
    /// - Throws: ``DocumentSyntaxError`` with line and column.
    package static func records(
        _ bytes: [UInt8], mostValues: Int = DocumentLimits.values
    ) throws(DocumentSyntaxError) -> [Record] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw DocumentSyntaxError(code: .table(.notInUTF8), position: nil, pointer: nil)
        }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        var parser = CSVParser(text, mostValues)
        var records: [Record] = []
        var row = 0
        while parser.index < parser.bytes.endIndex {
            row += 1
            if [lineFeed, carriageReturn].contains(parser.bytes[parser.index]) {
                parser.endLine()
                continue
            }
            let cells = try parser.record()
            if cells.contains(where: { !$0.isBlank }) { records.append(Record(cells: cells, row: row)) }
        }
        return records
    }

    private init(_ bytes: ArraySlice<UInt8>, _ mostValues: Int) {
        self.bytes = bytes
        self.mostValues = mostValues
        index = bytes.startIndex
        counted = (index, 1)
        if let declared = Self.declaredSeparator(bytes) {
            separator = declared.separator
            index = declared.end
            endLine()
        } else {
            separator = Self.separator(in: bytes)
        }
    }

    private static let noBreakSpace = Array("\u{A0}".utf8)
    private static let separators = [",", ";", "\t"].map { UInt8(ascii: $0) }

    /// The separator that a first line `sep=;` tells spreadsheets, quoted or not, and where that line ends.
    private static func declaredSeparator(_ bytes: ArraySlice<UInt8>) -> (separator: UInt8, end: Int)? {
        let line = bytes.prefix(8).prefix { $0 != lineFeed && $0 != carriageReturn }
        let isQuoted = line.first == quote && line.last == quote
        let text = isQuoted ? line.dropFirst().dropLast() : line
        guard text.count == 5, text.dropLast().elementsEqual("sep=".utf8) || text.dropLast().elementsEqual("SEP=".utf8),
            let separator = text.last, separators.contains(separator)
        else { return nil }
        return (separator, line.endIndex)
    }

    /// What stands most often between the cells of the first line that has any.
    private static func separator(in bytes: ArraySlice<UInt8>) -> UInt8 {
        var counts = [0, 0, 0]
        var isQuoted = false
        var isBlank = true
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if !isQuoted, byte == lineFeed || byte == carriageReturn {
                if !isBlank { break }
                counts = [0, 0, 0]
            } else if let index = separators.firstIndex(of: byte) {
                if !isQuoted { counts[index] += 1 }
            } else if byte != UInt8(ascii: " "), !noBreakSpace.contains(byte), byte != lineFeed, byte != carriageReturn,
                byte != quote
            {
                isBlank = false
            }
        }
        let best = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
        return separators[best]
    }

    private mutating func record() throws(DocumentSyntaxError) -> [Cell] {
        var cells: [Cell] = []
        while true {
            let cell = try cell()
            if cell.text.isEmpty { empty += 1 } else { values += 1 }
            guard values <= mostValues, empty <= Self.mostEmpty else { throw fault(.tooManyValues, position()) }
            cells.append(cell)
            guard index < bytes.endIndex, bytes[index] == separator else { break }
            index += 1
        }
        endLine()
        return cells
    }

    private mutating func cell() throws(DocumentSyntaxError) -> Cell {
        let start = position()
        let isQuoted = index < bytes.endIndex && bytes[index] == Self.quote
        return Cell(text: isQuoted ? try quoted(from: start) : try plain(), position: start)
    }

    private mutating func plain() throws(DocumentSyntaxError) -> String {
        let start = index
        while index < bytes.endIndex {
            switch bytes[index] {
            case separator, Self.lineFeed, Self.carriageReturn:
                return String(decoding: bytes[start..<index], as: UTF8.self)
            case Self.quote: throw fault(.unexpected("\""), position())
            case 0: throw fault(.nul, position())
            default: index += 1
            }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Line breaks in a cell become line feeds, as in every other text.
    private mutating func quoted(from start: DocumentPosition) throws(DocumentSyntaxError) -> String {
        var text: [UInt8] = []
        index += 1
        while index < bytes.endIndex {
            let byte = bytes[index]
            switch byte {
            case Self.quote where index + 1 < bytes.endIndex && bytes[index + 1] == Self.quote:
                text.append(byte)
                index += 2
            case Self.quote:
                index += 1
                guard index == bytes.endIndex || [separator, Self.lineFeed, Self.carriageReturn].contains(bytes[index]) else {
                    throw fault(.unexpected("\""), position())
                }
                return String(decoding: text, as: UTF8.self)
            case Self.lineFeed, Self.carriageReturn:
                text.append(Self.lineFeed)
                endLine()
            case 0: throw fault(.nul, position())
            default:
                text.append(byte)
                index += 1
            }
        }
        throw fault(.unexpected(""), start)
    }

    /// Goes past a line break, if there is one.
    private mutating func endLine() {
        guard index < bytes.endIndex else { return }
        let isReturn = bytes[index] == Self.carriageReturn
        index += 1
        if isReturn, index < bytes.endIndex, bytes[index] == Self.lineFeed { index += 1 }
        line += 1
        counted = (index, 1)
    }

    private mutating func position() -> DocumentPosition {
        // A character begins with any byte but a continuation.
        counted.column += bytes[counted.index..<index].count { $0 & 0xC0 != 0x80 }
        counted.index = index
        return DocumentPosition(line: line, column: counted.column)
    }

    private func fault(_ code: DocumentSyntaxError.SyntaxFault, _ position: DocumentPosition) -> DocumentSyntaxError {
        DocumentSyntaxError(code: code, position: position, pointer: nil)
    }
}
