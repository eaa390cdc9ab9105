import CLibcurl

/// What libcurl hands over while a transfer goes on. Used by the thread of the transfer alone.
final class Reception {
    private let limit: Int
    private(set) var status = 0
    private(set) var fields = HTTPFieldList()
    private(set) var body: [UInt8] = []
    /// Whether the head of an answer has come whole.
    private(set) var isBegun = false
    private(set) var isTooLarge = false
    /// Whether the request was on its way.
    private(set) var hasLeft = false

    init(limit: Int) {
        self.limit = limit
    }

    func leave() { hasLeft = true }

    /// - Returns: whether there is room for it.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= limit else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// - Parameter line: of a head, with its end. The empty one ends it.
    func receiveHead(_ line: String) {
        let line = line.split(whereSeparator: \.isNewline).first ?? ""
        if line.hasPrefix("HTTP/") {
            // An answer of the 100s has a head of its own, before that of the answer that counts.
            fields = HTTPFieldList()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            isBegun = false
        } else if line.isEmpty {
            isBegun = status >= 200
        } else if !isBegun, let colon = line.firstIndex(of: ":") {
            fields.add(String(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
        }
    }

    private static func trimmed(_ value: Substring) -> String {
        let start = value.drop { $0 == " " || $0 == "\t" }
        return String(String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed()))
    }
}
