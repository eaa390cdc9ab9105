import ActionPlans
import Documents

/// What a PUT of a plan says beside its actions: in the document, or in the query, as a table has no place for it.
struct PlanRequest: Sendable {
    let write: WriteRequest
    let document: PlanDocument
    /// What was noted while the document was read.
    let faults: [Fault]

    /// - Throws: ``ProblemKind/invalidParameter`` with every parameter that is wrong or says something else than the document.
    init(_ call: Call, for id: RoadmapID) throws {
        var parameters = call.parameters()
        let query = WriteRequest(&parameters)
        let settings = RoadmapPatch(&parameters)
        try parameters.finish()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let body = WriteRequest(&members, noting: noted)
        let plan = PlanReader(
            &members, noting: noted, for: id, labels: call.server.vocabularies, table: call.document?.table)
        let read = plan.document.roadmap
        var union = Union()
        write = WriteRequest(
            effectiveOn: union.of("effective_on", query.effectiveOn, body.effectiveOn.map { .value($0) } ?? .absent).given,
            reason: union.of("reason", query.reason, body.reason.map { .value($0) } ?? .absent).given, dryRun: query.dryRun)
        var roadmap = RoadmapPatch()
        roadmap.state = union.of("state", settings.state.given, read.state) { $0.code }
        roadmap.lastYear = union.of("last_year", settings.lastYear.given, read.lastYear)
        roadmap.title = union.of("title", settings.title.given, read.title)
        roadmap.dueOn = union.of("due_on", settings.dueOn.given, read.dueOn)
        document = PlanDocument(roadmap: roadmap, lines: plan.document.lines, isTable: plan.document.isTable)
        faults = plan.faults
        for fault in union.faults { parameters.fault(fault.member, fault.code, fault.message) }
        try parameters.finish()
    }

    /// What the query and the document say together.
    struct Union {
        private(set) var faults: [Fault] = []

        mutating func of<Value>(
            _ name: String, _ parameter: Value?, _ member: Assignment<Value>, shown: (Value) -> String = { "\($0)" }
        ) -> Assignment<Value> {
            guard let parameter else { return member }
            guard member != .absent, member != .value(parameter) else { return .value(parameter) }
            let told = member.given.map { shown($0).clipped } ?? "null"
            faults.append(
                Fault(
                    name, .inconsistent,
                    Message(
                        "« \(name) » vaut « \(shown(parameter).clipped) » dans l’adresse et « \(told) » dans le document : gardez l’un des deux.",
                        "“\(name)” is “\(shown(parameter).clipped)” in the address and “\(told)” in the document: keep one of them."
                    )))
            return .value(parameter)
        }
    }
}

extension RoadmapPatch {
    /// Reads the same members as of a document, from the query.
    fileprivate init(_ parameters: inout ParameterReader) {
        self.init()
        if let state: RoadmapState = parameters.code("state") { self.state = .value(state) }
        if let year = parameters.integer("last_year", in: RoadmapID.years) { lastYear = .value(year) }
        if let day = parameters.date("due_on") { dueOn = .value(day) }
        guard let text = parameters.text("title") else { return }
        var faults: [Fault] = []
        if let checked = Roadmap.titleRule.checked(text, member: "title", faults: &faults) { title = .value(checked) }
        for fault in faults { parameters.fault(fault.member, fault.code, fault.message) }
    }
}
