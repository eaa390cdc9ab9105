import HTTPTypes
import Testing

@testable import JalonServer

/// A real request that makes an operation answer a status.
struct ContractCase: Sendable {
    var target: String
    var caller: TestServer.Caller = .coordinator
    var body: String?
    var type = "application/json"
    var fields: [String: String] = [:]
    /// What another transaction is doing meanwhile.
    var meanwhile: String?

    init(
        _ target: String, _ caller: TestServer.Caller = .coordinator, body: String? = nil, ifMatch: String? = nil
    ) {
        self.target = target
        self.caller = caller
        self.body = body
        if let ifMatch { fields["If-Match"] = ifMatch }
    }

    func with(_ change: (inout ContractCase) -> Void) -> ContractCase {
        var other = self
        change(&other)
        return other
    }

    /// The same request without a parameter of its query.
    func without(_ parameter: String) -> ContractCase {
        with { request in
            let parts = request.target.split(separator: "?", maxSplits: 1)
            let kept = (parts.count > 1 ? parts[1] : "").split(separator: "&").filter { !$0.hasPrefix("\(parameter)=") }
            request.target = String(parts[0]) + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        }
    }

    func asking(_ parameter: String) -> ContractCase {
        with { $0.target += ($0.target.contains("?") ? "&" : "?") + parameter }
    }
}

/// What the cases are played on, and the case of each documented status.
enum ContractCases {
    /// A validated plan, a draft, a closed one, another ministry's draft, and a census.
    static func scene(_ server: TestServer) async throws {
        let action = "{code: ACH-01, title: Louer, theme: achats, target_level: reflexion}"
        try await server.apply(
            """
            ministry: TE
            first_year: 2022
            state: validee
            effective_on: 2022-01-10
            actions: [\(action), {code: ACH-02, title: Acheter, theme: achats, target_level: realisation, status: realisee}]
            """, to: "TE-2022")
        try await server.apply("{ministry: TE, first_year: 2024, actions: [\(action)]}", to: "TE-2024")
        try await server.apply("{ministry: TE, first_year: 2025, actions: [\(action)]}", to: "TE-2025")
        try await server.apply("{ministry: TE, first_year: 2021, state: validee, actions: [\(action)]}", to: "TE-2021")
        try await server.apply("{ministry: JUS, first_year: 2022, actions: [\(action)]}", to: "JUS-2022")
        let census = await server.send(
            .put, "/v1/censuses/2022",
            body: """
                {"due_on": "2022-02-28", "expected": ["TE", "JUS"], "rounds": [
                {"code": "2022-plans", "collects": "plans", "opens_on": "2021-12-01", "due_on": "2022-02-28"}]}
                """)
        try #require(census.status == 201)
        try await measures(server)
        try await revisions(server)
        try await impacts(server)
        try await recommendations(server)
        for body in [#"{"year": 2022, "title": "Bilan"}"#, #"{"year": 2022, "title": "Corrigé", "replaces": "2022-1"}"#] {
            try #require(await server.send(.post, "/v1/snapshots", body: body).status == 201)
        }
    }

    /// Two indicators; of one a target, a validated measure, a draft and one that was sent back.
    private static func measures(_ server: TestServer) async throws {
        try await IndicatorScene.define(server, IndicatorScene.training)
        try await IndicatorScene.define(server, IndicatorScene.reuse)
        let targets = await server.send(
            .put, "/v1/indicators/FORMATION/targets", body: #"{"targets": [{"period": "2024", "value": 100}]}"#,
            fields: ["If-Match": "*"])
        try #require(targets.status == 200, "\(targets.text)")
        try await IndicatorScene.give(server, "FORMATION/TE/2022", #""value": 40"#)
        let other = await IndicatorScene.measure(server, "FORMATION/TE/2021", #"{"value": 50}"#)
        try #require(other.status == 201, "\(other.text)")
        for body in [#"{"value": 50}"#, #"{"value": 51}"#] {
            let draft = await IndicatorScene.measure(server, "FORMATION/TE/2023", body)
            try #require([200, 201].contains(draft.status), "\(draft.text)")
        }
        let returned = await IndicatorScene.measure(
            server, "FORMATION/JUS/2023", #"{"value": 50, "state": "renvoyee", "state_reason": "sans les vacataires"}"#)
        try #require(returned.status == 201, "\(returned.text)")
    }

    /// An open revision, an abandoned one of a plan that is closed later, and a plan that has none.
    private static func revisions(_ server: TestServer) async throws {
        try await server.apply(
            "{ministry: TE, first_year: 2018, state: validee, actions: [{code: ACH-01, title: Louer, theme: achats, target_level: reflexion}]}",
            to: "TE-2018")
        try await RevisionScene.prepare(server, "TE-2022", "ACH-01")
        try await RevisionScene.prepare(server, "TE-2021", "ACH-01", state: "abandonnee")
    }

    /// A factor of two versions, and impacts of an action that all see and of one in a draft.
    private static func impacts(_ server: TestServer) async throws {
        try await ImpactScene.define(server, ImpactScene.laptop)
        for action in ["TE-2022-ACH-01", "TE-2024-ACH-01", "TE-2022-ACH-02", "TE-2021-ACH-01"] {
            try await ImpactScene.give(server, action, ImpactScene.ofLaptops)
        }
        try await ImpactScene.define(server, ImpactScene.laptopWithInterval)
        let closed = await server.send(
            .patch, "/v1/roadmaps/TE-2021", body: #"{"state": "close"}"#, fields: ["If-Match": "*"])
        try #require(closed.status == 200, "\(closed.text)")
        let measured = await server.send(
            .patch, "/v1/actions/TE-2022-ACH-01/impacts/1", body: #"{"basis": "measured"}"#, fields: ["If-Match": "*"])
        try #require(measured.status == 200, "\(measured.text)")
    }

    /// One that was answered, with its action, a draft, and one on a plan that is a draft.
    private static func recommendations(_ server: TestServer) async throws {
        let sent = try await RecommendationScene.give(
            server, "TE-2022", RecommendationScene.advice("ACH-01", #""state": "emise", "effective_on": "2022-12-01""#))
        try await RecommendationScene.give(server, "TE-2022", RecommendationScene.advice("plan", ""))
        try await RecommendationScene.give(server, "JUS-2022")
        try await RecommendationScene.must(
            server, sent, #"{"state": "acceptee", "answer": "Oui.", "met_by": "TE-2022-ACH-01"}"#, as: .referent)
    }

    /// The request of each operation that goes well, by the status it is to answer.
    static let good: [String: [Int: ContractCase]] = [
        "getRoot": [200: ContractCase("/", .anonymous)], "getDocs": [200: ContractCase("/docs", .anonymous)],
        "getDocsChapter": [200: ContractCase("/docs/figures", .anonymous)],
        "getProblem": [200: ContractCase("/problems/validation-failed", .anonymous)],
        "getLiveness": [200: ContractCase("/livez", .anonymous)], "getReadiness": [200: ContractCase("/readyz", .anonymous)],
        "getMetrics": [200: ContractCase("/metrics", .anonymous)],
        "getOpenapiYaml": [200: ContractCase("/openapi.yaml", .anonymous)],
        "getOpenapiJson": [200: ContractCase("/openapi.json", .anonymous)],
        "getSecurityTxt": [200: ContractCase("/.well-known/security.txt", .anonymous)],
        "getVocabularies": [200: ContractCase("/v1/vocabularies", .anonymous)],
        "listMinistries": [200: ContractCase("/v1/ministries?limit=3&count=true", .reader)],
        "createMinistry": [
            201: ContractCase(
                "/v1/ministries", .admin,
                body: #"{"code": "NEUF", "kind": "operateur", "names": [{"name": "Office", "from": "2020-01-01"}]}"#)
        ],
        "getMinistry": [200: ContractCase("/v1/ministries/EN", .reader)],
        "updateMinistry": [
            200: ContractCase("/v1/ministries/CUL", .admin, body: #"{"siren": null, "siret": null}"#, ifMatch: "*")
        ],
        "listPractices": [200: ContractCase("/v1/practices?limit=3", .reader)],
        "getCensus": [200: ContractCase("/v1/censuses/2022", .reader)],
        "getCensusProgress": [200: ContractCase("/v1/censuses/2022/progress", .reader)],
        "listDuties": [200: ContractCase("/v1/duties?ministry=JUS")],
        "putCensus": [
            200: ContractCase(
                "/v1/censuses/2022", body: #"{"due_on": "2022-03-31", "expected": ["TE"]}"#, ifMatch: "*"),
            201: ContractCase("/v1/censuses/2031", body: #"{"due_on": "2031-03-31", "expected": ["TE"]}"#),
        ],
        "listRoadmaps": [200: ContractCase("/v1/roadmaps?limit=1", .reader)],
        "createRoadmap": [201: ContractCase("/v1/roadmaps", .referent, body: #"{"ministry": "TE", "first_year": 2030}"#)],
        "getRoadmap": [200: ContractCase("/v1/roadmaps/TE-2022", .reader)],
        "updateRoadmap": [
            200: ContractCase("/v1/roadmaps/TE-2024", .referent, body: #"{"due_on": "2024-02-28"}"#, ifMatch: "*")
        ],
        "deleteRoadmap": [204: ContractCase("/v1/roadmaps/TE-2025", .referent, ifMatch: "*")],
        "getPlan": [200: ContractCase("/v1/roadmaps/TE-2022/plan", .reader)],
        "applyPlan": [
            200: ContractCase(
                "/v1/roadmaps/TE-2022/plan", .referent,
                body: #"{"ministry": "TE", "first_year": 2022, "actions": [{"code": "ACH-01", "reached_level": "reflexion"}]}"#,
                ifMatch: "*"),
            201: ContractCase(
                "/v1/roadmaps/JUS-2033/plan",
                body: #"{"ministry": "JUS", "first_year": 2033, "due_on": "2033-02-01", "actions": []}"#),
        ],
        "listRoadmapActions": [200: ContractCase("/v1/roadmaps/TE-2022/actions?limit=1", .reader)],
        "createAction": [
            201: ContractCase(
                "/v1/roadmaps/TE-2024/actions", .referent,
                body: #"{"code": "FIN-09", "title": "Donner", "theme": "fin_usage", "target_level": "reflexion"}"#)
        ],
        "getRevision": [200: ContractCase("/v1/roadmaps/TE-2022/revision", .referent)],
        "openRevision": [201: ContractCase("/v1/roadmaps/TE-2018/revision", .referent, body: "{}")],
        "updateRevision": [
            200: ContractCase("/v1/roadmaps/TE-2022/revision", .referent, body: #"{"state": "soumise"}"#, ifMatch: "*")
        ],
        "reviseAction": [
            200: ContractCase(
                "/v1/roadmaps/TE-2022/revision/actions/ACH-02", .referent, body: #"{"key_action": true}"#, ifMatch: "*")
        ],
        "takeBackAction": [204: ContractCase("/v1/roadmaps/TE-2022/revision/actions/ACH-01", .referent, ifMatch: "*")],
        "listRevisionHistory": [200: ContractCase("/v1/roadmaps/TE-2022/revision/history?limit=1", .referent)],
        "listRoadmapHistory": [200: ContractCase("/v1/roadmaps/TE-2022/history?limit=2", .reader)],
        "listActions": [200: ContractCase("/v1/actions?limit=1&count=true", .reader)],
        "getAction": [200: ContractCase("/v1/actions/TE-2022-ACH-01", .reader)],
        "updateAction": [
            200: ContractCase(
                "/v1/actions/TE-2022-ACH-01", .referent,
                body: #"{"status": "abandonnee", "status_reason": "Sans objet"}"#, ifMatch: "*")
        ],
        "deleteAction": [204: ContractCase("/v1/actions/TE-2024-ACH-01", .referent, ifMatch: "*")],
        "listActionHistory": [200: ContractCase("/v1/actions/TE-2022-ACH-01/history", .referent)],
        "listIndicators": [200: ContractCase("/v1/indicators?limit=1&count=true", .anonymous)],
        "createIndicator": [
            201: ContractCase("/v1/indicators", body: MeasureDocumentScene.charter)
        ],
        "listIndicatorFigures": [200: ContractCase("/v1/indicators/figures?year=2022", .anonymous)],
        "getIndicator": [200: ContractCase("/v1/indicators/FORMATION", .anonymous)],
        "updateIndicator": [200: ContractCase("/v1/indicators/FORMATION", body: #"{"days_allowed": 30}"#, ifMatch: "*")],
        "listIndicatorHistory": [200: ContractCase("/v1/indicators/FORMATION/history", .reader)],
        "getIndicatorTargets": [200: ContractCase("/v1/indicators/FORMATION/targets", .anonymous)],
        "putIndicatorTargets": [
            200: ContractCase("/v1/indicators/FORMATION/targets", body: #"{"targets": []}"#, ifMatch: "*")
        ],
        "getIndicatorFigures": [200: ContractCase("/v1/indicators/FORMATION/figures?period=2022", .anonymous)],
        "getMeasure": [200: ContractCase("/v1/indicators/FORMATION/measures/TE/2022", .reader)],
        "putMeasure": [
            200: ContractCase(
                "/v1/indicators/FORMATION/measures/TE/2023", .referent, body: #"{"value": 45, "state": "soumise"}"#, ifMatch: "*"),
            201: ContractCase("/v1/indicators/FORMATION/measures/TE/2024", .referent, body: #"{"value": 45}"#),
        ],
        "deleteMeasure": [204: ContractCase("/v1/indicators/FORMATION/measures/TE/2021", .referent, ifMatch: "*")],
        "listMeasureHistory": [200: ContractCase("/v1/indicators/FORMATION/measures/TE/2022/history", .reader)],
        "listMeasures": [200: ContractCase("/v1/measures?limit=1&count=true", .reader)],
        "listExpectedMeasures": [200: ContractCase("/v1/expected-measures?year=2022&limit=1&count=true", .reader)],
        "applyMeasures": [
            200: ContractCase(
                "/v1/measures", .referent,
                body: #"{"measures": [{"indicator": "FORMATION", "ministry": "TE", "period": "2025", "value": 45}]}"#)
        ],
        "listImpactFactors": [200: ContractCase("/v1/impact-factors?limit=1&count=true", .anonymous)],
        "createImpactFactor": [
            200: ContractCase("/v1/impact-factors", body: ImpactScene.laptopWithInterval),
            201: ContractCase("/v1/impact-factors", body: ImpactScene.phone),
        ],
        "getImpactFactor": [200: ContractCase("/v1/impact-factors/PORTABLE-RECONDITIONNE", .anonymous)],
        "listImpactFactorHistory": [200: ContractCase("/v1/impact-factors/PORTABLE-RECONDITIONNE/history", .reader)],
        "listImpacts": [200: ContractCase("/v1/actions/TE-2022-ACH-01/impacts?limit=1&count=true", .reader)],
        "createImpact": [
            201: ContractCase("/v1/actions/TE-2022-ACH-01/impacts", .referent, body: ImpactScene.ofLaptops)
        ],
        "getImpact": [200: ContractCase("/v1/actions/TE-2022-ACH-01/impacts/1", .reader)],
        "updateImpact": [
            200: ContractCase(
                "/v1/actions/TE-2022-ACH-01/impacts/1", .referent, body: #"{"quantity": {"central": 1012}}"#, ifMatch: "*")
        ],
        "deleteImpact": [204: ContractCase("/v1/actions/TE-2022-ACH-02/impacts/1", .referent, ifMatch: "*")],
        "listImpactHistory": [200: ContractCase("/v1/actions/TE-2022-ACH-01/impacts/1/history", .reader)],
        "listRecommendations": [200: ContractCase("/v1/recommendations?limit=1&count=true", .reader)],
        "createRecommendations": [200: ContractCase("/v1/recommendations", body: RecommendationScene.toMany)],
        "listRoadmapRecommendations": [
            200: ContractCase("/v1/roadmaps/TE-2022/recommendations?limit=1&count=true", .referent)
        ],
        "createRecommendation": [
            201: ContractCase("/v1/roadmaps/TE-2022/recommendations", body: RecommendationScene.advice("ACH-01"))
        ],
        "carryRecommendations": [200: ContractCase("/v1/roadmaps/TE-2024/recommendations/carry", body: "{}")],
        "getRecommendation": [200: ContractCase("/v1/recommendations/TE-2022-R01", .referent)],
        "updateRecommendation": [
            200: ContractCase(
                "/v1/recommendations/TE-2022-R01", body: #"{"text": "Visez plus haut encore.", "reason": "Coquille"}"#,
                ifMatch: "*")
        ],
        "deleteRecommendation": [204: ContractCase("/v1/recommendations/TE-2022-R02", ifMatch: "*")],
        "listRecommendationHistory": [200: ContractCase("/v1/recommendations/TE-2022-R01/history", .referent)],
        "getRecommendationFigures": [200: ContractCase("/v1/recommendations/figures?year=2022", .reader)],
        "getImpactFigures": [200: ContractCase("/v1/impacts/figures?year=2022", .anonymous)],
        "getFigures": [200: ContractCase("/v1/figures?year=2022", .anonymous)],
        "getFigureSeries": [200: ContractCase("/v1/figures/series?year=2022&from=2022-01-31&to=2022-12-31", .anonymous)],
        "compareFigures": [200: ContractCase("/v1/figures/compare?year=2022&from=2022-01-01&to=2022-12-31", .anonymous)],
        "listComparedActions": [
            200: ContractCase("/v1/figures/compare/actions?year=2022&from=2022-01-01&limit=1&count=true", .referent)
        ],
        "getBarometer": [200: ContractCase("/v1/barometer?year=2022", .anonymous)],
        "getBarometerPicture": [200: ContractCase("/v1/barometer/themes.svg?year=2022", .anonymous)],
        "listMinistryHistory": [200: ContractCase("/v1/ministries/TE/history", .reader)],
        "listCensusHistory": [200: ContractCase("/v1/censuses/2022/history?limit=1", .reader)],
        "listChanges": [200: ContractCase("/v1/changes?limit=30", .reader)],
        "listPublishedFigures": [200: ContractCase("/v1/published-figures?year=2022&limit=1&count=true", .anonymous)],
        "createPublishedFigure": [201: ContractCase("/v1/published-figures", body: published)],
        "getPublishedFigure": [200: ContractCase("/v1/published-figures/2022-1", .anonymous)],
        "listSnapshots": [200: ContractCase("/v1/snapshots?limit=1&count=true", .anonymous)],
        "createSnapshot": [
            201: ContractCase("/v1/snapshots", body: #"{"year": 2022, "title": "Bilan corrigé", "replaces": "2022-2"}"#)
        ],
        "getSnapshot": [200: ContractCase("/v1/snapshots/2022-1", .anonymous)],
        "getSnapshotDocument": [200: ContractCase("/v1/snapshots/2022-1/document", .anonymous)],
        "listSnapshotActions": [200: ContractCase("/v1/snapshots/2022-1/actions?limit=1&count=true", .reader)],
        "verifySnapshot": [200: ContractCase("/v1/snapshots/2022-1/verification", .reader)],
        "getMe": [200: ContractCase("/v1/me", .referent)],
        "listTokens": [200: ContractCase("/v1/tokens?limit=2&count=true", .admin)],
        "issueToken": [201: ContractCase("/v1/tokens", .admin, body: #"{"label": "Lecture", "role": "reader"}"#)],
        "revokeToken": [204: ContractCase("/v1/tokens/{token}?all=true", .admin)],
        "renewToken": [201: ContractCase("/v1/me/tokens", .reader, body: "{}")],
        "revokeMyToken": [204: ContractCase("/v1/me/tokens/{token}", .otherReferent)],
    ]

    private static let published = """
        {"year": 2022, "statement": "315 actions", "publisher": "DINUM", "title": "Bilan", "published_on": "2023-06-01",
        "source": "https://www.example.org/bilan.pdf", "numbers": [{"measure": "actions", "value": 315}]}
        """

    /// The requests that contradict what is stored.
    private static let conflicting: [String: ContractCase] = [
        "createMinistry": ContractCase(
            "/v1/ministries", .admin,
            body: #"{"code": "TE", "kind": "operateur", "names": [{"name": "Office", "from": "2020-01-01"}]}"#),
        "createRoadmap": ContractCase("/v1/roadmaps", body: #"{"ministry": "TE", "first_year": 2022}"#),
        "updateRoadmap": ContractCase("/v1/roadmaps/TE-2022", body: #"{"state": "brouillon"}"#, ifMatch: "*"),
        "deleteRoadmap": ContractCase("/v1/roadmaps/TE-2022", ifMatch: "*"),
        "applyPlan": ContractCase(
            "/v1/roadmaps/TE-2021/plan",
            body: #"{"ministry": "TE", "first_year": 2021, "title": "Autre", "actions": []}"#, ifMatch: "*"),
        "createSnapshot": ContractCase("/v1/snapshots", body: #"{"year": 2022, "title": "Bilan", "replaces": "2022-1"}"#),
        "createAction": ContractCase(
            "/v1/roadmaps/TE-2022/actions",
            body: #"{"code": "ACH-01", "title": "Donner", "theme": "achats", "target_level": "reflexion"}"#),
        "updateAction": ContractCase("/v1/actions/TE-2021-ACH-01", body: #"{"title": "Autre"}"#, ifMatch: "*"),
        "deleteAction": ContractCase("/v1/actions/TE-2022-ACH-01", .referent, ifMatch: "*"),
        "openRevision": ContractCase("/v1/roadmaps/TE-2022/revision", body: "{}"),
        "updateRevision": ContractCase("/v1/roadmaps/TE-2022/revision", body: #"{"state": "validee"}"#, ifMatch: "*"),
        "reviseAction": ContractCase(
            "/v1/roadmaps/TE-2021/revision/actions/ACH-01", body: #"{"key_action": true}"#, ifMatch: "*"),
        "takeBackAction": ContractCase("/v1/roadmaps/TE-2021/revision/actions/ACH-01", ifMatch: "*"),
        "createIndicator": ContractCase("/v1/indicators", body: IndicatorScene.training),
        "putMeasure": ContractCase(
            "/v1/indicators/FORMATION/measures/JUS/2023", body: #"{"value": 45, "state": "validee"}"#, ifMatch: "*"),
        "deleteMeasure": ContractCase("/v1/indicators/FORMATION/measures/TE/2022", ifMatch: "*"),
        "applyMeasures": ContractCase(
            "/v1/measures",
            body: #"{"measures": [{"indicator": "FORMATION", "ministry": "TE", "period": "2021", "value": 99, "version": 71}]}"#),
        "createImpact": ContractCase("/v1/actions/TE-2021-ACH-01/impacts", body: ImpactScene.ofLaptops),
        "updateImpact": ContractCase("/v1/actions/TE-2021-ACH-01/impacts/1", body: #"{"basis": "measured"}"#, ifMatch: "*"),
        "deleteImpact": ContractCase("/v1/actions/TE-2021-ACH-01/impacts/1", ifMatch: "*"),
        "createRecommendation": ContractCase("/v1/roadmaps/TE-2021/recommendations", body: RecommendationScene.advice()),
        "updateRecommendation": ContractCase(
            "/v1/recommendations/TE-2022-R01", body: #"{"state": "brouillon"}"#, ifMatch: "*"),
        "deleteRecommendation": ContractCase("/v1/recommendations/TE-2022-R01", ifMatch: "*"),
    ]

    /// What a parameter is not asked without.
    static func needed(beside parameter: String, of operation: ContractDocument.Operation) -> [String] {
        switch (operation.id, parameter) {
        case ("getIndicatorFigures", "from"): ["to=2025"]
        case ("getIndicatorFigures", "to"): ["from=2022"]
        case ("getIndicatorFigures", "period"): []
        case ("getIndicatorFigures", _): ["period=2022"]
        case (_, "year"): []
        case ("listIndicatorFigures", _), ("getImpactFigures", _), ("listExpectedMeasures", _), ("getRecommendationFigures", _):
            ["year=2022"]
        default: operation.path.hasPrefix("/v1/figures") ? ["year=2022"] : []
        }
    }

    /// The same request is being done by another connection.
    static func inProgress(_ good: ContractCase) -> ContractCase {
        good.with {
            $0.fields["Idempotency-Key"] = good.target
            $0.meanwhile =
                """
                insert into idempotency_keys (principal, key, request_sha256, token)
                select id, '\(good.target)', sha256(''), '0000000000' from principals
                """
        }
    }

    /// The same paths where nothing is.
    private static let missing = [
        "/problems/{slug}": "/problems/unheard-of", "/docs/{chapter}": "/docs/unheard-of",
        "/v1/barometer/{picture}": "/v1/barometer/themes.png",
        "/v1/ministries/{code}": "/v1/ministries/NUL",
        "/v1/censuses/{year}": "/v1/censuses/1999", "/v1/ministries/{code}/history": "/v1/ministries/NUL/history",
        "/v1/censuses/{year}/history": "/v1/censuses/1999/history", "/v1/censuses/{year}/progress": "/v1/censuses/1999/progress",
        "/v1/roadmaps/{roadmap}": "/v1/roadmaps/TE-2050", "/v1/roadmaps/{roadmap}/plan": "/v1/roadmaps/JUS-2044/plan",
        "/v1/roadmaps/{roadmap}/actions": "/v1/roadmaps/TE-2050/actions",
        "/v1/roadmaps/{roadmap}/revision": "/v1/roadmaps/TE-2050/revision",
        "/v1/roadmaps/{roadmap}/revision/history": "/v1/roadmaps/TE-2050/revision/history",
        "/v1/roadmaps/{roadmap}/revision/actions/{code}": "/v1/roadmaps/TE-2050/revision/actions/ACH-01",
        "/v1/roadmaps/{roadmap}/history": "/v1/roadmaps/TE-2050/history", "/v1/actions/{action}": "/v1/actions/TE-2022-NUL",
        "/v1/actions/{action}/history": "/v1/actions/TE-2022-NUL/history", "/v1/tokens/{token}": "/v1/tokens/0000000000",
        "/v1/me/tokens/{token}": "/v1/me/tokens/0000000000",
        "/v1/published-figures/{figure}": "/v1/published-figures/2022-77",
        "/v1/indicators/{indicator}": "/v1/indicators/NUL", "/v1/indicators/{indicator}/history": "/v1/indicators/NUL/history",
        "/v1/indicators/{indicator}/targets": "/v1/indicators/NUL/targets",
        "/v1/indicators/{indicator}/figures": "/v1/indicators/NUL/figures?period=2022",
        "/v1/indicators/{indicator}/measures/{ministry}/{period}": "/v1/indicators/NUL/measures/TE/2022",
        "/v1/indicators/{indicator}/measures/{ministry}/{period}/history": "/v1/indicators/NUL/measures/TE/2022/history",
        "/v1/impact-factors/{factor}": "/v1/impact-factors/NUL",
        "/v1/impact-factors/{factor}/history": "/v1/impact-factors/NUL/history",
        "/v1/actions/{action}/impacts": "/v1/actions/TE-2022-NUL/impacts",
        "/v1/actions/{action}/impacts/{number}": "/v1/actions/TE-2022-ACH-01/impacts/99",
        "/v1/actions/{action}/impacts/{number}/history": "/v1/actions/TE-2022-ACH-01/impacts/99/history",
        "/v1/roadmaps/{roadmap}/recommendations": "/v1/roadmaps/TE-2050/recommendations",
        "/v1/roadmaps/{roadmap}/recommendations/carry": "/v1/roadmaps/TE-2050/recommendations/carry",
        "/v1/recommendations/{recommendation}": "/v1/recommendations/TE-2022-R99",
        "/v1/recommendations/{recommendation}/history": "/v1/recommendations/TE-2022-R99/history",
        "/v1/snapshots/{snapshot}": "/v1/snapshots/2022-9",
        "/v1/snapshots/{snapshot}/document": "/v1/snapshots/2022-9/document",
        "/v1/snapshots/{snapshot}/actions": "/v1/snapshots/2022-9/actions",
        "/v1/snapshots/{snapshot}/verification": "/v1/snapshots/2022-9/verification",
    ]

    /// The case of a documented status; nil where there is none. 429 takes the good request to a service that
    /// allows one, statuses from 500 on to one whose database is broken, away or slow.
    static func find(_ operation: ContractDocument.Operation, _ status: Int) -> ContractCase? {
        guard let good = good[operation.id]?.min(by: { $0.key < $1.key })?.value else { return nil }
        switch status {
        case 200..<300: return Self.good[operation.id]?[status]
        case 304: return good
        case 400: return good.asking("inconnu=1")
        case 401:
            return good.with {
                $0.caller = .anonymous
                if operation.permission == "figures" { $0.fields["Authorization"] = "Bearer jalon_faux" }
            }
        case 403:
            return (operation.path.hasPrefix("/v1/figures") ? good.asking("roadmap_state=brouillon") : good).with {
                $0.caller = .reader
            }
        case 404:
            guard let target = missing[operation.path] else { return nil }
            // A plan that does not exist is created, except by those who may not know whether it does.
            return good.with {
                $0.target = target
                if operation.id == "applyPlan" { $0.caller = .referent }
            }
        case 406: return good.with { $0.fields["Accept"] = "image/png" }
        case 409: return conflicting[operation.id] ?? (operation.method == "POST" ? inProgress(good) : nil)
        case 412: return good.with { $0.fields["If-Match"] = "\"stale\"" }
        case 413: return good.with { $0.fields["Content-Length"] = "99999999" }
        case 415: return good.with { $0.type = "text/plain" }
        case 422: return good.with { $0.body = #"{"inconnu": 1}"# }
        case 428: return good.with { $0.fields["If-Match"] = nil }
        case 429, 500, 503, 504: return good
        default: return nil
        }
    }
}
