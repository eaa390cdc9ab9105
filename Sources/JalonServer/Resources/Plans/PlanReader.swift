import ActionPlans
import Documents

/// A plan document as it was sent: read member by member, every fault noted with its place.
package struct PlanReader {
    package let id: RoadmapID?
    package let document: PlanDocument
    package let faults: [Fault]

    /// - Parameters:
    ///   - members: the document's root; `effective_on` and `reason` are read beforehand by whoever needs them.
    ///   - expected: the roadmap that the request is addressed to, if any: the document must name the same.
    ///   - table: what a table says beside, if it is one.
    package init(
        _ members: inout MemberReader, noting noted: FaultList, for expected: RoadmapID?, labels: Vocabularies?,
        table: SentTable? = nil
    ) {
        for fault in table?.faults ?? [] { noted.add(fault) }
        let ministry = members.ministry("ministry")
        let firstYear = members.required("first_year", members.integer("first_year", in: RoadmapID.years))
        if let expected {
            if let ministry, ministry != expected.ministry {
                members.add("ministry", .inconsistent, .notTheAddressed(expected))
            }
            if let firstYear, firstYear != expected.firstYear {
                members.add("first_year", .inconsistent, .notTheAddressed(expected))
            }
        }
        id = if let ministry, let firstYear { RoadmapID(ministry: ministry, firstYear: firstYear) } else { nil }
        let roadmap = RoadmapPatch(&members)
        let hasImplementationDates = table?.columns.contains(PlanColumn.implementation.word) ?? false
        let lines = members.required(
            "actions",
            members.objects("actions", atMost: PlanDocument.mostActions) { line -> PlanDocument.Line? in
                let code = line.actionCode()
                var patch = ActionPatch(&line, labels: labels)
                line.finish(readOnly: ActionRecord.readOnlyMembers)
                guard hasImplementationDates else { return PlanDocument.Line(code: code, patch: patch) }
                let date = patch.completedOn
                patch.completedOn = .absent
                return PlanDocument.Line(code: code, patch: patch, implementedOn: date)
            })
        members.finish(readOnly: RoadmapRecord.readOnlyMembers)
        document = PlanDocument(roadmap: roadmap, lines: lines ?? [], isTable: table != nil)
        faults = noted.faults
    }
}

extension Message {
    fileprivate static func notTheAddressed(_ id: RoadmapID) -> Message {
        Message(
            "Le document doit désigner la feuille de route de l’adresse, \(id).",
            "The document must name the roadmap it is sent to, \(id).")
    }
}
