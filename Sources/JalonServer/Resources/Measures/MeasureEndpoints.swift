import ActionPlans
import Documents
import Postgres

/// `/v1/measures`, and `/v1/indicators/{indicator}/measures/{ministry}/{period}` with its history
enum MeasureEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        var filter = MeasureQueries.Filter(&parameters)
        let fields = parameters.fields(of: MeasureRecord.members)
        let table = parameters.table(for: call)
        let paging = try parameters.paging(cursorOf: 3, for: call)
        try parameters.finish()
        let after = try paging.position(MeasureQueries.after)
        filter.reading = try await filter.reading.settled(by: call.server)
        if table.isWhole {
            let export = MeasureExport.of(filter, selecting: fields, for: actor, call)
            return try await call.answer(export, decimal: table.decimal)
        }
        let page = try await call.server.database.read { [filter] session in
            try filter.checkKnown(session)
            return Page(
                try MeasureQueries.list(session, filter, after: after, limit: paging.limit + 1, visibleTo: actor), paging: paging,
                total: paging.wantsTotal ? try MeasureQueries.count(session, filter, visibleTo: actor) : nil,
                position: { [$0.id.ministry.text, $0.id.indicator.text, $0.id.period.description] })
        }
        return call.answer(page, paging) { $1.write(to: &$0, selecting: fields) }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.measureID()
        let reading = try await call.indicatorReading()
        guard let record = try await MeasureQueries.find(call.server.database, id, in: reading, visibleTo: actor) else {
            throw Problem.notFound()
        }
        guard reading.isNow else { return Answer.json { record.write(to: &$0) } }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }

    @Sendable static func history(_ call: Call) async throws -> Answer {
        try await HistoryEndpoints.list(call, of: .measure(call.measureID()))
    }
}

extension MeasureQueries.Filter {
    init(_ parameters: inout ParameterReader) {
        indicators = parameters.indicators()
        ministries = parameters.ministries()
        periods = parameters.periods()
        year = parameters.integer("year", in: Period.years)
        states = parameters.codes("state")
        reading = Reading(ofManyDays: &parameters)
    }

    /// - Throws: an invalid parameter for a ministry or an indicator that nobody knows.
    fileprivate func checkKnown(_ session: borrowing Session) throws {
        try MinistryQueries.checkKnown(session, ministries)
        try IndicatorQueries.checkKnown(session, indicators)
    }
}

extension ParameterReader {
    mutating func indicators() -> [IndicatorCode]? {
        values("indicator", { IndicatorCode($0) }) { .noIndicatorCode($0) }
    }

    mutating func indicator() -> IndicatorCode? {
        guard let text = text("indicator") else { return nil }
        if let code = IndicatorCode(text) { return code }
        fault("indicator", .invalidValue, .noIndicatorCode(text))
        return nil
    }

    mutating func periods() -> [Period]? { values("period", { Period($0) }) { .notAPeriod($0) } }
}

extension Call {
    /// The one that the address names.
    func measureID() throws -> MeasureID {
        guard let ministry = MinistryCode(pathValue("ministry")), let period = Period(pathValue("period")) else {
            throw Problem.notFound()
        }
        return MeasureID(ministry: ministry, indicator: try indicatorCode(), period: period)
    }
}

/// The whole of a list of measures, as a table or line by line.
enum MeasureExport {
    static func of(
        _ filter: MeasureQueries.Filter, selecting fields: Set<String>?, for actor: Actor, _ call: Call
    ) -> ListExport {
        let names = MeasureRecord.members.filter { $0 != "links" && fields?.contains($0) ?? true }
        let columns = names.map { name in
            TableColumn<MeasureRecord>(name) { record in
                TableValue(record.told.first { $0.name == name }?.value ?? .null)
            }
        }
        let all = columns + [TableColumn("link") { .text(ResourceID.measure($0.id).address) }]
        return ListExport(
            name: "measures", columns: all.map(\.name),
            check: { session in try filter.checkKnown(session) },
            statement: MeasureQueries.selection(filter, visibleTo: actor),
            line: { row, writer in try MeasureRecord(&row).write(to: &writer, selecting: fields) },
            cells: { row, table in table.row(try MeasureRecord(&row), all) })
    }
}

extension Message {
    fileprivate static func noIndicatorCode(_ text: String) -> Message {
        Message("« \(text.clipped) » n’est pas un code d’indicateur.", "“\(text.clipped)” is not an indicator code.")
    }
}
