import ActionPlans
import Foundation
import Postgres
import Testing

@testable import JalonServer

/// The history told again from `changes`, change by change, with none of the server's own reckoning: slow and plain, for
/// comparison only.
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
        for change in changes where instant.map({ change.recordedAt <= $0 }) ?? true {
            if change.resource == "census" {
                world.censuses[change.firstYear, default: [:]].merge(change.after) { $1 }
                continue
            }
            guard change.effectiveOn <= day else { continue }
            let roadmap = "\(change.ministry)-\(change.firstYear)"
            if let code = change.code {
                Self.apply(change, to: &world, "\(roadmap)-\(code)", of: roadmap)
            } else {
                Self.apply(change, to: &world, roadmap)
            }
        }
        world.actions = world.actions.filter { world.roadmaps[$0.value.roadmap] != nil }
        for key in world.actions.keys { world.actions[key]?.inCohort = isInCohort(key, on: day, knownAt: instant) }
        return world
    }

    private static func apply(_ change: Change, to world: inout World, _ action: String, of roadmap: String) {
        switch change.kind {
        case "created": world.actions[action] = Action(roadmap: roadmap, ministry: change.ministry, members: change.after)
        case "deleted": world.actions[action] = nil
        default: world.actions[action]?.members.merge(change.after) { $1 }
        }
    }

    private static func apply(_ change: Change, to world: inout World, _ roadmap: String) {
        switch change.kind {
        case "created":
            world.roadmaps[roadmap] = Roadmap(ministry: change.ministry, firstYear: change.firstYear, members: change.after)
        case "deleted": world.roadmaps[roadmap] = nil
        default: world.roadmaps[roadmap]?.members.merge(change.after) { $1 }
        }
    }

    /// In the order of recording: a validation takes with it the actions created before it and not deleted since, and a
    /// later one of the same roadmap moves the day for the same actions. What is effective by the day holds.
    private func isInCohort(_ key: String, on day: String, knownAt instant: String?) -> Bool {
        var isThere = false, isTaken = false, holds = false, wasValidated = false
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
            if change.resource == "roadmap", key.hasPrefix(roadmap + "-"), change.after["validated_on"]?.isEmpty == false {
                if !wasValidated { isTaken = isThere }
                wasValidated = true
                if isTaken, change.effectiveOn <= day { holds = true }
            }
        }
        return holds
    }
}
