import Postgres

@testable import JalonServer

/// A database so full that a plan matters: 36 000 actions, each with its history, made in a few seconds without the triggers, which keep
/// their tables one change at a time.
enum GeneratedPlans {
    static let actions = 36_000

    static func fill(_ database: Database) async throws {
        try await database.maintain(timeout: .seconds(60)) { session in try session.script(rows) }
    }

    /// A hundred bodies, ten years, thirty-six actions in each roadmap. Some roadmaps are drafts, some actions confidential or late.
    private static let rows = """
        insert into ministries (code, kind) select 'B' || lpad(n::text, 3, '0'), 'operateur' from generate_series(0, 99) n;
        insert into ministry_names (ministry, from_date, name) select code, date '2015-01-01', 'Organisme ' || code
        from ministries where kind = 'operateur';
        insert into roadmaps (ministry, first_year, last_year, title, state, submitted_on, validated_on, version, plan_version,
            action_count, created_at, updated_at)
        select code, year, year, 'Feuille de route', case when year = 2026 then 'brouillon' else 'validee' end,
            case when year < 2026 then make_date(year, 3, 1) end, case when year < 2026 then make_date(year, 6, 1) end, 2, 74, 36,
            make_date(year, 1, 15), make_date(year, 6, 1)
        from ministries, generate_series(2017, 2026) year where code ~ '^B[0-9]';
        insert into actions (ministry, first_year, code, title, description, theme, target_level, status, key_action, identified_on,
            due_on, lead, contributors, practices, confidential, version, created_at, updated_at)
        select r.ministry, r.first_year, 'A-' || n, 'Acheter du matériel reconditionné, lot ' || n, 'Le service recense les besoins.',
            (array['strategie_gouvernance', 'sensibilisation_formation', 'achats', 'conception_services', 'centre_donnees',
                'phase_usage', 'fin_usage'])[1 + n % 7],
            (array['reflexion', 'experimentation', 'realisation'])[1 + n % 3], (array['a_faire', 'en_cours'])[1 + n % 2],
            n % 9 = 0, make_date(r.first_year, 1, 1), make_date(r.first_year, 1, 1) + n * 20,
            'Direction ' || (hashtext(r.ministry || n) & 255), '{}', array['e.' || 1 + n % 5], n % 12 = 0, 2,
            r.created_at, r.created_at + n * interval '1 hour'
        from roadmaps r, generate_series(1, 36) n where r.ministry ~ '^B[0-9]';
        insert into roadmap_periods (ministry, first_year, valid_from, valid_to, known_from, known_to, last_year, title, state,
            submitted_on, validated_on, version, created_at, updated_at, counted_at)
        select ministry, first_year, updated_at::date, 'infinity', updated_at, 'infinity', last_year, title, state, submitted_on,
            validated_on, version, created_at, updated_at, updated_at
        from roadmaps where ministry ~ '^B[0-9]';
        insert into action_periods (ministry, first_year, code, valid_from, valid_to, known_from, known_to, title, description, theme,
            target_level, status, key_action, identified_on, due_on, lead, contributors, practices, confidential, in_validation_cohort,
            version, created_at, updated_at)
        select ministry, first_year, code, created_at::date, 'infinity', known.since, known.until, title, description, theme,
            target_level, status, key_action, identified_on, due_on, lead, contributors, practices, confidential, false, known.version,
            created_at, known.since
        from actions a
        cross join lateral (values (1, a.created_at, a.updated_at), (2, a.updated_at, 'infinity')) known (version, since, until);
        alter table changes disable trigger user;
        insert into changes (ministry, first_year, code, resource, kind, version, recorded_at, effective_on, actor_label, actor_role,
            before, after)
        select ministry, first_year, code, 'action', case version when 1 then 'created' else 'updated' end, version, known_from,
            paris_date(known_from), 'Test', 'coordinator', case version when 2 then '{"status": "a_faire"}'::jsonb end,
            '{"status": "en_cours"}'
        from action_periods order by known_from, ministry, first_year, code;
        alter table changes enable trigger user;
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside,
            transaction)
        select id::text::xid8, ministry, first_year, code, resource, version, recorded_at, id, kind, kind, id::text::xid8
        from changes where code is not null;
        update feed_numbering set added = (select max(id) + 1000 from changes);
        analyze ministries, roadmaps, actions, roadmap_periods, action_periods, changes, feed_entries;
        """
}
