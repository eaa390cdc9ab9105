import Postgres
import Testing

@testable import JalonServer

@Suite("The constraints of the schema")
struct ConstraintTests {
    /// The names that a broken rule may bear: constraints, and the one that a trigger raises.
    private static func names(_ server: TestServer) async throws -> Set<String> {
        Set(
            try await server.database.read { session in
                try session.query(
                    """
                    select conname::text from pg_constraint
                    where connamespace = current_schema()::regnamespace and contype in ('c', 'f', 'p', 'u', 'x')
                    union
                    select (regexp_match(p.prosrc, 'constraint = ''(\\w+)'''))[1]
                    from pg_trigger t
                    join pg_class c on c.oid = t.tgrelid and c.relnamespace = current_schema()::regnamespace
                    join pg_proc p on p.oid = t.tgfoid
                    where not t.tgisinternal and p.prosrc ~ 'constraint = '
                    """
                ) { row in try row.next(String.self) }
            })
    }

    @Test("each has an answer for the client, and no answer is for a constraint that is not there")
    func catalogue() async throws {
        try await TestServer.with { server in
            let names = try await Self.names(server)
            #expect(names.contains("changes_append_only"))
            #expect(names.count > 80)
            let unanswered = names.subtracting(ConstraintAnswer.all.keys).sorted()
            let gone = Set(ConstraintAnswer.all.keys).subtracting(names).sorted()
            #expect(unanswered == [], "ConstraintAnswer has no answer for these")
            #expect(gone == [], "the schema has none of these, for which ConstraintAnswer has an answer")
        }
    }

    @Test("the unique indexes of the schema are all constraints, so that each has a name to answer to")
    func uniqueIndexes() async throws {
        try await TestServer.with { server in
            let nameless = try await server.database.read { session in
                try session.query(
                    """
                    select i.indexrelid::regclass::text
                    from pg_index i join pg_class c on c.oid = i.indrelid
                    where c.relnamespace = current_schema()::regnamespace and (i.indisunique or i.indisexclusion)
                        and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
                    """
                ) { row in try row.next(String.self) }
            }
            #expect(nameless == [])
        }
    }

    @Test("history cannot be rewritten, whoever asks")
    func appendOnly() async throws {
        try await TestServer.with { server in
            try await server.apply("{ministry: TE, first_year: 2022, actions: []}", to: "TE-2022")
            for statement in [
                "update changes set reason = 'autre'", "delete from changes", "truncate changes",
                "update changes set reason = null where false",
            ] {
                let error = try await #require(throws: DatabaseError.self) {
                    try await server.database.maintain(timeout: .seconds(5)) { session in try session.script(statement) }
                }
                #expect(error.constraint == "changes_append_only", "\(statement): \(error)")
                #expect(Problem(error).kind == .conflict)
            }
            #expect(try await server.count("select count(*) from changes") == 1)
        }
    }

    @Test("a rule broken past the domain becomes the answer of its constraint, with the member at fault")
    func answers() async throws {
        let vectors: [(statement: SQL, kind: ProblemKind)] = [
            ("update actions set title = ''", .validationFailed), ("update actions set theme = 'x'", .validationFailed),
            ("update actions set status = 'abandonnee'", .validationFailed),
            ("update actions set completed_on = '2022-01-01'", .validationFailed),
            ("update roadmaps set last_year = first_year + 10", .validationFailed),
            ("update roadmaps set ministry = 'ZZ'", .conflict),
            ("insert into ministries (code, kind) values ('TE', 'operateur')", .conflict),
            ("update themes set rank = 1", .internalError),
        ]
        try await TestServer.with { server in
            try await server.apply(
                "{ministry: TE, first_year: 2022, actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}",
                to: "TE-2022")
            for (statement, kind) in vectors {
                let error = try await #require(throws: DatabaseError.self) {
                    try await server.database.write { session in _ = try session.execute(statement) }
                }
                let problem = Problem(error)
                #expect(problem.kind == kind, "\(statement.text): \(error)")
                #expect(problem.faults.isEmpty == (kind != .validationFailed), "\(statement.text)")
            }
        }
    }
}
