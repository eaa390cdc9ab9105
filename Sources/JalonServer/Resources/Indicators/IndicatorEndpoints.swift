import ActionPlans
import Documents
import Postgres

/// `/v1/indicators`, `/v1/indicators/{indicator}`, its targets and its history
enum IndicatorEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        var filter = IndicatorQueries.Filter()
        filter.kinds = parameters.codes("kind")
        filter.themes = parameters.codes("theme")
        filter.reading = Reading(ofManyDays: &parameters)
        let fields = parameters.fields(of: IndicatorRecord.members)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        filter.reading = try await filter.reading.settled(by: call.server)
        let page = try await call.server.database.read { [filter] session in
            Page(
                try IndicatorQueries.list(session, filter, after: paging.after?.first ?? "", limit: paging.limit + 1),
                paging: paging, total: paging.wantsTotal ? try IndicatorQueries.count(session, filter) : nil,
                position: { [$0.code.text] })
        }
        return call.answer(page, paging) { $1.write(to: &$0, in: call.language, selecting: fields) }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let code = try call.indicatorCode()
        let reading = try await call.indicatorReading()
        let found = try await call.server.database.fetch { session in try IndicatorQueries.find(session, code, in: reading) }
        guard let record = found else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { record.write(to: &$0, in: call.language) } }
        return try call.answer(record.tag(call.language)) { record.write(to: &$0, in: call.language) }
    }

    @Sendable static func history(_ call: Call) async throws -> Answer {
        try await HistoryEndpoints.list(call, of: .indicator(call.indicatorCode()))
    }

    @Sendable static func targets(_ call: Call) async throws -> Answer {
        let code = try call.indicatorCode()
        let reading = try await call.indicatorReading()
        let found = try await call.server.database.read { session in try TargetList.find(session, code, in: reading) }
        guard let list = found else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { list.write(to: &$0) } }
        return try call.answer(list.tag) { list.write(to: &$0) }
    }
}

/// The targets of an indicator, with its version.
struct TargetList: Sendable {
    let indicator: IndicatorRecord
    let targets: [IndicatorTarget]

    static func find(_ session: borrowing Session, _ code: IndicatorCode, in reading: Reading = .now) throws -> TargetList? {
        guard let indicator = try IndicatorQueries.find(session, code, in: reading) else { return nil }
        return TargetList(
            indicator: indicator, targets: try IndicatorQueries.targets(session, of: code, in: reading)[code] ?? [])
    }

    var tag: EntityTag { EntityTag("\(indicator.version)") }

    static let readOnlyMembers: Set<String> = ["indicator", "version", "created_at", "updated_at", "links"]

    func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("indicator", indicator.code.text)
            object.member("targets", listOf: targets) { writer, target in
                writer.object { for member in target.members { $0.member(member.name, member.value) } }
            }
            object.member("version", indicator.version)
            object.member("links") { links in
                links.member("self", "\(ResourceID.indicator(indicator.code).address)/targets")
                links.member("indicator", ResourceID.indicator(indicator.code).address)
            }
        }
    }
}

extension IndicatorTarget {
    /// In the order of the contract, under the names that history keeps.
    var members: [MemberValue.Member] {
        [
            .init("ministry", MemberValue(ministry?.text)), .init("period", .text(period.description)),
            .init("value", .decimal(value)),
            .init("base_period", MemberValue(basePeriod?.description)), .init("base_value", MemberValue(baseValue)),
            .init("source", MemberValue(source)), .init("note", MemberValue(note)),
        ]
    }
}

extension Call {
    /// What was known at an instant, where the address names one; it takes no other parameter.
    func indicatorReading() async throws -> Reading {
        var parameters = parameters()
        let reading = Reading(ofManyDays: &parameters)
        try parameters.finish()
        return try await reading.settled(by: server)
    }
}
