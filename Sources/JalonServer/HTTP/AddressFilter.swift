import NIOCore

/// Puts a prefix before the addresses of an answer, as its bytes go by.
///
/// An address stands in few places: in JSON, the texts in an object named `links`, and the `type` of a problem; in lines of JSON, the member
/// `link` too; in a table, the cells of the column `link`; in a page or a picture, the attributes `href` and `src`. Where the filter is, is
/// known from the grammar and never guessed from a text, so that whatever somebody wrote in a title goes out as it is.
struct AddressFilter: Sendable {
    enum Kind: Sendable {
        case json
        case problem
        case lines
        case table
        case markup

        /// - Returns: nil for a type that holds no address.
        init?(_ contentType: String?) {
            switch contentType?.prefix(while: { $0 != ";" }) {
            case "application/json": self = .json
            case "application/problem+json": self = .problem
            case "application/x-ndjson": self = .lines
            case "text/csv": self = .table
            case "text/html", "image/svg+xml": self = .markup
            default: return nil
            }
        }
    }

    private let kind: Kind
    private let prefix: [UInt8]
    private var json = JSONPlace()
    private var table = CellPlace()
    private var markup = MarkupPlace()

    init(_ kind: Kind, prefix: String) {
        self.kind = kind
        self.prefix = Array(prefix.utf8)
        switch kind {
        case .problem: json.memberOfDocument = Array("type".utf8)
        case .lines: json.memberOfDocument = Array("link".utf8)
        case .json, .table, .markup: break
        }
    }

    /// The next piece of the answer, wherever it was cut.
    mutating func filtered(_ piece: ByteBuffer) -> ByteBuffer {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(piece.readableBytes + piece.readableBytes / 8)
        for byte in piece.readableBytesView {
            if beginsAddress(byte) { bytes.append(contentsOf: prefix) }
            bytes.append(byte)
        }
        return ByteBuffer(bytes: bytes)
    }

    private mutating func beginsAddress(_ byte: UInt8) -> Bool {
        switch kind {
        case .json, .problem, .lines: json.beginsAddress(byte)
        case .table: table.beginsAddress(byte)
        case .markup: markup.beginsAddress(byte)
        }
    }
}

/// Where one is in JSON without needless white space, as the service writes it.
private struct JSONPlace: Sendable {
    private struct Container {
        let isObject: Bool
        let holdsAddresses: Bool
    }

    /// The name of a member that is an address where it stands in the document itself.
    var memberOfDocument: [UInt8]?
    private var containers: [Container] = []
    private var isInText = false
    private var isEscaped = false
    /// The text being read is the name of a member.
    private var isName = false
    private var name: [UInt8] = []
    /// A text has just been opened where an address may stand.
    private var mayBegin = false

    private static let longestName = 5
    private static let links = Array("links".utf8)

    /// - Returns: whether the byte is the slash that an address begins with.
    mutating func beginsAddress(_ byte: UInt8) -> Bool {
        if isInText {
            defer { mayBegin = false }
            readText(byte)
            return mayBegin && byte == UInt8(ascii: "/")
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInText = true
            if isName { name.removeAll(keepingCapacity: true) } else { mayBegin = isValueAnAddress }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = byte == UInt8(ascii: "{")
            containers.append(Container(isObject: isObject, holdsAddresses: isInside || isNamed(Self.links)))
            isName = isObject
            name.removeAll(keepingCapacity: true)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            _ = containers.popLast()
            isName = false
            name.removeAll(keepingCapacity: true)
        case UInt8(ascii: ":"): isName = false
        case UInt8(ascii: ","): isName = containers.last?.isObject ?? false
        default: break
        }
        return false
    }

    private mutating func readText(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInText = false
            return
        }
        // One byte more than the longest, so that a longer name is not taken for it.
        if isName, name.count <= Self.longestName { name.append(byte) }
    }

    private var isInside: Bool { containers.last?.holdsAddresses ?? false }
    private var isValueAnAddress: Bool { isInside || (containers.count == 1 && memberOfDocument.map(isNamed) ?? false) }

    private func isNamed(_ wanted: [UInt8]) -> Bool { (containers.last?.isObject ?? false) && name == wanted }
}

/// Where one is in a table as ``CSVWriter`` writes it: its first row tells which column holds addresses.
private struct CellPlace: Sendable {
    private var column = 0
    private var isFirstRow = true
    private var isQuoted = false
    private var beginsCell = true
    /// Of the first row, the title being read.
    private var title: [UInt8] = []
    private var addressColumn: Int?

    private static let link = Array("link".utf8)

    /// - Returns: whether the byte is the slash that an address begins with.
    mutating func beginsAddress(_ byte: UInt8) -> Bool {
        switch byte {
        // A quotation mark within a quoted cell is written twice: the cell is left and entered again.
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: ";") where !isQuoted:
            endCell()
            column += 1
        case UInt8(ascii: "\n") where !isQuoted:
            endCell()
            column = 0
            isFirstRow = false
        default:
            defer { beginsCell = false }
            // One byte more than the title, so that a longer one is not taken for it.
            if isFirstRow, byte != UInt8(ascii: "\r"), title.count <= Self.link.count { title.append(byte) }
            return beginsCell && byte == UInt8(ascii: "/") && !isFirstRow && column == addressColumn
        }
        return false
    }

    private mutating func endCell() {
        if isFirstRow, title == Self.link { addressColumn = column }
        title.removeAll(keepingCapacity: true)
        beginsCell = true
    }
}

/// Where one is in HTML or SVG whose texts have their angle brackets escaped.
private struct MarkupPlace: Sendable {
    private var isInTag = false
    private var isInValue = false
    private var mayBegin = false
    /// The last bytes before the value of an attribute.
    private var tail: [UInt8] = []

    private static let attributes = [" href=", " src="].map { Array($0.utf8) }

    /// - Returns: whether the byte is the slash that an address begins with.
    mutating func beginsAddress(_ byte: UInt8) -> Bool {
        if isInValue {
            defer { mayBegin = false }
            if byte == UInt8(ascii: "\"") { isInValue = false }
            return mayBegin && byte == UInt8(ascii: "/")
        }
        switch byte {
        case UInt8(ascii: "<"): isInTag = true
        case UInt8(ascii: ">"): isInTag = false
        case UInt8(ascii: "\"") where isInTag:
            isInValue = true
            mayBegin = Self.attributes.contains { tail.suffix($0.count) == $0[...] }
            tail.removeAll(keepingCapacity: true)
        default: break
        }
        if isInTag, !isInValue {
            if tail.count >= 16 { tail.removeFirst(8) }
            tail.append(byte)
        }
        return false
    }
}
