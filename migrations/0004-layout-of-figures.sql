-- From version 3 to version 4: the layout of the counts follows from the vocabularies, which may grow, and each
-- statement on `changes` names the resource that it means.
--
-- Servers of version 3 may go on meanwhile and afterwards, and so may those of versions 1 and 2: they read the same columns, laid out
-- as before, and they call none of the functions that go. What they write passes through the functions below.

-- Writes wait from here on: a function that runs now would call what is dropped below.
lock table changes in share row exclusive mode;

insert into schema_versions (version, serves_from) values (4, 1);

-- Resources -----------------------------------------------------------------------------------------------------------
--
-- A change with a code was taken for one of an action, and one without for one of a roadmap. That is so until there are others.

create or replace function hidden_until(body text, year smallint, action text) returns timestamptz
    language sql stable parallel safe
    return greatest(
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.code is null and past.resource = 'roadmap'
                and (past.kind = 'deleted' or past.before ->> 'state' = 'brouillon')),
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.resource = 'action' and past.code = action
                and (past.kind = 'deleted' or past.before ->> 'confidential' = 'true')));

create or replace function action_period_shown(body text, year smallint, action text, from_day date, told_until timestamptz)
    returns boolean language sql stable parallel safe
    return (
        select hidden.until is null or coalesce(
            (select from_day >= p.valid_from and told_until > hidden.until
                from action_periods p
                where p.ministry = body and p.first_year = year and p.code = action and p.valid_to = 'infinity'
                    and p.known_from <= hidden.until and p.known_to > hidden.until),
            (select from_day >= c.effective_on and told_until > c.recorded_at
                from changes c
                where c.ministry = body and c.first_year = year and c.resource = 'action' and c.code = action
                    and c.kind = 'created' and c.recorded_at > hidden.until
                order by c.id desc limit 1),
            false)
        from (select hidden_until(body, year, action) as until) hidden);

create or replace function roadmap_period_shown(body text, year smallint, from_day date, told_until timestamptz)
    returns boolean language sql stable parallel safe
    return (
        select hidden.until is null or coalesce(
            (select from_day >= p.valid_from and told_until > hidden.until
                from roadmap_periods p
                where p.ministry = body and p.first_year = year and p.valid_to = 'infinity'
                    and p.known_from <= hidden.until and p.known_to > hidden.until),
            (select from_day >= c.effective_on and told_until > c.recorded_at
                from changes c
                where c.ministry = body and c.first_year = year and c.code is null and c.resource = 'roadmap'
                    and c.kind = 'created' and c.recorded_at > hidden.until
                order by c.id desc limit 1),
            false)
        from (select hidden_until(body, year, null) as until) hidden);

-- Vocabularies ------------------------------------------------------------------------------------------------------------

-- Two rows may change their ranks in one statement, so the uniqueness of ranks is checked at its end.
alter table themes drop constraint themes_rank_key, add constraint themes_rank_key unique (rank) deferrable;
alter table levels drop constraint levels_rank_key, add constraint levels_rank_key unique (rank) deferrable;
alter table statuses drop constraint statuses_rank_key, add constraint statuses_rank_key unique (rank) deferrable;
alter table roadmap_states drop constraint roadmap_states_rank_key, add constraint roadmap_states_rank_key unique (rank) deferrable;
alter table roles drop constraint roles_rank_key, add constraint roles_rank_key unique (rank) deferrable;
alter table ministry_kinds drop constraint ministry_kinds_rank_key, add constraint ministry_kinds_rank_key unique (rank) deferrable;
-- Which statuses are open is what their rows say, and nothing else says it any more.
alter table statuses drop constraint statuses_open_agrees;

-- The layout of the counts --------------------------------------------------------------------------------------------------
--
-- It is the same as before: the days that are kept stay as they are.

-- Where each sort of actions has its numbers in the lists of `figure_days` and `figure_late_days`. It follows from the vocabularies
-- alone: `lay_out_figures` refreshes it when they have changed. `FigureLayout` in Swift reckons the same.
-- PostgreSQL takes empty tables for large ones, and would compile the query for longer than it runs.
set local jit = off;
create materialized view figure_cells as
select t.code as theme, l.code as target_level, s.code as status,
    -- In `figure_days.cells`: the actions, the key actions, the confidential ones, those of the validation cohort, then those that
    -- have reached each level, from the lowest on.
    ((row_number() over sorts - 1) * measures.count + 1)::integer as first_place,
    (row_number() over sorts * measures.count)::integer as last_place,
    -- In `figure_late_days.cells`: null for a status that cannot be late.
    case when s.is_open then (count(*) filter (where s.is_open) over sorts)::integer end as late_place
from themes t
cross join levels l
cross join statuses s
cross join (select 4 + max(rank) as count from levels) measures
window sorts as (order by t.rank, l.rank, s.rank);
create index figure_cells_sort on figure_cells (theme, target_level, status);

-- What each line of the ledger adds to each place of the lists: of `figure_late_days` if it is late, of `figure_days` if not. A sort
-- that `figure_cells` does not know has no place, and `figure_gained` refuses it: nothing goes uncounted.
create view figure_gains as
select l.ministry, l.first_year, l.recorded_at, l.effective_on, l.late,
    case when l.late then c.late_place else c.first_place + counted.measure end as place, l.delta
from figure_ledger l
left join figure_cells c on c.theme = l.theme and c.target_level = l.target_level and c.status = l.status
cross join lateral (values (0, true), (1, l.key_action), (2, l.confidential), (3, l.in_validation_cohort),
    (3 + level_rank(l.reached_level), true)) counted (measure, counts)
where counted.counts and counted.measure is not null;

-- Counts every day that is kept anew from the ledger. Instants stay as they are: no action has moved.
create function rebuild_figure_days() returns void language plpgsql set jit = off as $$
begin
    with place_gains as (
        select ministry, first_year, late, effective_on, place, sum(delta)::int as delta
        from figure_gains group by ministry, first_year, late, effective_on, place
    ), daily_gains as (
        select ministry, first_year, late, effective_on, array_agg(place) as places, array_agg(delta) as deltas
        from place_gains where delta <> 0 group by ministry, first_year, late, effective_on
    ), sums as materialized (
        select ministry, first_year, late, effective_on, figure_gain(places, deltas) over days as gained,
            lead(effective_on, 1, 'infinity') over days as until
        from daily_gains
        window days as (partition by ministry, first_year, late order by effective_on rows unbounded preceding)
    ), none as (
        select array_fill(0, array[max(last_place)]) as cells, array_fill(0, array[max(late_place)]) as late_cells from figure_cells
    ), counted as (
        update figure_days f set cells = figure_added(none.cells, s.gained)
        from none cross join figure_days d
        left join sums s on s.ministry = d.ministry and s.first_year = d.first_year and not s.late
            and d.day >= s.effective_on and d.day < s.until
        where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day
    )
    update figure_late_days f set cells = figure_added(none.late_cells, s.gained)
    from none cross join figure_late_days d
    left join sums s on s.ministry = d.ministry and s.first_year = d.first_year and s.late
        and d.day >= s.effective_on and d.day < s.until
    where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day;
end $$;

-- Takes the layout of the counts from the vocabularies as they are now. `reference/vocabularies.sql` calls it at its end, so it runs
-- whenever they are loaded. Where the layout has changed, what was counted is counted anew, and the lists have another length.
create function lay_out_figures() returns void language plpgsql set client_min_messages = warning set jit = off as $$
declare
    former figure_cells[] := array(select c from figure_cells c order by c.first_place);
    length integer;
    late_length integer;
begin
    refresh materialized view figure_cells;
    if former = array(select c from figure_cells c order by c.first_place) then
        return;
    end if;
    alter table figure_days drop constraint if exists figure_days_length;
    alter table figure_late_days drop constraint if exists figure_late_days_length;
    perform rebuild_figure_days();
    select max(last_place), max(late_place) into length, late_length from figure_cells;
    execute format('alter table figure_days add constraint figure_days_length check (cardinality(cells) = %s)', length);
    execute format('alter table figure_late_days add constraint figure_late_days_length check (cardinality(cells) = %s)', late_length);
end $$;

-- The triggers ------------------------------------------------------------------------------------------------------------
--
-- They take the layout from there, and their parts have plain names.

create or replace function keep_roadmap_periods() returns trigger language plpgsql set jit = off as $$
begin
    with closed as (
        update roadmap_periods p set known_to = c.recorded_at
        from added c
        where c.resource = 'roadmap' and p.ministry = c.ministry and p.first_year = c.first_year
            and p.known_to = 'infinity' and p.valid_to > c.effective_on
        returning p as past, c.kind, c.version, c.recorded_at, c.effective_on, c.after
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
        from closed, lateral (select jsonb_populate_record(past, after) as state) changed
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
        select c.ministry, c.first_year, c.code, c.kind, c.version, c.recorded_at, c.effective_on, c.after,
            case when c.kind = 'created' then v.is_first else k.code is not null end is true as joins_cohort
        from added c
        left join validation v on v.ministry = c.ministry and v.first_year = c.first_year
        left join cohort k on k.ministry = c.ministry and k.first_year = c.first_year and k.code = c.code
        where c.resource = 'action'
        union all
        select k.ministry, k.first_year, k.code, 'updated', null, k.recorded_at, k.effective_on, '{}', true
        from cohort k
        where not exists (
            select from added c
            where c.resource = 'action' and c.ministry = k.ministry and c.first_year = k.first_year and c.code = k.code)
    ), closed as (
        update action_periods p set known_to = s.recorded_at
        from stated s
        where p.ministry = s.ministry and p.first_year = s.first_year and p.code = s.code
            and p.known_to = 'infinity' and p.valid_to > s.effective_on
        returning p as past, s.kind, s.version, s.recorded_at, s.effective_on, s.after, s.joins_cohort
    ), opening as (
        -- As for roadmaps.
        select (past).ministry, (past).first_year, (past).code, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).in_validation_cohort, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, (past).code, greatest((past).valid_from, effective_on), (past).valid_to,
            recorded_at, (past).created_at, case when version is null then (past).updated_at else recorded_at end,
            coalesce(version, (past).version), (past).in_validation_cohort or joins_cohort,
            jsonb_populate_record(past, after)
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

create or replace function keep_figure_days() returns trigger language plpgsql set jit = off as $$
begin
    -- Each day of a change has its own row from now on. It begins as the last day before it.
    insert into figure_days (ministry, first_year, day, cells, recorded_at, restated_at)
    select c.ministry, c.first_year, c.effective_on,
        coalesce(last.cells, (select array_fill(0, array[max(last_place)]) from figure_cells)),
        coalesce(last.recorded_at, max(c.recorded_at)), coalesce(last.restated_at, max(c.recorded_at))
    from added c
    left join lateral (
        select f.cells, f.recorded_at, f.restated_at from figure_days f
        where f.ministry = c.ministry and f.first_year = c.first_year and f.day <= c.effective_on
        order by f.day desc limit 1
    ) last on true
    where c.resource in ('action', 'roadmap')
    group by c.ministry, c.first_year, c.effective_on, last.cells, last.recorded_at, last.restated_at
    on conflict do nothing;

    with written as (
        select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')
    ), ledger_lines as (
        select l.* from written w
        join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at
        where not l.late
    ), place_gains as (
        select g.ministry, g.first_year, g.effective_on, g.place, sum(g.delta)::int as delta
        from written w
        join figure_gains g on g.ministry = w.ministry and g.first_year = w.first_year and g.recorded_at = w.recorded_at
        where not g.late
        group by g.ministry, g.first_year, g.effective_on, g.place
    ), daily_gains as (
        select ministry, first_year, effective_on, array_agg(place) as places, array_agg(delta) as deltas
        from place_gains where delta <> 0 group by ministry, first_year, effective_on
    ), sums as materialized (
        -- What the days from `effective_on` to `until` have gained in all.
        select ministry, first_year, effective_on, figure_gain(places, deltas) over days as gained,
            lead(effective_on, 1, 'infinity') over days as until
        from daily_gains
        window days as (partition by ministry, first_year order by effective_on rows unbounded preceding)
    ), count_spans as (
        -- How many more actions each sort has from `effective_on` to `until`.
        select ministry, first_year, recorded_at, effective_on, sum(delta) over days as gained,
            lead(effective_on, 1, 'infinity') over days as until
        from ledger_lines
        window days as (
            partition by ministry, first_year, recorded_at, theme, target_level, status, reached_level, key_action, confidential,
                in_validation_cohort
            order by effective_on)
    ), action_boundaries as (
        -- The days on which one action enters a sort or leaves it, by the periods that the change has opened and closed.
        select p.ministry, p.first_year, p.code, c.recorded_at, boundary.day, p.theme, p.target_level, p.status, p.reached_level,
            p.key_action, p.confidential, p.in_validation_cohort,
            sum(boundary.sign * case when p.known_to = c.recorded_at then -1 else 1 end) as delta
        from added c
        join action_periods p on p.ministry = c.ministry and p.first_year = c.first_year and p.code = c.code
            and c.recorded_at in (p.known_from, p.known_to)
        cross join lateral (values (p.valid_from, 1), (p.valid_to, -1)) boundary (day, sign)
        where c.resource = 'action' and (c.kind <> 'updated'
            or c.after ?| '{theme,target_level,status,reached_level,key_action,confidential}')
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    ), action_spans as (
        -- How often more one action is of a sort from `effective_on` to `until`.
        select ministry, first_year, recorded_at, day as effective_on, sum(delta) over days as gained,
            lead(day, 1, 'infinity') over days as until
        from action_boundaries
        window days as (
            partition by ministry, first_year, recorded_at, code, theme, target_level, status, reached_level, key_action,
                confidential, in_validation_cohort
            order by day)
    ), moving_spans as (
        select distinct ministry, first_year, recorded_at, effective_on, until, true as counts_move
        from count_spans where gained <> 0
        union all
        select distinct ministry, first_year, recorded_at, effective_on, until, false from action_spans where gained <> 0
    ), moved_days as (
        select f.ministry, f.first_year, f.day, max(m.recorded_at) filter (where m.counts_move) as recorded_at,
            max(m.recorded_at) as restated_at
        from moving_spans m
        join figure_days f on f.ministry = m.ministry and f.first_year = m.first_year
            and f.day >= m.effective_on and f.day < m.until
        group by f.ministry, f.first_year, f.day
    )
    update figure_days f
    set cells = case when s.gained is null then f.cells else figure_added(f.cells, s.gained) end,
        recorded_at = coalesce(d.recorded_at, f.recorded_at), restated_at = d.restated_at
    from moved_days d
    left join sums s on s.ministry = d.ministry and s.first_year = d.first_year
        and d.day >= s.effective_on and d.day < s.until
    where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day;

    -- The same for lateness: each day on which it changes has its own row from now on.
    insert into figure_late_days (ministry, first_year, day, cells, recorded_at)
    select g.ministry, g.first_year, g.effective_on,
        coalesce(last.cells, (select array_fill(0, array[max(late_place)]) from figure_cells)),
        coalesce(last.recorded_at, g.recorded_at)
    from (
        select l.ministry, l.first_year, l.effective_on, max(l.recorded_at) as recorded_at
        from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
        join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at
        where l.late
        group by l.ministry, l.first_year, l.effective_on
    ) g
    left join lateral (
        select f.cells, f.recorded_at from figure_late_days f
        where f.ministry = g.ministry and f.first_year = g.first_year and f.day <= g.effective_on
        order by f.day desc limit 1
    ) last on true
    on conflict do nothing;

    with place_gains as (
        select g.ministry, g.first_year, g.effective_on, max(g.recorded_at) as recorded_at, g.place, sum(g.delta)::int as delta
        from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
        join figure_gains g on g.ministry = w.ministry and g.first_year = w.first_year and g.recorded_at = w.recorded_at
        where g.late
        group by g.ministry, g.first_year, g.effective_on, g.place
    ), daily_gains as (
        select ministry, first_year, effective_on, max(recorded_at) as recorded_at, array_agg(place) as places,
            array_agg(delta) as deltas
        from place_gains where delta <> 0 group by ministry, first_year, effective_on
    ), sums as (
        select ministry, first_year, effective_on, max(recorded_at) over days as recorded_at,
            figure_gain(places, deltas) over days as gained, lead(effective_on, 1, 'infinity') over days as until
        from daily_gains
        window days as (partition by ministry, first_year order by effective_on rows unbounded preceding)
    )
    update figure_late_days f set cells = figure_added(f.cells, s.gained), recorded_at = s.recorded_at
    from sums s
    where f.ministry = s.ministry and f.first_year = s.first_year and f.day >= s.effective_on and f.day < s.until
        and 0 <> any (s.gained);
    return null;
end $$;

create or replace function keep_feed() returns trigger language plpgsql set jit = off as $$
declare
    here record;
begin
    here := feed_place(array(select distinct ministry from added));

    with plans as (
        select c.id, c.ministry, c.first_year, c.kind, c.version, c.recorded_at, c.effective_on, c.before,
            past as plan_before, present as plan_after, in_sight_of_all(past.state, false) as was_in_sight,
            in_sight_of_all(present.state, false) as is_in_sight
        from added c
        left join roadmap_periods past on past.ministry = c.ministry and past.first_year = c.first_year
            and past.known_to = c.recorded_at and past.valid_to = 'infinity'
        left join roadmap_periods present on present.ministry = c.ministry and present.first_year = c.first_year
            and present.known_to = 'infinity' and present.valid_to = 'infinity'
        where c.resource = 'roadmap'
    ), changed as (
        select c.id, c.ministry, c.first_year, c.code, c.kind, c.version, c.recorded_at, c.effective_on, c.before,
            past as action_before, present as action_after,
            in_sight_of_all(case when p.id is null then plan.state else (p.plan_before).state end, past.confidential) as was_in_sight,
            in_sight_of_all(plan.state, present.confidential) as is_in_sight
        from added c
        left join plans p on p.ministry = c.ministry and p.first_year = c.first_year
        left join roadmap_periods plan on plan.ministry = c.ministry and plan.first_year = c.first_year
            and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
        left join action_periods past on past.ministry = c.ministry and past.first_year = c.first_year
            and past.code = c.code and past.known_to = c.recorded_at and past.valid_to = 'infinity'
        left join action_periods present on present.ministry = c.ministry and present.first_year = c.first_year
            and present.code = c.code and present.known_to = 'infinity' and present.valid_to = 'infinity'
        where c.resource = 'action'
    ), entries as (
        select 1 as rank, id as change, ministry, first_year, null as code, 'roadmap' as resource, version, recorded_at,
            kind as inside, feed_kind(kind, was_in_sight, is_in_sight) as outside, feed_state(plan_after) as state,
            case when kind = 'updated' and effective_on < paris_date(recorded_at)
                then feed_before(before, feed_state(plan_before)) end as before
        from plans
        union all
        select 2, id, ministry, first_year, code, 'action', version, recorded_at, kind,
            feed_kind(kind, was_in_sight, is_in_sight), feed_state(action_after),
            case when kind = 'updated' and effective_on < paris_date(recorded_at)
                then feed_before(before, feed_state(action_before)) end
        from changed
        union all
        select 3, p.id, a.ministry, a.first_year, a.code, 'action', a.version, p.recorded_at, null,
            case when p.is_in_sight then 'revealed' else 'withdrawn' end, feed_state(a), null
        from plans p
        join action_periods a on a.ministry = p.ministry and a.first_year = p.first_year
            and a.known_to = 'infinity' and a.valid_to = 'infinity' and not a.confidential
        where p.was_in_sight <> p.is_in_sight and not exists (
            select from added c
            where c.resource = 'action' and c.ministry = a.ministry and c.first_year = a.first_year and c.code = a.code)
        union all
        select 1, id, ministry, first_year, null, resource, version, recorded_at, kind, kind, null, null
        from added where resource in ('ministry', 'census')
    )
    insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
        before, transaction, under_way)
    select here.place, ministry, first_year, code, resource, version, recorded_at, change, inside, outside,
        case when outside = 'revealed' then state end, before, here.own, here.under_way
    from entries order by rank, change, code;
    return null;
end $$;

drop function figure_cell(text, text, text);
drop function figure_place(integer, integer);
drop function figure_late_place(integer);
