import ActionPlans
import Testing

@Suite("States of a revision")
struct RevisionStateTests {
    /// Who may make a move, each with whether a reason is asked for; all other moves are refused to everybody.
    private static let allowed: [String: [Role: Bool]] = [
        "nil en_preparation": [.referent: false, .coordinator: false],
        "en_preparation soumise": [.referent: false, .coordinator: false],
        "en_preparation abandonnee": [.referent: false, .coordinator: true],
        "soumise en_preparation": [.referent: false, .coordinator: true],
        "soumise validee": [.coordinator: false],
        "soumise abandonnee": [.referent: false, .coordinator: true],
    ]

    private static func refusal(_ from: RevisionState?, _ to: RevisionState, _ role: Role, _ reason: String?) -> Refusal? {
        do {
            try RevisionState.checkMove(from: from, to: to, by: role, reason: reason)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "each pair is allowed to the roles of the table, to coordinators with a reason where they refuse, and refused to all others"
    )
    func everyPair() {
        for from in [nil] + RevisionState.allCases.map(Optional.some) {
            for to in RevisionState.allCases where from != to {
                let roles = Self.allowed["\(from?.code ?? "nil") \(to.code)"]
                for role in Role.allCases {
                    let place: Comment = "\(String(describing: from)) \(to) \(role)"
                    switch (roles, Self.refusal(from, to, role, "Motif")) {
                    case (nil, .transitionRefused?): break
                    case (let roles?, nil): #expect(roles[role] != nil, place)
                    case (let roles?, .forbidden?): #expect(roles[role] == nil, place)
                    default: Issue.record(place)
                    }
                    guard let needsReason = roles?[role] else { continue }
                    let unreasoned = Self.refusal(from, to, role, nil)
                    if needsReason {
                        guard case .invalid(let faults)? = unreasoned else {
                            Issue.record(place)
                            continue
                        }
                        #expect(faults.map(\.member) == ["reason"], place)
                    } else {
                        #expect(unreasoned == nil, place)
                    }
                }
            }
        }
    }

    @Test("what may follow is told as it is refused")
    func told() {
        for from in RevisionState.allCases {
            let next = RevisionState.following(from)
            #expect(Set(next).count == next.count && next.isEmpty == !from.isOpen)
            for to in RevisionState.allCases {
                for role in [Role.referent, .coordinator] {
                    let may = next.contains(to) && RevisionState.refusal(from: from, to: to, by: role) == nil
                    #expect(may == (Self.refusal(from, to, role, "Motif") == nil), "\(from) \(to) \(role)")
                }
            }
        }
    }
}
