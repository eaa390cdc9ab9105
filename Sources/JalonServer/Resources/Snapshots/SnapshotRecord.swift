import ActionPlans
import Postgres

/// Frozen figures: what was asked, by whom, and where they stand among their editions. The document is read apart.
struct SnapshotRecord: Sendable {
    let id: SnapshotID
    let title: String
    let note: String?
    /// Of what was frozen before there were principals, that which bears the id of the token.
    let authorPrincipal: String
    let authorToken: String
    let authorLabel: String
    let createdAt: String
    let scope: FigureScope
    let sha256: String
    let replaces: SnapshotID?
    let replacedBy: SnapshotID?

    /// Of `snapshots` as `s`.
    static let columns: SQL = """
        s.year, s.number, s.title, s.note, coalesce(s.author_principal, s.author_token), s.author_token, s.author_label, s.created_at,
        s.as_of, s.known_at, s.ministries, s.themes, s.target_levels, s.roadmap_states, encode(s.sha256, 'hex'), s.replaces,
        (select later.number from snapshots later where later.year = s.year and later.replaces = s.number)
        """

    init(_ row: inout Row) throws {
        let id = SnapshotID(year: try row.next(), number: try row.next())
        self.id = id
        title = try row.next()
        note = try row.next()
        authorPrincipal = try row.next()
        authorToken = try row.next()
        authorLabel = try row.next()
        createdAt = try row.nextInstant()
        let reading = Reading(of: try row.next(), knownAt: try row.nextInstant())
        let ministries: [String]? = try row.next()
        let themes: [String]? = try row.next()
        let levels: [String]? = try row.next()
        let states: [String] = try row.next()
        scope = FigureScope(
            year: id.year, ministries: ministries?.compactMap { MinistryCode($0) },
            themes: themes?.compactMap(Theme.init(rawValue:)), targetLevels: levels?.compactMap(EngagementLevel.init(rawValue:)),
            states: states.compactMap(RoadmapState.init(rawValue:)), reading: reading)
        sha256 = try row.next()
        replaces = try row.next(Int?.self).map { SnapshotID(year: id.year, number: $0) }
        replacedBy = try row.next(Int?.self).map { SnapshotID(year: id.year, number: $0) }
    }

    /// - Parameters:
    ///   - seesAuthor: as in history, only the coordination sees who it was.
    ///   - more: further members.
    func write(to writer: inout JSONWriter, seesAuthor: Bool, more: (inout JSONWriter) -> Void = { _ in }) {
        writer.object { snapshot in
            snapshot.member("id", id.description)
            snapshot.member("year", id.year)
            snapshot.member("title", title)
            snapshot.member("note", note)
            snapshot.member("author") { author in
                author.member("principal", seesAuthor ? authorPrincipal : nil)
                author.member("token", seesAuthor ? authorToken : nil)
                author.member("label", seesAuthor ? authorLabel : nil)
                author.member("role", Role.coordinator.code)
            }
            snapshot.member("created_at", createdAt)
            snapshot.member("as_of", scope.reading.asOf)
            snapshot.member("known_at", scope.reading.knownAt)
            snapshot.member("sha256", sha256)
            snapshot.member("replaces", replaces?.description)
            snapshot.member("replaced_by", replacedBy?.description)
            more(&snapshot)
            snapshot.member("links", object: writeLinks)
        }
    }

    private func writeLinks(to links: inout JSONWriter) {
        let address = "/v1/snapshots/\(id)"
        links.member("self", address)
        links.member("document", "\(address)/document")
        links.member("actions", "\(address)/actions")
        links.member("verification", "\(address)/verification")
        links.member("figures", scope.links.figures)
        links.member("replaces", replaces.map { "/v1/snapshots/\($0)" })
        links.member("replaced_by", replacedBy.map { "/v1/snapshots/\($0)" })
    }
}
