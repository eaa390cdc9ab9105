import HTTPTypes
import NIOCore
import Postgres

/// An action as the API shows it. It is written from the columns as PostgreSQL sends them, UTF-8 already: lists are made
/// of actions by the hundred, and making Swift values of them only to write them again took most of their time.
struct ActionDocument: Sendable {
    let json: ByteBuffer
    let tag: EntityTag

    /// Reads the columns of ``ActionRecord``.
    init(_ row: inout Row) throws {
        var writer = JSONWriter(capacity: 1_024)
        let written = try Self.write(&row, to: &writer, selecting: nil)
        let version = String(decoding: written.version ?? .init(start: nil, count: 0), as: UTF8.self)
        // Lateness shows in the representation and changes without a write.
        tag = EntityTag(ActionRecord.tag(version, isLate: written.isLate))
        json = writer.buffer
    }

    /// 200, or 304 to a caller who has this state.
    func answer(to conditions: Conditions) throws -> Answer {
        try conditions.isUnmodified(tag) ? answer.unmodified() : answer
    }

    var answer: Answer { Answer(.ok, json, type: .json).tagged(tag) }

    /// - Parameter fields: the members to keep, of ``ActionRecord/members``; nil keeps all.
    /// - Returns: what the validator of the whole action is made of, valid as long as its row.
    @discardableResult
    static func write(
        _ row: inout Row, to writer: inout JSONWriter, selecting fields: Set<String>?
    ) throws -> (version: UnsafeBufferPointer<UInt8>?, isLate: Bool) {
        let key = Key(ministry: try row.nextBytes(), year: try row.nextBytes(), code: try row.nextBytes())
        var version: UnsafeBufferPointer<UInt8>?
        var isLate = false
        try writer.object(selecting: fields) { object in
            object.text("id") { key.writeAction(to: &$0) }
            object.text("roadmap") { key.writeRoadmap(to: &$0) }
            object.text("ministry", key.ministry)
            object.text("code", key.code)
            try writeState(&row, to: &object)
            version = try row.nextBytes()
            let createdAt = try row.nextBytes()
            let updatedAt = try row.nextBytes()
            let late = try row.nextBytes()
            isLate = late?.first == UInt8(ascii: "t")
            object.flag("late", late)
            object.literal("version", version)
            try object.instant("created_at", createdAt)
            try object.instant("updated_at", updatedAt)
            object.member("links") { key.writeLinks(to: &$0) }
        }
        return (version, isLate)
    }

    /// The columns of ``ActionRecord/stateColumns``.
    private static func writeState(_ row: inout Row, to object: inout JSONWriter) throws {
        object.text("title", try row.nextBytes())
        object.text("description", try row.nextBytes())
        object.text("theme", try row.nextBytes())
        object.text("target_level", try row.nextBytes())
        object.text("reached_level", try row.nextBytes())
        object.text("status", try row.nextBytes())
        object.text("status_reason", try row.nextBytes())
        object.flag("key_action", try row.nextBytes())
        object.text("identified_on", try row.nextBytes())
        object.text("due_on", try row.nextBytes())
        object.text("completed_on", try row.nextBytes())
        object.text("lead", try row.nextBytes())
        try object.texts("contributors", try row.nextArray())
        try object.texts("practices", try row.nextArray())
        object.flag("confidential", try row.nextBytes())
    }

    /// The key columns, valid as long as their row.
    private struct Key {
        let ministry: UnsafeBufferPointer<UInt8>?
        let year: UnsafeBufferPointer<UInt8>?
        let code: UnsafeBufferPointer<UInt8>?

        func writeRoadmap(to writer: inout JSONWriter) {
            writer.append(ministry)
            writer.append("-")
            writer.append(year)
        }

        func writeAction(to writer: inout JSONWriter) {
            writeRoadmap(to: &writer)
            writer.append("-")
            writer.append(code)
        }

        func writeLinks(to links: inout JSONWriter) {
            links.text("self") { link in
                link.append("/v1/actions/")
                writeAction(to: &link)
            }
            links.text("roadmap") { link in
                link.append("/v1/roadmaps/")
                writeRoadmap(to: &link)
            }
            links.text("history") { link in
                link.append("/v1/actions/")
                writeAction(to: &link)
                link.append("/history")
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func texts(_ name: StaticString, _ array: ArrayColumn) throws {
        try texts(name) { list in try array.forEach { list.element($0) } }
    }
}
