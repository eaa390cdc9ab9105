import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Pages in an order that changes")
struct StablePageTests {
    private static let actionOrders = [
        "due_on", "-due_on", "updated_at", "-updated_at", "due_on,-id", "-due_on,updated_at", "-updated_at,id",
        "updated_at,due_on",
    ]

    /// The items of a list without what only the moment of asking tells: all that was there when its first page was read.
    private static func items(_ answer: TestAnswer) throws -> [JSONTree] {
        try #require(answer.status == 200, "\(answer.text)")
        return try JSONTree(json: answer.text)["data"].items
    }

    /// Reads a list to its end, writing between its pages.
    private static func pages(
        _ server: TestServer, _ first: String, as caller: TestServer.Caller, between write: () async throws -> Void
    ) async throws -> [JSONTree] {
        var items: [JSONTree] = []
        var next: String? = first
        while let page = next {
            let answer = await server.send(.get, page, as: caller)
            items += try Self.items(answer)
            next = try answer.json()["links"]["next"].text
            if next != nil { try await write() }
            try #require(items.count < 2_000)
        }
        return items
    }

    private static func prepare(_ server: TestServer, _ seed: inout Seed) async throws -> [String] {
        var ids: [String] = []
        for (ministry, state) in [("TE", RoadmapState.validee), ("EF", .soumise), ("JUS", .brouillon)] {
            let plan = RandomPlan(ministry, 2022...2022, state, actions: 20, using: &seed)
            try #require(await server.send(.put, "/v1/roadmaps/\(ministry)-2022/plan", body: plan.json).status == 201)
            let list = await server.send(.get, "/v1/roadmaps/\(ministry)-2022/actions?limit=200")
            ids += try Self.items(list).map { $0["id"].text }
        }
        return ids
    }

    /// Something that moves, adds or takes away actions in every order, or what they are listed by.
    private static func write(_ server: TestServer, _ ids: [String], _ seed: inout Seed) async throws {
        let id = try #require(ids.randomElement(using: &seed))
        let day = "2022-\(10 + Int.random(in: 0...2, using: &seed))-\(10 + Int.random(in: 0...18, using: &seed))"
        let late = Bool.random(using: &seed) ? #", "effective_on": "2022-03-01""# : ""
        let roadmap = id.split(separator: "-").prefix(2).joined(separator: "-")
        let answer: TestAnswer
        switch Int.random(in: 0..<12, using: &seed) {
        case 0..<4:
            answer = await server.send(
                .patch, "/v1/actions/\(id)", body: #"{"due_on": "\#(day)"\#(late)}"#, fields: ["If-Match": "*"])
        case 4..<6:
            answer = await server.send(.patch, "/v1/actions/\(id)", body: #"{"due_on": null}"#, fields: ["If-Match": "*"])
        case 6..<8:
            let status = ["a_faire", "en_cours", "realisee"].randomElement(using: &seed) ?? ""
            answer = await server.send(
                .patch, "/v1/actions/\(id)", body: #"{"status": "\#(status)", "title": "T \#(day)", "reason": "Tour"\#(late)}"#,
                fields: ["If-Match": "*"])
        case 8:
            let code = "Z\(Int.random(in: 0...99_999, using: &seed))"
            answer = await server.send(
                .post, "/v1/roadmaps/\(roadmap)/actions",
                body:
                    #"{"code": "\#(code)", "title": "T", "theme": "achats", "target_level": "reflexion", "due_on": "\#(day)", "reason": "Tour"}"#
            )
        case 9: answer = await server.send(.delete, "/v1/actions/\(id)?reason=Tour", fields: ["If-Match": "*"])
        case 10:
            let flag = Bool.random(using: &seed)
            answer = await server.send(
                .patch, "/v1/actions/\(id)", body: #"{"confidential": \#(flag)}"#, fields: ["If-Match": "*"])
        default:
            answer = await server.send(
                .patch, "/v1/roadmaps/\(roadmap)", body: #"{"title": "Plan \#(day)", "due_on": "\#(day)"}"#,
                fields: ["If-Match": "*"])
        }
        try #require([200, 201, 204, 404, 409, 422].contains(answer.status), "\(answer.text)")
    }

    @Test(
        "give every action that was there at the first page once, as it was then, whatever is written meanwhile",
        arguments: actionOrders)
    func actions(_ order: String) async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            let ids = try await Self.prepare(server, &seed)
            for filter in [
                "", "&status=a_faire,en_cours&theme=achats,fin_usage,phase_usage", "&as_of=2022-06-30", "&roadmap=TE-2022",
            ] {
                let target = "/v1/actions?sort=\(order)\(filter)"
                let whole = try Self.items(await server.send(.get, "\(target)&limit=200"))
                let limit = Int.random(in: 2...9, using: &seed)
                let read = try await Self.pages(server, "\(target)&limit=\(limit)", as: .coordinator) {
                    for _ in 0..<3 { try await Self.write(server, ids, &seed) }
                }
                #expect(read == whole, "\(target) \(seed)")
            }
        }
    }

    @Test("give each reader what he may see, and not what has been hidden since", arguments: ["due_on", "-updated_at"])
    func hidden(_ order: String) async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            let ids = try await Self.prepare(server, &seed)
            for caller in [TestServer.Caller.reader, .referent, .otherReferent] {
                let target = "/v1/actions?sort=\(order)"
                let whole = try Self.items(await server.send(.get, "\(target)&limit=200", as: caller))
                let start = try await server.count("select coalesce(max(id), 0) from changes")
                let read = try await Self.pages(server, "\(target)&limit=5", as: caller) {
                    for _ in 0..<3 { try await Self.write(server, ids, &seed) }
                }
                let now = Set(try Self.items(await server.send(.get, "\(target)&limit=200", as: caller)).map(\.["id"].text))
                #expect(Set(read.map(\.["id"].text)).count == read.count, "\(caller) \(seed)")
                // In order, none of them changed, and none missing that has been in sight all the time.
                #expect(read.filter(whole.contains) == read, "\(caller) \(seed)")
                #expect(read == whole.filter { read.contains($0) }, "\(caller) \(seed)")
                let missing = whole.map(\.["id"].text).filter { id in !read.contains { $0["id"].text == id } }
                let hidden = try await Self.hidden(server, since: start)
                #expect(now.isDisjoint(with: Set(missing).subtracting(hidden)), "\(caller) \(missing) \(seed)")
            }
        }
    }

    /// The actions that were confidential or deleted at any time since a change, though they may be in sight again. What was recorded
    /// of them before is not told any more.
    private static func hidden(_ server: TestServer, since start: Int) async throws -> Set<String> {
        let ids = try await server.database.read { session in
            try session.query(
                """
                select concat_ws('-', ministry, first_year, code) from changes
                where id > \(start) and resource = 'action' and (kind = 'deleted' or after ->> 'confidential' = 'true')
                """
            ) { row in try row.next(String.self) }
        }
        return Set(ids)
    }

    @Test("do so for roadmaps too", arguments: ["updated_at", "-updated_at", "-updated_at,id"])
    func roadmaps(_ order: String) async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            var ids: [String] = []
            for ministry in ["TE", "EF", "JUS", "CUL"] {
                for year in [2021, 2022, 2023] {
                    try await server.apply("{ministry: \(ministry), first_year: \(year), actions: []}", to: "\(ministry)-\(year)")
                    ids.append("\(ministry)-\(year)")
                }
            }
            let target = "/v1/roadmaps?sort=\(order)"
            let whole = try Self.items(await server.send(.get, "\(target)&limit=200"))
            #expect(whole.count == 12)
            let read = try await Self.pages(server, "\(target)&limit=2", as: .coordinator) {
                let id = try #require(ids.randomElement(using: &seed))
                let day = 10 + Int.random(in: 0...18, using: &seed)
                let writes: [(HTTPRequest.Method, String, String?)] = [
                    (.patch, "/v1/roadmaps/\(id)", #"{"title": "Plan \#(day)"}"#),
                    (.patch, "/v1/roadmaps/\(id)", #"{"state": "soumise"}"#),
                    (.delete, "/v1/roadmaps/\(id)", nil),
                    (
                        .post, "/v1/roadmaps/\(id)/actions",
                        #"{"code": "Z\#(day)", "title": "T", "theme": "achats", "target_level": "reflexion"}"#
                    ),
                    (.post, "/v1/roadmaps", #"{"ministry": "AGR", "first_year": \#(2000 + day)}"#),
                ]
                for (method, path, body) in writes.shuffled(using: &seed).prefix(2) {
                    _ = await server.send(method, path, body: body, fields: ["If-Match": "*"])
                }
            }
            #expect(read == whole, "\(seed)")
        }
    }

    @Test("do not wait for a write under way when the first page is read, nor give what it writes")
    func writeUnderWay() async throws {
        try await TestServer.with { server async throws in
            var seed = Seed.fresh()
            _ = try await Self.prepare(server, &seed)
            let ministry = try #require(MinistryCode("EF"))
            let (answer, whole, first) = try await HeldTransaction.with(on: server.database) { session in
                try Self.postpone(session, all: ministry)
            } meanwhile: {
                // Another ministry records after the one under way has taken its instant.
                let answer = await server.send(.post, "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": 2030}"#)
                let whole = await server.send(.get, "/v1/actions?sort=due_on&limit=200")
                let first = await server.send(.get, "/v1/actions?sort=due_on&limit=7")
                return (answer, whole, first)
            }
            #expect(answer.status == 201)
            var read = try Self.items(first)
            let next = try #require(try first.json()["links"]["next"].text)
            read += try await Self.pages(server, next, as: .coordinator) {}
            #expect(try read == Self.items(whole))
            #expect(try Self.items(await server.send(.get, "/v1/actions?sort=due_on&limit=1"))[0]["due_on"].text == "2019-01-01")
        }
    }

    private static func postpone(_ session: borrowing Session, all ministry: MinistryCode) throws {
        try WriteLock.roadmaps(of: ministry).take(session)
        let instant = try WriteMoment.read(session).instant
        try session.execute(
            """
            update actions set due_on = '2019-01-01', version = version + 1, updated_at = \(instant)::timestamptz
            where ministry = \(ministry)
            """)
        try session.execute(
            """
            insert into changes (ministry, first_year, code, resource, kind, version, recorded_at, effective_on,
                actor_label, actor_role, before, after)
            select ministry, first_year, code, 'action', 'updated', version, \(instant)::timestamptz,
                paris_date(\(instant)::timestamptz), 'x', 'x', '{}', '{"due_on": "2019-01-01"}'
            from actions where ministry = \(ministry)
            """)
    }

    @Test("count the same total on each page, and keep the tag of the first while nothing is written")
    func totals() async throws {
        try await TestServer.with { server async throws in
            var seed = Seed.fresh()
            let ids = try await Self.prepare(server, &seed)
            let target = "/v1/actions?sort=-due_on&limit=9&count=true&status=a_faire,en_cours,realisee"
            let first = await server.send(.get, target)
            #expect(await server.send(.get, target).tag == first.tag)
            #expect(await server.send(raw: .get, target, fields: ["If-None-Match": first.tag]).status == 304)
            let total = try first.json()["meta"]["total"].number
            var next = try first.json()["links"]["next"].text
            while let page = next {
                for _ in 0..<4 { try await Self.write(server, ids, &seed) }
                let answer = try await server.send(.get, page).json()
                #expect(answer["meta"]["total"].number == total, "\(seed)")
                next = answer["links"]["next"].text
            }
        }
    }

    @Test("by id, what leaves the filter is not given, what comes in may be, and nothing is given twice")
    func byID() async throws {
        try await TestServer.with { server async throws in
            var seed = Seed.fresh()
            let ids = try await Self.prepare(server, &seed)
            let target = "/v1/actions?status=a_faire,en_cours"
            let before = Set(try Self.items(await server.send(.get, "\(target)&limit=200")).map(\.["id"].text))
            var touched: Set<String> = []
            let read = try await Self.pages(server, "\(target)&limit=4", as: .coordinator) {
                let id = try #require(ids.randomElement(using: &seed))
                touched.insert(id)
                let status = Bool.random(using: &seed) ? "realisee" : "en_cours"
                let answer = await server.send(
                    .patch, "/v1/actions/\(id)", body: #"{"status": "\#(status)"}"#, fields: ["If-Match": "*"])
                #expect(answer.status == 200)
            }.map(\.["id"].text)
            #expect(
                read == read.sorted { $0.compare($1, options: .literal) == .orderedAscending } && Set(read).count == read.count,
                "\(seed)")
            #expect(before.subtracting(touched).isSubset(of: read), "\(seed)")
        }
    }

    /// As a reader of pages sees it.
    private struct ReadPage: Sendable {
        var next: [String]?
        let list: ListInstant?
    }

    @Test(
        "are read again as of the look, where somebody has recorded between the look and the first page",
        arguments: [true, false])
    func recordedBetween(isOneStatement: Bool) async throws {
        try await TestServer.with { server async throws in
            let actor = Actor(
                principal: "0123456789", token: "0123456789", label: "Coordination", role: .coordinator, ministries: [])
            func page(_ told: String) async throws -> (page: ReadPage, reads: UInt64) {
                let reads = Count()
                let page = try await ListInstant.page(
                    in: server.database, of: nil, for: actor, next: \ReadPage.next, isOneStatement: isOneStatement
                ) { _, list, telling in
                    reads.add()
                    #expect((telling == nil) == (list != nil))
                    return ReadPage(next: list == nil ? ["x", told] : ["x"], list: list)
                }
                return (page, reads.now)
            }
            let before = try await page("2022-01-01T00:00:00.000000Z 2026-01-01 TE=2021-01-01T00:00:00.000000Z")
            #expect(before.reads == 1 && before.page.next?.count == 2)
            let after = try await page("2199-01-01T00:00:00.000000Z 2026-01-01 TE=2021-01-01T00:00:00.000000Z")
            let list = try #require(after.page.list)
            #expect(after.reads == 2 && after.page.next == ["x", list.text])
            #expect(list.instant < "2199" && list.day.description == "2026-01-01" && list.others.map(\.ministry.text) == ["TE"])
        }
    }
}
