import ActionPlans
import Postgres

/// `/v1/ministries` and `/v1/ministries/{code}`
enum MinistryEndpoints {
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
}

extension Call {
    /// The one that the address names.
    func ministryCode() throws -> MinistryCode {
        guard let code = MinistryCode(pathValue("code")) else { throw Problem.notFound() }
        return code
    }
}
