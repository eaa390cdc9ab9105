import ActionPlans
import HTTPTypes
import NIOCore
import Postgres

/// `/v1/changes`
enum FeedEndpoints {
    private static let pageLimits = 1...1_000
    private static let lineLimits = 1...100_000
    private static let longestWait = 60
    /// How many lines one statement reads: nothing is held in the database while the reader takes them in.
    private static let batch = 500

    @Sendable static func list(_ call: Call) async throws -> Answer {
        let reader = try FeedReader(call, limits: call.type == .lines ? lineLimits : pageLimits, longestWait: longestWait)
        if call.type == .lines { return try await lines(reader) }
        let page = try await reader.read(limit: reader.limit ?? 100)
        let cursor =
            page.entries.last.map { reader.cursors.encode($0.position) } ?? reader.given ?? reader.cursors.encode(.beginning)
        let next = page.hasMore ? call.address("after", cursor: cursor) : nil
        var answer = Answer.json { writer in
            writer.object { list in
                list.member("data", listOf: page.entries) { reader.write($1, to: &$0) }
                list.member("links") { links in
                    links.member("self", call.target)
                    links.member("next", next)
                }
                list.member("meta") { meta in
                    meta.member("limit", reader.limit ?? 100)
                    meta.member("cursor", cursor)
                    meta.member("more", page.hasMore)
                }
            }
        }
        if let next { answer.fields[.link] = "<\(next)>; rel=\"next\"" }
        return answer
    }

    /// The first lines are read before the answer begins, so that what fails then is a problem like any other.
    private static func lines(_ reader: FeedReader) async throws -> Answer {
        let limit = reader.limit ?? 10_000
        let first = try await reader.read(limit: min(limit, batch))
        return .stream(.lines) { stream in
            var page = first
            var left = limit
            while !page.entries.isEmpty {
                try await stream.write(reader.lines(of: page))
                left -= page.entries.count
                // A service that stops ends here: every line tells where to go on.
                guard page.hasMore, left > 0, !reader.isStopping, let last = page.entries.last else { return }
                try await reader.checkRights()
                page = try await reader.page(from: .behind(last.position), limit: min(left, batch))
            }
        }
    }
}

/// One request for changes, understood.
private struct FeedReader: Sendable {
    let call: Call
    let actor: Actor
    let cursors: FeedCursors
    let filter: FeedFilter
    let limit: Int?
    /// The cursor as it was sent.
    let given: String?
    private let wait: Int

    init(_ call: Call, limits: ClosedRange<Int>, longestWait: Int) throws {
        self.call = call
        actor = try call.caller()
        var parameters = call.parameters()
        given = parameters.text("after")
        limit = parameters.integer("limit", in: limits)
        wait = parameters.integer("wait", in: 0...longestWait) ?? 0
        filter = FeedFilter(&parameters)
        cursors = FeedCursors(signature: parameters.signature(of: call), call, actor)
        try parameters.finish()
    }

    var isStopping: Bool { call.server.feed.isStopped }

    func page(from start: FeedStart, limit: Int) async throws -> FeedPage {
        try await call.server.database.read { [filter, actor] session in
            try FeedQueries.page(session, filter, from: start, limit: limit, visibleTo: actor)
        }
    }

    /// That the token which asked some time ago may still read the same.
    func checkRights() async throws {
        guard let now = try await call.server.tokens.caller(call.fields), now.role == actor.role,
            now.ministries == actor.ministries
        else { throw TokenDirectory.invalid() }
    }

    /// What comes after the cursor, waited for if need be.
    func read(limit: Int) async throws -> FeedPage {
        let deadline = ContinuousClock.now + .seconds(wait)
        var page = try await page(from: given.map { try cursors.decode($0) } ?? .beginning, limit: limit)
        while page.entries.isEmpty, !isStopping, ContinuousClock.now < deadline {
            // Up to the head there was nothing for this reader: it need not be read again.
            let seen = page.head
            try await call.server.feed.wait(beyond: seen, until: deadline)
            try call.server.schema.admit()
            try await checkRights()
            page = try await self.page(from: FeedStart(seen), limit: limit)
        }
        return page
    }

    func write(_ entry: FeedEntry, to writer: inout JSONWriter) {
        entry.write(to: &writer, cursor: cursors.encode(entry.position), seenBy: actor)
    }

    func lines(of page: FeedPage) -> ByteBuffer {
        var bytes = ByteBuffer()
        for entry in page.entries {
            var writer = JSONWriter(capacity: 512)
            write(entry, to: &writer)
            bytes.writeImmutableBuffer(writer.buffer)
            bytes.writeStaticString("\n")
        }
        return bytes
    }
}
