/// One SQL statement, or a piece of one, whose interpolated values are binds.
///
/// ```swift
/// let sql: SQL = "select title from actions where id = \(id)"   // text: `… where id = $1`
/// let recent: SQL = "\(sql) and updated_at > \(instant)"        // a fragment is spliced, its binds renumbered
/// ```
///
/// The text comes only from literals of the program (`StaticString`): there is no way to put a string known at run
/// time into it. A bind is sent apart from the text and without a type, so PostgreSQL infers the type from the context
/// as it does for a quoted literal; where there is no context (`unnest`, `$1 is null`), write a cast: `\(ids)::text[]`.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package typealias StringLiteralType = StaticString

    enum Piece: Sendable {
        case text(StaticString)
        /// The value in PostgreSQL's text format; nil is NULL.
        case bind(String?)
    }

    private(set) var pieces: [Piece]
    /// Whether it is planned once for all values, whatever PostgreSQL thinks of some of them.
    private(set) var isPlannedOnce = false

    package init(stringLiteral text: StaticString) {
        pieces = [.text(text)]
    }

    package init(stringInterpolation: Interpolation) {
        pieces = stringInterpolation.pieces
    }

    package struct Interpolation: StringInterpolationProtocol {
        package typealias StringLiteralType = StaticString

        fileprivate var pieces: [Piece] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            if literal.utf8CodeUnitCount > 0 { pieces.append(.text(literal)) }
        }

        /// A value: one bind.
        package mutating func appendInterpolation<Value: SQLEncodable>(_ value: Value) {
            pieces.append(.bind(value.sqlText))
        }

        /// An optional value: one bind, NULL for nil. The compiler warns of an optional in an interpolation that does
        /// not ask for one.
        package mutating func appendInterpolation<Value: SQLEncodable>(_ value: Value?) {
            pieces.append(.bind(value?.sqlText))
        }

        /// A fragment: its text is spliced here and its binds take their numbers in the whole.
        package mutating func appendInterpolation(_ fragment: SQL) {
            pieces.append(contentsOf: fragment.pieces)
        }
    }

    /// The same statement, planned once for all values. PostgreSQL would plan it anew each time as long as it hopes for a better plan from
    /// the values, which takes longer than a statement that reads a page by an index.
    package func plannedOnce() -> SQL {
        var statement = self
        statement.isPlannedOnce = true
        return statement
    }

    package mutating func append(_ fragment: SQL) {
        pieces.append(contentsOf: fragment.pieces)
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var whole = left
        whole.append(right)
        return whole
    }

    package static func += (left: inout SQL, right: SQL) {
        left.append(right)
    }

    /// The fragments one after the other with `separator` between them; no fragment gives an empty text.
    package static func joined(_ fragments: [SQL], separator: StaticString) -> SQL {
        var whole: SQL = ""
        for (index, fragment) in fragments.enumerated() {
            if index > 0 { whole.pieces.append(.text(separator)) }
            whole.append(fragment)
        }
        return whole
    }

    /// The text as the server receives it, binds written `$1`, `$2`…; values never appear in it.
    package var text: String {
        var bytes: [UInt8] = []
        render(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text to `bytes`, without a final NUL.
    func render(into bytes: inout [UInt8]) {
        var number = 0
        for piece in pieces {
            switch piece {
            case .text(let text):
                bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
            case .bind:
                number += 1
                bytes.append(UInt8(ascii: "$"))
                SQL.append(number, to: &bytes)
            }
        }
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
