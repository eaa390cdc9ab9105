import NIOCore
import Postgres

/// One page of a list whose items were written as they were read.
package struct WrittenPage: Sendable {
    private let limit: Int
    private var count = 0
    private var writer = JSONWriter(capacity: 1 << 14)
    /// The sort values of the last item, when there is more.
    var next: [String]?
    private var last: [String]?
    package var total: Int?

    package init(_ paging: Paging) {
        limit = paging.limit
        writer.begin(.list)
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
            try write(&row, &writer)
            guard count == limit else { return }
            row.rewind()
            last = try position(&row)
        }
    }

    /// The items as a list.
    var items: ByteBuffer {
        var writer = writer
        writer.end(.list)
        return writer.buffer
    }
}
