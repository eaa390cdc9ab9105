import ActionPlans
import Foundation
import Postgres
import Testing

@testable import JalonServer

/// The history told again from `changes`, change by change, with none of the server's own reckoning: slow and plain, for
/// comparison only. It knows the rule and nothing of `until`: what is said of a member holds until the next day of which something
/// has been said.
struct NaiveHistory: Sendable {
    struct Change: Sendable {
        let id: Int
        let ministry: String
        let firstYear: Int
        let code: String?
        let resource: String
        let kind: String
        let recordedAt: String
        let effectiveOn: String
        let recordedDay: String
        let before: [String: String]
        let after: [String: String]
    }

    struct Action: Sendable {
        var roadmap: String
        var ministry: String
        var members: [String: String]
        var inCohort = false

        subscript(_ member: String) -> String { members[member] ?? "" }
        var isKey: Bool { self["key_action"] == "true" }
        var isConfidential: Bool { self["confidential"] == "true" }

        func isLate(on day: String) -> Bool {
            !self["due_on"].isEmpty && self["due_on"] < day && ActionStatus(rawValue: self["status"])?.isOpen == true
        }
    }

    struct Roadmap: Sendable {
        var ministry: String
        var firstYear: Int
        var members: [String: String]
        var state: String { members["state"] ?? "" }
        var lastYear: Int { Int(members["last_year"] ?? "") ?? 0 }
    }

    /// Everything on a day as known at an instant.
    struct World: Sendable {
        var roadmaps: [String: Roadmap] = [:]
        var actions: [String: Action] = [:]
        var censuses: [Int: [String: String]] = [:]
    }

    var changes: [Change]

    static func read(_ database: Database) async throws -> NaiveHistory {
        let changes = try await database.read { session in
            try session.query(
                """
                select id, ministry, first_year, code, resource, kind, rfc3339(recorded_at), effective_on::text,
                    (recorded_at at time zone 'Europe/Paris')::date::text, before::text, after::text
                from changes where resource <> 'ministry' order by id
                """
            ) { row in
                Change(
                    id: try row.next(), ministry: try row.next(), firstYear: try row.next(), code: try row.next(),
                    resource: try row.next(), kind: try row.next(), recordedAt: try row.next(), effectiveOn: try row.next(),
                    recordedDay: try row.next(), before: members(try row.next()), after: members(try row.next()))
            }
        }
        return NaiveHistory(changes: changes)
    }

    /// Members as plain text; null is the empty text.
    private static func members(_ json: String?) -> [String: String] {
        guard let json, let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            return [:]
        }
        return object.mapValues { value in
            switch value {
            case is NSNull: ""
            case let list as [Any]: list.map { "\($0)" }.joined(separator: ",")
            case let number as NSNumber:
                String(cString: number.objCType) == "c" ? (number.boolValue ? "true" : "false") : number.stringValue
            default: "\(value)"
            }
        }
    }

    func world(on day: String, knownAt instant: String?) -> World {
        var world = World()
        var lives: [String: [Life]] = [:]
        for change in changes where instant.map({ change.recordedAt <= $0 }) ?? true {
            if change.resource == "census" {
                world.censuses[change.firstYear, default: [:]].merge(change.after) { $1 }
            } else {
                let roadmap = "\(change.ministry)-\(change.firstYear)"
                Self.add(change, to: &lives[change.code.map { "\(roadmap)-\($0)" } ?? roadmap, default: []])
            }
        }
        for (key, lives) in lives {
            guard let life = lives.last(where: { $0.from <= day }), day < life.until else { continue }
            let members = life.members(on: day)
            if life.first.code == nil {
                world.roadmaps[key] = Roadmap(
                    ministry: life.first.ministry, firstYear: life.first.firstYear, members: members)
            } else {
                let roadmap = "\(life.first.ministry)-\(life.first.firstYear)"
                world.actions[key] = Action(roadmap: roadmap, ministry: life.first.ministry, members: members)
            }
        }
        world.actions = world.actions.filter { world.roadmaps[$0.value.roadmap] != nil }
        for (key, action) in world.actions where world.roadmaps[action.roadmap]?.members["validated_on"]?.isEmpty == false {
            world.actions[key]?.inCohort = isInCohort(key, on: day, knownAt: instant)
        }
        return world
    }

    /// A thing from its creation to its deletion, and what has been said of it.
    private struct Life {
        let first: Change
        let from: String
        var until = "infinity"
        /// Each with its day, in the order of recording. What a rule ties is said whole.
        var said: [(day: String, members: [String: String])]

        var wasEverValidated: Bool { said.contains { members(on: $0.day)["validated_on"]?.isEmpty == false } }

        /// Of each member, what was said last of the last day by this one.
        func members(on day: String) -> [String: String] {
            let known = said.enumerated().filter { $0.element.day <= day }
            return known.sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }
                .reduce(into: [:]) { $0.merge($1.element.members) { $1 } }
        }
    }

    private static let tied = [
        "action": ["status", "status_reason", "completed_on"], "roadmap": ["state", "submitted_on", "validated_on"],
    ]

    private static func add(_ change: Change, to lives: inout [Life]) {
        switch change.kind {
        case "created":
            for index in lives.indices { lives[index].until = min(lives[index].until, change.effectiveOn) }
            lives.append(Life(first: change, from: change.effectiveOn, said: [(change.effectiveOn, change.after)]))
        case "deleted":
            for index in lives.indices { lives[index].until = min(lives[index].until, change.effectiveOn) }
        default:
            guard let life = lives.last else { return }
            var members = change.after
            let tied = tied[change.resource] ?? []
            if tied.contains(where: { members[$0] != nil }) {
                let then = life.members(on: change.effectiveOn)
                for member in tied where members[member] == nil { members[member] = then[member] ?? "" }
            }
            lives[lives.count - 1].said.append((change.effectiveOn, members))
        }
    }

    /// In the order of recording: a validation takes with it the actions created before it and not deleted since, and a
    /// later one of the same roadmap moves the day for the same actions, unless it was taken back. What is effective by the day holds.
    private func isInCohort(_ key: String, on day: String, knownAt instant: String?) -> Bool {
        var isThere = false, isTaken = false, holds = false
        var lives: [Life] = []
        for change in changes where instant.map({ change.recordedAt <= $0 }) ?? true {
            let roadmap = "\(change.ministry)-\(change.firstYear)"
            if let code = change.code, "\(roadmap)-\(code)" == key {
                if change.kind == "created" {
                    isThere = true
                    // A creation starts afresh from its day on.
                    isTaken = false
                    if change.effectiveOn <= day { holds = false }
                }
                if change.kind == "deleted" { isThere = false }
            }
            guard change.resource == "roadmap", key.hasPrefix(roadmap + "-") else { continue }
            if change.after["validated_on"]?.isEmpty == false {
                if lives.last?.wasEverValidated != true { isTaken = isThere }
                if isTaken, change.effectiveOn <= day { holds = true }
            }
            Self.add(change, to: &lives)
        }
        return holds
    }
}
