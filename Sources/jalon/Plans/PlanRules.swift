import ActionPlans
import Documents
import FoundationEssentials
import JalonServer

/// The rules of a plan, read and judged by the server's own code, as far as they go without its database: neither what is stored
/// nor the ministries are known, so that only what is wrong whatever is stored is a fault.
struct PlanRules {
    struct Judgement {
        /// In the order of the text.
        var faults: [LocatedFault] = []
        /// What would be a fault of actions that do not exist yet.
        var ifNew: [LocatedFault] = []
    }

    private let today: CivilDate
    private let reference = ReferenceData.embedded

    init() throws(Failure) {
        today = try Self.today()
    }

    func judge(_ file: SourceFile) -> Judgement {
        let noted = FaultList()
        var members = MemberReader(file.root, faults: noted)
        let request = WriteRequest(&members, noting: noted)
        let plan = PlanReader(&members, noting: noted, for: nil, labels: reference.vocabularies, table: file.document.table)
        // A table does not say which roadmap it is for, and its actions are to be judged all the same.
        let names = ["ministry", "first_year"]
        let faults = plan.faults.filter { fault in file.document.table == nil || !names.contains(fault.member) }
        let context: ChangeContext
        do throws(Refusal) {
            context = try ChangeContext(effectiveOn: request.effectiveOn, reason: nil, today: today)
        } catch {
            return Judgement(faults: located(faults + Self.faults(of: error), in: file))
        }
        guard let id = plan.id ?? MinistryCode("X").flatMap({ RoadmapID(ministry: $0, firstYear: today.year) }) else {
            return Judgement(faults: located(faults, in: file))
        }
        let asNew = self.faults(of: plan.document, to: id, over: nil, beside: faults, in: context)
        let asKnown = self.faults(of: plan.document, to: id, over: Likely(plan.document, id), beside: faults, in: context)
        let certain = asNew.filter { asKnown.contains($0) }
        let ifNew = asNew.filter { !asKnown.contains($0) }
        return Judgement(faults: located(certain, in: file), ifNew: located(ifNew, in: file))
    }

    /// A document that is no object at all has no members to miss.
    static func rootFirst(_ faults: [Fault]) -> [Fault] {
        faults.first { $0.member.isEmpty }.map { [$0] } ?? faults
    }

    /// What may be stored already, so that the document fits it as well as it can.
    private struct Likely {
        let roadmap: Roadmap
        let actions: [ActionCode: Action]

        init(_ document: PlanDocument, _ id: RoadmapID) {
            let state = document.roadmap.state.given ?? .brouillon
            let first = CivilDate(year: id.firstYear, month: 1, day: 1)
            // Closed, it would take no change.
            let stored: RoadmapState = state == .close ? .validee : state
            roadmap = Roadmap(
                id: id, lastYear: id.firstYear, title: Roadmap.defaultTitle, state: stored,
                submittedOn: stored == .brouillon ? nil : first, validatedOn: stored == .validee ? first : nil)
            actions = Dictionary(
                document.lines.compactMap { line in line.code.map { ($0, Self.action(line.patch, first)) } },
                uniquingKeysWith: { first, _ in first })
        }

        private static func action(_ patch: ActionPatch, _ day: CivilDate?) -> Action {
            let status = patch.status.given ?? (patch.completedOn.given == nil ? .aFaire : .realisee)
            return Action(
                title: "X", theme: .achats, targetLevel: .reflexion, status: status,
                statusReason: status == .abandonnee ? "X" : nil,
                completedOn: status == .realisee ? day : nil)
        }
    }

    private func faults(
        of document: PlanDocument, to id: RoadmapID, over likely: Likely?, beside noted: [Fault], in context: ChangeContext
    ) -> [Fault] {
        do throws(Refusal) {
            _ = try Refusal.adding(to: noted) { () throws(Refusal) in
                try PlanDifference(
                    applying: document, to: id, roadmap: likely?.roadmap, stored: likely?.actions ?? [:], in: context,
                    by: .coordinator, catalogue: reference.catalogue)
            }
            return []
        } catch {
            return Self.faults(of: error)
        }
    }

    private static func faults(of refusal: Refusal) -> [Fault] {
        if case .invalid(let faults) = refusal { faults } else { [] }
    }

    private func located(_ faults: [Fault], in file: SourceFile) -> [LocatedFault] {
        guard !faults.isEmpty else { return [] }
        let located = file.document.located(Self.rootFirst(faults)).map { fault in
            var fault = fault
            // The server tells a program the pointer alone; a person looks for the line.
            if case .pointer(let pointer) = fault.place, fault.position == nil {
                fault.position = file.root.nearest(to: pointer).position
            }
            return fault
        }
        return located.sorted { Self.rank($0) < Self.rank($1) }
    }

    private static func rank(_ fault: LocatedFault) -> (Int, Int) {
        (fault.position?.line ?? 0, fault.position?.column ?? 0)
    }

    static func today() throws(Failure) -> CivilDate { try ParisDate.day(of: Date()) }
}
