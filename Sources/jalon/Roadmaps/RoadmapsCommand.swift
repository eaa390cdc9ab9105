import ActionPlans
import ArgumentParser
import JalonServer

/// Who sent a roadmap, in which state it is and since when; with a census, who is missing or late.
struct RoadmapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roadmaps",
        abstract: Message(
            "Liste les feuilles de route : qui a remis, dans quel état, depuis quand.",
            "Lists the roadmaps: who sent one, in which state, since when."
        ).shown,
        discussion: Message(
            """
            Avec --year, le tableau dit aussi qui manque et qui est en retard, d’après le recensement de l’année.

              jalon roadmaps --year 2022
              jalon roadmaps --state brouillon,soumise
            """,
            """
            With --year, the table also tells who is missing and who is late, after the census of the year.

              jalon roadmaps --year 2022
              jalon roadmaps --state brouillon,soumise
            """
        ).shown)

    @Option(help: Message("Année qu’elles couvrent.", "Year that they cover.").help)
    var year: Int?

    @Option(help: Message("Ministères (TE, ou TE,EF).", "Ministries (TE, or TE,EF).").help("codes"))
    var ministry: [String] = []

    @Option(help: Message("États (brouillon, soumise…).", "States (brouillon, soumise…).").help("states"))
    var state: [String] = []

    @Option(help: Message("Telles qu’elles étaient ce jour-là.", "As they were on that day.").help("date"))
    var asOf: String?

    @Option(help: Message("Telles que connues à cet instant.", "As known at that instant.").help("instant"))
    var knownAt: String?

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    private var past: [(name: String, value: String)] {
        [("as_of", asOf), ("known_at", knownAt)].compactMap { name, text in text.map { (name: name, value: $0) } }
    }

    func run() async throws {
        var request = ServerClient.Request("/v1/roadmaps")
        if let year { request.query.append(("year", String(year))) }
        if !ministry.isEmpty { request.query.append(("ministry", ministry.joined(separator: ","))) }
        if !state.isEmpty { request.query.append(("state", state.joined(separator: ","))) }
        request.query += past
        try await ServerClient.use(server) { [request] client in
            switch format {
            case .csv: try await client.writeTable(of: request)
            case .json: try await writeJSON(request, client)
            case .table: try await writeTable(request, client)
            }
        }
    }

    private func writeJSON(_ request: ServerClient.Request, _ client: ServerClient) async throws {
        var request = request
        request.query.append(("limit", "200"))
        var list = JSONList()
        try await client.pages(of: request) { answer in
            try list.write(try JSONText.items(of: answer))
            return true
        }
        try list.end()
    }

    private func writeTable(_ request: ServerClient.Request, _ client: ServerClient) async throws {
        var request = request
        request.query.append(("limit", "200"))
        let labels = try await Labels.read(client)
        var roadmaps: [ListedRoadmap] = []
        try await client.pages(of: request) { answer in
            let page: ListedRoadmap.Page = try answer.decoded()
            roadmaps += page.data
            return true
        }
        var since: [String: String] = [:]
        for roadmap in roadmaps { since[roadmap.id] = try await day(roadmap, client) }
        let expectation = try await expectation(client)
        let page = RoadmapPage(roadmaps: roadmaps, since: since, expectation: expectation, labels: labels)
        for line in page.lines { try Terminal.writeLine(line) }
    }

    /// What the year expects, unless only some states are asked for: then nobody can be said to be missing.
    private func expectation(_ client: ServerClient) async throws -> RoadmapPage.Expectation? {
        guard let year, state.isEmpty else { return nil }
        var request = ServerClient.Request("/v1/figures")
        request.query = past
        request.query.append(("year", String(year)))
        if !ministry.isEmpty { request.query.append(("ministry", ministry.joined(separator: ","))) }
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure() }
        return try answer.decoded()
    }

    /// Since when it is in its state: the day that it bears, or that of the change that history holds.
    private func day(_ roadmap: ListedRoadmap, _ client: ServerClient) async throws -> String? {
        switch roadmap.state {
        case RoadmapState.soumise.code: return roadmap.submittedOn
        case RoadmapState.validee.code: return roadmap.validatedOn
        default: break
        }
        var request = ServerClient.Request("/v1/roadmaps/\(roadmap.id)/history")
        request.query = [("limit", "200")]
        let answer = try await client.send(request)
        guard answer.isSuccess else { return nil }
        let page: ListedRoadmap.History = try answer.decoded()
        let told = page.data.filter { $0.resource.id == roadmap.id && $0.changes["state"]?.to.plain == roadmap.state }
        var day = told.first { $0.changes["state"]?.until == nil }?.effectiveOn
        // It may have been said later of an earlier day.
        while let earlier = told.first(where: { day != nil && $0.changes["state"]?.until == day }) { day = earlier.effectiveOn }
        return day
    }
}

/// What a person reads of a roadmap in a list.
struct ListedRoadmap: Decodable {
    struct Page: Decodable {
        let data: [ListedRoadmap]
    }

    struct History: Decodable {
        struct Entry: Decodable {
            struct Resource: Decodable {
                let id: String
            }

            let resource: Resource
            let effectiveOn: String
            let changes: [String: PlanOutcome.Change]

            enum CodingKeys: String, CodingKey {
                case resource, changes
                case effectiveOn = "effective_on"
            }
        }

        let data: [Entry]
    }

    let id: String
    let ministry: String
    let ministryName: String
    let state: String
    let dueOn: String?
    let submittedOn: String?
    let validatedOn: String?
    let actionCount: Int
    let lastYear: Int
    let version: Int?

    enum CodingKeys: String, CodingKey {
        case id, ministry, state, version
        case lastYear = "last_year"
        case ministryName = "ministry_name"
        case dueOn = "due_on"
        case submittedOn = "submitted_on"
        case validatedOn = "validated_on"
        case actionCount = "action_count"
    }
}
