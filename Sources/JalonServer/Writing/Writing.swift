import ActionPlans
import Postgres

/// A write that goes on: who makes it, from which day it is true and why, and the instant at which it is recorded.
struct Writing: Sendable {
    let actor: Actor
    let requestID: String
    let context: ChangeContext
    /// As the database writes it.
    let instant: String

    func record(_ session: borrowing Session, _ changes: [NewChange]) throws {
        try ChangeQueries.insert(session, changes, in: self)
    }

    /// The same write as of another day, recorded after what has been recorded so far.
    func later(_ session: borrowing Session, from day: CivilDate) throws -> Writing {
        let instant = try WriteMoment.read(session).instant
        return Writing(actor: actor, requestID: requestID, context: try on(day).context, instant: instant)
    }

    /// The same write as of another day, recorded at the same instant.
    func on(_ day: CivilDate) throws -> Writing {
        let context = try ChangeContext(effectiveOn: day, reason: context.reason, today: context.today)
        return Writing(actor: actor, requestID: requestID, context: context, instant: instant)
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
                clock_timestamp(), (select max(recorded_at) + interval '1 microsecond' from changes))), \(SchemaGate.columns)
            from fence, \(SchemaGate.table)
            """
        ) { row in
            let moment = WriteMoment(today: try row.next(), instant: try row.next())
            try SchemaGate.check(&row)
            return moment
        }
    }

    /// A day that is still to come is a fault like others; the rest of the request is then judged as of today.
    func context(from day: CivilDate?, reason: String?, noting faults: inout [Fault]) throws(Refusal) -> ChangeContext {
        do throws(Refusal) {
            return try ChangeContext(effectiveOn: day, reason: reason, today: today)
        } catch {
            guard case .invalid(let found) = error else { throw error }
            faults += found.beyond(faults)
            return try ChangeContext(effectiveOn: nil, reason: reason, today: today)
        }
    }
}
