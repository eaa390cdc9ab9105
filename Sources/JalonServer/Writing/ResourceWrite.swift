import ActionPlans
import HTTPTypes
import Postgres

/// What one write does that no other does. ``Call/change(_:)`` does what all writes share, and calls these in the order in which
/// they stand here: a write cannot forget a step, nor take them in another order.
protocol ResourceWrite: Sendable {
    /// What is there before.
    associatedtype Before: Sendable
    /// What shall become of it.
    associatedtype Decision: Sendable

    /// How long it may take, and wait for its lock before; nil for as long as any other request.
    static var timeout: Duration? { get }

    /// Reads the request. What is wrong in it goes to ``faults`` as far as the rest can still be judged.
    init(_ call: Call) throws

    /// From when it is true, why, and whether it is only a rehearsal.
    var request: WriteRequest { get }
    /// What is wrong in the request. It is told together with what the decision finds.
    var faults: [Fault] { get }
    /// Makes the writes on one thing follow one another.
    var lock: WriteLock { get }

    /// Reads what is there, under the lock.
    /// - Throws: not found for who may not see it, and the reason for who may see it but not change it.
    func before(_ session: borrowing Session, for actor: Actor) throws -> Before

    /// Compares what is there with what the caller has read of it.
    func checkPrecondition(_ session: borrowing Session, on before: Before) throws

    /// The day from which it is true, where the request names none; nil for today.
    func day(_ session: borrowing Session, from before: Before) throws -> CivilDate?

    /// Decides what becomes of it, and stores nothing.
    /// - Returns: nil where nothing changes.
    /// - Throws: ``Refusal`` with every fault that it finds; with none where it is only for ``faults`` that it cannot decide.
    func decide(_ session: borrowing Session, from before: Before, in writing: Writing) throws -> Decision?

    /// Stores it.
    /// - Returns: what history keeps of it.
    func store(
        _ session: borrowing Session, _ decision: Decision, over before: Before, in writing: Writing
    ) throws -> [NewChange]

    /// Records what follows from it as of other days, each with a later instant of its own; nothing for most writes.
    func complete(_ session: borrowing Session, _ decision: Decision, in writing: Writing) throws

    /// Reads again what is there now.
    /// - Parameter decision: nil where nothing has changed.
    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: Before, in writing: Writing
    ) throws -> Answer
}

extension ResourceWrite {
    static var timeout: Duration? { nil }

    func day(_ session: borrowing Session, from before: Before) throws -> CivilDate? { nil }

    func complete(_ session: borrowing Session, _ decision: Decision, in writing: Writing) throws {}

    /// The handler of its operation.
    @Sendable static func perform(_ call: Call) async throws -> Answer { try await call.change(Self(call)) }
}

extension ResourceWrite where Before == Void {
    /// What does not exist yet has no state that a caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: Void) throws {}
}

extension Call {
    /// The one way to change what has a history: one transaction, in which the write is locked, compared with what its caller has
    /// read, dated, decided, stored, recorded and read again. A POST is done once for each `Idempotency-Key`.
    fileprivate func change<Write: ResourceWrite>(_ write: Write) async throws -> Answer {
        let actor = try caller()
        let steps = { @Sendable (session: borrowing Session) throws -> Answer in
            if Write.timeout == nil {
                try write.lock.take(session)
            } else if try !write.lock.takeNow(session) {
                throw LockHeld()
            }
            let before = try write.before(session, for: actor)
            try write.checkPrecondition(session, on: before)
            let day = try write.request.effectiveOn ?? write.day(session, from: before)
            let moment = try WriteMoment.read(session)
            var faults = write.faults
            // A body that is no object has no members to miss.
            if let fault = faults.first(where: { $0.member.isEmpty && $0.code == .wrongType }) { throw Refusal.invalid([fault]) }
            let context = try moment.context(from: day, reason: write.request.reason, noting: &faults)
            let writing = Writing(actor: actor, requestID: id, context: context, instant: moment.instant)
            let decision: Write.Decision?
            do {
                decision = try write.decide(session, from: before, in: writing)
            } catch let refusal as Refusal {
                throw refusal.adding(to: faults)
            }
            guard faults.isEmpty else { throw Refusal.invalid(faults) }
            if let decision {
                try writing.record(session, write.store(session, decision, over: before, in: writing))
                try write.complete(session, decision, in: writing)
            }
            return try write.answer(session, decision, from: before, in: writing)
        }
        return try await LockHeld.waiting(atMost: Write.timeout ?? .zero, unless: isAbandoned) {
            operation.method == .post
                ? try await post(dryRun: write.request.dryRun, timeout: Write.timeout, steps)
                : try await self.write(dryRun: write.request.dryRun, timeout: Write.timeout, steps)
        }
    }
}

/// Others write on the same thing. A write that may take long waits for others of its kind, which are as long: it lets go of its
/// connection meanwhile, so that however many wait, other requests have theirs. It waits no longer than its client does: whoever hung up
/// may have changed their mind, and would not learn that it was stored after all.
private struct LockHeld: Error {
    /// Between two attempts.
    private static let pauses: ClosedRange<Duration> = .milliseconds(20) ... .milliseconds(500)

    static func waiting(
        atMost patience: Duration, unless isAbandoned: () -> Bool, _ attempt: () async throws -> Answer
    ) async throws -> Answer {
        let end = ContinuousClock.now + patience
        var pause = pauses.lowerBound
        while true {
            do {
                return try await attempt()
            } catch is LockHeld {
                guard ContinuousClock.now < end else { throw Problem.othersWrite() }
                try await Task.sleep(for: pause)
                if isAbandoned() { throw CancellationError() }
                pause = min(pause * 2, pauses.upperBound)
            }
        }
    }
}

extension Problem {
    fileprivate static func othersWrite() -> Problem {
        var problem = Problem(
            .unavailable,
            Message(
                "D’autres écritures sur les mêmes ministères durent encore ; rien n’a été enregistré, renvoyez le document.",
                "Other writes on the same ministries still go on; nothing was stored, send the document again."))
        problem.fields[.retryAfter] = "5"
        return problem
    }
}
