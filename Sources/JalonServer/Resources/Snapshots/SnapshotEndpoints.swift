import ActionPlans
import Documents
import HTTPTypes
import NIOCore
import Postgres

/// `/v1/snapshots`, `/v1/snapshots/{snapshot}` and what hangs below; their creation is in `SnapshotCreation`.
enum SnapshotEndpoints {
    private static let timeout: Duration = .seconds(60)

    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let years = parameters.years()
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let before = try paging.position { SnapshotID($0[0]) }
        let page = try await call.server.database.read { session in
            Page(
                try SnapshotQueries.list(session, years: years, before: before, limit: paging.limit + 1), paging: paging,
                total: paging.wantsTotal ? try SnapshotQueries.count(session, years: years) : nil,
                position: { [$0.id.description] })
        }
        guard call.type != .html else {
            let next = page.next.map { call.address(cursor: Cursor.encode($0, signature: paging.signature)) }
            return .page(SnapshotListPage(records: page.items, next: next, frame: call.frame).page)
        }
        return call.answer(page, paging) { $1.write(to: &$0, seesAuthor: call.seesSnapshotAuthors) }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let id = try call.snapshotID()
        var parameters = call.parameters()
        try parameters.finish()
        return try await call.server.database.read { session in try answer(call, session, id) }
    }

    /// A snapshot with its document.
    /// - Parameter warnings: for who has just frozen it; nil for who reads it.
    static func answer(
        _ call: Call, _ session: borrowing Session, _ id: SnapshotID, _ warnings: [Warning]? = nil
    ) throws -> Answer {
        guard let record = try SnapshotQueries.find(session, id), let document = try SnapshotQueries.document(session, id) else {
            throw Problem.notFound()
        }
        let elsewhere = try PublishedFigure.read(session, "e.year = \(id.year) and e.known_to = 'infinity'")
        guard call.type != .html else {
            let page = SnapshotPage(
                record: record, document: try JSONParser.parse(Array(document.utf8)), elsewhere: elsewhere,
                vocabularies: call.server.vocabularies, frame: call.frame)
            return .page(page.page)
        }
        return Answer.json { writer in
            record.write(to: &writer, seesAuthor: call.seesSnapshotAuthors) { snapshot in
                snapshot.member("document", json: document)
                snapshot.member("published_elsewhere", listOf: elsewhere) { list, figure in
                    list.object { item in
                        figure.writeSource(to: &item)
                        item.member("numbers", listOf: figure.numbers) { list, number in list.object { number.write(to: &$0) } }
                    }
                }
                if let warnings { snapshot.warnings(warnings, in: call.language) }
            }
        }
    }

    /// The very bytes whose hash is the snapshot's: they never change.
    @Sendable static func document(_ call: Call) async throws -> Answer {
        let id = try call.snapshotID()
        var parameters = call.parameters()
        try parameters.finish()
        let found = try await call.server.database.read { session -> (sha256: String, text: String)? in
            guard let record = try SnapshotQueries.find(session, id) else { return nil }
            return try SnapshotQueries.document(session, id).map { (record.sha256, $0) }
        }
        guard let found else { throw Problem.notFound() }
        let tag = EntityTag(found.sha256)
        var answer = Answer(.ok, ByteBuffer(string: found.text), type: .json).tagged(tag)
        if try call.conditions().isUnmodified(tag) { answer = answer.unmodified() }
        let reach = call.server.configuration.publicFigures ? "public" : "private"
        answer.fields[.cacheControl] = "\(reach), max-age=31536000, immutable"
        return answer
    }

    @Sendable static func actions(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.snapshotID()
        var parameters = call.parameters()
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let after = try paging.position { ActionID($0[0]) }
        let (page, hidden, salt) = try await call.server.database.read { session in
            guard let record = try SnapshotQueries.find(session, id) else { throw Problem.notFound() }
            let items = try SnapshotQueries.actions(session, of: record, visibleTo: actor, after: after, limit: paging.limit + 1)
            let counts = try SnapshotQueries.counts(session, of: record, visibleTo: actor)
            let page = Page(
                items, paging: paging, total: paging.wantsTotal ? counts.visible : nil, position: { [$0.id.description] })
            return (page, counts.all - counts.visible, try SnapshotQueries.salt(session, id))
        }
        return call.answer(page, paging) { meta in
            meta.member("hidden", hidden)
            meta.member("salt", hidden == 0 ? salt : nil)
        } _: {
            $1.write(to: &$0)
        }
    }

    @Sendable static func verification(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.snapshotID()
        var parameters = call.parameters()
        try parameters.finish()
        let vocabularies = call.server.vocabularies
        let verification = try await call.server.database.read(timeout: timeout) { session in
            guard let record = try SnapshotQueries.find(session, id) else { throw Problem.notFound() }
            return try SnapshotVerification(session, of: record, for: actor, vocabularies)
        }
        return Answer.json { verification.write(to: &$0, target: call.target) }
    }
}

extension Call {
    /// As in history, who it was is for the coordination.
    var seesSnapshotAuthors: Bool { Visibility.seesAuthors(of: nil, actor) }
}
