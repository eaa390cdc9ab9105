-- From version 5 to version 6: what is said of a past day holds until the next day of which something else has been said.
--
-- Servers of version 5 may not go on: they would write late entries without saying until when these hold. Stop them first; those that
-- run see it within two seconds, and answer 503 from then on.

-- Everybody who writes waits from here on, for a moment.
lock table changes in access exclusive mode;

insert into schema_versions (version, serves_from) values (6, 6);

-- of the members that do not hold until today, the next day of which something else had been said; null for none
alter table changes add column until jsonb;
-- It holds on all days from its own on, whatever had been said of later ones: the rule before version 6. So what was recorded keeps its
-- meaning, and no answer changes.
alter table changes add column for_good boolean not null default true;
alter table changes alter column for_good set default false;
alter table changes add constraint changes_until_of_updates check (until is null or (kind = 'updated' and until <> '{}'));

create or replace function hidden_until(body text, year smallint, action text) returns timestamptz
    language sql stable parallel safe
    return greatest(
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.code is null and past.resource = 'roadmap'
                and (past.kind = 'deleted' or past.before ->> 'state' = 'brouillon' and (past.until ->> 'state') is null)),
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.resource = 'action' and past.code = action
                and (past.kind = 'deleted' or past.before ->> 'confidential' = 'true' and (past.until ->> 'confidential') is null)));

-- What of a change holds on a day; null for nothing.
create function said_on(day date, after jsonb, until jsonb) returns jsonb
    language sql immutable parallel safe
    return case
        when until is null then after
        else (select jsonb_object_agg(member, value) from jsonb_each(after) said (member, value)
            where coalesce((until ->> member)::date > day, true))
    end;

create or replace function keep_roadmap_periods() returns trigger language plpgsql set jit = off as $$
begin
    with closed as (
        update roadmap_periods p set known_to = c.recorded_at
        from added c
        where c.resource = 'roadmap' and p.ministry = c.ministry and p.first_year = c.first_year
            and p.known_to = 'infinity' and p.valid_to > c.effective_on
            and (c.kind <> 'updated' or p.valid_to = 'infinity' or said_on(p.valid_from, c.after, c.until) is not null)
        returning p as past, c.kind, c.version, c.recorded_at, c.effective_on,
            coalesce(said_on(greatest(p.valid_from, c.effective_on), c.after, c.until), '{}') as said
    ), opening as (
        -- The days before the change stay as they were, the others become what it says, and what it creates begins.
        select (past).ministry, (past).first_year, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).counted_at, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, greatest((past).valid_from, effective_on), (past).valid_to, recorded_at,
            (past).created_at, recorded_at, version,
            case when ((past).state, (past).last_year, (past).submitted_on)
                    is distinct from ((changed.state).state, (changed.state).last_year, (changed.state).submitted_on)
                then recorded_at else (past).counted_at end, changed.state
        from closed, lateral (select jsonb_populate_record(past, said) as state) changed
        where kind = 'updated'
        union all
        select ministry, first_year, effective_on, 'infinity', recorded_at, recorded_at, recorded_at, version, recorded_at,
            jsonb_populate_record(null::roadmap_periods, after)
        from added where resource = 'roadmap' and kind = 'created'
    )
    insert into roadmap_periods (ministry, first_year, valid_from, valid_to, known_from, known_to, last_year, title, state,
        due_on, submitted_on, validated_on, version, created_at, updated_at, counted_at)
    select ministry, first_year, valid_from, valid_to, recorded_at, 'infinity', (state).last_year, (state).title,
        (state).state, (state).due_on, (state).submitted_on, (state).validated_on, version, created_at, updated_at, counted_at
    from opening;
    return null;
end $$;

create or replace function keep_action_periods() returns trigger language plpgsql set jit = off as $$
begin
    with validation as (
        select v.ministry, v.first_year, v.recorded_at, v.effective_on, not exists (
                select from changes past
                where past.ministry = v.ministry and past.first_year = v.first_year and past.code is null
                    and past.resource = 'roadmap' and past.id < v.id
                    and past.after ->> 'validated_on' is not null) as is_first
        from added v where v.resource = 'roadmap' and v.after ->> 'validated_on' is not null
    ), cohort as (
        -- The actions that a validation takes into the cohort.
        select distinct v.ministry, v.first_year, p.code, v.recorded_at, v.effective_on
        from validation v
        join action_periods p on p.ministry = v.ministry and p.first_year = v.first_year and p.known_to = 'infinity'
            and case when v.is_first then p.valid_to = 'infinity' else p.in_validation_cohort and p.valid_to > v.effective_on end
    ), stated as (
        -- What is said of each action, by a change of its own or by the validation alone.
        select c.ministry, c.first_year, c.code, c.kind, c.version, c.recorded_at, c.effective_on, c.after, c.until,
            case when c.kind = 'created' then v.is_first else k.code is not null end is true as joins_cohort
        from added c
        left join validation v on v.ministry = c.ministry and v.first_year = c.first_year
        left join cohort k on k.ministry = c.ministry and k.first_year = c.first_year and k.code = c.code
        where c.resource = 'action'
        union all
        select k.ministry, k.first_year, k.code, 'updated', null, k.recorded_at, k.effective_on, '{}', null, true
        from cohort k
        where not exists (
            select from added c
            where c.resource = 'action' and c.ministry = k.ministry and c.first_year = k.first_year and c.code = k.code)
    ), closed as (
        update action_periods p set known_to = s.recorded_at
        from stated s
        where p.ministry = s.ministry and p.first_year = s.first_year and p.code = s.code
            and p.known_to = 'infinity' and p.valid_to > s.effective_on
            and (s.joins_cohort and not p.in_validation_cohort or s.version is not null and (
                s.kind <> 'updated' or p.valid_to = 'infinity' or said_on(p.valid_from, s.after, s.until) is not null))
        returning p as past, s.kind, s.version, s.recorded_at, s.effective_on, s.joins_cohort,
            coalesce(said_on(greatest(p.valid_from, s.effective_on), s.after, s.until), '{}') as said
    ), opening as (
        -- As for roadmaps.
        select (past).ministry, (past).first_year, (past).code, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).in_validation_cohort, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, (past).code, greatest((past).valid_from, effective_on), (past).valid_to,
            recorded_at, (past).created_at, case when version is null then (past).updated_at else recorded_at end,
            coalesce(version, (past).version), (past).in_validation_cohort or joins_cohort,
            jsonb_populate_record(past, said)
        from closed where kind = 'updated'
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
