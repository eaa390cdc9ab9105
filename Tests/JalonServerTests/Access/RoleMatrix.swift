import HTTPTypes

@testable import JalonServer

/// Who gets which answer of which operation on which resource. One row per operation and resource; the columns are the
/// callers. A write that goes well is rehearsed (`dry_run`), one that is refused is sent for good.
enum RoleMatrix {
    struct Row: Sendable, CustomStringConvertible {
        let operation: String
        /// The resource, in words.
        let resource: String
        let target: String
        let body: String?
        let type: String
        /// In the order of `TestServer.Caller`: anonymous, reader, référent of TE, référent of JUS, coordinator, admin.
        let expected: [Int]

        init(
            _ operation: String, _ resource: String, _ target: String, _ expected: [Int], body: String? = nil,
            type: String = "application/json"
        ) {
            self.operation = operation
            self.resource = resource
            self.target = target
            self.expected = expected
            self.body = body
            self.type = type
        }

        var description: String { "\(operation), \(resource)" }
    }

    /// TE and JUS each have a validated plan with a confidential action, a draft, a closed plan, and two validated ones that are being
    /// revised: one revision is prepared, the other is submitted.
    static func scene(_ server: TestServer) async throws {
        try await ImpactScene.define(server, ImpactScene.laptop)
        for ministry in ["TE", "JUS"] {
            let actions = """
                actions:
                  - {code: PUB-1, title: Visible \(ministry), theme: achats, target_level: reflexion, due_on: 2022-06-30}
                  - {code: CON-1, title: Secret \(ministry), theme: achats, target_level: reflexion, confidential: true,
                     lead: Bureau secret \(ministry), practices: [e.1], due_on: 2022-01-31}
                """
            for (year, state) in [(2022, "validee"), (2023, "brouillon"), (2021, "close"), (2020, "validee"), (2019, "validee")] {
                try await server.apply(
                    "ministry: \(ministry)\nfirst_year: \(year)\nstate: \(state)\ntitle: Plan \(state) \(ministry)\n\(actions)",
                    to: "\(ministry)-\(year)")
            }
            try await RevisionScene.prepare(server, "\(ministry)-2020", "PUB-1")
            try await RevisionScene.prepare(server, "\(ministry)-2019", "PUB-1", state: "soumise")
            for action in ["2022-PUB-1", "2022-CON-1", "2023-PUB-1"] {
                try await ImpactScene.give(server, "\(ministry)-\(action)", ImpactScene.ofLaptops)
            }
        }
        for ministry in ["TE", "JUS"] {
            for advice in [("plan", #""state": "emise""#), ("CON-1", #""state": "emise""#), ("achats", "")] {
                try await RecommendationScene.give(
                    server, "\(ministry)-2022", RecommendationScene.advice(advice.0, advice.1))
            }
        }
        _ = await server.send(.put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "JUS"]}"#)
        try await IndicatorScene.define(server, IndicatorScene.training)
        for (year, state) in [(2021, "brouillon"), (2022, "soumise"), (2023, "validee"), (2024, "renvoyee")] {
            let reason = state == "renvoyee" ? #", "state_reason": "incomplet""# : ""
            for ministry in ["TE", "JUS"] {
                _ = await server.send(
                    .put, "/v1/indicators/FORMATION/measures/\(ministry)/\(year)",
                    body: #"{"value": 40, "state": "\#(state)"\#(reason)}"#)
            }
        }
        _ = await server.send(.post, "/v1/snapshots", body: snapshot)
    }

    private static let everybody = [200, 200, 200, 200, 200, 200]
    private static let anyToken = [401, 200, 200, 200, 200, 200]
    /// Read by those who see all of TE; not found by the others.
    private static let ownersOfTE = [401, 404, 200, 404, 200, 404]
    private static let nobodys = [401, 404, 404, 404, 404, 404]
    private static let administrators = [401, 403, 403, 403, 403, 200]

    private static let action = #"{"code": "NEW-1", "title": "Nouvelle", "theme": "achats", "target_level": "reflexion"}"#
    private static let ministry = #"{"code": "NEUF", "kind": "operateur", "names": [{"name": "Office", "from": "2020-01-01"}]}"#

    private static let published = """
        {"year": 2022, "statement": "315 actions", "publisher": "DINUM", "title": "Bilan", "published_on": "2023-06-01",
        "source": "https://www.example.org/bilan.pdf", "numbers": [{"measure": "actions", "value": 315}]}
        """

    private static let snapshot = #"{"year": 2022, "title": "Bilan"}"#

    private static func plan(_ ministry: String, _ year: Int) -> String {
        #"{"ministry": "\#(ministry)", "first_year": \#(year), "due_on": "2022-12-01", "actions": []}"#
    }

    static let rows: [Row] =
        service + lists + reading + writingRoadmaps + writingActions + revisions + indicators + impacts + recommendations
        + administration

    private static let measure = "/v1/indicators/FORMATION/measures"

    private static func measureLine(_ ministry: String, _ year: Int, state: String = "brouillon") -> String {
        #"{"indicator": "FORMATION", "ministry": "\#(ministry)", "period": "\#(year)", "value": 41, "state": "\#(state)"}"#
    }

    private static func measures(
        _ ministry: String, _ year: Int, state: String = "brouillon", beside other: String? = nil
    ) -> String {
        let lines = [measureLine(ministry, year, state: state), other].compactMap(\.self).joined(separator: ", ")
        return #"{"measures": [\#(lines)]}"#
    }

    private static let indicators =
        [
            Row("listIndicators", "all", "/v1/indicators", everybody),
            Row("getIndicator", "one", "/v1/indicators/FORMATION", everybody),
            Row("listIndicatorHistory", "one", "/v1/indicators/FORMATION/history", anyToken),
            Row("getIndicatorTargets", "one", "/v1/indicators/FORMATION/targets", everybody),
            Row("getIndicatorFigures", "one", "/v1/indicators/FORMATION/figures?period=2022", everybody),
            Row("listIndicatorFigures", "all", "/v1/indicators/figures?year=2022", everybody),
            Row("listMeasures", "all", "/v1/measures", anyToken),
            Row("listExpectedMeasures", "all", "/v1/expected-measures?year=2022", anyToken),
            Row("createIndicator", "new", "/v1/indicators", [401, 403, 403, 403, 201, 403], body: MeasureDocumentScene.charter),
            Row(
                "updateIndicator", "one", "/v1/indicators/FORMATION", [401, 403, 403, 403, 200, 403],
                body: #"{"days_allowed": 30}"#),
            Row(
                "putIndicatorTargets", "one", "/v1/indicators/FORMATION/targets", [401, 403, 403, 403, 200, 403],
                body: #"{"targets": [{"period": "2025", "value": 100}]}"#),
            Row("putMeasure", "new of TE", "\(measure)/TE/2025", [401, 403, 201, 403, 201, 403], body: #"{"value": 41}"#),
            Row(
                "putMeasure", "new of TE, validated at once", "\(measure)/TE/2025", [401, 403, 403, 403, 201, 403],
                body: #"{"value": 41, "state": "validee"}"#),
            Row("putMeasure", "validated", "\(measure)/TE/2023", [401, 403, 403, 403, 422, 403], body: #"{"value": 41}"#),
            Row(
                "putMeasure", "submitted, to be validated", "\(measure)/TE/2022", [401, 403, 403, 403, 200, 403],
                body: #"{"value": 40, "state": "validee"}"#),
            Row("applyMeasures", "of TE", "/v1/measures", [401, 403, 200, 403, 200, 403], body: measures("TE", 2025)),
            Row(
                "applyMeasures", "of TE, validated at once", "/v1/measures", [401, 403, 403, 403, 200, 403],
                body: measures("TE", 2025, state: "validee")),
            Row(
                "applyMeasures", "of TE and JUS", "/v1/measures", [401, 403, 403, 403, 200, 403],
                body: measures("TE", 2025, beside: measureLine("JUS", 2025))),
            Row("deleteMeasure", "draft", "\(measure)/TE/2021", [401, 403, 204, 404, 204, 403]),
            Row("deleteMeasure", "submitted", "\(measure)/TE/2022", [401, 403, 409, 403, 409, 403]),
            Row("deleteMeasure", "returned", "\(measure)/TE/2024", [401, 403, 409, 404, 409, 403]),
        ]
        + [
            (2021, "draft", ownersOfTE), (2022, "submitted", anyToken), (2023, "validated", anyToken),
            (2024, "returned", ownersOfTE),
        ]
        .flatMap { year, state, expected in
            [
                Row("getMeasure", state, "\(measure)/TE/\(year)", expected),
                Row("listMeasureHistory", state, "\(measure)/TE/\(year)/history", expected),
            ]
        }
        + [(2021, "draft"), (2022, "submitted"), (2024, "returned")].map { year, state in
            Row("putMeasure", state, "\(measure)/TE/\(year)", [401, 403, 200, 403, 200, 403], body: #"{"value": 41}"#)
        }

    private static let revisions = [
        Row("getRevision", "published", "/v1/roadmaps/TE-2020/revision", ownersOfTE),
        Row("getRevision", "draft", "/v1/roadmaps/TE-2023/revision", nobodys),
        Row("getRevision", "submitted", "/v1/roadmaps/TE-2019/revision", ownersOfTE),
        Row("getRevision", "none", "/v1/roadmaps/TE-2022/revision", nobodys),
        Row("listRevisionHistory", "published", "/v1/roadmaps/TE-2020/revision/history", ownersOfTE),
        Row("listRevisionHistory", "draft", "/v1/roadmaps/TE-2023/revision/history", nobodys),
        Row("openRevision", "published", "/v1/roadmaps/TE-2022/revision", [401, 403, 201, 403, 201, 403], body: "{}"),
        Row("openRevision", "where one is open", "/v1/roadmaps/TE-2020/revision", [401, 403, 409, 403, 409, 403], body: "{}"),
        Row("openRevision", "draft", "/v1/roadmaps/TE-2023/revision", [401, 403, 409, 404, 409, 403], body: "{}"),
        Row("openRevision", "closed", "/v1/roadmaps/TE-2021/revision", [401, 403, 409, 403, 409, 403], body: "{}"),
        Row(
            "updateRevision", "draft", "/v1/roadmaps/TE-2023/revision", [401, 403, 404, 404, 404, 403],
            body: #"{"state": "soumise"}"#),
        Row(
            "updateRevision", "published", "/v1/roadmaps/TE-2020/revision", [401, 403, 200, 403, 200, 403],
            body: #"{"state": "soumise"}"#),
        Row(
            "updateRevision", "in preparation, to be validated", "/v1/roadmaps/TE-2020/revision",
            [401, 403, 409, 403, 409, 403], body: #"{"state": "validee"}"#),
        Row(
            "updateRevision", "to be validated", "/v1/roadmaps/TE-2019/revision", [401, 403, 403, 403, 200, 403],
            body: #"{"state": "validee"}"#),
        Row(
            "updateRevision", "taken back without a reason", "/v1/roadmaps/TE-2019/revision", [401, 403, 200, 403, 422, 403],
            body: #"{"state": "en_preparation"}"#),
        Row(
            "updateRevision", "returned", "/v1/roadmaps/TE-2019/revision", [401, 403, 200, 403, 200, 403],
            body: #"{"state": "en_preparation", "reason": "Incomplète"}"#),
        Row(
            "updateRevision", "abandoned", "/v1/roadmaps/TE-2020/revision", [401, 403, 200, 403, 200, 403],
            body: #"{"state": "abandonnee", "reason": "Reportée"}"#),
        Row(
            "reviseAction", "draft", "/v1/roadmaps/TE-2023/revision/actions/PUB-1", [401, 403, 404, 404, 404, 403],
            body: #"{"key_action": true}"#),
        Row(
            "reviseAction", "published", "/v1/roadmaps/TE-2020/revision/actions/PUB-1", [401, 403, 200, 403, 200, 403],
            body: #"{"removed": false, "key_action": true}"#),
        Row(
            "reviseAction", "submitted", "/v1/roadmaps/TE-2019/revision/actions/PUB-1", [401, 403, 409, 403, 200, 403],
            body: #"{"key_action": true}"#),
        Row(
            "reviseAction", "none", "/v1/roadmaps/TE-2022/revision/actions/PUB-1", [401, 403, 404, 403, 404, 403],
            body: #"{"key_action": true}"#),
        Row("takeBackAction", "draft", "/v1/roadmaps/TE-2023/revision/actions/PUB-1", [401, 403, 404, 404, 404, 403]),
        Row(
            "takeBackAction", "published", "/v1/roadmaps/TE-2020/revision/actions/PUB-1", [401, 403, 204, 403, 204, 403]),
        Row("takeBackAction", "submitted", "/v1/roadmaps/TE-2019/revision/actions/PUB-1", [401, 403, 409, 403, 204, 403]),
        Row("takeBackAction", "not revised", "/v1/roadmaps/TE-2020/revision/actions/CON-1", [401, 403, 404, 403, 404, 403]),
    ]

    private static let impacts =
        [
            Row("listImpactFactors", "all", "/v1/impact-factors", everybody),
            Row("getImpactFactor", "one", "/v1/impact-factors/PORTABLE-RECONDITIONNE", everybody),
            Row("listImpactFactorHistory", "one", "/v1/impact-factors/PORTABLE-RECONDITIONNE/history", anyToken),
            Row("getImpactFigures", "all", "/v1/impacts/figures?year=2022", everybody),
            Row("createImpactFactor", "new", "/v1/impact-factors", [401, 403, 403, 403, 201, 403], body: ImpactScene.phone),
            Row(
                "createImpactFactor", "next version", "/v1/impact-factors", [401, 403, 403, 403, 201, 403],
                body: ImpactScene.laptopWithInterval),
            Row(
                "createImpact", "closed", "/v1/actions/TE-2021-PUB-1/impacts", [401, 403, 409, 403, 409, 403],
                body: ImpactScene.ofLaptops),
        ]
        + [("2022-PUB-1", "published", true), ("2022-CON-1", "confidential", false), ("2023-PUB-1", "draft", false)]
        .flatMap { action, name, isInSight in
            let impacts = "/v1/actions/TE-\(action)/impacts"
            let reading = isInSight ? anyToken : ownersOfTE
            func writing(_ good: Int) -> [Int] { [401, 403, good, isInSight ? 403 : 404, good, 403] }
            return [
                Row("listImpacts", name, impacts, reading), Row("getImpact", name, "\(impacts)/1", reading),
                Row("listImpactHistory", name, "\(impacts)/1/history", reading),
                Row("createImpact", name, impacts, writing(201), body: ImpactScene.ofLaptops(2)),
                Row("updateImpact", name, "\(impacts)/1", writing(200), body: #"{"basis": "measured"}"#),
                Row("deleteImpact", name, "\(impacts)/1", writing(204)),
            ]
        }

    /// Drafts are for the coordinators alone.
    private static let coordinators = [401, 404, 404, 404, 200, 404]
    private static let coordinating = [401, 403, 403, 403, 200, 403]

    private static let recommendations =
        [
            Row("listRecommendations", "all", "/v1/recommendations", anyToken),
            Row("listRoadmapRecommendations", "published", "/v1/roadmaps/TE-2022/recommendations", anyToken),
            Row("listRoadmapRecommendations", "draft", "/v1/roadmaps/TE-2023/recommendations", ownersOfTE),
            Row("getRecommendationFigures", "of 2022", "/v1/recommendations/figures?year=2022", anyToken),
            Row(
                "createRecommendation", "published", "/v1/roadmaps/TE-2022/recommendations", [401, 403, 403, 403, 201, 403],
                body: RecommendationScene.advice()),
            Row(
                "createRecommendation", "draft", "/v1/roadmaps/TE-2023/recommendations", [401, 403, 403, 403, 201, 403],
                body: RecommendationScene.advice()),
            Row(
                "createRecommendation", "closed", "/v1/roadmaps/TE-2021/recommendations", [401, 403, 403, 403, 409, 403],
                body: RecommendationScene.advice()),
            Row("createRecommendations", "of 2022", "/v1/recommendations", coordinating, body: RecommendationScene.toMany),
            Row("carryRecommendations", "draft", "/v1/roadmaps/TE-2023/recommendations/carry", coordinating, body: "{}"),
            Row("carryRecommendations", "published", "/v1/roadmaps/TE-2022/recommendations/carry", coordinating, body: "{}"),
            Row(
                "carryRecommendations", "closed", "/v1/roadmaps/TE-2021/recommendations/carry", [401, 403, 403, 403, 409, 403],
                body: "{}"),
            Row(
                "updateRecommendation", "answered", "/v1/recommendations/TE-2022-R01", [401, 403, 200, 403, 200, 403],
                body: RecommendationScene.declined),
            Row(
                "updateRecommendation", "answered, confidential", "/v1/recommendations/TE-2022-R02",
                [401, 403, 200, 404, 200, 403], body: RecommendationScene.declined),
            Row(
                "updateRecommendation", "closed", "/v1/recommendations/TE-2022-R01", coordinating,
                body: RecommendationScene.closed),
            Row(
                "updateRecommendation", "draft to be sent", "/v1/recommendations/TE-2022-R03", [401, 403, 404, 404, 200, 403],
                body: #"{"state": "emise"}"#),
            Row("deleteRecommendation", "draft", "/v1/recommendations/TE-2022-R03", [401, 403, 403, 403, 204, 403]),
            Row("deleteRecommendation", "sent", "/v1/recommendations/TE-2022-R01", [401, 403, 403, 403, 409, 403]),
        ]
        + [("R01", "sent", anyToken), ("R02", "confidential", ownersOfTE), ("R03", "draft", coordinators)]
        .flatMap { number, name, expected in
            [
                Row("getRecommendation", name, "/v1/recommendations/TE-2022-\(number)", expected),
                Row("listRecommendationHistory", name, "/v1/recommendations/TE-2022-\(number)/history", expected),
            ]
        }

    private static let service = [
        ("getRoot", "/"), ("getDocs", "/docs"), ("getDocsChapter", "/docs/actions"), ("getProblem", "/problems/forbidden"),
        ("getLiveness", "/livez"),
        ("getReadiness", "/readyz"), ("getMetrics", "/metrics"),
        ("getOpenapiYaml", "/openapi.yaml"), ("getOpenapiJson", "/openapi.json"),
        ("getSecurityTxt", "/.well-known/security.txt"), ("getVocabularies", "/v1/vocabularies"),
    ].map { Row($0, "the service", $1, everybody) }

    private static let lists = [
        Row("listMinistries", "all", "/v1/ministries", anyToken), Row("listPractices", "all", "/v1/practices", anyToken),
        Row("listRoadmaps", "all", "/v1/roadmaps", anyToken), Row("listActions", "all", "/v1/actions", anyToken),
        Row("getFigures", "published", "/v1/figures?year=2022", everybody),
        Row("getFigures", "all drafts", "/v1/figures?year=2023&roadmap_state=brouillon", [401, 403, 403, 403, 200, 403]),
        Row(
            "getFigures", "drafts of TE", "/v1/figures?year=2023&roadmap_state=brouillon&ministry=TE",
            [401, 403, 200, 403, 200, 403]),
        Row(
            "getFigures", "drafts of TE and JUS", "/v1/figures?year=2023&roadmap_state=brouillon,validee&ministry=TE,JUS",
            [401, 403, 403, 403, 200, 403]),
        Row("getFigureSeries", "published", "/v1/figures/series?year=2022", everybody),
        Row(
            "getFigureSeries", "drafts of TE", "/v1/figures/series?year=2023&roadmap_state=brouillon&ministry=TE",
            [401, 403, 200, 403, 200, 403]),
        Row("compareFigures", "published", "/v1/figures/compare?year=2022&from=2022-01-31", everybody),
        Row(
            "compareFigures", "drafts of TE", "/v1/figures/compare?year=2023&from=2022-01-31&roadmap_state=brouillon&ministry=TE",
            [401, 403, 200, 403, 200, 403]),
        Row("listComparedActions", "published", "/v1/figures/compare/actions?year=2022&from=2022-01-31", anyToken),
        Row(
            "listComparedActions", "drafts of TE",
            "/v1/figures/compare/actions?year=2023&from=2022-01-31&roadmap_state=brouillon&ministry=TE",
            [401, 403, 200, 403, 200, 403]),
        Row("getBarometer", "published", "/v1/barometer?year=2022", everybody),
        Row("getBarometer", "last", "/v1/barometer", everybody),
        Row("getBarometerPicture", "of the themes", "/v1/barometer/themes.svg?year=2022", everybody),
        Row("getBarometerPicture", "of the ministries", "/v1/barometer/ministries.svg", everybody),
        Row("listChanges", "all", "/v1/changes", anyToken),
        Row("listPublishedFigures", "all", "/v1/published-figures", everybody),
        Row("getPublishedFigure", "of the installation", "/v1/published-figures/2022-1", everybody),
        Row("listSnapshots", "all", "/v1/snapshots", everybody),
        Row("getSnapshot", "of 2022", "/v1/snapshots/2022-1", everybody),
        Row("getSnapshotDocument", "of 2022", "/v1/snapshots/2022-1/document", everybody),
        Row("listSnapshotActions", "of 2022", "/v1/snapshots/2022-1/actions", anyToken),
        Row("verifySnapshot", "of 2022", "/v1/snapshots/2022-1/verification", anyToken),
        Row("getMe", "self", "/v1/me", anyToken),
        Row("renewToken", "its own", "/v1/me/tokens", [401, 201, 201, 201, 201, 201], body: "{}"),
        Row("revokeMyToken", "of the référent of JUS", "/v1/me/tokens/{token}", [401, 404, 404, 204, 404, 404]),
        Row("revokeMyToken", "unknown", "/v1/me/tokens/0000000000", [401, 404, 404, 404, 404, 404]),
    ]

    private static let reading =
        [
            Row("getMinistry", "TE", "/v1/ministries/TE", anyToken), Row("getCensus", "2022", "/v1/censuses/2022", anyToken),
            Row("listMinistryHistory", "TE", "/v1/ministries/TE/history", anyToken),
            Row("listCensusHistory", "2022", "/v1/censuses/2022/history", anyToken),
            Row("getCensusProgress", "2022", "/v1/censuses/2022/progress", anyToken),
            Row("listDuties", "own", "/v1/duties", anyToken),
            Row("listDuties", "of a ministry", "/v1/duties?ministry=TE", [401, 403, 200, 403, 200, 403]),
            Row("listDuties", "of the coordination", "/v1/duties?role=coordinator", [401, 403, 403, 403, 200, 403]),
            Row("getAction", "published", "/v1/actions/TE-2022-PUB-1", anyToken),
            Row("getAction", "confidential", "/v1/actions/TE-2022-CON-1", ownersOfTE),
            Row("getAction", "of a draft", "/v1/actions/TE-2023-PUB-1", ownersOfTE),
            Row("getAction", "confidential of a draft", "/v1/actions/TE-2023-CON-1", ownersOfTE),
            Row("listActionHistory", "published", "/v1/actions/TE-2022-PUB-1/history", anyToken),
            Row("listActionHistory", "confidential", "/v1/actions/TE-2022-CON-1/history", ownersOfTE),
            Row("listActionHistory", "of a draft", "/v1/actions/TE-2023-PUB-1/history", ownersOfTE),
        ]
        + [
            ("getRoadmap", ""), ("getPlan", "/plan"), ("listRoadmapActions", "/actions"), ("listRoadmapHistory", "/history"),
        ].flatMap { operation, suffix in
            [
                Row(operation, "published", "/v1/roadmaps/TE-2022\(suffix)", anyToken),
                Row(operation, "closed", "/v1/roadmaps/TE-2021\(suffix)", anyToken),
                Row(operation, "draft", "/v1/roadmaps/TE-2023\(suffix)", ownersOfTE),
            ]
        }

    private static let writingRoadmaps = [
        Row(
            "createRoadmap", "of TE", "/v1/roadmaps", [401, 403, 201, 403, 201, 403],
            body: #"{"ministry": "TE", "first_year": 2030}"#),
        Row(
            "createRoadmap", "of TE, where a draft is", "/v1/roadmaps", [401, 403, 409, 403, 409, 403],
            body: #"{"ministry": "TE", "first_year": 2023}"#),
        Row(
            "createRoadmap", "validated at once", "/v1/roadmaps", [401, 403, 403, 403, 201, 403],
            body: #"{"ministry": "TE", "first_year": 2030, "state": "validee"}"#),
        Row(
            "updateRoadmap", "published", "/v1/roadmaps/TE-2022", [401, 403, 200, 403, 200, 403],
            body: #"{"due_on": "2022-12-01"}"#),
        Row(
            "updateRoadmap", "draft", "/v1/roadmaps/TE-2023", [401, 403, 200, 404, 200, 403],
            body: #"{"due_on": "2022-12-01"}"#),
        Row(
            "updateRoadmap", "closed", "/v1/roadmaps/TE-2021", [401, 403, 409, 403, 409, 403],
            body: #"{"due_on": "2022-12-01"}"#),
        Row(
            "updateRoadmap", "to be closed", "/v1/roadmaps/TE-2022", [401, 403, 403, 403, 200, 403],
            body: #"{"state": "close"}"#),
        Row(
            "updateRoadmap", "to be closed while it is being revised", "/v1/roadmaps/TE-2020", [401, 403, 403, 403, 409, 403],
            body: #"{"state": "close"}"#),
        Row(
            "updateRoadmap", "draft to be submitted", "/v1/roadmaps/TE-2023", [401, 403, 200, 404, 200, 403],
            body: #"{"state": "soumise"}"#),
        Row("deleteRoadmap", "published", "/v1/roadmaps/TE-2022", [401, 403, 409, 403, 409, 403]),
        Row("deleteRoadmap", "draft", "/v1/roadmaps/TE-2023", [401, 403, 204, 404, 204, 403]),
        Row("deleteRoadmap", "closed", "/v1/roadmaps/TE-2021", [401, 403, 409, 403, 409, 403]),
        Row("applyPlan", "new of TE", "/v1/roadmaps/TE-2030/plan", [401, 403, 201, 404, 201, 403], body: plan("TE", 2030)),
        Row("applyPlan", "published", "/v1/roadmaps/TE-2022/plan", [401, 403, 200, 403, 200, 403], body: plan("TE", 2022)),
        Row(
            "applyPlan", "published, a commitment", "/v1/roadmaps/TE-2022/plan", [401, 403, 409, 403, 422, 403],
            body: #"{"ministry": "TE", "first_year": 2022, "actions": [{"code": "PUB-1", "title": "Autre"}]}"#),
        Row(
            "applyPlan", "to be closed while it is being revised", "/v1/roadmaps/TE-2020/plan?state=close",
            [401, 403, 403, 403, 409, 403], body: plan("TE", 2020)),
        Row("applyPlan", "draft", "/v1/roadmaps/TE-2023/plan", [401, 403, 200, 404, 200, 403], body: plan("TE", 2023)),
        Row("applyPlan", "closed", "/v1/roadmaps/TE-2021/plan", [401, 403, 409, 403, 409, 403], body: plan("TE", 2021)),
        Row(
            "applyPlan", "of JUS through the address of TE", "/v1/roadmaps/TE-2022/plan", [401, 403, 422, 403, 422, 403],
            body: plan("JUS", 2022)),
    ]

    private static let writingActions = [
        Row("createAction", "published", "/v1/roadmaps/TE-2022/actions", [401, 403, 409, 403, 422, 403], body: action),
        Row(
            "createAction", "published, with a reason", "/v1/roadmaps/TE-2022/actions", [401, 403, 409, 403, 201, 403],
            body: action.replacing("}", with: #", "reason": "Oubliée"}"#)),
        Row("createAction", "draft", "/v1/roadmaps/TE-2023/actions", [401, 403, 201, 404, 201, 403], body: action),
        Row("createAction", "closed", "/v1/roadmaps/TE-2021/actions", [401, 403, 409, 403, 409, 403], body: action),
        Row(
            "updateAction", "published", "/v1/actions/TE-2022-PUB-1", [401, 403, 200, 403, 200, 403],
            body: #"{"status": "en_cours"}"#),
        Row(
            "updateAction", "published, a commitment", "/v1/actions/TE-2022-PUB-1", [401, 403, 409, 403, 422, 403],
            body: #"{"key_action": true}"#),
        Row(
            "updateAction", "published, a commitment with a reason", "/v1/actions/TE-2022-PUB-1", [401, 403, 409, 403, 200, 403],
            body: #"{"key_action": true, "reason": "Oublié"}"#),
        Row(
            "updateAction", "confidential", "/v1/actions/TE-2022-CON-1", [401, 403, 200, 404, 200, 403],
            body: #"{"confidential": false}"#),
        Row(
            "updateAction", "of a draft", "/v1/actions/TE-2023-PUB-1", [401, 403, 200, 404, 200, 403],
            body: #"{"key_action": true}"#),
        Row(
            "updateAction", "of a closed plan", "/v1/actions/TE-2021-PUB-1", [401, 403, 409, 403, 409, 403],
            body: #"{"key_action": true}"#),
        Row("deleteAction", "published", "/v1/actions/TE-2022-PUB-1", [401, 403, 409, 403, 400, 403]),
        Row(
            "deleteAction", "published, with a reason", "/v1/actions/TE-2022-PUB-1?reason=Doublon",
            [401, 403, 409, 403, 204, 403]),
        Row(
            "deleteAction", "confidential", "/v1/actions/TE-2022-CON-1?reason=Doublon", [401, 403, 409, 404, 204, 403]),
        Row("deleteAction", "of a draft", "/v1/actions/TE-2023-PUB-1", [401, 403, 204, 404, 204, 403]),
        Row("deleteAction", "of a closed plan", "/v1/actions/TE-2021-PUB-1", [401, 403, 409, 403, 409, 403]),
    ]

    private static let administration = [
        Row("createMinistry", "new", "/v1/ministries", [401, 403, 403, 403, 403, 201], body: ministry),
        Row("updateMinistry", "TE", "/v1/ministries/TE", administrators, body: #"{"kind": "operateur"}"#),
        Row(
            "putCensus", "2022", "/v1/censuses/2022", [401, 403, 403, 403, 200, 403],
            body: #"{"due_on": "2022-03-01", "expected": ["TE"]}"#),
        Row(
            "putCensus", "new", "/v1/censuses/2024", [401, 403, 403, 403, 201, 403],
            body: #"{"due_on": "2024-03-01", "expected": ["TE"]}"#),
        Row("createPublishedFigure", "of 2022", "/v1/published-figures", [401, 403, 403, 403, 201, 403], body: published),
        Row("createSnapshot", "of 2022", "/v1/snapshots", [401, 403, 403, 403, 201, 403], body: snapshot),
        Row("listTokens", "all", "/v1/tokens", administrators),
        Row("issueToken", "new", "/v1/tokens", [401, 403, 403, 403, 403, 201], body: #"{"label": "X", "role": "admin"}"#),
        Row("revokeToken", "of another", "/v1/tokens/{token}", [401, 403, 403, 403, 403, 204]),
        Row("revokeToken", "all of another", "/v1/tokens/{token}?all=true", [401, 403, 403, 403, 403, 204]),
        Row("revokeToken", "unknown", "/v1/tokens/0000000000", [401, 403, 403, 403, 403, 404]),
    ]
}
