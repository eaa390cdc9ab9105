import ActionPlans
import Postgres

/// The state that all pages of a list show, where its order is by what changes: that of the data when its first page was read.
/// Cursors carry it.
///
/// What a page sees of a ministry is what had been recorded of it by some instant. One instant tells it for all ministries, the
/// last at which anything had been recorded, but for those that were being written at that moment: what they were about to
/// record may bear an older instant. Each of these has an instant of its own, its last.
struct ListInstant: Sendable {
    /// As the database writes it.
    let instant: String
    let day: CivilDate
    let others: [(ministry: MinistryCode, instant: String)]

    init(instant: String, day: CivilDate, others: [(ministry: MinistryCode, instant: String)]) {
        self.instant = instant
        self.day = day
        self.others = others
    }

    /// As a cursor holds it, and as ``column(while:for:)`` tells it.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 2, Paging.isInstant(words[0]), let day = CivilDate(words[1]) else { return nil }
        var others: [(ministry: MinistryCode, instant: String)] = []
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let ministry = MinistryCode(parts[0]), Paging.isInstant(parts[1]) else { return nil }
            others.append((ministry, parts[1]))
        }
        self.init(instant: words[0], day: day, others: others)
    }

    var text: String { ([instant, day.description] + others.map { "\($0.ministry.text)=\($0.instant)" }).joined(separator: " ") }

    /// The instant by which something of a ministry had been recorded.
    func known(of ministry: SQL) -> SQL {
        guard !others.isEmpty else { return "\(instant)::timestamptz" }
        let cases = others.map { other -> SQL in "when \(other.ministry) then \(other.instant)::timestamptz" }
        return "case \(ministry) \(.joined(cases, separator: " ")) else \(instant)::timestamptz end"
    }

    /// An instant that is not after any of these: where an index begins to read what was recorded since.
    var earliest: String { ([instant] + others.map(\.instant)).min() ?? instant }

    /// A moment, and the ministries that are being written then. Whoever is not among them and commits later than this takes a
    /// later instant: a writer holds the lock of its ministry before it takes its own.
    private struct Glance: Sendable {
        let instant: String
        let busy: [String]
    }

    /// A page of a list in such an order: the first as things are, each other as they were then.
    /// - Parameters:
    ///   - list: the state that the cursor carries; nil for the first page.
    ///   - read: reads a page of a state, or of the present with a column that it tells as the last value of the next position.
    ///   - ofRecommendations: whether the list is of these, which are no part of a plan.
    ///   - isOneStatement: whether it is read by a single statement, which needs no transaction around it.
    ///   - next: the position of the next page, which is given the state to carry on.
    static func page<Page: Sendable>(
        in database: Database, of list: ListInstant?, for actor: Actor, next: WritableKeyPath<Page, [String]?>,
        telling names: Bool = false, ofRecommendations: Bool = false, isOneStatement: Bool,
        read: @Sendable @escaping (borrowing Session, ListInstant?, SQL?) throws -> Page
    ) async throws -> Page {
        @Sendable func state(_ list: ListInstant) async throws -> Page {
            let job = { @Sendable (session: borrowing Session) in try read(session, list, nil) }
            return isOneStatement ? try await database.fetch(job) : try await database.read(job)
        }
        if let list {
            var page = try await state(list)
            page[keyPath: next]?.append(list.text)
            return page
        }
        let glance: Glance
        let page: Page
        if isOneStatement {
            // Each statement has a snapshot of its own: both in one job wait for one thread.
            (glance, page) = try await database.fetch(statements: 2) { session in
                let glance = try Self.glance(session)
                return (glance, try read(session, nil, column(while: glance.busy, for: actor, telling: names, ofRecommendations)))
            }
        } else {
            let look = try await database.fetch { session in try Self.glance(session) }
            glance = look
            page = try await database.read { session in
                try read(session, nil, column(while: look.busy, for: actor, telling: names, ofRecommendations))
            }
        }
        guard let told = page[keyPath: next]?.last.flatMap({ ListInstant($0) }) else { return page }
        // Somebody has recorded between the look and the reading. Another, who began meanwhile too, may have an older instant than
        // that and not have been seen: the state at the look is certain.
        guard told.instant > glance.instant else { return page }
        let sure = ListInstant(instant: glance.instant, day: told.day, others: told.others)
        var again = try await state(sure)
        again[keyPath: next]?.append(sure.text)
        return again
    }

    /// Before the statement that reads the first page, and not in its snapshot.
    private static func glance(_ session: borrowing Session) throws -> Glance {
        // The clock is read before the locks, which the dependence on it sees to. It may have been set back since the last
        // instant was taken: those to come are later than that all the same.
        try session.one(
            """
            with now as materialized (
                select greatest(clock_timestamp(), (select max(recorded_at) from changes)) as instant
            )
            select rfc3339(now.instant), array(
                select m.code from pg_locks l join ministries m on \(WriteLock.isHeld(onRoadmapsOf: "m.code"))
                where now.instant is not null order by m.code)
            from now
            """
        ) { row in Glance(instant: try row.next(), busy: try row.next([String].self)) }
    }

    /// A column that tells, of the snapshot of its statement, up to when things have been recorded that the caller may see. What
    /// is hidden from him does not move it.
    /// - Parameter names: whether the list bears the names of ministries.
    private static func column(
        while busy: [String], for actor: Actor, telling names: Bool, _ ofRecommendations: Bool
    ) -> SQL {
        let named: SQL =
            names
            ? "coalesce((select max(c.recorded_at) from changes c where \(Resource.isOne("c.resource", where: \.framesFigures))), '-infinity')"
            : "'-infinity'::timestamptz"
        let others = busy.map { busy -> SQL in
            "concat(\(busy)::text, '=', rfc3339(\(last(of: busy, for: actor, ofRecommendations))))"
        }
        let all: [SQL] =
            ["rfc3339(greatest(\(last(of: nil, for: actor, ofRecommendations)), \(named)))", "paris_today()"] + others
        return "(select concat_ws(' ', \(.joined(all, separator: ", "))))"
    }

    /// - Parameter ministry: nil for all.
    private static func last(of ministry: String?, for actor: Actor, _ ofRecommendations: Bool) -> SQL {
        func own(_ column: SQL) -> SQL { ministry.map { "\(column) = \($0)" } ?? "true" }
        let actions: SQL = """
            (select a.updated_at from \(Reading.now.actions(withRoadmaps: Visibility.asksRoadmaps(of: actor)))
                where \(own("a.ministry")) and \(Visibility.ofActions(to: actor)) order by a.updated_at desc limit 1)
            """
        let roadmaps: SQL = """
            (select max(r.updated_at) from roadmaps r where \(own("r.ministry")) and \(Visibility.ofRoadmaps(to: actor)))
            """
        let recommendations: SQL =
            ofRecommendations
            ? """
            (select max(rec.updated_at) from recommendations rec
                where rec.known_to = 'infinity' and \(own("rec.ministry")) and \(Visibility.ofRecommendations(to: actor)))
            """ : "null"
        // What is deleted is no row any more; only those who see all of a ministry saw it.
        let all: SQL =
            switch (ministry, actor.seesAll) {
            case (nil, true): "(select max(c.recorded_at) from changes c)"
            case (let ministry?, _) where actor.seesAll(of: ministry): change(of: "select \(ministry)::text")
            default: change(of: "select unnest(\(actor.ministries.map(\.text).sorted())::text[])")
            }
        return "coalesce(greatest(\(actions), \(roadmaps), \(recommendations), \(all)), timestamptz '2000-01-01Z')"
    }

    /// The ids of the changes of a ministry ascend as their instants do.
    private static func change(of ministries: SQL) -> SQL {
        """
        (select max(c.recorded_at) from (\(ministries)) own (ministry)
            cross join lateral (
                select c.recorded_at from changes c where c.ministry = own.ministry order by c.id desc limit 1) c)
        """
    }
}

extension Paging {
    /// Where the page begins, and the state of the list that it is of, which a cursor carries last where the order changes.
    func start(isPinned: Bool) throws -> (position: [String]?, list: ListInstant?) {
        guard isPinned, let after else { return (after, nil) }
        guard let list = after.last.flatMap({ ListInstant($0) }) else { throw Problem.invalidCursor() }
        return (after.dropLast(), list)
    }
}

extension Actor {
    fileprivate func seesAll(of ministry: String) -> Bool { MinistryCode(ministry).map(seesAll) ?? false }
}
