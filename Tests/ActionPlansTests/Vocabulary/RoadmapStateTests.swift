import Testing

@testable import ActionPlans

@Suite("States of a roadmap")
struct RoadmapStateTests {
    /// Every pair there is, and which roles may make the move; what is not here is refused to all.
    private static let allowed: [String: Set<Role>] = [
        "nil brouillon": [.referent, .coordinator], "nil soumise": [.referent, .coordinator],
        "nil en_relecture": [.coordinator], "nil validee": [.coordinator], "nil close": [.coordinator],
        "brouillon soumise": [.referent, .coordinator], "soumise brouillon": [.referent, .coordinator],
        "soumise en_relecture": [.coordinator], "en_relecture brouillon": [.coordinator],
        "en_relecture validee": [.coordinator], "validee close": [.coordinator],
    ]

    @Test("each pair of states is allowed to the roles of the table and refused to all others")
    func everyPair() {
        for from in [nil] + RoadmapState.allCases.map(Optional.some) {
            for to in RoadmapState.allCases where from != to {
                let roles = Self.allowed["\(from?.code ?? "nil") \(to.code)"]
                for role in Role.allCases {
                    let refusal: Refusal?
                    do {
                        try RoadmapState.checkMove(from: from, to: to, by: role)
                        refusal = nil
                    } catch {
                        refusal = error
                    }
                    switch (roles, refusal) {
                    case (nil, .transitionRefused?): break
                    case (let roles?, nil): #expect(roles.contains(role), "\(String(describing: from)) \(to) \(role)")
                    case (let roles?, .forbidden?): #expect(!roles.contains(role))
                    default: Issue.record("\(String(describing: from)) → \(to) as \(role): \(String(describing: refusal))")
                    }
                }
            }
        }
    }

    @Test("dates follow the state: submitted unless a draft, validated when valid")
    func dates() throws {
        let id = try #require(RoadmapID("TE-2022"))
        let day = try #require(CivilDate("2022-03-01")), later = try #require(CivilDate("2022-05-01"))
        func move(_ roadmap: Roadmap, _ state: RoadmapState, on date: CivilDate) throws -> Roadmap {
            var patch = RoadmapPatch()
            patch.state = .value(state)
            return try roadmap.applying(
                patch, in: ChangeContext(effectiveOn: date, reason: nil, today: later), by: .coordinator)
        }
        let context = try ChangeContext(effectiveOn: day, reason: nil, today: later)
        let draft = try Roadmap.creating(id, RoadmapPatch(), in: context, by: .referent)
        #expect(draft.submittedOn == nil && draft.lastYear == 2022)
        let submitted = try move(draft, .soumise, on: day)
        #expect(submitted.submittedOn == day && submitted.validatedOn == nil)
        let valid = try move(move(submitted, .enRelecture, on: later), .validee, on: later)
        #expect(valid.submittedOn == day && valid.validatedOn == later)
        let reviewed = try move(submitted, .enRelecture, on: later)
        let early = try #require(CivilDate("2022-02-01"))
        #expect(throws: Refusal.self, "a validation does not rewrite the date of submission") {
            try move(reviewed, .validee, on: early)
        }
        #expect(try move(submitted, .brouillon, on: later).submittedOn == nil)
        let closed = try move(valid, .close, on: later)
        var title = RoadmapPatch()
        title.title = .value("Autre")
        #expect(throws: Refusal.roadmapClosed(id)) { try closed.applying(title, in: context, by: .coordinator) }
    }
}
