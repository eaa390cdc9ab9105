import ActionPlans
import Postgres

/// One function per statement on `revisions`.
enum RevisionQueries {
    /// The open revision of a roadmap, or the last one that was.
    static func last(_ session: borrowing Session, of roadmap: RoadmapID, visibleTo actor: Actor) throws -> RevisionRecord? {
        try session.first(
            """
            select \(RevisionRecord.columns) from revisions v
            where \(isOf(roadmap)) and \(Visibility.ofRevisions(to: actor))
            order by v.number desc limit 1
            """, RevisionRecord.init)
    }

    static func isOpen(_ session: borrowing Session, of roadmap: RoadmapID) throws -> Bool {
        try session.one("select exists (select from revisions v where \(isOf(roadmap)) and \(isOpen))") { row in try row.next() }
    }

    /// The state of the open revision of a roadmap `r`, in a column; null where none is open.
    static func openState(in reading: Reading) -> SQL {
        let isOfRoadmap: SQL = "ministry = r.ministry and v.first_year = r.first_year"
        if reading.isNow { return "(select v.state from revisions v where v.\(isOfRoadmap) and \(isOpen))" }
        // Of today only, on each page of a list as on the first.
        guard let list = reading.list else { return "null::text" }
        return """
            (select case when \(isOpen("v.after ->> 'state'")) then v.after ->> 'state' end from changes v
                where v.\(isOfRoadmap) and v.resource = \(Resource.revision.literal) and v.after ? 'state'
                    and v.recorded_at <= \(list.instant)::timestamptz
                order by v.id desc limit 1)
            """
    }

    private static let isOpen = isOpen("v.state")

    private static func isOpen(_ state: SQL) -> SQL { "\(state) = any(\(RevisionState.open.map(\.code))::text[])" }

    private static func isOf(_ roadmap: RoadmapID) -> SQL {
        "v.ministry = \(roadmap.ministry) and v.first_year = \(roadmap.firstYear)"
    }

    /// The number of the next revision; under the lock of the roadmap. None gets that of one that went with its roadmap.
    static func nextNumber(_ session: borrowing Session, of roadmap: RoadmapID) throws -> Int {
        try session.one(
            """
            select coalesce(max(c.code::int), 0) + 1 from changes c
            where c.ministry = \(roadmap.ministry) and c.first_year = \(roadmap.firstYear)
                and c.resource = \(Resource.revision.literal)
            """
        ) { row in try row.next() }
    }

    static func insert(_ session: borrowing Session, _ id: RevisionID, _ revision: Revision, at instant: String) throws {
        try session.execute(
            """
            insert into revisions (ministry, first_year, number, state, state_reason, actions, version, created_at, updated_at)
            values (\(id.roadmap.ministry), \(id.roadmap.firstYear), \(id.number), \(revision.state), \(revision.stateReason),
                \(revision.storedActions)::jsonb, 1, \(instant)::timestamptz, \(instant)::timestamptz)
            """)
    }

    /// - Throws: a conflict where more waits than a revision may hold.
    static func update(_ session: borrowing Session, _ id: RevisionID, _ revision: Revision, at instant: String) throws {
        let actions = revision.storedActions
        guard actions.utf8.count <= Revision.mostBytes else { throw Refusal.fullRevision(id.roadmap) }
        try session.execute(
            """
            update revisions v
            set state = \(revision.state), state_reason = \(revision.stateReason), actions = \(actions)::jsonb,
                version = v.version + 1, updated_at = \(instant)::timestamptz
            where \(isOf(id.roadmap)) and v.number = \(id.number)
            """)
    }

    /// Deletes those of a roadmap that goes itself.
    /// - Returns: what history keeps of it.
    static func deleteAll(_ session: borrowing Session, of roadmap: RoadmapID) throws -> [NewChange] {
        let deleted = try session.query(
            "delete from revisions v where \(isOf(roadmap)) returning \(RevisionRecord.columns)", RevisionRecord.init)
        return deleted.map { NewChange(.deleted, .revision($0.id), version: $0.version + 1, $0.revision.changesOfDeletion()) }
    }

    /// - Throws: a conflict where a plan would no longer be a validated one while it is being revised.
    static func checkMayChange(
        _ session: borrowing Session, from before: Roadmap?, to after: Roadmap, by role: Role
    ) throws {
        guard let before, before.state == .validee else { return }
        if after.lastYear != before.lastYear, role != .coordinator { throw Refusal.yearsOfValidated(before.id) }
        guard after.state != .validee, try isOpen(session, of: before.id) else { return }
        throw Refusal.revisionOpen(of: before.id)
    }
}

extension CommittedChanges {
    /// Holds what a write does to a plan against its commitments, if it is a validated one.
    static func check(
        _ session: borrowing Session, in roadmap: Roadmap, for writing: Writing, _ add: (inout CommittedChanges) -> Void
    ) throws {
        guard var committed = CommittedChanges(in: roadmap) else { return }
        add(&committed)
        if committed.isEmpty { return }
        let isOpen = try writing.actor.role == .referent && RevisionQueries.isOpen(session, of: roadmap.id)
        try committed.check(
            by: writing.actor.role, reason: writing.context.reason,
            revision: (address: RevisionID.address(of: roadmap.id), isOpen: isOpen))
    }
}

extension RevisionID {
    static func address(of roadmap: RoadmapID) -> String { "/v1/roadmaps/\(roadmap)/revision" }
}

extension Refusal {
    /// The years decide in which figures a plan counts.
    fileprivate static func yearsOfValidated(_ id: RoadmapID) -> Refusal {
        .forbidden(
            Message(
                "La feuille de route \(id) est validée : changer les années qu’elle couvre revient à la coordination.",
                "The roadmap \(id) is validated: only coordinators may change the years that it covers."))
    }

    static func revisionOpen(of id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "state", .inconsistent,
                Message(
                    "Une révision de la feuille de route \(id) est ouverte : elle est d’abord validée ou abandonnée (\(RevisionID.address(of: id))).",
                    "A revision of the roadmap \(id) is open: it is first validated or abandoned (\(RevisionID.address(of: id)))."
                )))
    }
}
