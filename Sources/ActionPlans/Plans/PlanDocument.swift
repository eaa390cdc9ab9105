/// A whole plan as one document: what a ministry, or a script, says its roadmap is.
package struct PlanDocument: Sendable {
    package struct Line: Sendable, Equatable {
        /// nil where it could not be read: its fault is noted already, and the line's other faults are still to be told.
        package let code: ActionCode?
        package let patch: ActionPatch
        /// Under a title that says a date of implementation, planned or real: the date of completion of what is done, the due
        /// date of what is not.
        package let implementedOn: Assignment<CivilDate>

        package init(code: ActionCode?, patch: ActionPatch, implementedOn: Assignment<CivilDate> = .absent) {
            self.code = code
            self.patch = patch
            self.implementedOn = implementedOn
        }

        /// The day on which the action was completed, if the line says it.
        package var completion: CivilDate? { patch.completedOn.given ?? implementedOn.given }

        /// What the line asks of an action, once it is known how that action stands.
        fileprivate func patch(of action: Action?) -> ActionPatch {
            guard implementedOn != .absent else { return patch }
            var patch = patch
            let isDone = (patch.status.given ?? action?.status ?? .aFaire) == .realisee
            switch (implementedOn, patch.dueOn) {
            case (.value, _) where isDone: patch.completedOn = implementedOn
            case (.null, _) where isDone: break
            case (_, .absent), (.value, .null): patch.dueOn = implementedOn
            case (.value, .value) where patch.dueOn != implementedOn: patch.completedOn = implementedOn
            default: break
            }
            return patch
        }
    }

    package let roadmap: RoadmapPatch
    package let lines: [Line]
    /// Whether a spreadsheet may have changed its codes.
    package let isTable: Bool

    /// More actions than any ministry's roadmap has ever had; a document beyond it is a mistake.
    package static let mostActions = 2_000

    package init(roadmap: RoadmapPatch, lines: [Line], isTable: Bool = false) {
        self.roadmap = roadmap
        self.lines = lines
        self.isTable = isTable
    }
}

/// What is known of a plan on the day from which a document is true, where that is a day of the past.
package struct PlanPast: Sendable {
    package let roadmap: KnownRoadmap
    /// The actions that were there on the day.
    package let actions: [ActionCode: KnownDay<Action>]
    /// When the others began.
    package let beginnings: [ActionCode: CivilDate]
    /// The actions on the day on which the document says that they were completed, where that is later.
    package let completed: [ActionCode: Dated<KnownDay<Action>>]

    package init(
        roadmap: KnownRoadmap, actions: [ActionCode: KnownDay<Action>], beginnings: [ActionCode: CivilDate],
        completed: [ActionCode: Dated<KnownDay<Action>>]
    ) {
        self.roadmap = roadmap
        self.actions = actions
        self.beginnings = beginnings
        self.completed = completed
    }
}

/// What applying a document does to what is stored: each action created, updated, unchanged, or absent from the document
/// (kept as it is and reported). Applying the same document again finds everything unchanged.
package struct PlanDifference: Sendable {
    package enum Change: String, Sendable, CaseIterable {
        case created, updated, unchanged, absent
    }

    package struct Entry: Sendable {
        package let code: ActionCode
        package let change: Change
        package let before: Action?
        package let after: Action
        package let fields: [MemberChange]
        /// Where the document says that it was completed after the day from which the plan holds: what is said of that first day, and
        /// then of the day of completion.
        package var inTwoSteps: TwoSteps?
        /// Whether its date of completion was given by no one.
        package var completionIsFilledIn = false
    }

    package let roadmapBefore: Roadmap?
    package let roadmapAfter: Roadmap
    package let roadmapFields: [MemberChange]
    /// The state of the document that is so today, and could not be that of its day; nil in most cases.
    package let unsaidState: RoadmapState?
    /// The document's actions in its order, then the absent ones by code.
    package let entries: [Entry]

    /// - Parameters:
    ///   - stored: the roadmap's actions as they are, by code; empty when there is no roadmap.
    ///   - past: what was known of the effective day, if that is earlier than today and the roadmap is there.
    ///   - deletion: the last day until which anything that was deleted is still known to have been there.
    /// - Throws: ``Refusal/invalid(_:)`` with the faults of every action at once, or the refusal of the roadmap itself.
    package init(
        applying document: PlanDocument, to id: RoadmapID, roadmap: Roadmap?, stored: [ActionCode: Action],
        past: PlanPast? = nil, notBefore deletion: CivilDate? = nil, in context: ChangeContext, by role: Role,
        catalogue: PracticeCatalogue
    ) throws(Refusal) {
        var faults: [Fault] = []
        let entries = Self.entries(document, stored: stored, past, context, catalogue, &faults)
        do throws(Refusal) {
            if let roadmap {
                let said = try roadmap.applying(documented: document.roadmap, over: past?.roadmap, in: context, by: role)
                (roadmapAfter, roadmapFields, unsaidState) = (said.roadmap, said.changes, said.unsaid)
            } else {
                roadmapAfter = try .creating(id, document.roadmap, in: context, by: role)
                roadmapFields = roadmapAfter.changes(from: nil)
                unsaidState = nil
            }
            try Roadmap.checkBeginning(roadmapFields, notBefore: deletion, in: context)
        } catch {
            guard case .invalid(let more) = error else { throw error }
            throw .invalid(more + faults)
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        let named = Set(entries.map(\.code))
        let absent = stored.keys.filter { !named.contains($0) }.sorted().compactMap { code in
            stored[code].map { Entry(code: code, change: .absent, before: $0, after: $0, fields: []) }
        }
        self.entries = entries + absent
        roadmapBefore = roadmap
        if changesActions { try roadmap?.checkOpen() }
    }

    package func entries(_ change: Change) -> [Entry] {
        entries.filter { $0.change == change }
    }

    package func count(_ change: Change) -> Int {
        entries.count { $0.change == change }
    }

    package var changesActions: Bool {
        entries.contains { $0.change == .created || $0.change == .updated }
    }

    package var changesNothing: Bool {
        roadmapBefore != nil && roadmapFields.isEmpty && !changesActions
    }

    /// Whether this write is the roadmap's first validation: the actions present now are its cohort.
    package var validates: Bool {
        roadmapAfter.validatedOn != nil && roadmapBefore?.validatedOn == nil
    }

    /// Why a code that the roadmap has not is no new action's, if it is not.
    private static func doubt(_ code: ActionCode, _ patch: ActionPatch, _ codes: CodesAsNumbers?) -> Message? {
        if let finding = codes?.finding(on: code) { return .changedCode(code, finding) }
        let saysNothing = patch.title.given == nil && patch.theme.given == nil && patch.targetLevel.given == nil
        return saysNothing ? .unknownAction(code) : nil
    }

    private static func entries(
        _ document: PlanDocument, stored: [ActionCode: Action], _ past: PlanPast?, _ context: ChangeContext,
        _ catalogue: PracticeCatalogue, _ faults: inout [Fault]
    ) -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(document.lines.count)
        var seen: Set<ActionCode> = []
        let codes =
            document.isTable && !stored.isEmpty
            ? CodesAsNumbers(stored.keys, named: Set(document.lines.compactMap(\.code))) : nil
        for (index, line) in document.lines.enumerated() {
            if let code = line.code, !seen.insert(code).inserted {
                faults.append(Fault("actions/\(index)/code", .duplicate, .duplicate(code.text)))
            }
            let before = line.code.flatMap { stored[$0] }
            let known = line.code.flatMap { past?.actions[$0] }
            let patch = line.patch(of: known?.state ?? before)
            if before == nil, !stored.isEmpty, let code = line.code, let message = Self.doubt(code, patch, codes) {
                faults.append(Fault("actions/\(index)/code", .unknownReference, message))
                continue
            }
            do throws(Refusal) {
                guard let before, let code = line.code else {
                    let entry = try Entry(creating: line.code, by: patch, in: context, catalogue)
                    if let entry { entries.append(entry) }
                    continue
                }
                if known == nil, let beginning = past?.beginnings[code] {
                    throw .invalid([.beforeBeginning("code", of: code.text, since: beginning)])
                }
                entries.append(
                    try Entry(updating: code, before, by: patch, on: known, past?.completed[code], in: context, catalogue))
            } catch {
                guard case .invalid(let more) = error else { continue }
                // Nobody knows what an action without a readable code is already.
                let isUnknown = line.code == nil && !stored.isEmpty
                faults += more.filter { !isUnknown || !$0.dependsOnState }
                    .map { Fault("actions/\(index)/\($0.member)", $0.code, $0.message) }
            }
        }
        return entries
    }
}
