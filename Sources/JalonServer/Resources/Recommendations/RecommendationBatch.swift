import ActionPlans
import Documents
import Postgres

/// Several recommendations made by one request, all or none.
struct RecommendationBatch: Sendable {
    struct Line: Sendable {
        let recommendation: Recommendation
        /// nil for a new one.
        let former: RecommendationRecord?
    }

    let lines: [Line]

    var changes: [NewChange] {
        lines.map { line in
            NewChange(
                line.former == nil ? .created : .updated, .recommendation(line.recommendation.id),
                version: (line.former?.version ?? 0) + 1, line.recommendation.changes(from: line.former?.recommendation))
        }
    }

    /// The new ones as they are now.
    static func answer(
        _ session: borrowing Session, _ batch: RecommendationBatch?, dryRun: Bool, for actor: Actor, in language: Language
    ) throws -> Answer {
        let ids = batch?.lines.filter { $0.former == nil }.map(\.recommendation.id) ?? []
        let records = try RecommendationQueries.all(session, ids)
        return Answer.json { writer in
            writer.object { document in
                document.member("dry_run", dryRun)
                document.member("created", records.count)
                document.member("data", listOf: records) { $1.write(to: &$0, for: actor, in: language) }
            }
        }
    }
}

/// A plan, with what a new recommendation on it needs to know.
struct AdvisedPlan: Sendable {
    let id: RoadmapID
    let state: RoadmapState
    let planVersion: Int
    /// How many recommendations it has, and the last number that one of them ever had.
    let count: Int
    let last: Int

    /// - Parameter chosen: of the roadmaps `r`.
    static func all(_ session: borrowing Session, where chosen: SQL, limit: Int) throws -> [AdvisedPlan] {
        try session.query(
            """
            select r.ministry, r.first_year, r.state, r.plan_version, count(rec.number) filter (where rec.known_to = 'infinity'),
                coalesce(max(rec.number), 0)
            from roadmaps r
            left join recommendations rec on rec.ministry = r.ministry and rec.first_year = r.first_year
            where \(chosen)
            group by r.ministry, r.first_year
            order by r.ministry, r.first_year limit \(limit)
            """
        ) { row in
            AdvisedPlan(
                id: try row.nextRoadmapID(), state: try row.next(), planVersion: try row.next(), count: try row.next(),
                last: try row.next())
        }
    }
}

/// `POST /v1/recommendations`: the same on several plans, in as many statements as on one.
struct RecommendationsCreation: ResourceWrite {
    private enum Wanted: Sendable, Equatable {
        case roadmaps([RoadmapID])
        /// Those of a year that are neither drafts nor closed, and have no action in a theme.
        case without(Theme, year: Int)
    }

    let request: WriteRequest
    let faults: [Fault]
    private let wanted: Wanted?
    private let patch: RecommendationPatch
    private let language: Language

    init(_ call: Call) throws {
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        wanted = Self.wanted(&members)
        var patch = RecommendationPatch(&members, isNew: false)
        if case .without(let theme, _)? = wanted, patch.subject == .absent { patch.subject = .value(.theme(theme)) }
        let needed = [
            ("subject", patch.subject == .absent), ("category", patch.category == .absent),
            ("priority", patch.priority == .absent), ("text", patch.text == .absent),
        ]
        for (name, isMissing) in needed where isMissing && !members.isGiven(name) {
            members.add(name, .required, .required(name))
        }
        // No plan may be in this case; what is wrong is told all the same.
        for fault in patch.faultsOfNew { members.add(fault.member, fault.code, fault.message) }
        if patch.subject.given?.action != nil { members.add("subject", .inconsistent, .noActionOfMany) }
        self.patch = patch
        members.finish(readOnly: RecommendationRecord.readOnlyMembers.union(["plan_version", "read_at"]))
        faults = noted.faults
    }

    private static func wanted(_ members: inout MemberReader) -> Wanted? {
        let roadmaps = members.roadmaps("roadmaps", atMost: Recommendation.mostAtOnce)
        let filter: Assignment<Wanted> = members.object("filter") { item in
            let year = item.required("year", item.integer("year", in: RoadmapID.years))
            let theme: Theme? = item.required("without_theme", item.code("without_theme"))
            item.finish()
            guard let year, let theme else { return nil }
            return .without(theme, year: year)
        }
        if filter == .null { members.add("filter", .required, .whichPlans) }
        if roadmaps == .null { members.add("roadmaps", .required, .whichPlans) }
        if filter != .null, roadmaps != .null, members.isGiven("roadmaps") == members.isGiven("filter") {
            members.add("roadmaps", .required, .whichPlans)
        }
        return filter.given ?? roadmaps.given.map { .roadmaps($0) }
    }

    /// Which plans a filter finds is known once nothing can change them any more.
    var lock: WriteLock { .allRoadmaps }

    func before(_ session: borrowing Session, for actor: Actor) throws -> [AdvisedPlan] {
        guard let wanted else { return [] }
        let chosen: SQL
        switch wanted {
        case .roadmaps(let ids):
            chosen = """
                (r.ministry, r.first_year) in (
                    select * from unnest(\(ids.map(\.ministry.text))::text[], \(ids.map(\.firstYear))::smallint[]))
                """
        case .without(let theme, let year):
            chosen = """
                r.state not in ('brouillon', 'close') and \(SQL.covers("r", oneOf: [year])) and not exists (
                    select from actions a where a.ministry = r.ministry and a.first_year = r.first_year and a.theme = \(theme))
                """
        }
        return try AdvisedPlan.all(session, where: chosen, limit: Recommendation.mostAtOnce + 1)
    }

    /// What does not exist yet has no state that the caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: [AdvisedPlan]) throws {}

    func decide(
        _ session: borrowing Session, from before: [AdvisedPlan], in writing: Writing
    ) throws -> RecommendationBatch? {
        var found: [Fault] = []
        if case .roadmaps(let ids)? = wanted {
            let states = Dictionary(before.map { ($0.id, $0.state) }) { first, _ in first }
            for (place, id) in ids.enumerated() {
                if let fault = Self.fault(id, states[id], "roadmaps/\(place)") { found.append(fault) }
            }
        }
        guard found.isEmpty, faults.isEmpty else { throw Refusal.invalid(found) }
        guard before.count <= Recommendation.mostAtOnce else { throw Refusal.invalid([.tooManyPlans]) }
        var theme: Theme?
        if case .theme(let told)? = patch.subject.given { theme = told }
        let lines = try before.map { plan in
            guard plan.count < Recommendation.mostOfPlan, let id = RecommendationID(roadmap: plan.id, number: plan.last + 1)
            else {
                throw Refusal.tooManyRecommendations(of: plan.id)
            }
            let read = Recommendation.Read(theme: theme, planVersion: plan.planVersion, readAt: writing.instant)
            return RecommendationBatch.Line(
                recommendation: try Recommendation.creating(id, patch, read, in: writing.context, by: writing.actor.role),
                former: nil)
        }
        return lines.isEmpty ? nil : RecommendationBatch(lines: lines)
    }

    private static func fault(_ id: RoadmapID, _ state: RoadmapState?, _ member: String) -> Fault? {
        switch state {
        case nil:
            Fault(
                member, .unknownReference,
                Message("Il n’y a pas de feuille de route \(id).", "There is no roadmap \(id)."))
        case .close:
            Fault(member, .inconsistent, RecommendationState.blockedByPlan(id))
        case .brouillon, .soumise, .enRelecture, .validee: nil
        }
    }

    func store(
        _ session: borrowing Session, _ decision: RecommendationBatch, over before: [AdvisedPlan], in writing: Writing
    ) throws -> [NewChange] {
        decision.changes
    }

    func answer(
        _ session: borrowing Session, _ decision: RecommendationBatch?, from before: [AdvisedPlan], in writing: Writing
    ) throws -> Answer {
        try RecommendationBatch.answer(session, decision, dryRun: request.dryRun, for: writing.actor, in: language)
    }
}

extension MemberReader {
    /// The ids of some plans, each once.
    fileprivate mutating func roadmaps(_ name: String, atMost most: Int) -> Assignment<[RoadmapID]> {
        let assignment = texts(name)
        guard let texts = assignment.given else { return assignment == .null ? .null : .absent }
        guard !texts.isEmpty, texts.count <= most else {
            if texts.isEmpty {
                add(name, .tooFew, Message("Il en faut au moins une.", "At least one is needed."))
            } else {
                add(name, .tooMany, .tooMany(texts.count, most))
            }
            return .absent
        }
        var ids: [RoadmapID] = []
        for (place, text) in texts.enumerated() {
            guard let id = RoadmapID(text) else {
                add(
                    "\(name)/\(place)", .invalidValue,
                    Message(
                        "« \(text.clipped) » n’est pas un identifiant de feuille de route, comme TE-2022.",
                        "“\(text.clipped)” is not a roadmap id, such as TE-2022."))
                continue
            }
            if ids.contains(id) {
                add("\(name)/\(place)", .duplicate, Message("\(id) est cité deux fois.", "\(id) is named twice."))
            } else {
                ids.append(id)
            }
        }
        return ids.count == texts.count ? .value(ids) : .absent
    }
}

extension Message {
    fileprivate static let noActionOfMany = Message(
        "Une action est d’une seule feuille de route : donnez « plan » ou une thématique.",
        "An action is of one roadmap: give “plan” or a theme.")
    fileprivate static let whichPlans = Message(
        "Donnez « roadmaps », la liste des feuilles de route, ou « filter », qui les trouve : l’un des deux.",
        "Give “roadmaps”, the list of the roadmaps, or “filter”, which finds them: one of the two.")
}

extension Fault {
    fileprivate static let tooManyPlans = Fault(
        "filter", .tooMany,
        Message(
            "Plus de \(Recommendation.mostAtOnce) feuilles de route sont dans ce cas : citez-les dans « roadmaps », par parties.",
            "More than \(Recommendation.mostAtOnce) roadmaps are in this case: name them in “roadmaps”, part by part."))
}
