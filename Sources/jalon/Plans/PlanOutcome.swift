import ActionPlans
import Documents

/// What applying a plan did, or would do, as the server answers it.
struct PlanOutcome: Decodable {
    struct Roadmap: Decodable {
        let id: String
        let title: String
        let state: String
        let firstYear: Int
        let lastYear: Int

        enum CodingKeys: String, CodingKey {
            case id, title, state
            case firstYear = "first_year"
            case lastYear = "last_year"
        }
    }

    struct Summary: Decodable {
        let created: Int
        let updated: Int
        let unchanged: Int
        let absent: Int
    }

    struct Warning: Decodable {
        let code: String
        let detail: String
        let line: Int?
        let column: Int?
    }

    struct Line: Decodable {
        let code: String
        let change: String
        let fields: [String: Change]
        /// Of a rehearsal.
        let values: [String: PlanValue]?
    }

    struct Change: Decodable {
        let from: PlanValue
        let to: PlanValue
        /// The next day of which something else had been said; nil for what holds today.
        let until: String?
    }

    let roadmap: Roadmap
    let created: Bool
    let fields: [String: Change]
    let summary: Summary
    let warnings: [Warning]
    let actions: [Line]
    /// Of the plan as it is left; from the head of the answer.
    var entityTag: String?

    var changesNothing: Bool { !created && fields.isEmpty && summary.created == 0 && summary.updated == 0 }

    /// What the empty cells of a table take away, an action a line.
    /// - Parameter cells: the members whose cell is empty, by the action's code.
    func erased(by cells: [String: Set<String>]) -> [String] {
        actions.compactMap { action in
            guard action.change == "updated", let empty = cells[action.code] else { return nil }
            let lost = ActionMember.allCases.compactMap { member -> String? in
                guard empty.contains(member.rawValue), let change = action.fields[member.rawValue], change.to.isEmpty,
                    !change.from.isEmpty
                else { return nil }
                return "\(MemberLabel.of(member.rawValue).shown) (\(change.from.shown(as: member.rawValue)))"
            }
            return lost.isEmpty ? nil : "\(action.code): \(lost.joined(separator: ", "))"
        }
    }
}
