import ActionPlans

/// What a broken constraint means to the client. The domain refuses first; this is what remains: races, and rules that
/// only the database can hold. A test checks that every constraint of the schema has its entry.
struct ConstraintAnswer: Sendable {
    let kind: ProblemKind
    let message: Message
    var member: String?
    var code: Fault.Code = .inconsistent

    static let all: [String: ConstraintAnswer] = conflicts.merging(references) { first, _ in first }
        .merging(invalid) { first, _ in first }.merging(internalOnly) { first, _ in first }

    private static let conflicts: [String: ConstraintAnswer] = [
        "actions_pkey": conflict(
            "Cette feuille de route a déjà une action de ce code.", "This roadmap already has an action with this code."),
        "roadmaps_pkey": conflict(
            "Ce ministère a déjà une feuille de route pour cette année.", "This ministry already has a roadmap for this year."),
        "roadmaps_years_do_not_overlap": conflict(
            "Les années recouvrent celles d’une autre feuille de route du ministère.",
            "The years overlap those of another roadmap of the ministry."),
        "ministries_pkey": conflict("Ce code de ministère existe déjà.", "This ministry code already exists."),
        "ministry_names_pkey": conflict("Deux noms commencent à la même date.", "Two names begin on the same date."),
        "ministry_successions_pkey": conflict("Ce lien de succession existe déjà.", "This succession already exists."),
        "censuses_pkey": conflict("Ce recensement existe déjà.", "This census already exists."),
        "actions_roadmap_fkey": conflict("La feuille de route a disparu entre-temps.", "The roadmap is gone."),
        "indicator_definitions_known_once": conflict(
            "Cette définition de l’indicateur existe déjà.", "This definition of the indicator already exists."),
        "measures_known_once": conflict("Cette mesure existe déjà.", "This measure already exists."),
        "impact_factors_known_once": conflict(
            "Cette version du facteur existe déjà.", "This version of the factor already exists."),
        "impacts_known_once": conflict("Cet impact existe déjà.", "This impact already exists."),
        "recommendations_known_once": conflict(
            "Cette recommandation existe déjà.", "This recommendation already exists."),
        "recommendations_carried_once": conflict(
            "Cette recommandation a déjà été reprise.", "This recommendation has already been carried on."),
        "revisions_pkey": conflict("Cette révision existe déjà.", "This revision already exists."),
        "revisions_one_open": conflict(
            "Une révision de cette feuille de route est déjà ouverte.", "A revision of this roadmap is open already."),
        "revisions_roadmap_fkey": conflict("La feuille de route a disparu entre-temps.", "The roadmap is gone."),
        "changes_append_only": conflict("L’historique ne se réécrit pas.", "History is never rewritten."),
        "snapshots_immutable": conflict("Des chiffres arrêtés ne se modifient pas.", "A snapshot is never changed."),
        "snapshots_replaces_key": conflict(
            "Ces chiffres arrêtés ont déjà une nouvelle édition.", "This snapshot already has a new edition."),
    ]

    private static let references: [String: ConstraintAnswer] = [
        "roadmaps_ministry_fkey": unknown("ministry"),
        "principal_ministries_ministry_fkey": unknown("ministries"),
        "census_ministries_ministry_fkey": unknown("expected"),
        "ministry_successions_predecessor_fkey": unknown("successions"),
        "ministry_successions_successor_fkey": unknown("successions"),
        "actions_theme_fkey": unknown("theme"),
        "actions_target_level_fkey": unknown("target_level"),
        "actions_reached_level_fkey": unknown("reached_level"),
        "actions_status_fkey": unknown("status"),
        "roadmaps_state_fkey": unknown("state"),
        "principals_role_fkey": unknown("role"),
        "tokens_principal_fkey": unknown("principal"),
        "ministries_kind_fkey": unknown("kind"),
        "snapshots_replaces_fkey": unknown("replaces"),
        "indicator_targets_ministry_fkey": unknown("targets"),
        "measures_ministry_fkey": unknown("ministry"),
        "impacts_factor_fkey": unknown("factor"),
        "recommendations_theme_fkey": unknown("subject"),
    ]

    private static let invalid: [String: ConstraintAnswer] = [
        "actions_code_form": breaks("code"),
        "actions_title_length": breaks("title"),
        "actions_description_length": breaks("description"),
        "actions_status_reason_length": breaks("status_reason"),
        "actions_lead_length": breaks("lead"),
        "actions_contributors_count": breaks("contributors"),
        "actions_practices_count": breaks("practices"),
        "actions_completed_exactly_when_realisee": breaks("completed_on"),
        "actions_abandonnee_needs_reason": breaks("status_reason"),
        "action_periods_completed_exactly_when_realisee": breaks("completed_on"),
        "action_periods_abandonnee_needs_reason": breaks("status_reason"),
        "roadmap_periods_submitted_unless_draft": breaks("state"),
        "roadmap_periods_validated_when_valid": breaks("state"),
        "roadmap_periods_submitted_before_validated": breaks("effective_on"),
        "roadmap_periods_dates_reached": breaks("effective_on"),
        "roadmaps_years_range": breaks("last_year"),
        "roadmaps_title_length": breaks("title"),
        "roadmaps_submitted_unless_draft": breaks("state"),
        "roadmaps_validated_when_valid": breaks("state"),
        "roadmaps_submitted_before_validated": breaks("effective_on"),
        "ministries_code_form": breaks("code"),
        "ministries_siren_form": breaks("siren"),
        "ministries_siret_form": breaks("siret"),
        "ministries_siret_begins_with_siren": breaks("siret"),
        "ministry_names_name_length": breaks("names"),
        "ministry_names_acronym_length": breaks("names"),
        "ministry_names_acronym_needs_name": breaks("names"),
        "ministry_successions_kind_known": breaks("successions"),
        "ministry_successions_two_bodies": breaks("successions"),
        "principals_label_length": breaks("label"),
        "principals_contact_length": breaks("contact"),
        "tokens_expire_within_a_year": breaks("expires_on"),
        "censuses_year_range": breaks("year"), "censuses_rounds_list": breaks("rounds"),
        "indicator_definitions_code_form": breaks("code"),
        "indicator_definitions_definition_positive": breaks("from_period"),
        "indicator_definitions_kind_known": breaks("kind"),
        "indicator_definitions_consolidation_fits": breaks("consolidation"),
        "indicator_definitions_parts_in_words": breaks("numerator"),
        "indicator_definitions_periodicity_known": breaks("periodicity"),
        "indicator_definitions_over_time_known": breaks("over_time"),
        "indicator_definitions_direction_known": breaks("direction"),
        "indicator_definitions_periods_form": breaks("first_period"),
        "indicator_definitions_decimals_range": breaks("decimals"),
        "indicator_definitions_bounds_ordered": breaks("maximum"),
        "indicator_definitions_days_range": breaks("days_allowed"),
        "indicator_targets_period_form": breaks("targets"),
        "indicator_targets_base_complete": breaks("targets"),
        "measures_period_form": breaks("period"),
        "measures_one_answer": breaks("value"),
        "measures_parts_positive": breaks("denominator"),
        "measures_state_known": breaks("state"),
        "measures_renvoyee_needs_reason": breaks("state_reason"),
        "impact_factors_code_form": breaks("code"),
        "impact_factors_family_form": breaks("method_family"),
        "impact_factors_some_amount": breaks("kg_co2_eq"),
        "impact_factors_co2_bounded": breaks("kg_co2_eq"),
        "impact_factors_sb_bounded": breaks("kg_sb_eq"),
        "impact_factors_lifetime_range": breaks("lifetime_years"),
        "impacts_quantity_bounded": breaks("quantity"),
        "impacts_period_form": breaks("period"),
        "impacts_basis_known": breaks("basis"),
        "impacts_overlap_group_form": breaks("overlap_group"),
        "recommendations_subject_form": breaks("subject"),
        "recommendations_category_known": breaks("category"),
        "recommendations_priority_known": breaks("priority"),
        "recommendations_text_length": breaks("text"),
        "recommendations_answer_length": breaks("answer"),
        "recommendations_state_known": breaks("state"),
        "recommendations_outcome_known": breaks("outcome"),
        "recommendations_sent_unless_draft": breaks("state"),
        "recommendations_answered_in_words": breaks("answer"),
        "recommendations_answered_as_it_stands": breaks("state"),
        "recommendations_met_when_accepted": breaks("met_by"),
        "recommendations_closed_with_outcome": breaks("outcome"),
        "recommendations_days_in_order": breaks("effective_on"),
        "recommendations_read_before_known": breaks("read_at"),
        "revisions_state_known": breaks("state"),
        "revisions_reason_length": breaks("reason"),
        "changes_not_from_the_future": breaks("effective_on"),
        "changes_reason_length": breaks("reason"),
        "snapshots_year_range": breaks("year"),
        "snapshots_title_length": breaks("title"),
        "snapshots_note_length": breaks("note"),
        "snapshots_published_states": breaks("roadmap_states"),
        "snapshots_not_from_the_future": breaks("as_of"),
    ]

    /// Constraints no request can break: if one is, the service is at fault.
    private static let internalOnly: [String: ConstraintAnswer] = Dictionary(
        uniqueKeysWithValues: [
            "schema_versions_pkey", "schema_versions_serve_themselves", "themes_pkey", "themes_rank_key", "themes_prefix_key",
            "levels_pkey",
            "levels_rank_key", "levels_rank_agrees", "statuses_pkey", "statuses_rank_key",
            "roadmap_states_pkey", "roadmap_states_rank_key", "roles_pkey", "roles_rank_key", "ministry_kinds_pkey",
            "ministry_kinds_rank_key", "practices_pkey", "practices_rank_key", "practices_id_form",
            "practices_priority_known", "practices_difficulty_known", "ministry_names_ministry_fkey", "tokens_pkey",
            "tokens_id_form", "tokens_secret_is_a_sha256", "tokens_renewed_from_fkey", "tokens_renewed_with_predecessor",
            "principals_pkey", "principals_id_form", "principal_ministries_pkey", "principal_ministries_principal_fkey",
            "idempotency_keys_pkey", "idempotency_keys_principal_fkey", "idempotency_keys_key_form",
            "idempotency_keys_request_is_a_sha256",
            "census_ministries_pkey", "census_ministries_year_fkey", "roadmaps_action_count_positive",
            "roadmaps_version_positive", "actions_version_positive", "changes_pkey", "changes_resource_known",
            "changes_kind_known", "changes_key_complete", "changes_before_and_after", "changes_until_of_updates",
            "roadmap_periods_pkey", "roadmap_periods_last", "action_periods_pkey", "action_periods_last",
            "ministry_name_periods_pkey", "ministry_name_periods_last", "figure_ledger_pkey",
            "figure_ledger_says_something", "figure_days_pkey", "data_versions_pkey", "figure_days_length",
            "figure_late_days_pkey",
            "figure_late_days_length", "feed_entries_pkey", "feed_entries_kind_known", "feed_entries_for_somebody",
            "feed_entries_state_of_revealed", "feed_numbering_pkey", "feed_numbering_one_row", "snapshots_pkey",
            "snapshots_replaces_an_older_one", "snapshots_number_positive",
            "snapshots_salt_form", "snapshots_sha256_of_the_document", "snapshot_actions_pkey", "snapshot_actions_snapshot_fkey",
            "indicator_definitions_pkey", "indicator_definitions_last", "indicator_definitions_version_positive",
            "indicator_targets_last", "measures_pkey", "measures_last", "measures_version_positive",
            "impact_factors_pkey", "impact_factors_last", "impact_factors_version_positive",
            "impacts_pkey", "impacts_last", "impacts_number_positive", "impacts_version_positive",
            "recommendations_pkey", "recommendations_last", "recommendations_number_range", "recommendations_version_positive",
            "revisions_number_positive", "revisions_actions_list", "revisions_version_positive",
            "external_figures_pkey", "external_figures_source_is_an_address", "external_figures_numbers_listed",
            "external_figures_last", "external_figures_page_length", "external_figures_replaces_fkey",
            "external_figures_replaces_key",
        ].map { ($0, ConstraintAnswer(kind: .internalError, message: .internalError)) })

    private static func conflict(_ french: String, _ english: String) -> ConstraintAnswer {
        ConstraintAnswer(kind: .conflict, message: Message(french, english))
    }

    private static func unknown(_ member: String) -> ConstraintAnswer {
        ConstraintAnswer(
            kind: .validationFailed,
            message: Message("« \(member) » désigne ce qui n’existe pas.", "“\(member)” refers to what does not exist."),
            member: member, code: .unknownReference)
    }

    private static func breaks(_ member: String) -> ConstraintAnswer {
        ConstraintAnswer(
            kind: .validationFailed,
            message: Message("La valeur de « \(member) » n’est pas admise.", "The value of “\(member)” is not accepted."),
            member: member)
    }
}
