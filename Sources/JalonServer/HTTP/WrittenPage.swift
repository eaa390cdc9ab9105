import NIOCore
import Postgres

/// One page of a list whose items were written as they were read.
package struct WrittenPage: Sendable {
    private let limit: Int
    private var count = 0
    /// The items as a list, once it is ended.
    private(set) var items = JSONWriter(capacity: 1 << 16)
    /// The sort values of the last item, when there is more.
    var next: [String]?
    private var last: [String]?
    package var total: Int?

    package init(_ paging: Paging) {
        limit = paging.limit
        items.begin(.list)
    }

    /// - Parameters:
    ///   - write: writes the item of the row.
    ///   - position: reads the sort values from the row, of the last item only.
    mutating func add(
        _ row: inout Row, _ write: (inout Row, inout JSONWriter) throws -> Void,
        position: (inout Row) throws -> [String]
    ) throws {
        count += 1
        if count > limit {
            next = last
        } else {
            try write(&row, &items)
            guard count == limit else { return }
            row.rewind()
            last = try position(&row)
        }
    }

    /// Nothing is added any more.
    mutating func end() { items.end(.list) }
}
