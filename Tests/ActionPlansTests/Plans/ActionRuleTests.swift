import Testing

@testable import ActionPlans

@Suite("Rules of an action")
struct ActionRuleTests {
    private let catalogue = PracticeCatalogue(ids: ["e.1", "g.2", "g.10"])
    private let base = Action(title: "Étudier", theme: .achats, targetLevel: .reflexion)

    private func context(_ day: String = "2022-06-01", today: String = "2022-12-01") throws -> ChangeContext {
        try ChangeContext(effectiveOn: CivilDate(day), reason: nil, today: try #require(CivilDate(today)))
    }

    private func patched(_ action: Action, _ change: (inout ActionPatch) -> Void) throws -> Action {
        var patch = ActionPatch()
        change(&patch)
        return try action.applying(patch, in: context(), catalogue: catalogue)
    }

    private func faults(_ action: Action, _ change: (inout ActionPatch) -> Void) throws -> [String] {
        do {
            _ = try patched(action, change)
            return []
        } catch let Refusal.invalid(faults) {
            return faults.map { "\($0.code.rawValue) \($0.member)" }
        }
    }

    @Test("level and status are independent: a réflexion whose study is delivered is done")
    func levelAndStatus() throws {
        let done = try patched(base) { $0.status = .value(.realisee) }
        #expect(done.status == .realisee && done.targetLevel == .reflexion && done.reachedLevel == nil)
    }

    @Test("done sets the date of completion, undone clears it")
    func completion() throws {
        let done = try patched(base) { $0.status = .value(.realisee) }
        #expect(done.completedOn == CivilDate("2022-06-01"))
        let dated = try patched(base) {
            $0.status = .value(.realisee)
            $0.completedOn = .value(CivilDate("2022-03-01")!)
        }
        #expect(dated.completedOn == CivilDate("2022-03-01"))
        #expect(try patched(dated) { $0.title = .value("Autre") }.completedOn == CivilDate("2022-03-01"))
        #expect(try patched(dated) { $0.status = .value(.enCours) }.completedOn == nil)
        #expect(try faults(dated) { $0.completedOn = .null } == ["inconsistent completed_on"])
        #expect(try faults(base) { $0.completedOn = .value(CivilDate("2022-03-01")!) } == ["inconsistent completed_on"])
        #expect(
            try faults(dated) { $0.completedOn = .value(CivilDate("2022-12-02")!) } == ["in-the-future completed_on"])
    }

    @Test("an abandoned action says why, and forgets it when taken up again")
    func abandoned() throws {
        #expect(try faults(base) { $0.status = .value(.abandonnee) } == ["required status_reason"])
        let abandoned = try patched(base) {
            $0.status = .value(.abandonnee)
            $0.statusReason = .value("Sans budget")
        }
        #expect(try faults(abandoned) { $0.statusReason = .null } == ["required status_reason"])
        #expect(try patched(abandoned) { $0.status = .value(.enCours) }.statusReason == nil)
    }

    @Test("absent leaves, null clears, a value sets")
    func threeStates() throws {
        let action = try patched(base) {
            $0.description = .value("Texte")
            $0.practices = .value(["g.10", "e.1"])
        }
        #expect(action.practices == ["e.1", "g.10"], "in the catalogue's order")
        #expect(try patched(action) { _ in } == action)
        #expect(try patched(action) { $0.description = .null }.description == nil)
        #expect(try patched(action) { $0.practices = .null }.practices.isEmpty)
        #expect(try faults(action) { $0.title = .null } == ["required title"])
    }

    @Test("every fault is told at once")
    func allFaults() throws {
        let found = try faults(base) {
            $0.title = .value("  ")
            $0.lead = .value("a\u{0}b")
            $0.description = .value(String(repeating: "é", count: 10_001))
            $0.practices = .value(["e.1", "z.9", "e.1"])
            $0.contributors = .value(["A", "A"])
            $0.status = .value(.abandonnee)
        }
        #expect(
            found == [
                "too-short title", "too-long description", "forbidden-character lead", "duplicate contributors/1",
                "unknown-reference practices/1", "duplicate practices/2", "required status_reason",
            ])
    }

    @Test("a creation without a title, theme or target level names all three; a blank title is a fault of its own")
    func creation() throws {
        let expected = ["title", "theme", "target_level"]
        do {
            _ = try Action.creating(ActionPatch(), in: context(), catalogue: catalogue)
            Issue.record("created from nothing")
        } catch let Refusal.invalid(faults) {
            #expect(faults.map(\.member) == expected)
        }
        var blank = ActionPatch()
        blank.title = .value("")
        blank.theme = .value(.achats)
        blank.targetLevel = .value(.reflexion)
        do {
            _ = try Action.creating(blank, in: context(), catalogue: catalogue)
            Issue.record("created with a blank title")
        } catch let Refusal.invalid(faults) {
            #expect(faults.map(\.code) == [.tooShort])
        }
    }

    @Test("late is an open action whose due date has passed, and nothing else")
    func late() throws {
        let due = try #require(CivilDate("2022-06-01")), after = try #require(CivilDate("2022-06-02"))
        for status in ActionStatus.allCases {
            var action = base
            action.status = status
            action.dueOn = due
            #expect(action.isLate(on: after) == status.isOpen)
            #expect(!action.isLate(on: due), "not yet on the day itself")
        }
        #expect(!base.isLate(on: after), "without a due date nothing is late")
    }

    @Test("a change does not take effect in the future")
    func future() throws {
        #expect(throws: Refusal.self) { try context("2022-12-02") }
        #expect(try context("2022-12-01").effectiveOn == CivilDate("2022-12-01"))
    }
}
