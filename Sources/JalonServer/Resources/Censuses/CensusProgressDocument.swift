import ActionPlans
import Documents
import Postgres

/// `GET /v1/censuses/{year}/progress`
extension CensusEndpoints {
    @Sendable static func progress(_ call: Call) async throws -> Answer {
        let year = try call.year()
        let actor = try call.caller()
        var parameters = call.parameters()
        let asked = Reading(&parameters)
        let round = parameters.round("round")
        let decimal: CSVWriter.DecimalMark? = parameters.code("decimal")
        try parameters.finish()
        let reading = try await asked.settled(by: call.server)
        let progress = try await call.server.database.read { session in
            try CensusProgress(session, of: year, round, in: reading, for: actor)
        }
        if call.wantsRows {
            return call.answer(
                progress.bodies, progress.columns, decimal: decimal ?? .comma,
                named: "census-\(round?.text ?? String(year))-progress")
        }
        return Answer.json { progress.write(to: &$0, knownAt: reading.knownAt, target: call.target) }
    }
}

extension ParameterReader {
    fileprivate mutating func round(_ name: String) -> CensusRoundCode? {
        guard let text = text(name) else { return nil }
        if let code = CensusRoundCode(text) { return code }
        fault(
            name, .invalidValue,
            Message(
                "« \(text.clipped) » n’est pas un code de campagne : il s’écrit comme 2023-plans.",
                "“\(text.clipped)” is not a code of a round: it is written as 2023-plans is."))
        return nil
    }
}

extension CensusProgress {
    fileprivate var columns: [TableColumn<Body>] {
        let (year, round, dueOn, day) = (year, round?.code.text, dueOn, day)
        return [
            TableColumn("year") { _ in .number(year) },
            TableColumn("round") { _ in TableValue(round) },
            TableColumn("due_on") { _ in TableValue(dueOn) },
            TableColumn("as_of") { _ in TableValue(day) },
            TableColumn("ministry") { .text($0.code.text) },
            TableColumn("name") { .text($0.name) },
            TableColumn("stage") { .text($0.stage.rawValue) },
            TableColumn("since") { TableValue($0.since) },
            TableColumn("submitted_on") { TableValue($0.submittedOn) },
            TableColumn("days_late") { .number($0.daysLate) },
            TableColumn("roadmap") { TableValue($0.roadmap?.description) },
            TableColumn("actions") { TableValue($0.tally?.actions) },
            TableColumn("realisees") { TableValue($0.tally?.realisees) },
            TableColumn("last_update") { TableValue($0.lastChange?.day) },
            TableColumn("measures_expected") { .number($0.measures.expected) },
        ]
            + ExpectedMeasureState.allCases.map { state in
                TableColumn("measures_\(state.code)") { .number($0.measures[state]) }
            }
            + [
                TableColumn("open_recommendations") { .number($0.openRecommendations) },
                TableColumn("link") { TableValue($0.roadmap.map { ResourceID.roadmap($0).address }) },
            ]
    }

    /// The list that is as long as the number of a body says.
    private func openRecommendations(of body: Body) -> String {
        var filter = RecommendationFilter()
        filter.ministries = [body.code]
        filter.years = [year]
        filter.isOpen = true
        filter.reading = reading
        return filter.address
    }

    fileprivate func write(to writer: inout JSONWriter, knownAt: String?, target: String) {
        writer.object { document in
            document.member("year", year)
            document.member("round", round?.code.text)
            document.member("collects", (round?.collects ?? .plans).code)
            document.member("due_on", dueOn)
            document.member("as_of", day)
            document.member("known_at", knownAt)
            document.member("expected", bodies.count)
            document.member("stages", listOf: PlanStage.allCases) { writer, stage in
                writer.object { $0.write(stage: stage, bodies(in: stage)) }
            }
            document.member("late") { $0.write(of: late) }
            document.member("bodies", listOf: bodies) { writer, body in
                writer.object { body.write(to: &$0, openIn: openRecommendations(of: body)) }
            }
            document.member("links") { links in
                links.member("self", target)
                links.member("census", ResourceID.census(year).address)
                links.member("figures", "/v1/figures?year=\(year)")
            }
        }
    }
}

extension JSONWriter {
    /// A number, and the list that it is the length of.
    fileprivate mutating func write(of bodies: [CensusProgress.Body]) {
        member("bodies", bodies.count)
        member("ministries", bodies.map(\.code.text))
    }

    fileprivate mutating func write(stage: PlanStage, _ bodies: [CensusProgress.Body]) {
        member("stage", stage.rawValue)
        write(of: bodies)
    }
}

extension CensusProgress.Body {
    /// - Parameter list: the address of its open recommendations.
    fileprivate func write(to body: inout JSONWriter, openIn list: String) {
        body.member("code", code.text)
        body.member("name", name)
        body.member("stage", stage.rawValue)
        body.member("since", since)
        body.member("submitted_on", submittedOn)
        body.member("days_late", daysLate)
        body.member("actions", tally?.actions)
        body.member("realisees", tally?.realisees)
        body.member("last_update", lastChange?.day)
        body.member("roadmap", roadmap?.description)
        body.member("measures") { measures in self.measures.write(to: &measures) }
        body.member("open_recommendations", openRecommendations)
        body.member("links") { links in
            links.member("roadmap", roadmap.map { ResourceID.roadmap($0).address })
            links.member("ministry", ResourceID.ministry(code).address)
            links.member("open_recommendations", list)
        }
    }
}
