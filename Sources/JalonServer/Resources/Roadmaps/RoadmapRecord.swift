import ActionPlans
import Postgres

/// A roadmap as it is stored, with what the service adds to it.
struct RoadmapRecord: Sendable {
    let roadmap: Roadmap
    /// The ministry's name on 1 January of the first year: a plan of 2022 shows the name of 2022.
    let ministryName: String
    let version: Int
    let planVersion: Int
    let actionCount: Int
    let createdAt: String
    let updatedAt: String
    /// The state of its open revision; nil where none is open.
    private let openRevision: RevisionState?
    /// Whether the reader is told how often the plan has changed, and that it is being revised: whoever sees all of it, of today.
    private var tellsWorking = false

    var id: RoadmapID { roadmap.id }
    /// The version of the plan, the number of actions, the ministry's name and the revision are part of the representation, and change
    /// without its version. Of the second form, which tells of revisions.
    var tag: EntityTag {
        let plan = tellsWorking ? ".\(planVersion)" : ""
        let revision = toldRevision.map { ".\($0.code)" } ?? ""
        return EntityTag("\(version).\(actionCount).\(EntityTag.fingerprint(of: ministryName))\(plan)\(revision).2")
    }
    /// Moves with every change of the roadmap or of one of its actions.
    var planTag: EntityTag { EntityTag("\(planVersion)") }
    /// Of the same plan in YAML: other bytes, so another strong validator.
    var planTagInYAML: EntityTag { EntityTag("\(planVersion)-yaml") }

    /// The columns `init(_:)` reads, of the table `roadmaps` as `r`.
    static let columns: SQL = """
        r.ministry, r.first_year, r.last_year, r.title, r.state, r.due_on, r.submitted_on, r.validated_on,
        coalesce((select known.name from ministry_name_on(r.ministry, make_date(r.first_year, 1, 1)) known), r.ministry),
        r.version, r.plan_version, r.action_count, r.created_at, r.updated_at, \(RevisionQueries.openState(in: .now))
        """

    /// The same columns of the day in question. A plan's version is told of today only, on each page of a list as on the first.
    static func columns(in reading: Reading) -> SQL {
        if reading.isNow { return columns }
        let planVersion: SQL =
            reading.list.map { list in
                """
                (select count(*) from changes c
                    where c.ministry = r.ministry and c.first_year = r.first_year and \(Resource.isOne("c.resource", where: \.isOfPlan))
                        and c.recorded_at <= \(list.instant)::timestamptz)
                """
            } ?? "r.version"
        return """
            r.ministry, r.first_year, r.last_year, r.title, r.state, r.due_on, r.submitted_on, r.validated_on,
            coalesce(\(name(in: reading)), r.ministry), r.version, \(planVersion),
            (select count(*) from action_periods a
                where a.ministry = r.ministry and a.first_year = r.first_year and \(reading.holds("a"))),
            r.created_at, r.updated_at, \(RevisionQueries.openState(in: reading))
            """
    }

    static func table(in reading: Reading) -> SQL {
        if reading.isNow { return "roadmaps r" }
        return "(select * from roadmap_periods r where \(reading.holds("r"))) r"
    }

    /// The name of the ministry of a roadmap `r`.
    static func name(in reading: Reading) -> SQL {
        guard let knownAt = reading.knownAt else {
            return "(select known.name from ministry_name_on(r.ministry, make_date(r.first_year, 1, 1)) known)"
        }
        return "ministry_name_known(r.ministry, make_date(r.first_year, 1, 1), \(knownAt)::timestamptz)"
    }

    init(_ row: inout Row) throws {
        roadmap = try Roadmap(&row)
        ministryName = try row.next()
        version = try row.next()
        planVersion = try row.next()
        actionCount = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
        openRevision = try row.next()
    }

    /// The same for one reader.
    func seen(by actor: Actor, in reading: Reading = .now) -> RoadmapRecord {
        var record = self
        record.tellsWorking = reading.isNow && Visibility.seesRevisions(of: id.ministry, actor)
        return record
    }

    /// How often the roadmap and its actions have changed, as far as it is told.
    var toldPlanVersion: Int? { tellsWorking ? planVersion : nil }
    var toldRevision: RevisionState? { tellsWorking ? openRevision : nil }

    static let members = [
        "id", "ministry", "ministry_name", "first_year", "last_year", "title", "state", "due_on", "submitted_on",
        "validated_on", "action_count", "version", "plan_version", "revision", "created_at", "updated_at", "links",
    ]

    static let readOnlyMembers: Set<String> = [
        "id", "ministry", "ministry_name", "first_year", "submitted_on", "validated_on", "action_count", "version",
        "plan_version", "revision", "created_at", "updated_at", "links",
    ]

    func write(to writer: inout JSONWriter, selecting fields: Set<String>? = nil) {
        writer.object(selecting: fields) { object in
            object.member("id", id.description)
            object.member("ministry", id.ministry.text)
            object.member("ministry_name", ministryName)
            object.member("first_year", id.firstYear)
            object.member("last_year", roadmap.lastYear)
            object.member("title", roadmap.title)
            object.member("state", roadmap.state.code)
            object.member("due_on", roadmap.dueOn)
            object.member("submitted_on", roadmap.submittedOn)
            object.member("validated_on", roadmap.validatedOn)
            object.member("action_count", actionCount)
            object.member("version", version)
            object.member("plan_version", toldPlanVersion)
            object.member("revision", toldRevision?.code)
            object.member("created_at", createdAt)
            object.member("updated_at", updatedAt)
            object.member("links") { links in
                links.member("self", "/v1/roadmaps/\(id)")
                links.member("ministry", "/v1/ministries/\(id.ministry)")
                links.member("actions", "/v1/roadmaps/\(id)/actions")
                links.member("plan", "/v1/roadmaps/\(id)/plan")
                links.member("history", "/v1/roadmaps/\(id)/history")
            }
        }
    }
}
