import ActionPlans
import Documents
import Postgres

/// What was recorded since a snapshot and bears on what it counts: the causes of its differences with what is known now.
struct SnapshotCauses: Sendable {
    private let listed: [HistoryEntry]
    /// Of the changes of impacts, by their number.
    private let factors: [Int: ImpactPart.FactorVersion]
    private let visible: Int
    private let hidden: Int

    /// Beyond this a list of causes is read from the history of each roadmap.
    private static let most = 200

    /// - Parameter document: what is not in it has no causes.
    init(_ session: borrowing Session, of record: SnapshotRecord, with document: DocumentNode, for actor: Actor) throws {
        let bearing = SnapshotBearing(
            record: record, hasIndicators: document.member("indicators") != nil,
            impactsThen: try document.member("impacts").map { _ in try ImpactFacts.onItsDay(session, record.scope.reading) })
        let known = bearing.condition + " and " + Visibility.ofCountedChanges(to: actor)
        let seen = Visibility.ofChanges(to: actor)
        (visible, hidden) = try session.one(
            """
            select count(*) filter (where \(seen)), count(*) filter (where not \(seen)) from changes c where \(known)
            """
        ) { row in (try row.next(Int.self), try row.next(Int.self)) }
        listed = try HistoryQueries.entries(
            session, where: known + " and " + seen, for: actor, members: SnapshotBearing.members, order: "c.id", limit: Self.most)
        factors = try Self.factors(session, of: listed)
    }

    /// What an impact was reckoned with after a change of it, or before the last one.
    private static func factors(
        _ session: borrowing Session, of entries: [HistoryEntry]
    ) throws -> [Int: ImpactPart.FactorVersion] {
        let changes = entries.filter { $0.resource.resource == .impact }.map(\.id)
        guard !changes.isEmpty else { return [:] }
        let rows = try session.query(
            """
            select distinct on (c.id) c.id, i.factor, i.factor_version
            from changes c
            join impacts i on \(SnapshotBearing.isOfChange) and c.recorded_at in (i.known_from, i.known_to)
            where c.id = any(\(changes)::bigint[])
            order by c.id, i.known_from desc
            """
        ) { row in
            (try row.next(Int.self), ImpactPart.FactorVersion(code: try row.next(), version: try row.next()))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func write(to writer: inout JSONWriter, for actor: Actor) {
        writer.member("causes", listOf: listed) { list, entry in
            entry.write(to: &list, seesAuthor: Visibility.seesAuthors(of: entry.resource.ministry, actor)) { cause in
                guard let factor = factors[entry.id] else { return cause.member("factor", nil as String?) }
                cause.member("factor") { object in
                    object.member("code", factor.code.text)
                    object.member("version", factor.version)
                }
            }
        }
        writer.member("cause_count", visible + hidden)
        writer.member("hidden_causes", hidden)
    }
}
