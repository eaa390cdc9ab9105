import ActionPlans
import Postgres

/// What every write says beside its content: from when it is true, why, and whether it is only a rehearsal.
package struct WriteRequest: Sendable {
    package let effectiveOn: CivilDate?
    let reason: String?
    let dryRun: Bool

    private static let reasonRule = TextRule(longest: ChangeContext.longestReason, multiline: true)

    init(effectiveOn: CivilDate?, reason: String?, dryRun: Bool) {
        self.effectiveOn = effectiveOn
        self.reason = reason
        self.dryRun = dryRun
    }

    /// For POST, PATCH and PUT: the members `effective_on` and `reason` of the body.
    init(_ call: Call, _ members: inout MemberReader, noting faults: FaultList) throws {
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        self.init(&members, noting: faults, dryRun: dryRun)
    }

    /// What the body says alone.
    package init(_ members: inout MemberReader, noting faults: FaultList, dryRun: Bool = false) {
        self.dryRun = dryRun
        effectiveOn = members.date("effective_on").given
        reason = Self.reason(members.text("reason").given, noting: faults)
        if let effectiveOn { Self.check(effectiveOn, noting: faults) }
    }

    /// For DELETE, which has no body: the query parameters of the same names.
    init(_ call: Call) throws {
        var parameters = call.parameters()
        self.init(&parameters)
        try parameters.finish()
    }

    /// What the query says alone; its faults are noted there.
    init(_ parameters: inout ParameterReader) {
        dryRun = parameters.flag("dry_run") ?? false
        effectiveOn = parameters.date("effective_on")
        let faults = FaultList()
        reason = Self.reason(parameters.text("reason"), noting: faults)
        if let effectiveOn { Self.check(effectiveOn, noting: faults) }
        for fault in faults.faults { parameters.fault(fault.member, fault.code, fault.message) }
    }

    private static func check(_ date: CivilDate, noting faults: FaultList) {
        guard date.year < RoadmapID.years.lowerBound else { return }
        faults.add(
            Fault(
                "effective_on", .outOfRange,
                Message("Aucune modification ne prend effet avant l’an 2000.", "No change takes effect before the year 2000.")))
    }

    private static func reason(_ text: String?, noting faults: FaultList) -> String? {
        guard let text else { return nil }
        var noted: [Fault] = []
        let checked = reasonRule.checked(text, member: "reason", faults: &noted)
        for fault in noted { faults.add(fault) }
        return checked
    }
}

/// The instant and the day of a write, read from the database once its locks are held, so that what is recorded later
/// on a resource also bears a later instant, whatever the clock does.
struct WriteMoment: Sendable {
    let today: CivilDate
    let instant: String

    static func read(_ session: borrowing Session) throws -> WriteMoment {
        try session.one(
            """
            with fence as materialized (select \(InstantFence.raise))
            select paris_today(), rfc3339(greatest(
                clock_timestamp(), (select max(recorded_at) + interval '1 microsecond' from changes)))
            from fence
            """
        ) { row in
            WriteMoment(today: try row.next(), instant: try row.next())
        }
    }

    /// - Parameter day: from which it is true where the request does not say; otherwise today.
    func context(_ request: WriteRequest, from day: CivilDate? = nil) throws(Refusal) -> ChangeContext {
        try ChangeContext(effectiveOn: request.effectiveOn ?? day, reason: request.reason, today: today)
    }
}

/// Carries the result of a rehearsal out of its transaction, which is rolled back like that of any other error.
private struct RehearsalEnded<Value: Sendable>: Error {
    let value: Value
}

extension Call {
    /// One request, one transaction; nothing is kept of a dry run, which may take as long as the write it rehearses.
    func write<Value: Sendable>(
        dryRun: Bool, timeout: Duration? = nil, _ body: @escaping @Sendable (borrowing Session) throws -> Value
    ) async throws -> Value {
        guard dryRun else { return try await committed(timeout, body) }
        do {
            return try await committed(timeout) { session in throw RehearsalEnded(value: try body(session)) }
        } catch let ended as RehearsalEnded<Value> {
            return ended.value
        }
    }

    private func committed<Value: Sendable>(
        _ timeout: Duration?, _ body: @escaping @Sendable (borrowing Session) throws -> Value
    ) async throws -> Value {
        guard let timeout else { return try await server.database.write(body) }
        return try await server.database.maintain(timeout: timeout, body)
    }
}

extension Refusal {
    /// Runs a rule of the domain and adds its faults to those noted while reading, so that the client hears of all at
    /// once; a member already at fault is not blamed twice.
    package static func adding<Value>(
        to noted: [Fault], _ decide: () throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        let value: Value
        do throws(Refusal) {
            value = try decide()
        } catch {
            guard case .invalid(let more) = error else {
                if noted.isEmpty { throw error }
                throw .invalid(noted)
            }
            throw .invalid(noted + more.beyond(noted))
        }
        guard noted.isEmpty else { throw .invalid(noted) }
        return value
    }
}
