import CLibpq

/// One row of a result, valid while the closure that receives it runs; it cannot be copied out of it.
///
/// Columns are read in order with `next()`, whose type comes from where the value goes, optional or not:
///
/// ```swift
/// try session.query("select id, title, closed_on from actions") { row in
///     Action(id: try row.next(), title: try row.next(), closedOn: try row.next())
/// }
/// ```
///
/// What does not fit throws `DatabaseError(.decoding)` naming the column, its position and the type, never the value.
package struct Row: ~Copyable {
    private let result: OpaquePointer
    private let index: Int32
    private var position: Int32 = 0

    init(result: OpaquePointer, index: Int32) {
        self.result = result
        self.index = index
    }

    /// The next column; NULL throws.
    package mutating func next<Value: SQLDecodable>(_ type: Value.Type = Value.self) throws -> Value {
        defer { position += 1 }
        return try value(at: position)
    }

    /// The next column; NULL is nil.
    package mutating func next<Value: SQLDecodable>(_ type: Value?.Type = Value?.self) throws -> Value? {
        defer { position += 1 }
        return try optional(at: position)
    }

    /// The next column as PostgreSQL's text, UTF-8 without a final NUL, valid as long as the row; NULL is nil.
    package mutating func nextBytes() throws -> UnsafeBufferPointer<UInt8>? {
        defer { position += 1 }
        return try bytes(at: position)
    }

    /// The next column, an array; NULL throws.
    package mutating func nextArray() throws -> ArrayColumn {
        defer { position += 1 }
        guard let text = try bytes(at: position) else { throw failure(at: position, "is NULL where an array is expected") }
        return ArrayColumn(text: text, result: result, position: position)
    }

    /// Goes back to the first column.
    package mutating func rewind() {
        position = 0
    }

    /// Passes over columns that are not wanted.
    package mutating func skip(_ columns: Int = 1) {
        position += Int32(clamping: columns)
    }

    /// The column of that name, wherever it is; NULL throws.
    package func column<Value: SQLDecodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try value(at: try position(of: name))
    }

    /// The column of that name, wherever it is; NULL is nil.
    package func column<Value: SQLDecodable>(_ name: String, as type: Value?.Type = Value?.self) throws -> Value? {
        try optional(at: try position(of: name))
    }

    private func value<Value: SQLDecodable>(at column: Int32) throws -> Value {
        guard let value: Value = try optional(at: column) else {
            throw failure(at: column, "is NULL where a \(Value.self) is expected")
        }
        return value
    }

    private func optional<Value: SQLDecodable>(at column: Int32) throws -> Value? {
        guard let bytes = try bytes(at: column) else { return nil }
        guard let value = Value.decode(sqlText: bytes) else { throw failure(at: column, "is not a \(Value.self)") }
        return value
    }

    private func bytes(at column: Int32) throws -> UnsafeBufferPointer<UInt8>? {
        guard column < PQnfields(result) else {
            throw DatabaseError(.decoding, "column \(column + 1) was read from a row of \(PQnfields(result))")
        }
        let text = PQgetvalue(result, index, column)
        let length = Int(PQgetlength(result, index, column))
        if length == 0, PQgetisnull(result, index, column) == 1 { return nil }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(text).map { $0.assumingMemoryBound(to: UInt8.self) }, count: length)
    }

    private func position(of name: String) throws -> Int32 {
        for column in 0..<PQnfields(result) where columnName(column) == name { return column }
        throw DatabaseError(.decoding, "the row has no column of that name", column: name)
    }

    private func columnName(_ column: Int32) -> String { Self.columnName(column, of: result) }

    private static func columnName(_ column: Int32, of result: OpaquePointer) -> String {
        PQfname(result, column).map { String(cString: $0) } ?? "?"
    }

    private func failure(at column: Int32, _ problem: String) -> DatabaseError {
        Self.failure(at: column, of: result, problem)
    }

    static func failure(at column: Int32, of result: OpaquePointer, _ problem: String) -> DatabaseError {
        let name = columnName(column, of: result)
        return DatabaseError(.decoding, "column \(column + 1) (\(name)) \(problem)", column: name)
    }
}
