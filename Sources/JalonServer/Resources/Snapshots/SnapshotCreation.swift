import ActionPlans
import Cryptography
import Documents
import Postgres

/// `POST /v1/snapshots`: freezes the figures of a scope, as they are known at the instant of the request.
enum SnapshotCreation {
    private struct Wanted: Sendable {
        let title: String
        let note: String?
        let replaces: SnapshotID?
        let scope: FigureScope
    }

    private static let titleRule = TextRule(longest: 300)
    private static let noteRule = TextRule(longest: 2_000, multiline: true)
    private static let timeout: Duration = .seconds(60)

    @Sendable static func post(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        let wanted = try await wanted(call)
        return try await call.post(dryRun: dryRun, timeout: timeout) { session in
            let (id, warnings) = try freeze(session, wanted, by: actor, call.server.vocabularies)
            return try SnapshotEndpoints.answer(call, session, id, warnings).created(at: "/v1/snapshots/\(id)")
        }
    }

    private static func wanted(_ call: Call) async throws -> Wanted {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let year = members.required("year", members.integer("year", in: RoadmapID.years))
        let ministries = members.ministries("ministries", 1...ParameterReader.mostValues).given
        let themes = members.codes("themes", of: Theme.allCases)
        let levels = members.codes("target_levels", of: EngagementLevel.allCases)
        let states = members.codes("roadmap_states", of: RoadmapState.published)
        let asOf = members.date("as_of").given
        let title = members.required("title", members.text("title")).flatMap { titleRule.checked($0, "title", noting: noted) }
        let note = members.text("note").given.flatMap { noteRule.checked($0, "note", noting: noted) }
        let replaced = members.text("replaces").given
        members.finish(readOnly: [
            "id", "known_at", "created_at", "author", "sha256", "replaced_by", "document", "published_elsewhere", "warnings",
            "links",
        ])
        let replaces = replaced.flatMap { SnapshotID($0) }
        if let replaced, replaces == nil { noted.add(.unknownSnapshot(replaced)) }
        if let replaces, let year, replaces.year != year {
            noted.add(
                Fault(
                    "replaces", .inconsistent,
                    Message("Une édition est de la même année que la précédente.", "An edition is of the same year as the last."))
            )
        }
        try noted.check()
        guard let year, let title else { throw Refusal.invalid(noted.faults) }
        let reading = try await Reading.frozen(on: asOf, by: call.server)
        return Wanted(
            title: title, note: note, replaces: replaces,
            scope: FigureScope(
                year: year, ministries: ministries?.sorted(), themes: themes, targetLevels: levels,
                states: states ?? RoadmapState.published, reading: reading))
    }

    private static func freeze(
        _ session: borrowing Session, _ wanted: Wanted, by actor: Actor, _ vocabularies: Vocabularies
    ) throws -> (id: SnapshotID, warnings: [Warning]) {
        let scope = wanted.scope
        try SchemaGate.pass(session)
        try WriteLock.snapshots(scope.year).take(session)
        let unknown = try MinistryQueries.unknown(session, among: scope.ministries ?? [])
        guard unknown.isEmpty else { throw Refusal.invalid(unknown.map { .unknownMinistry($0, member: "ministries") }) }
        try checkReplaced(session, wanted.replaces)
        let (number, createdAt) = try session.one(
            """
            select coalesce(max(number), 0) + 1, rfc3339(greatest(clock_timestamp(), \(scope.reading.knownAt)::timestamptz))
            from snapshots where year = \(scope.year)
            """
        ) { row in (try row.next(Int.self), try row.next(String.self)) }
        let id = SnapshotID(year: scope.year, number: number)
        let facts = try FigureQueries.facts(session, scope, for: nil)
        let actions = try SnapshotQueries.digest(session, of: scope)
        guard actions.count == facts.tallies.total.actions else {
            throw DatabaseError(.decoding, "the figures count \(facts.tallies.total.actions) actions, the list \(actions.count)")
        }
        var generator = SystemRandomNumberGenerator()
        let salt = Hexadecimal.text(of: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let indicators = try SnapshotIndicators(session, of: scope)
        let document = try SnapshotDocument.text(
            id: id, replaces: wanted.replaces, title: wanted.title, note: wanted.note, createdAt: createdAt,
            figures: try SnapshotDocument.figures(facts, of: scope, vocabularies),
            indicators: try indicators?.frozen, impacts: try SnapshotImpacts.frozen(session, of: scope), actions: actions,
            salt: salt)
        try session.execute(
            """
            insert into snapshots (year, number, replaces, title, note, author_principal, author_token, author_label, created_at, as_of, known_at,
                ministries, themes, target_levels, roadmap_states, salt, document, sha256)
            values (\(id.year), \(id.number), \(wanted.replaces?.number), \(wanted.title), \(wanted.note),
                \(actor.principal), \(actor.token), \(actor.label), \(createdAt)::timestamptz,
                \(scope.reading.asOf), \(scope.reading.knownAt)::timestamptz,
                \(scope.ministries?.map(\.text))::text[], \(scope.themes?.map(\.code))::text[],
                \(scope.targetLevels?.map(\.code))::text[], \(scope.states.map(\.code))::text[],
                \(salt), \(document), \(SHA256.hash(Array(document.utf8))))
            """)
        try session.execute(
            """
            insert into snapshot_actions (ministry, first_year, code, version, theme, target_level, reached_level, status,
                key_action, confidential, late, in_validation_cohort, year, number)
            select listed.*, \(id.year)::smallint, \(id.number)::integer from (\(SnapshotQueries.list(of: scope))) listed
            """)
        return (id, Warning.bounded(warnings(of: facts) + (indicators?.warnings ?? [])))
    }

    private static func warnings(of facts: FigureFacts) -> [Warning] {
        let missing = facts.coverage.missing.map { facts.names[$0] ?? $0.text }
        guard !missing.isEmpty else { return [] }
        let names = missing.prefix(10).joined(separator: ", ") + (missing.count > 10 ? "…" : "")
        return [
            Warning(
                .provisionalFigures,
                Message(
                    "Les chiffres sont provisoires, il manque \(names). Quand leurs feuilles de route seront là, arrêtez une nouvelle édition.",
                    "The figures are provisional, missing are \(names). When their roadmaps are there, freeze a new edition."))
        ]
    }

    private static func checkReplaced(_ session: borrowing Session, _ replaced: SnapshotID?) throws {
        guard let replaced else { return }
        guard let record = try SnapshotQueries.find(session, replaced) else {
            throw Refusal.invalid([.unknownSnapshot(replaced.description)])
        }
        guard let later = record.replacedBy else { return }
        throw Refusal.conflict(
            key: later.description,
            Fault(
                "replaces", .duplicate,
                Message(
                    "Les chiffres arrêtés \(replaced) ont déjà une nouvelle édition, \(later).",
                    "The snapshot \(replaced) already has a new edition, \(later).")))
    }
}

extension Fault {
    fileprivate static func unknownSnapshot(_ text: String) -> Fault {
        Fault(
            "replaces", .unknownReference,
            Message("« \(text.clipped) » ne désigne pas de chiffres arrêtés.", "“\(text.clipped)” names no snapshot."))
    }
}

extension TextRule {
    func checked(_ text: String, _ member: String, noting faults: FaultList) -> String? {
        var noted: [Fault] = []
        let checked = checked(text, member: member, faults: &noted)
        for fault in noted { faults.add(fault) }
        return checked
    }
}

extension MemberReader {
    /// Some codes of a vocabulary, each once and in its order.
    fileprivate mutating func codes<Code: Vocabulary>(_ name: String, of all: [Code]) -> [Code]? {
        guard let texts = texts(name).given else { return nil }
        if texts.isEmpty { add(name, .tooFew, Message("Il en faut au moins 1.", "At least 1 is needed.")) }
        for (index, text) in texts.enumerated() where !all.contains(where: { $0.code == text }) {
            add("\(name)/\(index)", .invalidValue, .notOneOf(text, all.map(\.code)))
        }
        return all.filter { texts.contains($0.code) }
    }
}
