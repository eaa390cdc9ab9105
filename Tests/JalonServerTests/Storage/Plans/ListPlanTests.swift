import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The statements of lists")
struct ListPlanTests {
    /// What a statement must not do where it is not for a table of a few rows.
    struct Cost: Hashable, CustomStringConvertible {
        let path: String
        let what: String
        var description: String { "\(path): \(what)" }
    }

    /// Each is asked in turn, and the statements that it has prepared are then planned for any values, as they are after a few calls.
    private static let paths = [
        "/v1/actions", "/v1/actions?theme=achats&status=en_cours&year=2022", "/v1/actions?year=2021,2022&late=true",
        "/v1/actions?sort=due_on", "/v1/actions?sort=-updated_at", "/v1/actions?ministry=B007&sort=-due_on",
        "/v1/actions?roadmap=B007-2022", "/v1/actions?roadmap_state=validee", "/v1/actions?lead=Direction%207",
        "/v1/actions?q=reconditionne&ministry=B007", "/v1/actions?confidential=true&ministry=B007",
        "/v1/actions?as_of=2023-01-01&ministry=B007", "/v1/actions?as_of=2023-01-01&known_at=2024-01-01T00:00:00Z&ministry=B007",
        "/v1/roadmaps/B007-2022/actions", "/v1/roadmaps/B007-2022/actions?sort=due_on", "/v1/roadmaps?year=2022",
        "/v1/roadmaps?ministry=B007", "/v1/actions/B007-2022-A-7/history", "/v1/roadmaps/B007-2022/history", "/v1/changes",
        "/v1/changes?ministry=B007", "/v1/changes?resource=action",
    ]

    @Test("read no big table whole, do once what can be done once, and sort no more than they answer")
    func plans() async throws {
        // One connection: what has been prepared is there to be seen.
        try await TestServer.with(connections: 1) { server in
            try await GeneratedPlans.fill(server.database)
            try await server.database.maintain(timeout: .seconds(10)) { session in try session.script(Self.costs) }
            var seen: Set<String> = []
            var found: Set<Cost> = []
            for caller in [TestServer.Caller.coordinator, .reader, .referent] {
                for path in Self.paths { try await Self.ask(path, as: caller, server, &found, &seen) }
            }
            #expect(seen.count > 60)
            #expect(found.isEmpty, "\(found.map(\.description).sorted().joined(separator: "\n"))")
        }
    }

    /// Two pages: the second of a list that moves is another statement than its first.
    private static func ask(
        _ path: String, as caller: TestServer.Caller, _ server: TestServer, _ found: inout Set<Cost>, _ seen: inout Set<String>
    ) async throws {
        var next: String? = path
        for _ in 0..<2 {
            guard let page = next else { return }
            let answer = await server.send(.get, page, as: caller)
            try #require(answer.status == 200, "\(page): \(answer.text)")
            next = try answer.json()["links"]["next"].text
            try await note(&found, of: "\(caller) \(path)", beyond: &seen, server)
        }
    }

    private static func note(
        _ found: inout Set<Cost>, of path: String, beyond seen: inout Set<String>, _ server: TestServer
    ) async throws {
        let known = Array(seen)
        let rows = try await server.database.maintain(timeout: .seconds(10)) { session in
            try session.query("select name, cost from costs_of_statements(\(known)::text[])") { row in
                (name: try row.next(String.self), cost: try row.next(String?.self))
            }
        }
        for (name, cost) in rows {
            seen.insert(name)
            if let cost { found.insert(Cost(path: path, what: cost)) }
        }
    }

    /// What is wrong with the plans of the prepared statements that are not known yet; a row without a cost for what is well.
    /// A document of the row itself may be unfolded, such as the members of a change; so may the locks, for the one row of an instant.
    private static let costs = #"""
        create function costs_of_statements(known text[]) returns table (name text, cost text) language plpgsql as $$
        declare
            prepared record;
            plan jsonb;
        begin
            perform set_config('plan_cache_mode', 'force_generic_plan', true);
            for prepared in
                select p.name, p.statement, cardinality(p.parameter_types) as parameters from pg_prepared_statements p
                where p.name like 'jalon\_%' and p.name <> all (known) and p.statement ~ '^\s*(select|with)'
                    and p.statement !~ 'costs_of_statements|pg_advisory'
            loop
                name := prepared.name;
                cost := null;
                return next;
                execute format('explain (verbose, format json) execute %I%s', prepared.name,
                    case when prepared.parameters > 0 then '(' || repeat('null, ', prepared.parameters - 1) || 'null)' end) into plan;
                for cost in
                    select concat_ws(' ', node ->> 'Node Type', node ->> 'Relation Name', node ->> 'Function Name',
                        node ->> 'Plan Rows', left(regexp_replace(prepared.statement, '\s+', ' ', 'g'), 200))
                    from jsonb_path_query(plan, 'strict $.** ? (exists (@."Node Type"))') node
                    where node ->> 'Node Type' = 'Seq Scan'
                            and node ->> 'Relation Name' in ('actions', 'action_periods', 'changes', 'feed_entries')
                        or node ->> 'Node Type' = 'Sort' and (node ->> 'Plan Rows')::numeric > 2000
                    union all
                    select concat_ws(' ', 'tells the time for each row', node ->> 'Node Type', node ->> 'Output', node ->> 'Filter')
                    from jsonb_path_query(plan, 'strict $.** ? (exists (@."Node Type"))') node
                    where (node ->> 'Plan Rows')::numeric > 1
                        and concat_ws(' ', node ->> 'Output', node ->> 'Filter', node ->> 'Join Filter') ~ 'now\(\)|to_char\('
                    union all
                    select concat_ws(' ', 'for each row', inner_node ->> 'Function Name',
                        left(regexp_replace(prepared.statement, '\s+', ' ', 'g'), 200))
                    from jsonb_path_query(plan, 'strict $.** ? (exists (@."Node Type"))') node
                    cross join lateral jsonb_array_elements(coalesce(node -> 'Plans', '[]')) inner_node
                    where inner_node ->> 'Node Type' = 'Function Scan' and inner_node ->> 'Function Name' !~ '^jsonb_|^pg_lock_status$'
                        and (node ->> 'Node Type' = 'Nested Loop' and inner_node ->> 'Parent Relationship' = 'Inner'
                            or inner_node ->> 'Parent Relationship' = 'SubPlan')
                loop
                    return next;
                end loop;
            end loop;
        end $$;
        """#
}
