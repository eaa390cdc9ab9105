import ActionPlans
import HTTPTypes

/// Every operation of the API on one screen, in the order of the paths.
package enum Operations {
    package static let all: [Operation] = [
        Operation("getRoot", .get, "/", .public, answers: [.json, .html], for: .documentation, HomeEndpoints.root),
        Operation("getDocs", .get, "/docs", .public, answers: [.html], for: .documentation, HomeEndpoints.documentation),
        Operation(
            "getDocsChapter", .get, "/docs/{chapter}", .public, answers: [.html], for: .documentation,
            HomeEndpoints.documentationChapter),
        Operation(
            "getProblem", .get, "/problems/{slug}", .public, answers: [.html], for: .documentation, ProblemEndpoints.page),
        Operation("getLiveness", .get, "/livez", .public, for: .health, HomeEndpoints.live),
        Operation("getReadiness", .get, "/readyz", .public, for: .health, HomeEndpoints.ready),
        Operation("getMetrics", .get, "/metrics", .public, answers: [.text], for: .monitoring, MetricsEndpoint.get),
        Operation(
            "getOpenapiYaml", .get, "/openapi.yaml", .public, answers: [.yaml], for: .documentation, HomeEndpoints.openAPIYAML),
        Operation("getOpenapiJson", .get, "/openapi.json", .public, for: .documentation, HomeEndpoints.openAPIJSON),
        Operation(
            "getSecurityTxt", .get, "/.well-known/security.txt", .public, answers: [.text], for: .documentation,
            HomeEndpoints.securityText),

        Operation("getVocabularies", .get, "/v1/vocabularies", .public, VocabularyEndpoints.list),
        Operation("listMinistries", .get, "/v1/ministries", .read, validatedBy: .data, MinistryEndpoints.list),
        Operation("createMinistry", .post, "/v1/ministries", .administer, reads: .json, MinistryCreation.perform),
        Operation("getMinistry", .get, "/v1/ministries/{code}", .read, MinistryEndpoints.get),
        Operation("updateMinistry", .patch, "/v1/ministries/{code}", .administer, reads: .mergePatch, MinistryChange.perform),
        Operation(
            "listMinistryHistory", .get, "/v1/ministries/{code}/history", .read, answers: rows, validatedBy: .data,
            HistoryEndpoints.ofMinistry),
        Operation("listPractices", .get, "/v1/practices", .read, validatedBy: .data, PracticeEndpoints.list),
        Operation("getCensus", .get, "/v1/censuses/{year}", .read, CensusEndpoints.get),
        Operation("putCensus", .put, "/v1/censuses/{year}", .coordinate, reads: .json, CensusWrite.perform),
        Operation(
            "getCensusProgress", .get, "/v1/censuses/{year}/progress", .read, answers: rows, validatedBy: .data,
            CensusEndpoints.progress),
        Operation(
            "listCensusHistory", .get, "/v1/censuses/{year}/history", .read, answers: rows, validatedBy: .data,
            HistoryEndpoints.ofCensus),

        Operation("listRoadmaps", .get, "/v1/roadmaps", .read, answers: rows, validatedBy: .data, RoadmapEndpoints.list),
        Operation("createRoadmap", .post, "/v1/roadmaps", .writeRoadmap, reads: .json, RoadmapCreation.perform),
        Operation("getRoadmap", .get, "/v1/roadmaps/{roadmap}", .read, RoadmapEndpoints.get),
        Operation("updateRoadmap", .patch, "/v1/roadmaps/{roadmap}", .writeRoadmap, reads: .mergePatch, RoadmapChange.perform),
        Operation("deleteRoadmap", .delete, "/v1/roadmaps/{roadmap}", .writeRoadmap, answers: [], RoadmapDeletion.perform),
        Operation(
            "getPlan", .get, "/v1/roadmaps/{roadmap}/plan", .read, answers: [.json, .yaml, .csv], takesLong: true,
            PlanEndpoints.get),
        Operation(
            "applyPlan", .put, "/v1/roadmaps/{roadmap}/plan", .writeRoadmap, reads: .plan, takesLong: true,
            PlanApplication.perform),
        Operation(
            "listRoadmapActions", .get, "/v1/roadmaps/{roadmap}/actions", .read, answers: rows, validatedBy: .data,
            ActionEndpoints.listOfRoadmap),
        Operation("createAction", .post, "/v1/roadmaps/{roadmap}/actions", .writeRoadmap, reads: .json, ActionCreation.perform),
        Operation(
            "listRoadmapHistory", .get, "/v1/roadmaps/{roadmap}/history", .read, answers: rows, validatedBy: .data,
            HistoryEndpoints.ofRoadmap),

        Operation("getRevision", .get, "/v1/roadmaps/{roadmap}/revision", .read, RevisionEndpoints.get),
        Operation(
            "openRevision", .post, "/v1/roadmaps/{roadmap}/revision", .writeRoadmap, reads: .json, RevisionOpening.perform),
        Operation(
            "updateRevision", .patch, "/v1/roadmaps/{roadmap}/revision", .writeRoadmap, reads: .mergePatch,
            RevisionChange.perform),
        Operation(
            "reviseAction", .patch, "/v1/roadmaps/{roadmap}/revision/actions/{code}", .writeRoadmap, reads: .mergePatch,
            RevisedActionChange.perform),
        Operation(
            "takeBackAction", .delete, "/v1/roadmaps/{roadmap}/revision/actions/{code}", .writeRoadmap, answers: [],
            RevisedActionDeletion.perform),
        Operation(
            "listRevisionHistory", .get, "/v1/roadmaps/{roadmap}/revision/history", .read, answers: rows, validatedBy: .data,
            RevisionEndpoints.history),
        Operation(
            "listRoadmapRecommendations", .get, "/v1/roadmaps/{roadmap}/recommendations", .read, answers: rows,
            validatedBy: .data,
            RecommendationEndpoints.listOfRoadmap),
        Operation(
            "createRecommendation", .post, "/v1/roadmaps/{roadmap}/recommendations", .coordinate, reads: .json,
            RecommendationCreation.perform),
        Operation(
            "carryRecommendations", .post, "/v1/roadmaps/{roadmap}/recommendations/carry", .coordinate, reads: .json,
            RecommendationCarrying.perform),
        Operation(
            "listRecommendations", .get, "/v1/recommendations", .read, answers: rows, validatedBy: .data,
            RecommendationEndpoints.list),
        Operation(
            "createRecommendations", .post, "/v1/recommendations", .coordinate, reads: .json, RecommendationsCreation.perform),
        Operation(
            "getRecommendationFigures", .get, "/v1/recommendations/figures", .read, answers: rows, validatedBy: .data,
            RecommendationFigureEndpoints.get),
        Operation("getRecommendation", .get, "/v1/recommendations/{recommendation}", .read, RecommendationEndpoints.get),
        Operation(
            "updateRecommendation", .patch, "/v1/recommendations/{recommendation}", .writeRoadmap, reads: .mergePatch,
            RecommendationChange.perform),
        Operation(
            "deleteRecommendation", .delete, "/v1/recommendations/{recommendation}", .coordinate, answers: [],
            RecommendationDeletion.perform),
        Operation(
            "listRecommendationHistory", .get, "/v1/recommendations/{recommendation}/history", .read, answers: rows,
            validatedBy: .data, RecommendationEndpoints.history),

        Operation("listActions", .get, "/v1/actions", .read, answers: rows, validatedBy: .data, ActionEndpoints.list),
        Operation("getAction", .get, "/v1/actions/{action}", .read, ActionEndpoints.get),
        Operation("updateAction", .patch, "/v1/actions/{action}", .writeRoadmap, reads: .mergePatch, ActionChange.perform),
        Operation("deleteAction", .delete, "/v1/actions/{action}", .writeRoadmap, answers: [], ActionDeletion.perform),
        Operation(
            "listActionHistory", .get, "/v1/actions/{action}/history", .read, answers: rows, validatedBy: .data,
            HistoryEndpoints.ofAction),

        Operation("listIndicators", .get, "/v1/indicators", .figures, validatedBy: .data, IndicatorEndpoints.list),
        Operation("createIndicator", .post, "/v1/indicators", .coordinate, reads: .json, IndicatorCreation.perform),
        Operation(
            "listIndicatorFigures", .get, "/v1/indicators/figures", .figures, validatedBy: .kept, IndicatorFigureEndpoints.page),
        Operation("getIndicator", .get, "/v1/indicators/{indicator}", .figures, IndicatorEndpoints.get),
        Operation(
            "updateIndicator", .patch, "/v1/indicators/{indicator}", .coordinate, reads: .mergePatch, IndicatorChange.perform),
        Operation(
            "listIndicatorHistory", .get, "/v1/indicators/{indicator}/history", .read, answers: rows, validatedBy: .data,
            IndicatorEndpoints.history),
        Operation("getIndicatorTargets", .get, "/v1/indicators/{indicator}/targets", .figures, IndicatorEndpoints.targets),
        Operation(
            "putIndicatorTargets", .put, "/v1/indicators/{indicator}/targets", .coordinate, reads: .json, TargetWrite.perform),
        Operation(
            "getIndicatorFigures", .get, "/v1/indicators/{indicator}/figures", .figures, validatedBy: .kept,
            IndicatorFigureEndpoints.get),
        Operation(
            "getMeasure", .get, "/v1/indicators/{indicator}/measures/{ministry}/{period}", .read, MeasureEndpoints.get),
        Operation(
            "putMeasure", .put, "/v1/indicators/{indicator}/measures/{ministry}/{period}", .writeRoadmap, reads: .json,
            MeasureWrite.perform),
        Operation(
            "deleteMeasure", .delete, "/v1/indicators/{indicator}/measures/{ministry}/{period}", .writeRoadmap, answers: [],
            MeasureDeletion.perform),
        Operation(
            "listMeasureHistory", .get, "/v1/indicators/{indicator}/measures/{ministry}/{period}/history", .read, answers: rows,
            validatedBy: .data, MeasureEndpoints.history),
        Operation("listMeasures", .get, "/v1/measures", .read, answers: rows, validatedBy: .data, MeasureEndpoints.list),
        Operation(
            "listExpectedMeasures", .get, "/v1/expected-measures", .read, validatedBy: .data, ExpectedMeasureEndpoints.list),
        Operation("listDuties", .get, "/v1/duties", .read, answers: rows, DutyEndpoints.list),
        Operation(
            "applyMeasures", .put, "/v1/measures", .writeRoadmap, reads: .measures, takesLong: true, MeasureApplication.perform),

        Operation(
            "listPublishedFigures", .get, "/v1/published-figures", .figures, validatedBy: .data, PublishedFigureEndpoints.list),
        Operation(
            "createPublishedFigure", .post, "/v1/published-figures", .coordinate, reads: .json, PublishedFigureCreation.post),
        Operation("getPublishedFigure", .get, "/v1/published-figures/{figure}", .figures, PublishedFigureEndpoints.get),

        Operation(
            "listImpactFactors", .get, "/v1/impact-factors", .figures, validatedBy: .data, ImpactFactorEndpoints.list),
        Operation(
            "createImpactFactor", .post, "/v1/impact-factors", .coordinate, reads: .json, ImpactFactorCreation.perform),
        Operation("getImpactFactor", .get, "/v1/impact-factors/{factor}", .figures, ImpactFactorEndpoints.get),
        Operation(
            "listImpactFactorHistory", .get, "/v1/impact-factors/{factor}/history", .read, answers: rows, validatedBy: .data,
            ImpactFactorEndpoints.history),
        Operation(
            "listImpacts", .get, "/v1/actions/{action}/impacts", .read, validatedBy: .data, ImpactEndpoints.list),
        Operation(
            "createImpact", .post, "/v1/actions/{action}/impacts", .writeRoadmap, reads: .json, ImpactCreation.perform),
        Operation("getImpact", .get, "/v1/actions/{action}/impacts/{number}", .read, ImpactEndpoints.get),
        Operation(
            "updateImpact", .patch, "/v1/actions/{action}/impacts/{number}", .writeRoadmap, reads: .mergePatch,
            ImpactChange.perform),
        Operation(
            "deleteImpact", .delete, "/v1/actions/{action}/impacts/{number}", .writeRoadmap, answers: [], ImpactDeletion.perform),
        Operation(
            "listImpactHistory", .get, "/v1/actions/{action}/impacts/{number}/history", .read, answers: rows, validatedBy: .data,
            ImpactEndpoints.history),
        Operation(
            "getImpactFigures", .get, "/v1/impacts/figures", .figures, validatedBy: .data, ImpactFigureEndpoints.get),

        Operation("getFigures", .get, "/v1/figures", .figures, answers: rows, validatedBy: .data, FigureEndpoints.get),
        Operation("getFigureSeries", .get, "/v1/figures/series", .figures, answers: rows, validatedBy: .data, FigureSeries.get),
        Operation(
            "compareFigures", .get, "/v1/figures/compare", .figures, answers: rows, validatedBy: .data, ComparisonEndpoints.get),
        Operation(
            "listComparedActions", .get, "/v1/figures/compare/actions", .read, validatedBy: .data, ComparisonEndpoints.list),
        Operation(
            "getBarometer", .get, "/v1/barometer", .figures, answers: [.json, .html], validatedBy: .data, fresh: .published,
            BarometerEndpoints.get),
        Operation(
            "getBarometerPicture", .get, "/v1/barometer/{picture}", .figures, answers: [.svg], validatedBy: .data,
            fresh: .published, BarometerEndpoints.picture),
        Operation("listChanges", .get, "/v1/changes", .read, answers: [.json, .lines], FeedEndpoints.list),
        Operation(
            "listSnapshots", .get, "/v1/snapshots", .figures, answers: [.json, .html], validatedBy: .data, SnapshotEndpoints.list),
        Operation("createSnapshot", .post, "/v1/snapshots", .coordinate, reads: .json, SnapshotCreation.post),
        Operation("getSnapshot", .get, "/v1/snapshots/{snapshot}", .figures, answers: [.json, .html], SnapshotEndpoints.get),
        Operation("getSnapshotDocument", .get, "/v1/snapshots/{snapshot}/document", .figures, SnapshotEndpoints.document),
        Operation(
            "listSnapshotActions", .get, "/v1/snapshots/{snapshot}/actions", .read, validatedBy: .data, SnapshotEndpoints.actions),
        Operation("verifySnapshot", .get, "/v1/snapshots/{snapshot}/verification", .read, SnapshotEndpoints.verification),
        Operation("getMe", .get, "/v1/me", .read, MyTokenEndpoints.me),
        Operation("renewToken", .post, "/v1/me/tokens", .read, reads: .jsonOrNothing, MyTokenEndpoints.renew),
        Operation("revokeMyToken", .delete, "/v1/me/tokens/{token}", .read, answers: [], MyTokenEndpoints.revoke),
        Operation("listTokens", .get, "/v1/tokens", .administer, TokenEndpoints.list),
        Operation("issueToken", .post, "/v1/tokens", .administer, reads: .json, TokenEndpoints.issue),
        Operation("revokeToken", .delete, "/v1/tokens/{token}", .administer, answers: [], TokenEndpoints.revoke),
    ]

    /// What is read as a document, and by other programs as a table or line by line.
    private static let rows: [MediaType] = [.json, .csv, .lines]

    package static func served(on door: Operation.Door, hasAdminPort: Bool) -> [Operation] {
        all.filter { $0.purpose.isServed(on: door, hasAdminPort: hasAdminPort) }
    }
}
