import ActionPlans
import RandomSeed

/// Plans as ministries might write them, at random.
struct RandomPlan {
    let ministry: String
    let firstYear: Int
    let lastYear: Int
    let state: RoadmapState
    var lines: [String]

    var roadmap: String { "\(ministry)-\(firstYear)" }

    var json: String {
        """
        {"ministry": "\(ministry)", "first_year": \(firstYear), "last_year": \(lastYear), "state": "\(state.code)",
         "effective_on": "2022-02-01", "actions": [\(lines.joined(separator: ",\n"))]}
        """
    }

    init(_ ministry: String, _ years: ClosedRange<Int>, _ state: RoadmapState, actions: Int, using seed: inout Seed) {
        self.ministry = ministry
        firstYear = years.lowerBound
        lastYear = years.upperBound
        self.state = state
        lines = (0..<actions).map { Self.line(code: "A-\($0)", using: &seed) }
    }

    static func line(code: String, using seed: inout Seed) -> String {
        let themes = Theme.allCases, levels = EngagementLevel.allCases, statuses = ActionStatus.allCases
        let status = statuses[Int.random(in: 0..<statuses.count, using: &seed)]
        var members = [
            #""code": "\#(code)""#,
            #""title": "Action \#(code) \#(Int.random(in: 0...999, using: &seed))""#,
            #""theme": "\#(themes[Int.random(in: 0..<themes.count, using: &seed)].code)""#,
            #""target_level": "\#(levels[Int.random(in: 0..<levels.count, using: &seed)].code)""#,
            #""status": "\#(status.code)""#,
            #""key_action": \#(Bool.random(using: &seed))"#,
            #""confidential": \#(Int.random(in: 0...9, using: &seed) == 0)"#,
        ]
        if status == .abandonnee { members.append(#""status_reason": "Sans suite""#) }
        if Int.random(in: 0...3, using: &seed) > 0 {
            members.append(#""reached_level": "\#(levels[Int.random(in: 0..<levels.count, using: &seed)].code)""#)
        }
        if Bool.random(using: &seed) {
            members.append(
                #""due_on": "20\#(Int.random(in: 20...35, using: &seed))-0\#(Int.random(in: 1...9, using: &seed))-15""#)
        }
        return "{\(members.joined(separator: ", "))}"
    }
}
