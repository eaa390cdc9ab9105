import Testing

@testable import ActionPlans

@Suite("What is said of a day of the past")
struct KnownDayTests {
    private static let today = CivilDate(year: 2024, month: 1, day: 31)
    private static let catalogue = PracticeCatalogue(ids: [])

    private static func day(_ month: Int, _ day: Int) throws -> CivilDate {
        try #require(CivilDate(year: 2023, month: month, day: day))
    }

    private static func context(_ day: CivilDate) throws -> ChangeContext {
        try ChangeContext(effectiveOn: day, reason: nil, today: #require(today))
    }

    @Test("becomes what is so today where nothing else was said since, and only there")
    func today() throws {
        var past = Action(title: "T", theme: .achats, targetLevel: .reflexion)
        var now = past
        now.title = "Autre"
        past.lead = "SG"
        now.lead = "SG"
        let first = try Self.day(6, 1)
        let known = KnownDay(past, next: ["title": first], tied: Action.tied)
        var patch = ActionPatch()
        patch.title = .value("Premier")
        patch.lead = .value("DNUM")
        let (action, changes) = try now.applying(
            patch, on: known, in: Self.context(Self.day(4, 1)), catalogue: Self.catalogue)
        #expect(action.title == "Autre" && action.lead == "DNUM")
        #expect(changes.map(\.member) == ["title", "lead"] && changes.map(\.until) == [first, nil])
        #expect(changes[0].from == .text("T"), "as it was on that day")
    }

    @Test("holds, with all that a rule ties, until the first day on which any of it was said")
    func tied() throws {
        let past = Action(title: "T", theme: .achats, targetLevel: .reflexion)
        var now = past
        (now.status, now.completedOn) = (.realisee, try Self.day(10, 3))
        let known = KnownDay(
            past, next: ["status": try Self.day(10, 3), "status_reason": try Self.day(6, 1)], tied: Action.tied)
        var patch = ActionPatch()
        patch.status = .value(.realisee)
        let (action, changes) = try now.applying(
            patch, on: known, in: Self.context(Self.day(4, 1)), catalogue: Self.catalogue)
        #expect(action == now)
        let first = try Self.day(6, 1)
        #expect(changes.map(\.member) == ["status", "completed_on"] && changes.map(\.until) == [first, first])
        #expect(changes[1].to == .text("2023-04-01"))
    }

    /// Submitted in March, under review since June.
    private static func roadmap() throws -> (now: Roadmap, states: [Dated<Roadmap>], next: [String: CivilDate]) {
        let ministry = try #require(MinistryCode("TE"))
        let id = try #require(RoadmapID(ministry: ministry, firstYear: 2023))
        let draft = Roadmap(id: id, lastYear: 2023, title: "T", state: .brouillon)
        var submitted = draft
        (submitted.state, submitted.submittedOn) = (.soumise, try day(3, 31))
        var now = submitted
        now.state = .enRelecture
        let states = [
            Dated(since: try day(1, 1), draft), Dated(since: try day(3, 31), submitted), Dated(since: try day(6, 1), now),
        ]
        return (now, states, ["state": try day(6, 1)])
    }

    @Test("may be a state that can follow that of its day, and be followed by the next")
    func steps() throws {
        let (now, states, next) = try Self.roadmap()
        for (day, state, isPossible) in [
            (try Self.day(5, 1), RoadmapState.enRelecture, true), (try Self.day(5, 1), .brouillon, false),
            (try Self.day(5, 1), .validee, false), (try Self.day(5, 1), .soumise, true),
        ] {
            let context = try Self.context(day)
            let known = try KnownRoadmap(states, next: next, in: context)
            var patch = RoadmapPatch()
            patch.state = .value(state)
            do throws(Refusal) {
                let said = try now.applying(patch, over: known, in: context, by: .coordinator)
                let (roadmap, changes) = (said.roadmap, said.changes)
                #expect(isPossible && roadmap == now && changes.isEmpty == (state == .soumise), "\(state)")
            } catch {
                guard case .conflict = error else { throw error }
                #expect(!isPossible, "\(state)")
            }
        }
    }

    @Test("is refused before the beginning, with its day")
    func beginning() throws {
        let (_, states, next) = try Self.roadmap()
        let context = try ChangeContext(
            effectiveOn: CivilDate(year: 2022, month: 12, day: 31), reason: nil, today: #require(Self.today))
        #expect(throws: Refusal.self) { try KnownRoadmap(states, next: next, in: context) }
        do throws(Refusal) {
            _ = try KnownRoadmap(states, next: next, in: context)
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            #expect(faults.map(\.member) == ["effective_on"] && faults[0].message.french.contains("1er janvier 2023"))
        }
    }
}
