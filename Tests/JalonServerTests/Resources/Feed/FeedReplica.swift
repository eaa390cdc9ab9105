import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// A copy kept by following the feed, as one reader may.
struct FeedReplica: Sendable {
    struct Thing: Sendable, Equatable {
        var version: Int
        /// Members that say nothing are left out, as history does.
        var members: [String: String]
    }

    let caller: TestServer.Caller
    private(set) var cursor: String?
    private(set) var things: [String: Thing] = [:]
    /// The changes received, in order: id, kind and version.
    private(set) var received: [String] = []
    private var cursors: Set<String> = []

    init(_ caller: TestServer.Caller) {
        self.caller = caller
    }

    /// Reads one page more.
    /// - Returns: whether there is another one.
    mutating func follow(_ server: TestServer, limit: Int, wait: Int = 0) async throws -> Bool {
        let answer = await server.send(
            .get, "/v1/changes?limit=\(limit)&wait=\(wait)" + (cursor.map { "&after=\($0)" } ?? ""), as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        let page = try answer.json()
        for change in page["data"].items { try apply(change) }
        cursor = page["meta"]["cursor"].text
        return page["meta"]["more"].flag == true
    }

    /// Reads all that there is, once everything written is in its place.
    mutating func catchUp(_ server: TestServer, limit: Int = 1_000) async throws {
        try await Self.settle(server)
        while try await follow(server, limit: limit) {}
    }

    /// Other tests write to the same cluster at the same time: their transactions hold back the feed.
    static func settle(_ server: TestServer) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await server.count("select count(*) from feed_entries where position >= feed_horizon()") > 0 {
            try #require(ContinuousClock.now < deadline, "some transaction of the cluster does not end")
        }
    }

    mutating func apply(_ change: JSONValue) throws {
        let id = "\(change["resource"].text ?? "") \(change["id"].text ?? "")"
        let kind = try #require(change["kind"].text)
        let version = change["version"].number
        received.append("\(id) \(kind) \(version ?? 0)")
        #expect(cursors.insert(change["cursor"].text ?? "").inserted, "received twice: \(change)")
        let known = things[id]
        switch kind {
        case "created", "revealed":
            #expect(known == nil, "\(caller) \(id) \(kind) though known: \(received.filter { $0.hasPrefix(id + " ") })")
            things[id] = Thing(version: try #require(version), members: members(of: change))
        case "updated":
            var thing = try #require(known, "\(caller) \(id) updated though unknown")
            let version = try #require(version)
            #expect(version > thing.version, "\(caller) \(id): \(version) after \(thing.version)")
            for (name, value) in change["fields"].members {
                let before = thing.members[name] ?? ""
                #expect(Self.plain(value["from"]) == before, "\(caller) \(id) \(name): from \(value["from"]), not \(before)")
            }
            thing.version = version
            for (name, value) in members(of: change, keepsEmpty: true) { thing.members[name] = value.isEmpty ? nil : value }
            things[id] = thing
        case "deleted", "withdrawn":
            #expect(change["fields"].isNull && change["links"]["resource"].isNull)
            things[id] = nil
        default: Issue.record("\(kind)")
        }
    }

    private func members(of change: JSONValue, keepsEmpty: Bool = false) -> [String: String] {
        change["fields"].members.mapValues { Self.plain($0["to"]) }.filter { keepsEmpty || !$0.value.isEmpty }
    }

    static func plain(_ value: JSONValue) -> String {
        if value.isNull || value.flag == false { return "" }
        if !value.items.isEmpty { return value.items.map(plain).joined(separator: " | ") }
        return value.text ?? value.flag.map { "\($0)" } ?? value.number.map(String.init) ?? ""
    }
}

extension FeedReplica {
    /// What the lists show the same reader now.
    static func ofLists(_ server: TestServer, _ caller: TestServer.Caller) async throws -> [String: Thing] {
        var things: [String: Thing] = [:]
        for (resource, path, names) in [
            ("action", "/v1/actions", ActionMember.allCases.map(\.rawValue)),
            ("roadmap", "/v1/roadmaps", ["last_year", "title", "state", "due_on", "submitted_on", "validated_on"]),
        ] {
            var next: String? = "\(path)?limit=200"
            while let target = next {
                let page = try await server.send(.get, target, as: caller).json()
                for item in page["data"].items {
                    let members = names.map { ($0, plain(item[$0])) }.filter { !$0.1.isEmpty }
                    things["\(resource) \(item["id"].text ?? "")"] = Thing(
                        version: item["version"].number ?? 0, members: Dictionary(uniqueKeysWithValues: members))
                }
                next = page["links"]["next"].text
            }
        }
        return things
    }

    var plans: [String: Thing] { things.filter { $0.key.hasPrefix("action ") || $0.key.hasPrefix("roadmap ") } }
}
