import ActionPlans
import Documents
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Titles of the columns of a plan")
struct TableTitleTests {
    @Test(
        "a column is known by what people call it",
        arguments: [
            ("Libellé", "title"), ("Intitulé de l’action", "title"), ("LIBELLE :", "title"), ("1. Libellé", "title"),
            ("Action", "title"), ("N° d'action", "code"), ("Code action", "code"), ("Identifiant", "code"),
            ("Thèmes", "theme"), ("Niveau d'engagement", "target_level"), ("Niveau d’engagement (cible)", "target_level"),
            ("Niveau visé", "target_level"), ("Niveau\u{A0}d’engagement\u{202F}visé :", "target_level"),
            ("Niveau atteint", "reached_level"), ("État", "status"), ("E\u{301}tat d’avancement", "status"),
            ("Statut de l’action", "status"), ("Motif d’abandon", "status_reason"), ("Motifs", "status_reason"),
            ("Actions clés", "key_action"), ("Action-clé (oui/non)", "key_action"), ("Date d’identification", "identified_on"),
            ("Échéances", "due_on"), ("Échéance (JJ/MM/AAAA)", "due_on"), ("Date d'echeance *", "due_on"),
            ("Date de réalisation", "completed_on"), ("Date de mise en oeuvre", "completed_on"), ("Responsable", "lead"),
            ("Porteur", "lead"), ("Direction pilote", "lead"),
            ("Pilote de mise en œuvre ou de suivi", "lead"), ("Contributeurs", "contributors"), ("Partenaires", "contributors"),
            ("Bonnes pratiques", "practices"), ("Confidentiel ?", "confidential"), ("Commentaires", "description"),
            ("TARGET-LEVEL", "target_level"), ("Due date", "due_on"),
        ])
    func titles(title: String, member: String) {
        #expect(PlanColumn.match(title)?.column.name == member)
    }

    @Test("each title of a column names that column and no other, and so does its member")
    func titlesDiffer() {
        for column in PlanColumn.allCases {
            #expect(PlanColumn.match(column.name)?.column == (column == .implementation ? .member(.completedOn) : column))
            for title in column.titles { #expect(PlanColumn.match(title)?.column == column, "\(title)") }
        }
    }

    @Test(
        "a column that says nothing of a plan is passed over and named; a better title takes the place of a vague one",
        arguments: [
            ("code;Budget;title;Indicateurs\nA;12;B;nombre", ["code=A title=B"], ["Budget", "Indicateurs"]),
            ("N°;Code;Action;Libellé\n1;A;x;B", ["code=A title=B"], ["N°", "Action"]),
            ("N°;Action\n1;B", ["code=1 title=B"], []), ("id;code;version\nTE-2024-A;A;3", ["code=A"], ["id", "version"]),
            ("Mode;code\nx;A", ["code=A"], ["Mode"]), ("code;;title;\nA;note;B;", ["code=A title=B"], ["2"]),
            ("code;=1+1;title\nA;=2;B", ["code=A title=B"], ["=1+1"]),
        ] as [(String, [String], [String])])
    func ignored(table: String, actions: [String], ignored: [String]) throws {
        #expect(try PlanTableTests.actions(of: table) == actions)
        let warnings = try PlanTable.document(Array(table.utf8)).warnings
        #expect(warnings.map(\.code) == ignored.map { _ in .columnIgnored })
        for (warning, title) in zip(warnings, ignored) {
            #expect(warning.message.french.contains(title) && warning.position?.line == 1, "\(warning)")
        }
    }

    @Test("the answer to an accepted table names the columns that were passed over")
    func warnings() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            let table = "Code;Libellé;Thématique;Niveau d’engagement;Coût\nA;Un;Achats;Réflexion;12 k€\n"
            let answer = await server.send(
                .put, "/v1/roadmaps/TE-2024/plan", body: table, type: "text/csv", fields: ["Accept-Language": "en"])
            try #require(answer.status == 201, "\(answer.text)")
            try contract.check(answer, to: contract.operation("applyPlan"))
            let warnings = try answer.json()["warnings"].items
            #expect(warnings.map { $0["code"].text } == ["column-ignored", "no-effective-date"])
            #expect(warnings.first?["detail"].text == "The column “Coût” is not one of a plan: it was not read.")
            #expect(warnings.first?["line"].number == 1 && warnings.first?["column"].number == 45)
        }
    }
}
