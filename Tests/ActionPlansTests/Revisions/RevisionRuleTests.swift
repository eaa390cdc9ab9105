import ActionPlans
import Testing

@Suite("What a revision holds")
struct RevisionRuleTests {
    private static let catalogue = PracticeCatalogue(ids: [])
    private static let current = Action(title: "Louer", theme: .achats, targetLevel: .reflexion)

    private static func context() throws -> ChangeContext {
        try ChangeContext(effectiveOn: nil, reason: nil, today: try #require(CivilDate("2022-06-01")))
    }

    private static func revised(
        _ revision: Revision, _ code: String, over current: Action?, removed: Assignment<Bool> = .absent,
        _ change: (inout ActionPatch) -> Void = { _ in }
    ) throws -> Revision {
        var patch = ActionPatch()
        change(&patch)
        let code = try #require(ActionCode(code))
        let id = ActionID(roadmap: try #require(RoadmapID("TE-2022")), code: code)
        return try revision.applying(
            RevisedActionPatch(code: code, action: patch, removed: removed), over: current, of: id, in: try context(),
            catalogue: catalogue)
    }

    @Test("each member keeps the value that it had when it was last sent, and one that is as it was is revised no more")
    func base() throws {
        let code = try #require(ActionCode("A"))
        let first = try Self.revised(.blank, "A", over: Self.current) { $0.title = .value("Prêter") }
        var corrected = Self.current
        corrected.title = "Louer tout"
        corrected.theme = .finUsage
        let conflicts = first.conflicts(with: [code: corrected])
        #expect(conflicts.map(\.member) == [.title])
        #expect(conflicts.first?.base == .text("Louer") && conflicts.first?.now == .text("Louer tout"))
        let second = try Self.revised(first, "A", over: corrected) { $0.keyAction = .value(true) }
        #expect(second.conflicts(with: [code: corrected]).map(\.member) == [.title])
        let settled = try Self.revised(second, "A", over: corrected) { $0.title = .value("Prêter") }
        #expect(settled.conflicts(with: [code: corrected]).isEmpty)
        let less = try Self.revised(settled, "A", over: corrected) {
            $0.title = .value("Louer tout")
            $0.keyAction = .value(false)
        }
        #expect(less == .blank)
    }

    @Test("a removal remembers all that was committed to, and is given up or written again")
    func removal() throws {
        let code = try #require(ActionCode("A"))
        let removed = try Self.revised(.blank, "A", over: Self.current, removed: .value(true))
        #expect(removed.removals == [code] && removed.document.lines.isEmpty)
        var corrected = Self.current
        corrected.description = "Autre"
        #expect(removed.conflicts(with: [code: corrected]).isEmpty)
        corrected.title = "Autre"
        #expect(removed.conflicts(with: [code: corrected]).map(\.member) == [.title])
        #expect(removed.conflicts(with: [:]).map(\.member) == [nil])
        #expect(try Self.revised(removed, "A", over: Self.current, removed: .value(false)) == .blank)
        #expect(throws: Refusal.self) {
            try Self.revised(removed, "A", over: Self.current) { $0.title = .value("B") }
        }
        let changed = try Self.revised(removed, "A", over: Self.current, removed: .value(false)) { $0.title = .value("B") }
        #expect(changed.actions[code]?.kind == .changed)
    }

    @Test("an addition is whole, changes member by member, and is a change once the plan has the action")
    func addition() throws {
        let code = try #require(ActionCode("N"))
        #expect(throws: Refusal.self) { try Self.revised(.blank, "N", over: nil) { $0.title = .value("A") } }
        let added = try Self.revised(.blank, "N", over: nil) {
            $0.title = .value("A")
            $0.theme = .value(.achats)
            $0.targetLevel = .value(.reflexion)
        }
        let led = try Self.revised(added, "N", over: nil) { $0.lead = .value("SG") }
        guard case .added(let action)? = led.actions[code] else {
            Issue.record("no addition")
            return
        }
        #expect(action.lead == "SG" && action.title == "A")
        #expect(led.conflicts(with: [code: Self.current]).map(\.member) == [nil])
        let changed = try Self.revised(led, "N", over: Self.current) { $0.title = .value("B") }
        #expect(changed.actions[code] == .changed([.title: RevisedMember(base: .text("Louer"), value: .text("B"))]))
    }

    @Test("it holds two hundred actions, and no more")
    func full() throws {
        var revision = Revision.blank
        for number in 1...Revision.mostActions {
            revision = try Self.revised(revision, "A\(number)", over: Self.current, removed: .value(true))
        }
        let full = revision
        #expect(throws: Refusal.self) { try Self.revised(full, "B", over: Self.current, removed: .value(true)) }
        #expect(
            try Self.revised(full, "A1", over: Self.current, removed: .value(false)).actions.count == Revision.mostActions - 1)
    }

    @Test("it is submitted once it changes something, and validated once nothing contradicts it")
    func blockers() throws {
        let code = try #require(ActionCode("A"))
        let revision = try Self.revised(.blank, "A", over: Self.current) { $0.title = .value("B") }
        var corrected = Self.current
        corrected.title = "C"
        for (state, empty, fresh, contradicted) in [
            (RevisionState.soumise, true, false, false), (.validee, true, false, true), (.abandonnee, false, false, false),
            (.enPreparation, false, false, false),
        ] {
            #expect((Revision.blank.blocker(to: state, with: [:]) != nil) == empty, "\(state)")
            #expect((revision.blocker(to: state, with: [code: Self.current]) != nil) == fresh, "\(state)")
            #expect((revision.blocker(to: state, with: [code: corrected]) != nil) == contradicted, "\(state)")
        }
    }
}
