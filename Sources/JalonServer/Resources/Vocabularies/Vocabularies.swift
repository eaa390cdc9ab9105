import ActionPlans
import Documents
import Postgres

/// One entry of a vocabulary, as the database describes it.
package struct Term: Sendable {
    package let code: String
    package let rank: Int
    package let label: Message
    package let meaning: Message
    /// What only some lists have: the prefix of action codes and aliases of a theme, the official label of a status and whether it
    /// is open.
    package var prefix: String?
    package var aliases: [String] = []
    package var officialLabel: String?
    package var isOpen: Bool?
}

/// The lists that plans are written in, read once when the service starts: they change with the schema only.
package struct Vocabularies: Sendable {
    package let themes: [Term]
    package let levels: [Term]
    package let statuses: [Term]
    package let roadmapStates: [Term]
    package let roles: [Term]
    package let ministryKinds: [Term]
    /// What imports accept beside the codes.
    package let themeLabels: VocabularyLabels
    package let levelLabels: VocabularyLabels
    package let statusLabels: VocabularyLabels

    package func label(_ theme: Theme) -> Message { Self.label(theme.code, in: themes) }
    package func label(_ level: EngagementLevel) -> Message { Self.label(level.code, in: levels) }
    package func label(_ status: ActionStatus) -> Message { Self.label(status.code, in: statuses) }
    package func label(_ state: RoadmapState) -> Message { Self.label(state.code, in: roadmapStates) }

    private static func label(_ code: String, in terms: [Term]) -> Message {
        terms.first { $0.code == code }?.label ?? Message(code, code)
    }
}

/// What the service reads once, before its first request.
package struct ReferenceData: Sendable {
    package let vocabularies: Vocabularies
    package let catalogue: PracticeCatalogue

    package static func load(_ session: borrowing Session) throws -> ReferenceData {
        let themes = try session.query(
            """
            select code, rank, label_fr, label_en, meaning_fr, meaning_en, action_code_prefix, aliases
            from themes order by rank
            """
        ) { row in
            var term = try Self.term(&row)
            term.prefix = try row.next()
            term.aliases = try row.next()
            return term
        }
        let statuses = try session.query(
            """
            select code, rank, label_fr, label_en, meaning_fr, meaning_en, official_label, is_open
            from statuses order by rank
            """
        ) { row in
            var term = try Self.term(&row)
            term.officialLabel = try row.next()
            term.isOpen = try row.next()
            return term
        }
        let levels = try Self.terms(session, of: "levels")
        let practices = try session.query("select id from practices order by version, rank") { row in
            try row.next(String.self)
        }
        return ReferenceData(
            themes: themes, levels: levels, statuses: statuses, roadmapStates: try Self.terms(session, of: "roadmap_states"),
            roles: try Self.terms(session, of: "roles"), ministryKinds: try Self.terms(session, of: "ministry_kinds"),
            practices: practices)
    }

    private static func terms(_ session: borrowing Session, of table: SQL) throws -> [Term] {
        try session.query(
            "select code, rank, label_fr, label_en, meaning_fr, meaning_en from \(table) order by rank", term)
    }

    private static func term(_ row: inout Row) throws -> Term {
        Term(
            code: try row.next(), rank: try row.next(), label: Message(try row.next(), try row.next()),
            meaning: Message(try row.next(), try row.next()))
    }

    /// « Réalisé » for « Réalisée »: people write the status of an action as that of a project.
    private static func masculine(_ label: String) -> String? {
        label.hasSuffix("ée") ? String(label.dropLast()) : nil
    }

    fileprivate static func labels(_ terms: [Term]) -> VocabularyLabels {
        VocabularyLabels(
            terms.flatMap { term in
                let variants = [term.officialLabel, masculine(term.label.french)].compactMap { $0 }
                return ([term.code, term.label.french] + term.aliases + variants).map { (label: $0, code: term.code) }
            })
    }
}

extension ReferenceData {
    init(
        themes: [Term], levels: [Term], statuses: [Term], roadmapStates: [Term], roles: [Term], ministryKinds: [Term],
        practices: [String]
    ) {
        vocabularies = Vocabularies(
            themes: themes, levels: levels, statuses: statuses, roadmapStates: roadmapStates, roles: roles,
            ministryKinds: ministryKinds, themeLabels: Self.labels(themes), levelLabels: Self.labels(levels),
            statusLabels: Self.labels(statuses))
        catalogue = PracticeCatalogue(ids: practices)
    }
}
