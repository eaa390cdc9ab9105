import ActionPlans
import Testing

@Suite("What a validated plan commits to")
struct CommitmentTests {
    private static func roadmap(_ state: RoadmapState) throws -> Roadmap {
        Roadmap(id: try #require(RoadmapID("TE-2022")), lastYear: 2022, title: "Plan", state: state)
    }

    private static func refusal(_ committed: CommittedChanges, _ role: Role, reason: String?, isOpen: Bool = false) -> Refusal? {
        do {
            try committed.check(by: role, reason: reason, revision: (address: "/revision", isOpen: isOpen))
            return nil
        } catch {
            return error
        }
    }

    @Test("is title, theme, target level and key action; every member is either that or follow-up")
    func members() throws {
        let code = try #require(ActionCode("A"))
        let committed = ["title", "theme", "target_level", "key_action"]
        #expect(ActionMember.committed.map(\.rawValue) == committed)
        for member in ActionMember.allCases {
            var changes = try #require(CommittedChanges(in: Self.roadmap(.validee)))
            let change = try #require(MemberChange(member: member.rawValue, from: .text("A"), to: .text("B")))
            changes.add(code, changes: [change])
            #expect(changes.isEmpty == !committed.contains(member.rawValue), "\(member)")
        }
    }

    @Test("is nothing before the validation and once the plan is closed")
    func states() throws {
        for state in RoadmapState.allCases {
            #expect((try CommittedChanges(in: Self.roadmap(state)) != nil) == (state == .validee), "\(state)")
        }
    }

    @Test("changes by a revision for a référent, whatever the reason, and with a reason for a coordinator")
    func roles() throws {
        let code = try #require(ActionCode("A"))
        for change in [CommittedChanges.Change.members(["title"]), .addition, .removal] {
            var changes = try #require(CommittedChanges(in: Self.roadmap(.validee)))
            changes.add(code, change)
            for reason in [nil, "Motif"] {
                guard case .revisionRequired(let id, let message)? = Self.refusal(changes, .referent, reason: reason) else {
                    Issue.record("\(change)")
                    continue
                }
                #expect(
                    id.description == "TE-2022" && message.french.contains("POST /revision") && message.english.contains("A ("))
            }
            let open = Self.refusal(changes, .referent, reason: nil, isOpen: true)
            guard case .revisionRequired(_, let message)? = open else {
                Issue.record("\(change)")
                continue
            }
            #expect(message.french.contains("PATCH /revision/actions/A"))
            #expect(Self.refusal(changes, .coordinator, reason: "Motif") == nil)
            guard case .invalid(let faults)? = Self.refusal(changes, .coordinator, reason: nil) else {
                Issue.record("\(change)")
                continue
            }
            #expect(faults.map(\.member) == ["reason"])
        }
    }

    @Test("is named for ten actions at most, and the rest is counted")
    func many() throws {
        var changes = try #require(CommittedChanges(in: Self.roadmap(.validee)))
        for number in 1...12 { changes.add(try #require(ActionCode("A\(number)")), .addition) }
        guard case .revisionRequired(_, let message)? = Self.refusal(changes, .referent, reason: nil) else {
            Issue.record("not refused")
            return
        }
        #expect(message.french.contains("A10 (nouvelle action) et 2 de plus") && !message.french.contains("A11"))
    }
}
