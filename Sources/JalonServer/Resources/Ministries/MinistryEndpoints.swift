import ActionPlans
import Postgres

/// `/v1/ministries` and `/v1/ministries/{code}`
enum MinistryEndpoints {
    private static let mostNames = 100

    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let asOf = parameters.date("as_of")
        var filter = MinistryQueries.Filter()
        filter.kinds = parameters.codes("kind")
        filter.words = parameters.words("q")
        let fields = parameters.fields(of: MinistryRecord.members)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let (page, day) = try await call.server.database.read { [filter] session in
            let day = try asOf ?? ParisDay.today(session)
            let records = try MinistryQueries.list(session, filter, after: paging.after?.first ?? "", limit: paging.limit)
            let total = paging.wantsTotal ? try MinistryQueries.count(session, filter) : nil
            return (Page(records, paging: paging, total: total, position: { [$0.code.text] }), day)
        }
        return call.answer(page, paging) { $1.write(to: &$0, on: day, selecting: fields) }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let code = try call.ministryCode()
        var parameters = call.parameters()
        let asOf = parameters.date("as_of")
        try parameters.finish()
        let (found, day) = try await call.server.database.read { session in
            (try MinistryQueries.find(session, code), try asOf ?? ParisDay.today(session))
        }
        guard let record = found else { throw Problem.notFound() }
        return try call.answer(record.tag(on: day)) { record.write(to: &$0, on: day) }
    }

    @Sendable static func create(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let code = members.newMinistryCode()
        let kind = members.required("kind", members.code("kind", as: MinistryKind.self))
        let (siren, siret) = members.identifiers()
        let names = members.required("names", members.names(atMost: mostNames))
        members.finish(readOnly: MinistryRecord.readOnlyMembers)
        guard noted.faults.isEmpty, let code, let kind, let names else { throw Refusal.invalid(noted.faults) }
        try MinistryRecord.checkIdentifiers(siren: siren.given, siret: siret.given)
        return try await call.post(dryRun: request.dryRun) { session in
            try WriteLock.ofMinistries(session)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            guard
                try MinistryQueries.insert(
                    session, code, kind, siren: siren.given, siret: siret.given, at: moment.instant)
            else {
                throw Refusal.conflict(
                    key: code.text,
                    Fault(
                        "code", .duplicate,
                        Message("Le ministère \(code) existe déjà.", "The ministry \(code) already exists.")))
            }
            try MinistryQueries.replaceNames(session, code, names)
            guard let record = try MinistryQueries.find(session, code) else { throw Problem.notFound() }
            try ChangeQueries.insert(
                session, [.ministry(.created, record, record.changes(from: nil))], by: author, at: moment.instant)
            return Answer.json { record.write(to: &$0, on: moment.today) }.tagged(record.tag(on: moment.today))
                .created(at: "/v1/ministries/\(code)")
        }
    }

    @Sendable static func update(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let code = try call.ministryCode()
        let conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let kind = members.code("kind", as: MinistryKind.self)
        let (siren, siret) = members.identifiers()
        let names = members.names(atMost: mostNames)
        let successions = members.successions(of: code, atMost: mostNames)
        for (name, isNull) in [("kind", kind == .null), ("names", names == .null), ("successions", successions == .null)]
        where isNull {
            members.add(name, .required, .required(name))
        }
        members.finish(readOnly: MinistryRecord.readOnlyMembers)
        guard noted.faults.isEmpty else { throw Refusal.invalid(noted.faults) }
        let (record, day) = try await call.write(dryRun: request.dryRun) { session in
            try WriteLock.ofMinistries(session)
            guard let before = try MinistryQueries.find(session, code) else { throw Problem.notFound() }
            let moment = try WriteMoment.read(session)
            try conditions.checkWrite(of: before.tag(on: moment.today))
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            var wanted = before
            wanted.kind = kind.given ?? before.kind
            wanted.siren = siren.resolved(over: before.siren)
            wanted.siret = siret.resolved(over: before.siret)
            if let names = names.given { wanted.names = names }
            if let successions = successions.given { wanted.successions = successions }
            try wanted.checkIdentifiers()
            if wanted.changes(from: before).isEmpty { return (before, moment.today) }
            let after = try store(session, wanted, over: before, by: author, at: moment)
            return (after, moment.today)
        }
        return Answer.json { record.write(to: &$0, on: day) }.tagged(record.tag(on: day))
    }
}

extension MinistryEndpoints {
    /// Writes a ministry's new state. A succession is told by both of its bodies, so a change of one is a change of the
    /// other: its version moves too, with a line of history.
    private static func store(
        _ session: borrowing Session, _ wanted: MinistryRecord, over before: MinistryRecord, by author: ChangeAuthor,
        at moment: WriteMoment
    ) throws -> MinistryRecord {
        let moved = Set(before.successions).symmetricDifference(wanted.successions)
        let partners = Set(moved.flatMap { [$0.predecessor, $0.successor] }).subtracting([wanted.code]).sorted()
        let partnersBefore = try partners.map { partner in
            guard let record = try MinistryQueries.find(session, partner) else {
                throw Refusal.invalid([.unknownMinistry(partner, member: "successions")])
            }
            return record
        }
        try MinistryQueries.update(session, wanted, at: moment.instant)
        if wanted.names != before.names { try MinistryQueries.replaceNames(session, wanted.code, wanted.names) }
        if !moved.isEmpty { try MinistryQueries.replaceSuccessions(session, of: wanted.code, wanted.successions) }
        for partner in partnersBefore { try MinistryQueries.update(session, partner, at: moment.instant) }
        var changes: [NewChange] = []
        for earlier in [before] + partnersBefore {
            guard let later = try MinistryQueries.find(session, earlier.code) else { throw Problem.notFound() }
            changes.append(.ministry(.updated, later, later.changes(from: earlier)))
        }
        try ChangeQueries.insert(session, changes, by: author, at: moment.instant)
        guard let after = try MinistryQueries.find(session, wanted.code) else { throw Problem.notFound() }
        return after
    }
}

extension NewChange {
    static func ministry(_ kind: Kind, _ record: MinistryRecord, _ members: [MemberChange]) -> NewChange {
        NewChange(resource: .ministry, kind: kind, ministry: record.code.text, version: record.version, members: members)
    }
}
