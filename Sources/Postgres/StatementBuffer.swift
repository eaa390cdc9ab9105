import Glibc

/// One statement as libpq takes it: its text and its binds as C strings, in memory that one connection uses again
/// and again, so that a statement on the hot path allocates nothing here.
struct StatementBuffer {
    /// The text, with its final NUL.
    private(set) var text: [UInt8] = []
    private(set) var bindCount = 0
    private var values: [UInt8] = []
    /// Where each bind starts in `values`; -1 for NULL.
    private var offsets: [Int] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    private static let largestKept = 1 << 20
    /// The protocol counts binds on 16 bits.
    private static let mostBinds = 65_535

    /// Takes `sql` in place of what was there. Throws `.invalidText` for a bind that holds a NUL: libpq takes C
    /// strings and would silently store what comes before it.
    mutating func fill(with sql: SQL) throws {
        text.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: values.capacity <= Self.largestKept)
        offsets.removeAll(keepingCapacity: true)
        sql.render(into: &text)
        text.append(0)
        for case .bind(let value) in sql.pieces {
            guard var value else {
                offsets.append(-1)
                continue
            }
            offsets.append(values.count)
            let isText = value.withUTF8 { bytes in
                values.append(contentsOf: bytes)
                return bytes.baseAddress.map { memchr($0, 0, bytes.count) == nil } ?? true
            }
            guard isText else {
                throw DatabaseError(.invalidText, "bind $\(offsets.count) holds a NUL character", statement: sql.text)
            }
            values.append(0)
        }
        bindCount = offsets.count
        guard bindCount <= Self.mostBinds else {
            throw DatabaseError(.misuse, "\(bindCount) binds; send arrays through unnest", statement: sql.text)
        }
    }

    /// Calls `body` with the binds as libpq wants them, valid during the call.
    mutating func withBinds<Value>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value) -> Value {
        pointers.removeAll(keepingCapacity: true)
        return values.withUnsafeBytes { bytes in
            for offset in offsets {
                let start = offset < 0 ? nil : bytes.baseAddress.map { $0 + offset }
                pointers.append(start?.assumingMemoryBound(to: CChar.self))
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}
