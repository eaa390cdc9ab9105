import ActionPlans
import Documents
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Faults of a plan sent as a table")
struct TableFaultTests {
    private static let plan = "/v1/roadmaps/TE-2024/plan"

    private static let stored = """
        {ministry: TE, first_year: 2024, state: soumise, actions: [
          {code: "01", title: Un, theme: achats, target_level: reflexion, due_on: 2024-06-30},
          {code: "02", title: Deux, theme: achats, target_level: reflexion, status: realisee, completed_on: 2024-02-01}]}
        """

    /// The details of the faults of a table, sent over the stored plan or to make a new one.
    private static func details(_ table: String, over: String? = stored, type: String = "text/csv") async throws -> [String] {
        let contract = try ContractDocument.current()
        return try await TestServer.with { server in
            if let over { try await server.apply(over, to: "TE-2024") }
            let before = try await server.stored()
            let answer = await server.send(.put, plan, body: table, type: type, fields: over == nil ? [:] : ["If-Match": "*"])
            #expect((400..<500).contains(answer.status), "\(table): \(answer.text)")
            try contract.check(answer, to: contract.operation("applyPlan"))
            #expect(try await server.stored() == before)
            let faults = try answer.json()["errors"].items
            let places = faults.map { [$0["line"].number ?? 0, $0["column"].number ?? 0] }
            #expect(places == places.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) })
            return faults.map { $0["detail"].text ?? "" }
        }
    }

    @Test("a value that is not understood draws one fault, which names its cell and what was probably meant")
    func values() async throws {
        let table = """
            Code;Libellé;Thématique;Niveau d’engagement;Statut;Date de réalisation;Motif d’abandon;Clé
            N1;Un;Achat;Réflexions;Achevée;31/12/2023;;X
            N2;Deux;Achats;Réflexion;Terminée;31/12/23;;peut-être

            N3;Trois;Achats;Réflexion;Annulée;;;o
            N4;Quatre;Achats;Réflexion;Abandonnée;;;n
            """
        let values = "valeurs : À faire, En cours, Réalisée, Abandonnée. Vouliez-vous"
        #expect(
            try await Self.details(table, over: nil) == [
                """
                Ligne 2, action N1, colonne « Thématique » : « Achat » n’est pas une valeur admise ; valeurs : Stratégie et gouvernance, \
                Sensibilisation et formation, Achats, Conception de services numériques, Salle serveur et centre de données, Phase \
                d’usage, Fin d’usage. Vouliez-vous « Achats » ?
                """,
                """
                Ligne 2, action N1, colonne « Niveau d’engagement » : « Réflexions » n’est pas une valeur admise ; valeurs : Réflexion, \
                Expérimentation, Réalisation. Vouliez-vous « Réflexion » ?
                """,
                "Ligne 2, action N1, colonne « Statut » : « Achevée » n’est pas une valeur admise ; \(values) « Réalisée » ?",
                "Ligne 3, action N2, colonne « Statut » : « Terminée » n’est pas une valeur admise ; \(values) « Réalisée » ?",
                """
                Ligne 3, action N2, colonne « Date de réalisation » : « 31/12/23 » : mettez l’année sur quatre chiffres, 2023-12-31 si \
                c’est bien 2023.
                """,
                "Ligne 3, action N2, colonne « Clé » : « peut-être » : mettez oui ou non.",
                "Ligne 5, action N3, colonne « Statut » : « Annulée » n’est pas une valeur admise ; \(values) « Abandonnée » ?",
                "Ligne 6, action N4, colonne « Motif d’abandon » : Une action abandonnée doit dire pourquoi : donnez son motif.",
            ])
    }

    @Test("a bad or unknown code draws one fault, and so do the columns that new actions need")
    func codes() async throws {
        let table = "N°;Statut\nach 01;fini\n03-avr;en cours\nNEW-1;à faire\nNEW-2;à faire\nNEW-3;à faire\n;fini\n"
        let overPlan = try await Self.details(table)
        #expect(overPlan.count == 6)
        #expect(
            overPlan[0]
                == "Ligne 2, colonne « N° » : « ach 01 » n’est pas un code d’action : \(ActionCode.form). Vouliez-vous « ACH-01 » ?"
        )
        #expect(
            overPlan[1].hasSuffix("Un tableur l’a sans doute changé : mettez la colonne au format texte et rétablissez le code."))
        #expect(
            overPlan[2].hasPrefix("Ligne 4, colonne « N° » : La feuille de route n’a pas d’action « NEW-1 ». Corrigez ce code"))
        #expect(overPlan[5] == "Ligne 7, colonne « N° » : Il faut un code dans cette cellule.")
        let new = try await Self.details(table, over: nil)
        #expect(
            new.filter { $0.hasPrefix("Pour") } == [
                """
                Pour créer l’action ach 01 et 5 autres, il manque les colonnes « Intitulé », « Thématique », « Niveau d’engagement cible ».
                """
            ])
        #expect(new.count == 4, "\(new)")
        let partial = try await Self.details("code;title;theme\nNEW-1;Un;achats\nNEW-2;;achats\n")
        #expect(
            partial == [
                "Pour créer l’action NEW-1 et une autre, il manque la colonne « Niveau d’engagement cible ».",
                "Ligne 3, action NEW-2, colonne « title » : Cette cellule ne peut pas être vide : l’action est nouvelle.",
            ])
        let plan = "{ministry: TE, first_year: 2024, actions: [{code: NEW-1, status: en_cours}]}"
        let inYAML = try await Self.details(plan, type: "application/yaml")
        #expect(inYAML.count == 1 && inYAML[0].hasPrefix("La feuille de route n’a pas d’action « NEW-1 »."))
    }

    @Test("titles that stand lower, or lack that of the code, are told with what to do")
    func misplacedTitles() async throws {
        let below = try await Self.details("Plan d’action du ministère;;\n\nN°;Intitulé;Statut\n01;Un;fini\n")
        #expect(below == ["Les titres des colonnes semblent être à la ligne 3 : supprimez les lignes au-dessus."])
        let lacking = try await Self.details("Thématique;Intitulé\nAchats;Un\n")
        #expect(lacking.count == 1 && lacking[0].contains("« Code » ou « N° »") && lacking[0].contains("1, 2, 3…"), "\(lacking)")
    }

    @Test("what is missing for want of a column is told with the title that the column would have")
    func absentColumn() async throws {
        let faults = try await Self.details("code;Statut\n01;Abandonné\n")
        #expect(
            faults == [
                "Ligne 2, action 01, colonne « Motif du statut » absente : Une action abandonnée doit dire pourquoi : donnez son motif."
            ])
    }

    @Test("the masculine of a status is the same word")
    func masculine() async throws {
        try await TestServer.with { server in
            try await server.apply(Self.stored, to: "TE-2024")
            let table = "code;Statut;Motif\n01;Réalisé;\n02;Abandonné;Coût\n"
            let answer = await server.send(.put, Self.plan, body: table, type: "text/csv", fields: ["If-Match": "*"])
            #expect(answer.status == 200, "\(answer.text)")
            let statuses = try await server.send(.get, "/v1/roadmaps/TE-2024/actions?sort=id").json()["data"].items
            #expect(statuses.map { $0["status"].text } == ["realisee", "abandonnee"])
        }
    }

    @Test("a code that a spreadsheet has changed does not make a second action")
    func changedCodes() async throws {
        #expect(
            try await Self.details("code;status\n1;en_cours\n02;fini\n") == [
                """
                Ligne 2, colonne « code » : La feuille de route n’a pas d’action « 1 », mais elle en a une « 01 » : un tableur a sans doute \
                changé ce code. Mettez la colonne au format texte et écrivez « 01 ».
                """
            ])
        for code in ["1E5", "3-4"] {
            let details = try await Self.details("code;title;theme;target_level\n\(code);Trois;achats;reflexion\n")
            #expect(
                details.count == 1 && details[0].contains("n’a pas d’action « \(code) » : un tableur a sans doute changé ce code")
            )
        }
        try await TestServer.with { server in
            try await server.apply(Self.stored, to: "TE-2024")
            let table = "code;title;theme;target_level\n01;;;\n1;Bis;achats;reflexion\n03;Trois;achats;reflexion\n"
            let answer = await server.send(.put, Self.plan, body: table, type: "text/csv", fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
            #expect(try answer.json()["summary"]["created"].number == 2)
        }
    }

    @Test("what a spreadsheet could not compute is refused, whatever the column, with what else is wrong")
    func errors() async throws {
        let table = """
            code;title;theme;target_level;lead;contributors;due_on
            #REF!;Un;achats;reflexion;;;
            N2;#NOM?;achats;reflexion;#N/A;#VALEUR !;########
            N3;Corriger #REF!;achats;reflexion; Err:502 ;'#REF!;31/12/2022 00:00
            """
        let details = try await Self.details(table, over: nil)
        #expect(
            details.map { $0.prefix { $0 != ":" } } == [
                "Ligne 2, colonne « code » ", "Ligne 3, action N2, colonne « title » ", "Ligne 3, action N2, colonne « lead » ",
                "Ligne 3, action N2, colonne « contributors » ", "Ligne 3, action N2, colonne « due_on » ",
                "Ligne 4, action N3, colonne « lead » ",
            ])
        #expect(details.dropLast(2).allSatisfy { $0.contains("n’a pas pu calculer cette cellule") })
        #expect(details[4].hasSuffix("élargissez la colonne et enregistrez de nouveau."))
    }

    @Test("a cell beyond the titles and a formula are told with their line")
    func structure() async throws {
        #expect(
            try await Self.details("code;Libellé\nA;Un;deux\nB;=1+1;;\n", over: nil) == [
                """
                Ligne 2, action A : « deux » est au-delà de la dernière colonne. Un texte qui contient le séparateur du tableau se met \
                entre guillemets (").
                """,
                """
                Ligne 3, action B, colonne « Libellé » : « =1+1 » : un tableur exécuterait cette cellule ; si c’est un texte, faites-le \
                précéder d’une apostrophe (').
                """,
            ])
    }

    @Test("the same faults in YAML: no echo, a date in the form to write it, a flag in the words of YAML")
    func documents() async throws {
        let plan = """
            {ministry: TE, first_year: 2024, actions: [
              {code: N1, title: Un, theme: Achat, target_level: reflexion, status: Achevée, completed_on: 2024-02-01},
              {code: n2, title: Deux, due_on: 30/06/2024, key_action: oui},
              {code: N3, title: Trois, theme: achats, target_level: reflexion, status: Annulé, due_on: 2024}]}
            """
        let details = try await Self.details(plan, type: "application/yaml")
        #expect(details.count == 7, "\(details)")
        #expect(details[0].hasSuffix("Vouliez-vous « Achats » ?") && details[1].hasSuffix("Vouliez-vous « Réalisée » ?"))
        #expect(details[2].hasSuffix("Vouliez-vous « N2 » ?"))
        #expect(details[3] == "« 30/06/2024 » : écrivez cette date 2024-06-30.")
        #expect(details[4] == "Il faut true ou false, sans guillemets, et non un texte.")
        #expect(details[5].hasSuffix("Vouliez-vous « Abandonnée » ?"))
        #expect(details[6] == "Il faut une date (AAAA-MM-JJ) et non un nombre.")
    }

    @Test("« Date de mise en œuvre » is the due date of what is not done, and the date of completion of what is")
    func implementation() async throws {
        try await TestServer.with { server in
            try await server.apply(Self.stored, to: "TE-2024")
            let table = """
                Code;Libellé;Thématique;Niveau d’engagement;Statut;Date de mise en œuvre
                01;;;;;31/12/2024
                02;;;;;15/02/2024
                03;Trois;Achats;Réflexion;fini;7/1/2024
                04;Quatre;Achats;Réflexion;en cours;2024-11-30 00:00
                """
            let answer = await server.send(.put, Self.plan, body: table, type: "text/csv", fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
            let export = await server.send(.get, Self.plan, fields: ["Accept": "text/csv"])
            let dates = export.text.split(separator: "\r\n").dropFirst().map { line in
                line.split(separator: ";", omittingEmptySubsequences: false)[10...11].joined(separator: " ")
            }
            #expect(dates == ["2024-12-31 ", " 2024-02-15", " 2024-01-07", "2024-11-30 "])
            // Beside a due date that says otherwise, it is a date of completion, which only what is done has.
            let both = "code;Échéance;Date de mise en œuvre\n01;31/12/2024;30/11/2024\n04;;30/11/2024\n"
            let refused = await server.send(.put, Self.plan, body: both, type: "text/csv", fields: ["If-Match": "*"])
            #expect(try BadPlanTests.places(refused) == ["inconsistent /actions/0/completed_on 2:15"], "\(refused.text)")
        }
    }

    private static let pieces = [
        "code", "Code", "Libellé", "title", "statut", "échéance", ";", ",", "\t", "\n", "\r\n", "\"", "'", "=", "#REF!", "####",
        "A", "01", "1",
        "x", "oui", "31/12/2022", "31/12/22", "fini", "terminée", " ", "\u{A0}", "\u{FEFF}", "sep=;", "é", "«", "(", "1E5",
        "\u{301}",
    ]

    @Test("any text at all is read or refused in order, each fault naming its line", .timeLimit(.minutes(20)))
    func anyTable() throws {
        var seed = Seed.fresh()
        let labels = VocabularyLabels([("fini", "realisee"), ("À faire", "a_faire")])
        for _ in 0..<3_000 {
            var text = Bool.random(using: &seed) ? "code;titre;statut;échéance;Motif;contributeurs\n" : ""
            for _ in 0..<Int.random(in: 0...60, using: &seed) { text += Self.pieces.randomElement(using: &seed) ?? "" }
            do throws(DocumentSyntaxError) {
                let sent = try PlanTable.document(Array(text.utf8))
                let noted = FaultList()
                var members = MemberReader(sent.root, faults: noted)
                let plan = PlanReader(&members, noting: noted, for: nil, labels: nil, table: sent.table)
                let faults = Problem(.invalid(plan.faults), in: sent).faults
                for fault in faults {
                    guard case .pointer(let pointer) = fault.place, pointer.hasPrefix("/actions/") else { continue }
                    let told = fault.message.french
                    #expect(told.hasPrefix("Ligne ") || told.hasPrefix("Pour créer "), "\(text.debugDescription) \(seed)")
                    #expect(fault.position != nil, "\(text.debugDescription) \(seed)")
                }
                #expect(sent.warnings.count <= 400, "\(seed)")
            } catch {
                #expect(!Problem(error).faults.isEmpty, "\(seed)")
            }
            let _: ActionStatus? = labels.code(of: text)
        }
    }
}
