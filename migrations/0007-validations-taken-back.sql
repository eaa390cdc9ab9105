-- From version 6 to version 7: a validation that was said by mistake is taken back, and its cohort with it.
--
-- Servers of version 6 may go on: they take no validation back, and all that they write is counted as before.

-- Everybody who writes waits from here on, for a moment.
lock table changes in exclusive mode;

insert into schema_versions (version, serves_from) values (7, 6);

create or replace function keep_action_periods() returns trigger language plpgsql set jit = off as $$
begin
    with validation as (
        select v.ministry, v.first_year, v.recorded_at, v.effective_on, not exists (
                select from roadmap_periods past
                where past.ministry = v.ministry and past.first_year = v.first_year and past.validated_on is not null
                    and past.known_from < v.recorded_at and past.known_to >= v.recorded_at) as is_first
        from added v where v.resource = 'roadmap' and v.after ->> 'validated_on' is not null
    ), taken_back as (
        select v.ministry, v.first_year, v.recorded_at, v.effective_on,
            coalesce((v.until ->> 'validated_on')::date, 'infinity') as until
        from added v where v.resource = 'roadmap' and v.kind = 'updated' and v.after -> 'validated_on' = 'null'
    ), cohort as (
        -- The actions that a validation takes into the cohort.
        select distinct v.ministry, v.first_year, p.code, v.recorded_at, v.effective_on
        from validation v
        join action_periods p on p.ministry = v.ministry and p.first_year = v.first_year and p.known_to = 'infinity'
            and case when v.is_first then p.valid_to = 'infinity' else p.in_validation_cohort and p.valid_to > v.effective_on end
    ), stated as (
        -- What is said of each action, by a change of its own or by the validation alone.
        select c.ministry, c.first_year, c.code, c.kind, c.version, c.recorded_at, c.effective_on, c.after, c.until,
            case when c.kind = 'created' then v.is_first else k.code is not null end is true as joins_cohort,
            null::date as leaves_cohort_until
        from added c
        left join validation v on v.ministry = c.ministry and v.first_year = c.first_year
        left join cohort k on k.ministry = c.ministry and k.first_year = c.first_year and k.code = c.code
        where c.resource = 'action'
        union all
        select k.ministry, k.first_year, k.code, 'updated', null, k.recorded_at, k.effective_on, '{}', null, true, null
        from cohort k
        where not exists (
            select from added c
            where c.resource = 'action' and c.ministry = k.ministry and c.first_year = k.first_year and c.code = k.code)
        union all
        select distinct t.ministry, t.first_year, p.code, 'updated', null::int, t.recorded_at, t.effective_on, '{}'::jsonb, null::jsonb,
            false, t.until
        from taken_back t
        join action_periods p on p.ministry = t.ministry and p.first_year = t.first_year and p.known_to = 'infinity'
            and p.in_validation_cohort and p.valid_to > t.effective_on and p.valid_from < t.until
    ), closed as (
        update action_periods p set known_to = s.recorded_at
        from stated s
        where p.ministry = s.ministry and p.first_year = s.first_year and p.code = s.code
            and p.known_to = 'infinity' and p.valid_to > s.effective_on
            and (s.joins_cohort and not p.in_validation_cohort or s.version is not null and (
                s.kind <> 'updated' or p.valid_to = 'infinity' or said_on(p.valid_from, s.after, s.until) is not null)
                or p.in_validation_cohort and p.valid_from < s.leaves_cohort_until)
        returning p as past, s.kind, s.version, s.recorded_at, s.effective_on, s.joins_cohort, s.leaves_cohort_until,
            coalesce(said_on(greatest(p.valid_from, s.effective_on), s.after, s.until), '{}') as said
    ), opening as (
        -- As for roadmaps.
        select (past).ministry, (past).first_year, (past).code, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).in_validation_cohort, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, (past).code, greatest((past).valid_from, effective_on),
            least((past).valid_to, leaves_cohort_until),
            recorded_at, (past).created_at, case when version is null then (past).updated_at else recorded_at end,
            coalesce(version, (past).version),
            ((past).in_validation_cohort or joins_cohort) and leaves_cohort_until is null,
            jsonb_populate_record(past, said)
        from closed where kind = 'updated'
        union all
        select (past).ministry, (past).first_year, (past).code, leaves_cohort_until, (past).valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, true, past
        from closed where (past).valid_to > leaves_cohort_until
        union all
        select ministry, first_year, code, effective_on, 'infinity', recorded_at, recorded_at, recorded_at, version,
            joins_cohort,
            jsonb_populate_record(null::action_periods,
                '{"key_action": false, "contributors": [], "practices": [], "confidential": false}' || after)
        from stated where kind = 'created'
    ), opened as (
        insert into action_periods (ministry, first_year, code, valid_from, valid_to, known_from, known_to, title,
            description, theme, target_level, reached_level, status, status_reason, key_action, identified_on, due_on,
            completed_on, lead, contributors, practices, confidential, in_validation_cohort, version, created_at, updated_at)
        select ministry, first_year, code, valid_from, valid_to, recorded_at, 'infinity', (state).title,
            (state).description, (state).theme, (state).target_level, (state).reached_level, (state).status,
            (state).status_reason, (state).key_action, (state).identified_on, (state).due_on, (state).completed_on,
            (state).lead, (state).contributors, (state).practices, (state).confidential, in_validation_cohort, version,
            created_at, updated_at
        from opening
        returning action_periods as state
    ), period_changes as (
        -- A period that was closed is taken away from the counts, one that was opened is added to them.
        select (past).known_to as recorded_at, past as state, -1 as sign from closed
        union all
        select (state).known_from, state, 1 from opened
    ), ledger_lines as (
        -- A period counts its action from its first day to its last, and as late from the day after `due_on`.
        select recorded_at, (state).ministry, (state).first_year, boundary.effective_on, (state).theme, (state).target_level,
            (state).status, (state).reached_level, (state).key_action, (state).confidential, (state).in_validation_cohort,
            false as late, period_changes.sign * boundary.sign as delta
        from period_changes,
            lateral (values ((state).valid_from, 1), ((state).valid_to, -1)) boundary (effective_on, sign)
        union all
        select recorded_at, (state).ministry, (state).first_year, boundary.effective_on, (state).theme, (state).target_level,
            (state).status, null, false, false, false, true, period_changes.sign * boundary.sign
        from period_changes
        join statuses on statuses.code = (state).status and statuses.is_open,
            lateral (values (greatest((state).valid_from, (state).due_on + 1), 1), ((state).valid_to, -1)) boundary (effective_on, sign)
        where (state).due_on + 1 < (state).valid_to
    )
    insert into figure_ledger (ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level,
        key_action, confidential, in_validation_cohort, late, delta)
    select ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level, key_action,
        confidential, in_validation_cohort, late, sum(delta)
    from ledger_lines
    where effective_on < 'infinity'
    group by ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level, key_action,
        confidential, in_validation_cohort, late
    having sum(delta) <> 0;
    return null;
end $$;
