import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The list of resources")
struct ResourceTests {
    @Test("has the resources that the schema lets into the history, and no others")
    func names() async throws {
        try await TestServer.with { server in
            let definition = try await Self.text(
                server,
                "select pg_get_constraintdef(oid) from pg_constraint where conname = 'changes_resource_known' and connamespace = current_schema()::regnamespace"
            )
            let known = Self.names(in: definition)
            let listed = Set(Resource.allCases.map(\.rawValue))
            let unlisted = known.subtracting(listed).sorted()
            let refused = listed.subtracting(known).sorted()
            #expect(unlisted == [], "Resource has no case for \(unlisted), which changes_resource_known in schema.sql admits")
            #expect(refused == [], "changes_resource_known in schema.sql does not admit \(refused)")
        }
    }

    @Test("has the resources that the contract says a history may be of")
    func contract() throws {
        let kinds = try ContractDocument.current().root["components"]["schemas"]["ResourceKind"]["enum"].items.map(\.text)
        #expect(Set(kinds) == Set(Resource.allCases.map(\.rawValue)), "ResourceKind in contract/shared/values.yaml")
    }

    @Test("knows which of them frame the figures: those that the index of the frame has")
    func frame() async throws {
        try await TestServer.with { server in
            let definition = try await Self.text(
                server,
                "select pg_get_indexdef(oid) from pg_class where relname = 'changes_of_frame' and relnamespace = current_schema()::regnamespace"
            )
            #expect(Self.names(in: definition) == Set(Resource.allCases.filter(\.framesFigures).map(\.rawValue)))
        }
    }

    /// The columns that name a thing, as far as they are there.
    private struct Shape: Hashable {
        let ministry: Bool
        let firstYear: Bool
        let code: Bool

        static let all = [false, true].flatMap { ministry in
            [false, true].flatMap { year in
                [false, true].map { code in Shape(ministry: ministry, firstYear: year, code: code) }
            }
        }

        static func of(_ key: Resource.Key) -> Shape {
            switch key {
            case .roadmap: Shape(ministry: true, firstYear: true, code: false)
            case .partOfRoadmap: Shape(ministry: true, firstYear: true, code: true)
            case .ministry: Shape(ministry: true, firstYear: false, code: false)
            case .year: Shape(ministry: false, firstYear: true, code: false)
            case .code: Shape(ministry: false, firstYear: false, code: true)
            case .measure, .partOfAction, .numbered: Shape(ministry: true, firstYear: true, code: true)
            }
        }
    }

    @Test("names each of them by the columns that the schema asks for, and only by these", arguments: Resource.allCases)
    func keys(resource: Resource) async throws {
        try await TestServer.with { server in
            try await server.database.write { session in
                try session.script("create table probe (like changes including constraints including defaults)")
            }
            for shape in Shape.all {
                let isTaken = await Self.isTaken(server, resource, shape)
                #expect(isTaken == (shape == Shape.of(resource.key)), "\(resource) \(shape)")
            }
        }
    }

    private static func isTaken(_ server: TestServer, _ resource: Resource, _ shape: Shape) async -> Bool {
        let ministry = shape.ministry ? "TE" : ""
        let year = shape.firstYear ? 2022 : nil as Int?
        let code = shape.code ? "A" : nil as String?
        do {
            return try await server.database.write { session in
                try session.execute(
                    """
                    insert into probe (id, ministry, first_year, code, resource, kind, version, recorded_at, effective_on,
                        actor_label, actor_role, after)
                    values (1, \(ministry), \(year), \(code), \(resource.rawValue), 'created', 1, now(), '2022-01-01', 'A', 'admin',
                        '{}')
                    """) == 1
            }
        } catch {
            return false
        }
    }

    @Test("is whole in the feed, and each entry's thing has an address and a history")
    func addresses() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let renamed = await server.send(
                .patch, "/v1/ministries/EN", as: .admin, body: #"{"siren": "123456789", "siret": null}"#,
                fields: ["If-Match": "*"])
            try #require(renamed.status == 200, "\(renamed.text)")
            try await FeedReplica.settle(server)
            let feed = await server.send(.get, "/v1/changes?limit=200")
            try #require(feed.status == 200, "\(feed.text)")
            let ids = try await server.database.read { session in
                try session.query("select distinct \(ResourceID.columns("c")) from changes c") { row in try ResourceID(&row)
                }
            }
            // Those of the coordinators alone are told to nobody.
            let drafts = try await server.database.read { session in
                try session.query(
                    """
                    select distinct \(ResourceID.columns("c")) from changes c
                    join recommendations rec on rec.ministry = c.ministry and rec.first_year = c.first_year and rec.code = c.code
                        and rec.known_to = 'infinity' and rec.sent_on is null
                    where c.resource = \(Resource.recommendation.literal)
                    """
                ) { row in try ResourceID(&row) }
            }
            let written = Set(ids.map(\.resource))
            let unwritten = Resource.allCases.filter { !written.contains($0) }
            #expect(unwritten == [], "ContractCases.scene writes none of these")
            let found = try await Self.found(server)
            #expect(found == [])
            for resource in Resource.allCases { try await Self.checkTelling(server, of: resource) }
            for id in ids {
                let entry = "\"resource\":\"\(id.resource.rawValue)\",\"id\":\"\(id.text)\""
                let isTold = id.resource.telling != .untold && !drafts.contains(id)
                #expect(feed.text.contains(entry) == isTold, "\(id)")
                let thing = await server.send(.get, id.address)
                #expect(thing.status == 200, "\(id.address): \(thing.text)")
                let history = await server.send(.get, "\(id.address)/history")
                #expect(history.status == 200, "\(id.address)/history: \(history.text)")
                #expect(history.text.contains("{\"type\":\"\(id.resource.rawValue)\",\"id\":\"\(id.text)\"}"), "\(id)")
            }
        }
    }

    @Test("is compared with its history by the audit: a row that was written by hand is found, whatever it is of")
    func audit() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for resource in Resource.allCases {
                guard case .alone(let table) = resource.auditing else { continue }
                let rows = try await server.database.write { session in
                    try session.execute("update \(table.name) p set version = version + 1 where \(table.isOfToday)")
                }
                #expect(rows > 0, "ContractCases.scene writes no \(resource)")
                let found = try await Self.found(server)
                #expect(found.count { $0.hasPrefix("today ") && $0.contains(" version ") } == rows, "\(resource): \(found)")
                try await server.database.write { session in
                    _ = try session.execute("update \(table.name) p set version = version - 1 where \(table.isOfToday)")
                }
            }
        }
    }

    /// What the audit finds, in words.
    private static func found(_ server: TestServer) async throws -> [String] {
        try await FigureAudit.differences(in: server.database).map { difference in
            "\(difference.source) \(difference.thing) \(difference.measure) \(difference.stored) \(difference.recounted)"
        }
    }

    /// The scene has a draft, of which only some may know.
    private static func checkTelling(_ server: TestServer, of resource: Resource) async throws {
        let (all, hidden) = try await server.database.read { session in
            try session.one(
                """
                select count(*), count(*) filter (where f.outside is distinct from f.inside) from feed_entries f
                where f.resource = \(resource.rawValue) and f.inside is not null
                """
            ) { row in (try row.next(Int.self), try row.next(Int.self)) }
        }
        switch resource.telling {
        case .untold: #expect(all == 0, "\(resource)")
        case .changes: #expect(all > 0 && hidden == 0, "\(resource)")
        case .sight: #expect(all > 0 && hidden > 0, "\(resource)")
        }
    }

    private static func text(_ server: TestServer, _ sql: SQL) async throws -> String {
        try await server.database.read { session in
            try session.one(sql) { row in try row.next(String.self) }
        }
    }

    private static func names(in definition: String) -> Set<String> {
        Set(definition.matches(of: /'([a-z_]+)'::text/).map { String($0.1) })
    }
}
