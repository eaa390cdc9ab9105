import ActionPlans
import Postgres

/// A recommendation as it stands on a day, as it is known at an instant.
struct RecommendationRecord: Sendable {
    let recommendation: Recommendation
    let version: Int
    let createdAt: String
    let updatedAt: String
    /// Whether its plan gets no more recommendations, where that is no matter of the past.
    let planIsClosed: Bool

    var id: RecommendationID { recommendation.id }

    /// What is told in words of what the caller may do is of a language.
    func tag(in language: Language) -> EntityTag {
        EntityTag("\(version)-\(language.rawValue)\(planIsClosed ? "-close" : "")")
    }

    /// The columns `init(_:)` reads, of ``RecommendationQueries/table(in:)``.
    static func columns(in reading: Reading = .now) -> SQL {
        // Only a draft can be kept from being sent.
        let planIsClosed: SQL =
            reading.isNow
            ? """
            rec.state = 'brouillon' and exists (
                select from roadmaps plan
                where plan.ministry = rec.ministry and plan.first_year = rec.first_year and plan.state = 'close')
            """ : "false"
        return """
                rec.ministry, rec.first_year, rec.number, rec.subject, rec.theme, rec.category, rec.priority, rec.text, rec.state,
            rec.answered_as, rec.plan_version, rfc3339(rec.read_at), rec.due_on, rec.answer, rec.met_by, rec.outcome, rec.carried_from,
            rec.sent_on, rec.answered_on, rec.closed_on, rec.version, rec.created_at, rec.updated_at, \(planIsClosed)
            """
    }

    init(_ row: inout Row) throws {
        let roadmap = try row.nextRoadmapID()
        let number: Int = try row.next()
        let subject: String = try row.next()
        guard let id = RecommendationID(roadmap: roadmap, number: number), let subject = RecommendationSubject(subject) else {
            throw DatabaseError(.decoding, "a recommendation without a number or a subject")
        }
        recommendation = Recommendation(
            id: id, subject: subject, theme: try row.next(), category: try row.next(), priority: try row.next(),
            text: try row.next(), state: try row.next(), answeredAs: try row.next(), planVersion: try row.next(),
            readAt: try row.next(), dueOn: try row.next(), answer: try row.next(),
            metBy: try row.next(String?.self).flatMap { ActionID($0) }, outcome: try row.next(),
            carriedFrom: try row.next(String?.self).flatMap { RecommendationID($0) }, sentOn: try row.next(),
            answeredOn: try row.next(), closedOn: try row.next())
        version = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
        planIsClosed = try row.next()
    }

    /// What only those who see all of the ministry are told: it may name or count what the others do not see.
    static let insideMembers = ["plan_version", "met_by", "carried_from"]

    static let members = [
        "id", "roadmap", "ministry", "subject", "theme", "category", "priority", "text", "state", "answered_as", "plan_version",
        "read_at", "due_on", "answer", "met_by", "outcome", "carried_from", "sent_on", "answered_on", "closed_on", "version",
        "created_at", "updated_at", "transitions", "links",
    ]

    static let readOnlyMembers: Set<String> = [
        "id", "roadmap", "ministry", "theme", "answered_as", "carried_from", "sent_on", "answered_on", "closed_on", "version",
        "created_at", "updated_at", "transitions", "links",
    ]
}
