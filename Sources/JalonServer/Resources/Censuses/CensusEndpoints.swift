import ActionPlans
import Postgres

/// `/v1/censuses/{year}`
enum CensusEndpoints {
    private struct Record: Sendable {
        let year: Int
        let dueOn: CivilDate
        let expected: [String]
        let version: Int
        let createdAt: String
        let updatedAt: String

        var tag: EntityTag { EntityTag("\(version)") }

        static let columns: SQL = """
            c.year, c.due_on, array(select m.ministry::text from census_ministries m where m.year = c.year order by 1),
            c.version, rfc3339(c.created_at), rfc3339(c.updated_at)
            """

        init(_ row: inout Row) throws {
            year = try row.next()
            dueOn = try row.next()
            expected = try row.next()
            version = try row.next()
            createdAt = try row.next()
            updatedAt = try row.next()
        }

        func write(to writer: inout JSONWriter) {
            writer.object { census in
                census.member("year", year)
                census.member("due_on", dueOn)
                census.member("expected", expected)
                census.member("version", version)
                census.member("created_at", createdAt)
                census.member("updated_at", updatedAt)
                census.member("links") { links in
                    links.member("self", "/v1/censuses/\(year)")
                    links.member("figures", "/v1/figures?year=\(year)")
                }
            }
        }
    }

    private static let mostExpected = 200
    private static let readOnlyMembers: Set<String> = ["version", "created_at", "updated_at", "links"]

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let year = try call.year()
        var parameters = call.parameters()
        try parameters.finish()
        guard let record = try await call.server.database.fetch({ try find($0, year) }) else { throw Problem.notFound() }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }

    @Sendable static func put(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let year = try call.year()
        let conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let named = members.integer("year", in: RoadmapID.years)
        if named != .absent, named != .value(year) {
            members.add("year", .inconsistent, Message("L’année est celle de l’adresse.", "The year is that of the address."))
        }
        let dueOn = members.required("due_on", members.date("due_on"))
        let expected = members.required("expected", members.ministries("expected", 1...mostExpected))
        members.finish(readOnly: readOnlyMembers)
        guard noted.faults.isEmpty, let dueOn, let expected else { throw Refusal.invalid(noted.faults) }
        let (record, created) = try await call.write(dryRun: request.dryRun) { session in
            try WriteLock.ofCensus(session, year)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            try checkKnown(session, expected)
            let codes = expected.map(\.text).sorted()
            let created = try insert(session, year, dueOn, conditions, at: moment.instant)
            guard let before = try find(session, year) else { throw Problem.notFound() }
            if !created {
                try conditions.checkWrite(of: before.tag)
                if before.dueOn == dueOn, before.expected == codes { return (before, false) }
                try session.execute(
                    """
                    update censuses set due_on = \(dueOn), version = version + 1, updated_at = \(moment.instant)::timestamptz
                    where year = \(year)
                    """)
            }
            try replaceExpected(session, year, codes)
            guard let after = try find(session, year) else { throw Problem.notFound() }
            let changes = [
                MemberChange(
                    member: "due_on", from: created ? .null : .text(before.dueOn.description), to: .text(dueOn.description)),
                MemberChange(member: "expected", from: created ? .null : .list(before.expected), to: .list(codes)),
            ].compactMap { $0 }
            let change = NewChange(
                resource: .census, kind: created ? .created : .updated, ministry: "", firstYear: year,
                version: after.version, members: changes)
            try ChangeQueries.insert(session, [change], by: author, at: moment.instant)
            return (after, created)
        }
        let answer = Answer.json { record.write(to: &$0) }.tagged(record.tag)
        return created ? answer.created(at: "/v1/censuses/\(year)") : answer
    }

    private static func find(_ session: borrowing Session, _ year: Int) throws -> Record? {
        try session.first("select \(Record.columns) from censuses c where c.year = \(year)", Record.init)
    }

    /// - Returns: whether this request created it; two at once cannot both.
    private static func insert(
        _ session: borrowing Session, _ year: Int, _ dueOn: CivilDate, _ conditions: Conditions, at instant: String
    ) throws -> Bool {
        if try find(session, year) != nil { return false }
        try conditions.checkCreation()
        return try session.execute(
            """
            insert into censuses (year, due_on, created_at, updated_at)
            values (\(year), \(dueOn), \(instant)::timestamptz, \(instant)::timestamptz)
            on conflict (year) do nothing
            """) == 1
    }

    private static func replaceExpected(_ session: borrowing Session, _ year: Int, _ codes: [String]) throws {
        try session.execute("delete from census_ministries where year = \(year) and ministry <> all(\(codes)::text[])")
        try session.execute(
            """
            insert into census_ministries (year, ministry) select \(year)::smallint, unnest(\(codes)::text[])
            on conflict do nothing
            """)
    }

    private static func checkKnown(_ session: borrowing Session, _ expected: [MinistryCode]) throws {
        let known = try session.query("select code from ministries where code = any(\(expected.map(\.text))::text[])") { row in
            try row.next(MinistryCode.self)
        }
        let faults = expected.enumerated().filter { !known.contains($1) }
            .map { Fault.unknownMinistry($1, member: "expected/\($0)") }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }
}
