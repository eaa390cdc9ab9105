import ActionPlans

/// Roadmaps as a page to read, with those that are expected and did not come.
struct RoadmapPage {
    /// What the figures of the year say of who was to send a plan.
    struct Expectation: Decodable {
        let coverage: Figures.Coverage
    }

    let roadmaps: [ListedRoadmap]
    /// By roadmap.
    let since: [String: String]
    let expectation: Expectation?
    let labels: Labels

    var lines: [String] {
        let titles = [
            Message("feuille de route", "roadmap"), Message("ministère", "ministry"), Message("état", "state"),
            Message("depuis le", "since"), Message("remise le", "sent on"), Message("échéance", "due"),
            Message("actions", "actions"), Message("", ""),
        ]
        var table = TextTable(
            columns: titles.enumerated().map { .init(title: $1.shown, alignment: $0 == 6 ? .right : .left, isElastic: $0 == 1) })
        table.rows = roadmaps.map { roadmap in
            [
                roadmap.id, roadmap.ministryName, labels.state(roadmap.state), since[roadmap.id] ?? "–",
                roadmap.submittedOn ?? "–", dueOn(roadmap) ?? "–", Number.shown(roadmap.actionCount),
                late(roadmap.ministry),
            ]
        }
        table.rows += withoutRoadmap.map { ministry in
            let due = expectation?.coverage.dueOn
            return [
                ministry.code, ministry.name, Message("rien reçu", "nothing received").shown, "–", "–", due ?? "–",
                "–", late(ministry.code),
            ]
        }
        return (table.rows.isEmpty ? [] : table.lines()) + summary
    }

    /// A draft is a roadmap, and still missing: it is in the list already.
    private var withoutRoadmap: [Figures.Named] {
        (expectation?.coverage.missing ?? []).filter { missing in !roadmaps.contains { $0.ministry == missing.code } }
    }

    /// Who is late is for the server to say.
    private var lateMinistries: [Figures.LateMinistry] { expectation?.coverage.lateMinistries ?? [] }

    private func late(_ ministry: String) -> String {
        lateMinistries.contains { $0.code == ministry } ? Message("en retard", "late").shown : ""
    }

    /// The census says when; without one, the roadmap itself.
    private func dueOn(_ roadmap: ListedRoadmap) -> String? {
        guard let expectation, expectation.coverage.source == "census" else { return roadmap.dueOn }
        let isUnexpected = expectation.coverage.unexpected.contains { $0.code == roadmap.ministry }
        return roadmap.dueOn ?? (isUnexpected ? nil : expectation.coverage.dueOn)
    }

    private var summary: [String] {
        guard let expectation else { return [] }
        let coverage = expectation.coverage
        guard coverage.source == "census" else {
            return [
                "",
                Message(
                    "Aucun recensement pour cette année : on ne sait pas qui était attendu.",
                    "No census for this year: it is not known who was expected."
                ).shown,
            ]
        }
        let due = coverage.dueOn ?? "?"
        var lines = [
            "",
            Message(
                "Plans reçus : \(coverage.received) sur \(coverage.expected) attendus pour le \(due).",
                "Plans received: \(coverage.received) of \(coverage.expected) expected by \(due)."
            ).shown,
        ]
        let missing = coverage.missing.map { "\($0.name) (\($0.code))" }.joined(separator: ", ")
        if !missing.isEmpty { lines.append(Message("Manquants : \(missing).", "Missing: \(missing).").shown) }
        let late = lateMinistries.map { "\($0.name) (\($0.code))" }.joined(separator: ", ")
        if !late.isEmpty { lines.append(Message("En retard : \(late).", "Late: \(late).").shown) }
        return lines
    }
}
