import CLibpq

/// Statements that nobody waits for. They are sent together with the next one whose result is wanted, in one round trip: the server
/// runs them in order, each with its own snapshot and limits, and none after one that fails.
extension Connection {
    /// What waits to be sent.
    enum Waiting {
        /// Opens the transaction, or sets something in it.
        case opening(StaticString)
        case limit(milliseconds: Int)
        /// Says how the statements of the session are planned from now on.
        case planning(once: Bool)
        case statement(SQL)
    }

    /// Has a statement planned as it wants to be.
    func waitForPlanning(of sql: SQL) {
        guard !isPooled, plansOnce != sql.isPlannedOnce else { return }
        waiting.append(.planning(once: sql.isPlannedOnce))
    }

    /// Runs a statement for its effect, with the next one of the transaction. Its failure is that of the next one, or of
    /// ``sendWaiting()``.
    func performLater(_ sql: SQL) throws {
        try begin(sql)
        // A pooler may not take several at once, and without a transaction there is no next statement.
        if isPooled || waiting.isEmpty && !isInTransaction { return PQclear(try performOnce(sql)) }
        waiting.append(.statement(sql))
    }

    /// Sends what waits, unless that is only the opening of a transaction in which nothing has been asked.
    func sendWaiting(evenAlone: Bool = true) throws {
        if let openingFailure { throw openingFailure }
        guard waiting.contains(where: \.isStatement) || evenAlone && !waiting.isEmpty else { return }
        try performWaiting()
    }

    /// Forgets what was not sent.
    func dropWaiting() {
        waiting.removeAll(keepingCapacity: true)
    }

    /// Sends what waits, and `last` with it.
    /// - Returns: the result of `last`; nil without one.
    @discardableResult
    func performWaiting(and last: SQL? = nil) throws -> OpaquePointer? {
        let batch = waiting + (last.map { [.statement($0)] } ?? [])
        let arePrepared = try batch.allSatisfy(isPrepared)
        waiting.removeAll(keepingCapacity: true)
        guard arePrepared else { return try performOneByOne(batch, wantsLast: last != nil) }
        let start = Moment.now
        defer { counters.noteStatements(batch.count { !$0.isPlanning }, since: start) }
        guard PQenterPipelineMode(handle) == 1 else { throw sendFailure() }
        var results: [OpaquePointer] = []
        do {
            for item in batch { try send(item) }
            guard PQpipelineSync(handle) == 1 else { throw sendFailure() }
            while results.count < batch.count, let result = try resultOfOne() { results.append(result) }
            try endPipeline()
        } catch {
            // What has been sent is in a transaction that ends with its connection.
            for result in results { PQclear(result) }
            condemn()
            throw error
        }
        return try lastResult(results, of: batch, wantsLast: last != nil)
    }

    /// New statements are prepared first, each by itself.
    private func performOneByOne(_ batch: [Waiting], wantsLast: Bool) throws -> OpaquePointer? {
        var result: OpaquePointer?
        for item in batch {
            PQclear(result)
            result = nil
            do {
                switch item {
                case .opening(let text): try command(text.description)
                case .limit(let milliseconds): try command(Self.limiting(milliseconds))
                case .planning(let once): try command(Self.planning(once))
                case .statement(let sql): result = try performOnce(sql)
                }
            } catch {
                throw noting(error, of: item)
            }
        }
        notePlanning(of: batch)
        if wantsLast { return result }
        PQclear(result)
        return nil
    }

    private func isPrepared(_ item: Waiting) throws -> Bool {
        guard case .statement(let sql) = item else { return true }
        try buffer.fill(with: sql)
        return statements.name(for: buffer.text) != nil
    }

    private func send(_ item: Waiting) throws {
        let isSent: Int32
        switch item {
        case .opening(let text):
            isSent = PQsendQueryParams(handle, text.description, 0, nil, nil, nil, nil, 0)
        case .limit(let milliseconds):
            isSent = PQsendQueryParams(handle, Self.limiting(milliseconds), 0, nil, nil, nil, nil, 0)
        case .planning(let once):
            isSent = PQsendQueryParams(handle, Self.planning(once), 0, nil, nil, nil, nil, 0)
        case .statement(let sql):
            _ = try sendPrepared(sql)
            isSent = 1
        }
        guard isSent == 1 else { throw sendFailure() }
    }

    private static func planning(_ once: Bool) -> String {
        once ? "set plan_cache_mode = force_generic_plan" : "reset plan_cache_mode"
    }

    private func notePlanning(of batch: [Waiting]) {
        for case .planning(let once) in batch { plansOnce = once }
    }

    private static func limiting(_ milliseconds: Int) -> String { "set local statement_timeout = \(milliseconds)" }

    /// The result of the next statement of the pipeline, to its end; nil where the connection was lost before.
    private func resultOfOne() throws -> OpaquePointer? {
        guard !isBroken, let result = try nextResult() else { return nil }
        do {
            try rejectCopy(result, statement: nil)
            while let more = try nextResult() {
                PQclear(more)
                if isBroken { break }
            }
        } catch {
            PQclear(result)
            throw error
        }
        return result
    }

    private func endPipeline() throws {
        // A connection that was lost says no more: the results tell why.
        guard !isBroken, let end = try nextResult() else { return condemn() }
        defer { PQclear(end) }
        if PQresultStatus(end) == PGRES_FATAL_ERROR { return condemn() }
        guard PQresultStatus(end) == PGRES_PIPELINE_SYNC, PQexitPipelineMode(handle) == 1 else {
            throw DatabaseError(.misuse, "the server and the service disagree about a pipeline")
        }
    }

    /// The result of the last statement, once none before it has failed.
    private func lastResult(_ results: [OpaquePointer], of batch: [Waiting], wantsLast: Bool) throws -> OpaquePointer? {
        var kept: OpaquePointer?
        var failure: (any Error)?
        for (index, result) in results.enumerated() {
            if failure == nil {
                do {
                    try check(result, of: batch[index])
                    if wantsLast, index == batch.count - 1 {
                        kept = result
                        continue
                    }
                } catch {
                    failure = noting(error, of: batch[index])
                }
            }
            PQclear(result)
        }
        if failure == nil, results.count < batch.count {
            failure = DatabaseError(.connectionLost, "the connection was lost in a pipeline")
        }
        guard let failure else {
            notePlanning(of: batch)
            return kept
        }
        PQclear(kept)
        throw failure
    }

    private func check(_ result: OpaquePointer, of item: Waiting) throws {
        guard case .statement(let sql) = item else { return try check(result, statement: nil, preparedAs: nil) }
        try buffer.fill(with: sql)
        try check(result, statement: sql, preparedAs: statements.name(for: buffer.text))
    }

    /// A transaction that could not be opened is refused each further statement: it would run outside of one.
    private func noting(_ error: any Error, of item: Waiting) -> any Error {
        // What was set may have been undone with the rest.
        plansOnce = nil
        guard item.isOpening, var refused = error as? DatabaseError else { return error }
        refused.isOfOpening = true
        openingFailure = refused
        return refused
    }
}

extension Connection.Waiting {
    var isOpening: Bool {
        switch self {
        case .opening, .limit: true
        case .planning, .statement: false
        }
    }
    var isPlanning: Bool { if case .planning = self { true } else { false } }
    var isStatement: Bool { if case .statement = self { true } else { false } }
}
