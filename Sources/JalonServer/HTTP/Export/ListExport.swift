import ActionPlans
import HTTPTypes
import NIOCore
import Postgres

/// The whole of a list for other programs: one statement, whose rows are written as they come.
struct ListExport: Sendable {
    /// What a browser calls the file, without its extension.
    let name: String
    let columns: [String]
    /// Checked in the same snapshot, before the rows.
    var check: @Sendable (borrowing Session) throws -> Void = { _ in }
    let statement: SQL
    /// Writes a row of the statement as one line of NDJSON.
    let line: @Sendable (inout Row, inout JSONWriter) throws -> Void
    /// Writes a row of the statement as rows of the table.
    let cells: @Sendable (inout Row, inout CSVWriter) throws -> Void
    /// Checked where there is no row at all.
    var checkEmpty: @Sendable (borrowing Session) throws -> Void = { _ in }

    /// Large enough that a piece is worth sending, small enough that many exports at once hold little.
    fileprivate static let pieceSize = 48 << 10
    /// Exports may take longer than other requests. It is also how long a slow reader may keep a connection.
    fileprivate static let timeout: Duration = .seconds(60)

    fileprivate func write(
        _ session: borrowing Session, as type: MediaType, _ decimal: CSVWriter.DecimalMark, to pipe: ExportPipe
    ) throws {
        try check(session)
        let isEmpty = type == .csv ? try writeTable(session, decimal, to: pipe) : try writeLines(session, to: pipe)
        if isEmpty { try checkEmpty(session) }
    }

    private func writeTable(_ session: borrowing Session, _ decimal: CSVWriter.DecimalMark, to pipe: ExportPipe) throws -> Bool {
        var writer = CSVWriter(columns: columns, decimal: decimal, capacity: 2 * Self.pieceSize)
        var isEmpty = true
        try session.stream(statement) { row in
            isEmpty = false
            try cells(&row, &writer)
            if writer.count >= Self.pieceSize { try pipe.write(writer.takeBytes()) }
        }
        try pipe.write(writer.takeBytes())
        return isEmpty
    }

    private func writeLines(_ session: borrowing Session, to pipe: ExportPipe) throws -> Bool {
        var writer = JSONWriter(capacity: 2 * Self.pieceSize)
        var isEmpty = true
        try session.stream(statement) { row in
            isEmpty = false
            try line(&row, &writer)
            writer.endLine()
            if writer.count >= Self.pieceSize { try pipe.write(writer.takeBytes()) }
        }
        try pipe.write(writer.takeBytes())
        return isEmpty
    }
}

extension Call {
    /// The whole list in the format that was asked for, all of one snapshot.
    ///
    /// What is short enough to be held has the validator of its bytes, like any list. A longer one is sent before its last byte
    /// is known: its validator is made of the versions of all the data, read in the same snapshot. On a standby it has none, nor has
    /// one whose reader may not see all the data: it would tell of changes that are hidden.
    func answer(_ export: ListExport, decimal: CSVWriter.DecimalMark) async throws -> Answer {
        let conditions = try self.conditions()
        let key = ValidatorMemory.Key(target, type: type, language: language, actor: actor)
        let pipe = ExportPipe(places: server.exportPlaces, within: ListExport.timeout)
        let ending = ExportEnding(pipe)
        let mayKnowOfAll = actor?.seesAll == true
        Task { [server, type] in
            do {
                try await server.database.read(timeout: ListExport.timeout, mayRunAgain: false) { session in
                    if mayKnowOfAll, let state = try ValidatorMemory.state(session) {
                        let tag = key.tag(in: state, of: server.contract)
                        pipe.tag = tag
                        if conditions.listsForReading(tag) { throw Unmodified() }
                    }
                    try export.write(session, as: type, decimal, to: pipe)
                }
                pipe.end(.success(()))
            } catch {
                pipe.end(.failure(error))
            }
        }
        do {
            switch try await pipe.begin() {
            case .whole(let body): return Answer(.ok, body, type: type).naming(export.name, type)
            case .long:
                if let tag = pipe.tag, try conditions.isUnmodified(tag) { throw Unmodified() }
                let answer = Answer.stream(type) { stream in
                    defer { ending.close() }
                    while let piece = try await pipe.next() { try await stream.write(piece) }
                }.naming(export.name, type)
                return pipe.tag.map(answer.tagged) ?? answer
            }
        } catch is Unmodified {
            return .unmodified(tag: pipe.tag?.field, isLong: true)
        }
    }
}

/// The caller has this state of a long export already.
private struct Unmodified: Error {}

/// Closes the pipe when the answer is sent, or dropped without being sent: HEAD has no body, and callers hang up.
private final class ExportEnding: Sendable {
    private let pipe: ExportPipe

    init(_ pipe: ExportPipe) { self.pipe = pipe }

    deinit { pipe.close() }

    func close() { pipe.close() }
}
