import ActionPlans
import Documents
import Postgres

enum MinistryQueries {
    struct Filter: Sendable {
        var kinds: [MinistryKind]?
        var words: [String]?

        var condition: SQL {
            var parts: [SQL] = ["true"]
            if let kinds { parts.append("m.kind = any(\(kinds.map(\.code))::text[])") }
            for word in words ?? [] {
                parts.append(
                    """
                    exists (
                        select from ministry_names n
                        where n.ministry = m.code and searchable(m.code || ' ' || coalesce(n.name, '') || ' ' || coalesce(n.acronym, ''))
                            like '%' || like_literal(searchable(\(word))) || '%')
                    """)
            }
            return .joined(parts, separator: " and ")
        }
    }

    /// By code; names and successions of the whole page come with one statement each.
    static func list(_ session: borrowing Session, _ filter: Filter, after code: String, limit: Int) throws -> [MinistryRecord] {
        let records = try session.query(
            """
            select \(MinistryRecord.columns) from ministries m
            where \(filter.condition) and m.code > \(code) order by m.code limit \(limit + 1)
            """, MinistryRecord.init)
        return try withDetails(session, records)
    }

    static func count(_ session: borrowing Session, _ filter: Filter) throws -> Int {
        try session.one("select count(*) from ministries m where \(filter.condition)") { row in try row.next() }
    }

    static func find(_ session: borrowing Session, _ code: MinistryCode) throws -> MinistryRecord? {
        let record = try session.first(
            "select \(MinistryRecord.columns) from ministries m where m.code = \(code)", MinistryRecord.init)
        return try record.map { try withDetails(session, [$0])[0] }
    }

    private static func withDetails(_ session: borrowing Session, _ records: [MinistryRecord]) throws -> [MinistryRecord] {
        let codes = records.map(\.code.text)
        let names = try session.query(
            """
            select ministry, from_date, name, acronym, note,
                (lead(from_date) over (partition by ministry order by from_date)) - 1
            from ministry_names where ministry = any(\(codes)::text[]) order by ministry, from_date
            """
        ) { row in
            let ministry: MinistryCode = try row.next()
            let name = MinistryName(
                from: try row.next(), name: try row.next(), acronym: try row.next(), note: try row.next(),
                until: try row.next())
            return (ministry, name)
        }
        let successions = try session.query(
            """
            select predecessor, successor, succeeded_on, kind, note from ministry_successions
            where predecessor = any(\(codes)::text[]) or successor = any(\(codes)::text[])
            order by succeeded_on, predecessor, successor
            """
        ) { row in
            MinistrySuccession(
                predecessor: try row.next(), successor: try row.next(), on: try row.next(), kind: try row.next(),
                note: try row.next())
        }
        return records.map { record in
            var whole = record
            whole.names = names.filter { $0.0 == record.code }.map(\.1)
            whole.successions = successions.filter { $0.predecessor == record.code || $0.successor == record.code }
            return whole
        }
    }

    /// - Returns: false when the code is taken.
    static func insert(
        _ session: borrowing Session, _ code: MinistryCode, _ kind: MinistryKind, siren: String?, siret: String?,
        at instant: String
    ) throws -> Bool {
        try session.execute(
            """
            insert into ministries (code, kind, siren, siret, created_at, updated_at)
            values (\(code), \(kind), \(siren), \(siret), \(instant)::timestamptz, \(instant)::timestamptz)
            on conflict (code) do nothing
            """) == 1
    }

    static func update(_ session: borrowing Session, _ record: MinistryRecord, at instant: String) throws {
        try session.execute(
            """
            update ministries set kind = \(record.kind), siren = \(record.siren), siret = \(record.siret),
                version = version + 1, updated_at = \(instant)::timestamptz
            where code = \(record.code)
            """)
    }

    static func replaceNames(_ session: borrowing Session, _ code: MinistryCode, _ names: [MinistryName]) throws {
        try session.execute("delete from ministry_names where ministry = \(code)")
        try session.execute(
            """
            insert into ministry_names (ministry, from_date, name, acronym, note)
            select \(code), from_date, name, acronym, note
            from unnest(\(names.map(\.from.description))::date[], \(names.map(\.name))::text[],
                \(names.map(\.acronym))::text[], \(names.map(\.note))::text[]) as new (from_date, name, acronym, note)
            """)
    }

    static func replaceSuccessions(
        _ session: borrowing Session, of code: MinistryCode, _ successions: [MinistrySuccession]
    ) throws {
        try session.execute("delete from ministry_successions where predecessor = \(code) or successor = \(code)")
        try session.execute(
            """
            insert into ministry_successions (predecessor, successor, succeeded_on, kind, note)
            select * from unnest(\(successions.map(\.predecessor.text))::text[], \(successions.map(\.successor.text))::text[],
                \(successions.map(\.on.description))::date[], \(successions.map(\.kind.code))::text[],
                \(successions.map(\.note))::text[])
            """)
    }

    /// A ministry that must be there, as the transaction has left it.
    static func written(_ session: borrowing Session, _ code: MinistryCode) throws -> MinistryRecord {
        guard let record = try find(session, code) else { throw Problem.notFound() }
        return record
    }

    /// Which of some codes name no ministry.
    static func unknown(_ session: borrowing Session, among codes: [MinistryCode]) throws -> [MinistryCode] {
        guard !codes.isEmpty else { return [] }
        let known = try session.query("select code from ministries where code = any(\(codes.map(\.text))::text[])") { row in
            try row.next(MinistryCode.self)
        }
        return codes.filter { !known.contains($0) }
    }

    /// The faults of a list of a request that names ministries nobody knows, each at its place in the list.
    /// - Parameter noted: what was wrong already. Where an element could not be read, or there are too many, places are not known.
    static func unknown(
        _ session: borrowing Session, among codes: [MinistryCode], inList member: String, noted: [Fault]
    ) throws -> [Fault] {
        if noted.contains(where: { $0.member.hasPrefix(member) && $0.code != .duplicate }) { return [] }
        let unknown = try unknown(session, among: codes)
        return codes.enumerated().filter { unknown.contains($1) }.map { Fault.unknownMinistry($1, member: "\(member)/\($0)") }
    }

    /// - Throws: ``ProblemKind/invalidParameter`` when a filter names a ministry that does not exist.
    static func checkKnown(_ session: borrowing Session, _ ministries: [MinistryCode]?) throws {
        let unknown = try unknown(session, among: ministries ?? [])
        guard unknown.isEmpty else { throw Problem.unknownMinistries(unknown) }
    }
}

extension Problem {
    static func unknownMinistries(_ codes: [MinistryCode]) -> Problem {
        var problem = Problem(.invalidParameter, .unknownMinistry(codes.map(\.text).joined(separator: ", ")))
        problem.faults = codes.map { code in
            Located(place: .parameter("ministry"), code: .unknownReference, message: .unknownMinistry(code.text))
        }
        return problem
    }
}
