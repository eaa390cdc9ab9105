import ActionPlans
import Postgres
import Testing

@testable import JalonServer

@Suite("The reference data in the binary")
struct EmbeddedReferenceTests {
    @Test("is what a new database holds: labels, aliases, ranks and practices")
    func same() async throws {
        try await TestServer.with { server in
            let stored = try await server.database.read { session in try ReferenceData.load(session) }
            let embedded = ReferenceData.embedded
            let lists: [KeyPath<Vocabularies, [Term]>] = [
                \.themes, \.levels, \.statuses, \.roadmapStates, \.roles, \.ministryKinds,
            ]
            for list in lists {
                let terms = embedded.vocabularies[keyPath: list]
                #expect(!terms.isEmpty)
                #expect(terms.map(Self.described) == stored.vocabularies[keyPath: list].map(Self.described))
            }
            #expect(embedded.catalogue.count == 59 && embedded.catalogue == stored.catalogue)
        }
    }

    private static func described(_ term: Term) -> [String] {
        [
            term.code, "\(term.rank)", term.label.french, term.label.english, term.meaning.french, term.meaning.english,
            term.prefix ?? "none", term.officialLabel ?? "none", "\(term.isOpen.map(String.init) ?? "none")",
        ] + term.aliases
    }

    @Test("is read with its quotation marks, arrays, numbers and nothings")
    func literals() {
        let schema = """
            create table t (a text);
            insert into t (a, b, c, d, e) values
              ('l''un, (x)', 12, null, array['y; ''z''', 'é'], true),
              ('', -1, 'b', array[]::text[], false)
            on conflict (a) do update set (b, c) = (1, null);
            insert into u (a) values ('z');
            """
        let rows = SchemaRows(of: "t", in: ["", schema]).rows
        #expect(rows.count == 2)
        #expect(rows[0].text("a") == "l'un, (x)" && rows[0].number("b") == 12 && rows[0].optionalText("c") == nil)
        #expect(rows[0].list("d") == ["y; 'z'", "é"] && rows[1].list("d") == [] && rows[1].number("b") == -1)
        #expect(SchemaRows(of: "v", in: [schema]).rows.isEmpty)
    }
}
