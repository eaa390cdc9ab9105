import ActionPlans
import JalonServer
import Postgres

/// What the database holds, compared with what the program expects of it.
enum StoredState {
    private static let neededExtensions = ["btree_gist", "pg_trgm", "unaccent"]
    private static let daysOfNotice = 30
    /// A token made for no longer is expected to end.
    private static let daysOfShortLife = 90

    static func extensions(_ session: borrowing Session) throws -> Check {
        let name = Message("Extensions", "Extensions")
        let present = try session.query(
            """
            select e.extname, n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
            where e.extname = any(\(neededExtensions)::text[]) order by 1
            """
        ) { row in (name: try row.next(String.self), schema: try row.next(String.self)) }
        let missing = neededExtensions.filter { name in !present.contains { $0.name == name } }
        guard missing.isEmpty else {
            let list = missing.joined(separator: ", ")
            let statements = missing.map { "create extension \($0);" }.joined(separator: " ")
            return .problem(
                "extensions", name, Message("il manque \(list)", "missing \(list)"),
                mend: Message("Dans la base : \(statements)", "In the database: \(statements)"))
        }
        let list = present.map { "\($0.name) (\($0.schema))" }.joined(separator: ", ")
        return .ok("extensions", name, Message(list, list))
    }

    /// The program decides by codes, the database holds their labels: both must know the same ones in the same order.
    static func vocabularies(_ session: borrowing Session) throws -> Check {
        let name = Message("Vocabulaires", "Vocabularies")
        let stored = try ReferenceData.load(session).vocabularies
        let lists: [(name: String, terms: [Term], codes: [String])] = [
            ("themes", stored.themes, Theme.codes), ("levels", stored.levels, EngagementLevel.codes),
            ("statuses", stored.statuses, ActionStatus.codes),
            ("roadmap_states", stored.roadmapStates, RoadmapState.codes), ("roles", stored.roles, Role.codes),
            ("ministry_kinds", stored.ministryKinds, MinistryKind.codes),
        ]
        let different = lists.filter { $0.terms.map(\.code) != $0.codes }.map(\.name).joined(separator: ", ")
        guard different.isEmpty else {
            return .problem(
                "vocabularies", name,
                Message("codes différents de ceux du programme : \(different)", "codes that are not the program's: \(different)"),
                mend: Message(
                    "Rétablissez ces tables d’après schema.sql de cette version.",
                    "Restore these tables from this version's schema.sql."))
        }
        let count = lists.reduce(0) { $0 + $1.codes.count }
        return .ok(
            "vocabularies", name,
            Message("\(count) codes en \(lists.count) listes", "\(count) codes in \(lists.count) lists"))
    }

    static func counters(_ session: borrowing Session) throws -> Check {
        let name = Message("Compteurs", "Counters")
        let roadmaps = try session.query(
            """
            select r.ministry, r.first_year, r.action_count = count(a.code)
            from roadmaps r left join actions a using (ministry, first_year)
            group by r.ministry, r.first_year order by r.ministry, r.first_year
            """
        ) { row in (id: "\(try row.next(String.self))-\(try row.next(Int.self))", isRight: try row.next(Bool.self)) }
        let wrong = roadmaps.filter { !$0.isRight }.map(\.id)
        guard wrong.isEmpty else {
            let list = wrong.joined(separator: ", ")
            let statement = """
                update roadmaps r set action_count = (select count(*) from actions a \
                where (a.ministry, a.first_year) = (r.ministry, r.first_year));
                """
            return .problem(
                "counters", name,
                Message("action_count est faux pour \(list)", "action_count is wrong for \(list)"),
                mend: Message("Dans la base : \(statement)", "In the database: \(statement)"))
        }
        let count = Message.counted(roadmaps.count, ("feuille de route", "feuilles de route"), ("roadmap", "roadmaps"))
        return .ok("counters", name, Message("justes pour \(count.french)", "right for \(count.english)"))
    }

    static func tokens(_ session: borrowing Session) throws -> Check {
        let name = Message("Jetons", "Tokens")
        // One that was made for a short time ends as it was meant to, and one that has a successor may end. Renewal leaves a token
        // a day, and nothing tells any more for how long it was made: it counts as made for long, and its own end as the day of renewal.
        let good = try session.query(
            """
            select t.id, p.label, paris_date(t.expires_at - interval '1 microsecond'),
                t.expires_at < now() + make_interval(days => \(daysOfNotice)::int)
                and (cut.by_renewal or t.expires_at > t.created_at + make_interval(days => \(daysOfShortLife)::int))
                and not exists (
                    select from tokens later join principals holder on holder.id = later.principal
                    where later.revoked_at is null
                        and later.expires_at > t.expires_at + make_interval(days => \(daysOfNotice)::int - cut.by_renewal::int)
                        and (holder.id = p.id or (holder.role, holder.label) = (p.role, p.label)
                            and array(select ministry from principal_ministries where principal = holder.id order by 1)
                                = array(select ministry from principal_ministries where principal = p.id order by 1))
                )
            from tokens t join principals p on p.id = t.principal
            cross join lateral (
                select exists (
                    select from tokens next where next.renewed_from = t.id and t.expires_at = next.created_at + interval '1 day'
                )) cut(by_renewal)
            where t.revoked_at is null and t.expires_at > now() order by t.expires_at, t.id
            """
        ) { row in
            (
                id: try row.next(String.self), label: try row.next(String.self), expiresOn: try row.next(CivilDate.self),
                isSoon: try row.next(Bool.self)
            )
        }
        let soon = good.filter(\.isSoon)
        guard soon.isEmpty else {
            let list = soon.map { "\($0.id) (\($0.label), \($0.expiresOn))" }.joined(separator: ", ")
            return .problem(
                "tokens", name,
                Message(
                    "expirent dans les \(daysOfNotice) jours, sans remplaçant : \(list)",
                    "expire within \(daysOfNotice) days, without a successor: \(list)"),
                mend: Message(
                    "Que leur titulaire les renouvelle (jalon token renew), ou révoquez-les (jalon token revoke).",
                    "Have their holder renew them (jalon token renew), or revoke them (jalon token revoke)."))
        }
        let count = Message.counted(good.count, ("valable", "valables"), ("good", "good"))
        return .ok(
            "tokens", name,
            Message(
                "\(count.french), aucun à remplacer dans les \(daysOfNotice) jours",
                "\(count.english), none to be replaced within \(daysOfNotice) days"))
    }
}
