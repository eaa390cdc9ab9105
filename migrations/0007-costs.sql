-- From version 6 to version 7: reading and recording cost the database less; what they mean stays. A validation that was said by
-- mistake is taken back, and its cohort with it.
--
-- Servers of version 6 may go on meanwhile and afterwards: they call the same functions, which give the same, and take no
-- validation back.

-- Writes wait from here on: each is recorded by the functions of one version.
lock table changes in share row exclusive mode;

insert into schema_versions (version, serves_from) values (7, 6);

-- What PostgreSQL makes a part of the statements that call it, and what keeps its plans from one statement to the next -------

create or replace function rfc3339(instant timestamptz) returns text
    language sql stable strict parallel safe
    return to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

create or replace function level_rank(level text) returns smallint
    language sql immutable parallel safe
    return (case level when 'reflexion' then 1 when 'experimentation' then 2 when 'realisation' then 3 end)::smallint;

create or replace function hidden_until(body text, year smallint, action text) returns timestamptz
    language plpgsql stable parallel safe as $$
begin
    return greatest(
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.code is null and past.resource = 'roadmap'
                and (past.kind = 'deleted' or past.before ->> 'state' = 'brouillon' and (past.until ->> 'state') is null)),
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.resource = 'action' and past.code = action
                and (past.kind = 'deleted' or past.before ->> 'confidential' = 'true' and (past.until ->> 'confidential') is null)));
end $$;

create or replace function said_on(day date, after jsonb, until jsonb) returns jsonb
    language plpgsql immutable parallel safe as $$
begin
    if until is null then
        return after;
    end if;
    return (
        select jsonb_object_agg(member, value) from jsonb_each(after) said (member, value)
        where coalesce((until ->> member)::date > day, true));
end $$;

create or replace function action_period_shown(body text, year smallint, action text, from_day date, told_until timestamptz)
    returns boolean language plpgsql stable parallel safe as $$
declare
    hidden timestamptz := hidden_until(body, year, action);
begin
    if hidden is null then
        return true;
    end if;
    return coalesce(
        (select from_day >= p.valid_from and told_until > hidden
            from action_periods p
            where p.ministry = body and p.first_year = year and p.code = action and p.valid_to = 'infinity'
                and p.known_from <= hidden and p.known_to > hidden),
        (select from_day >= c.effective_on and told_until > c.recorded_at
            from changes c
            where c.ministry = body and c.first_year = year and c.resource = 'action' and c.code = action
                and c.kind = 'created' and c.recorded_at > hidden
            order by c.id desc limit 1),
        false);
end $$;

create or replace function roadmap_period_shown(body text, year smallint, from_day date, told_until timestamptz)
    returns boolean language plpgsql stable parallel safe as $$
declare
    hidden timestamptz := hidden_until(body, year, null);
begin
    if hidden is null then
        return true;
    end if;
    return coalesce(
        (select from_day >= p.valid_from and told_until > hidden
            from roadmap_periods p
            where p.ministry = body and p.first_year = year and p.valid_to = 'infinity'
                and p.known_from <= hidden and p.known_to > hidden),
        (select from_day >= c.effective_on and told_until > c.recorded_at
            from changes c
            where c.ministry = body and c.first_year = year and c.code is null and c.resource = 'roadmap'
                and c.kind = 'created' and c.recorded_at > hidden
            order by c.id desc limit 1),
        false);
end $$;

create or replace function ministry_name_known(body text, on_date date, instant timestamptz) returns text
    language plpgsql stable strict parallel safe as $$
begin
    return (
        select known.name
        from ministry_name_periods known
        where known.ministry = body and known.name is not null and known.known_from <= instant and known.known_to > instant
        order by known.from_date <= on_date desc,
            case when known.from_date <= on_date then known.from_date end desc,
            known.from_date
        limit 1);
end $$;

-- What a write has recorded -----------------------------------------------------------------------------------------

create or replace function keep_roadmap_periods() returns trigger language plpgsql set jit = off as $$
begin
    if not exists (select from added where resource = 'roadmap') then
        return null;
    end if;
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

-- What is said of an action, by a change of its own or, without a version, by the first validation of its roadmap alone.
create type stated_action as (
    ministry text,
    first_year smallint,
    code text,
    kind text,
    version integer,
    recorded_at timestamptz,
    effective_on date,
    after jsonb,
    until jsonb,
    joins_cohort boolean,
    -- the end of the days on which a validation of its roadmap was taken back; null for none
    leaves_cohort_until date
);

create or replace function keep_action_periods() returns trigger language plpgsql set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    statements stated_action[];
begin
    if exists (select from added where resource = 'roadmap' and after ? 'validated_on') then
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
            select distinct t.ministry, t.first_year, p.code, 'updated', null::int, t.recorded_at, t.effective_on, '{}'::jsonb,
                null::jsonb, false, t.until
            from taken_back t
            join action_periods p on p.ministry = t.ministry and p.first_year = t.first_year and p.known_to = 'infinity'
                and p.in_validation_cohort and p.valid_to > t.effective_on and p.valid_from < t.until
        )
        select array_agg(row(stated.*)::stated_action) into statements from stated;
    else
        statements := array(
            select row(ministry, first_year, code, kind, version, recorded_at, effective_on, after, until, false, null)::stated_action
            from added where resource = 'action');
    end if;

    with stated as (
        select * from unnest(statements)
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

create or replace function keep_figure_days() returns trigger language plpgsql set jit = off as $$
declare
    several boolean;
    day_begins boolean;
    moves boolean;
    lateness_begins boolean;
    gain record;
begin
    select count(*) > 1, bool_or(c.resource in ('action', 'roadmap') and not exists (
        select from figure_days f where f.ministry = c.ministry and f.first_year = c.first_year and f.day = c.effective_on))
    into several, day_begins
    from added c;
    select count(*) > 0, bool_or(l.late and not exists (
        select from figure_late_days f where f.ministry = l.ministry and f.first_year = l.first_year and f.day = l.effective_on))
    into moves, lateness_begins
    from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
    join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at;

    -- Each day of a change has its own row from now on. It begins as the last day before it.
    if day_begins then
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
    end if;

    -- So has each day on which lateness changes.
    if lateness_begins then
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
    end if;

    if moves then
        -- Each span of days is looked up by itself: joined, all days of all roadmaps might be read.
        for gain in
            with place_gains as (
                select g.ministry, g.first_year, g.late, g.effective_on, max(g.recorded_at) as recorded_at, g.place,
                    sum(g.delta)::int as delta
                from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
                join figure_gains g on g.ministry = w.ministry and g.first_year = w.first_year and g.recorded_at = w.recorded_at
                group by g.ministry, g.first_year, g.late, g.effective_on, g.place
            ), daily_gains as (
                select ministry, first_year, late, effective_on, max(recorded_at) as recorded_at, array_agg(place) as places,
                    array_agg(delta) as deltas
                from place_gains where delta <> 0 group by ministry, first_year, late, effective_on
            ), sums as (
                -- What the days from `effective_on` to `until` have gained in all.
                select ministry, first_year, late, effective_on, max(recorded_at) over days as recorded_at,
                    figure_gain(places, deltas) over days as gained, lead(effective_on, 1, 'infinity') over days as until
                from daily_gains
                window days as (partition by ministry, first_year, late order by effective_on rows unbounded preceding)
            )
            select * from sums where 0 <> any (gained)
        loop
            if gain.late then
                update figure_late_days f set cells = figure_added(f.cells, gain.gained), recorded_at = gain.recorded_at
                where f.ministry = gain.ministry and f.first_year = gain.first_year and f.day >= gain.effective_on and f.day < gain.until;
            else
                update figure_days f
                set cells = figure_added(f.cells, gain.gained),
                    recorded_at = case when several then f.recorded_at else gain.recorded_at end,
                    restated_at = case when several then f.restated_at else gain.recorded_at end
                where f.ministry = gain.ministry and f.first_year = gain.first_year and f.day >= gain.effective_on and f.day < gain.until;
            end if;
        end loop;
    end if;

    if several then
        with ledger_lines as (
            select l.*
            from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
            join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at
            where not l.late
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
        set recorded_at = coalesce(d.recorded_at, f.recorded_at), restated_at = d.restated_at
        from moved_days d
        where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day;
    end if;

    return null;
end $$;

create or replace function keep_ministry_names() returns trigger language plpgsql as $$
begin
    if not exists (select from added where resource = 'ministry') then
        return null;
    end if;
    update ministry_name_periods p set known_to = c.recorded_at
    from added c
    where c.resource = 'ministry' and c.after ? 'names' and p.ministry = c.ministry and p.known_to = 'infinity';
    insert into ministry_name_periods (ministry, from_date, known_from, known_to, name)
    select n.ministry, n.from_date, c.recorded_at, 'infinity', n.name
    from added c join ministry_names n on n.ministry = c.ministry
    where c.resource = 'ministry' and c.after ? 'names';
    return null;
end $$;

create or replace function feed_horizon() returns xid8
    language plpgsql stable as $$
begin
    return (
        select feed_transaction(case
            when last.position >= feed_number(pg_snapshot_xmax(now.snapshot)) + n.added then last.position + 1
            else feed_number(pg_snapshot_xmin(now.snapshot)) + n.added
        end)
        from feed_numbering n
        cross join (select pg_current_snapshot() as snapshot) now
        left join (select feed_number(position) as position from feed_entries order by feed_entries.position desc limit 1) last on true);
end $$;

create or replace function feed_place(touched text[], out place xid8, out own xid8, out under_way xid8[])
    language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    number bigint := feed_number(pg_current_xact_id());
    numbering bigint;
    now pg_snapshot;
    highest bigint;
    floor xid8;
begin
    select n.added, pg_current_snapshot(), feed_number((select position from feed_entries order by position desc limit 1)), (
        select last.position
        from unnest(touched) ministry
        cross join lateral (
            select f.position from feed_entries f where f.ministry = ministry.ministry order by f.position desc limit 1) last
        order by last.position desc limit 1)
    into numbering, now, highest, floor
    from feed_numbering n;
    -- The database was restored here. One writer says from where the numbers go on; the others wait for it.
    if highest >= greatest(feed_number(pg_snapshot_xmax(now)), number + 1) + numbering then
        select added into numbering from feed_numbering for update;
        now := pg_current_snapshot();
        highest := feed_number((select position from feed_entries order by position desc limit 1));
        if highest >= greatest(feed_number(pg_snapshot_xmax(now)), number + 1) + numbering then
            numbering := highest + 1 - feed_number(pg_snapshot_xmin(now));
            update feed_numbering set added = numbering;
        end if;
    end if;
    own := feed_transaction(number + numbering);
    place := greatest(own, floor);
    -- A snapshot names those that had begun before the last one that ended; the others lie between that one and this.
    if right(now::text, 1) <> ':' or number > feed_number(pg_snapshot_xmax(now)) then
        under_way := (
            select array_agg(feed_transaction(other + numbering) order by other)
            from (
                select feed_number(transaction) from pg_snapshot_xip(now) transaction
                union all
                select generate_series(feed_number(pg_snapshot_xmax(now)), feed_number(place) - numbering - 1)
            ) others (other)
            where other <> number and other + numbering < feed_number(place));
    end if;
end $$;

create or replace function feed_others(entry feed_entries) returns text
    language plpgsql stable as $$
begin
    return (
        select encode(substr(sha256(convert_to(
            string_agg(o.position || ' ' || o.id || ' ' || extract(epoch from o.recorded_at), ',' order by o.position, o.id), 'UTF8')), 1, 6), 'hex')
        from feed_entries o
        where o.transaction = any (entry.under_way) and (o.position, o.id) < (entry.position, entry.id));
end $$;

create or replace function feed_state(a action_periods) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('title', a.title, 'description', a.description, 'theme', a.theme, 'target_level', a.target_level,
        'reached_level', a.reached_level, 'status', a.status, 'status_reason', a.status_reason, 'key_action', a.key_action,
        'identified_on', a.identified_on, 'due_on', a.due_on, 'completed_on', a.completed_on, 'lead', a.lead,
        'contributors', a.contributors, 'practices', a.practices, 'confidential', a.confidential);

create or replace function feed_state(r roadmap_periods) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('last_year', r.last_year, 'title', r.title, 'state', r.state, 'due_on', r.due_on,
        'submitted_on', r.submitted_on, 'validated_on', r.validated_on);

create or replace function feed_before(stated jsonb, known jsonb) returns jsonb
    language plpgsql immutable parallel safe as $$
begin
    return (select jsonb_object_agg(member, known -> member) from jsonb_object_keys(stated) as member);
end $$;

create or replace function keep_feed() returns trigger language plpgsql set jit = off as $$
declare
    here record;
    -- the states in which the roadmaps that change were before, by ministry and year; null where none changes
    former_states jsonb;
begin
    here := feed_place(array(select distinct ministry from added));

    if exists (select from added where resource <> 'action') then
        former_states := (
            select jsonb_object_agg(c.ministry || c.first_year, past.state)
            from added c
            left join roadmap_periods past on past.ministry = c.ministry and past.first_year = c.first_year
                and past.known_to = c.recorded_at and past.valid_to = 'infinity'
            where c.resource = 'roadmap');

        insert into feed_entries (position, ministry, first_year, resource, version, recorded_at, change, inside, outside, state, before,
            transaction, under_way)
        select here.place, c.ministry, c.first_year, c.resource, c.version, c.recorded_at, c.id, c.kind, told.outside,
            case when told.outside = 'revealed' then feed_state(present) end,
            case when c.resource = 'roadmap' and c.kind = 'updated' and c.effective_on < paris_date(c.recorded_at)
                then feed_before(c.before, feed_state(past)) end,
            here.own, here.under_way
        from added c
        left join roadmap_periods past on c.resource = 'roadmap' and past.ministry = c.ministry and past.first_year = c.first_year
            and past.known_to = c.recorded_at and past.valid_to = 'infinity'
        left join roadmap_periods present on c.resource = 'roadmap' and present.ministry = c.ministry
            and present.first_year = c.first_year and present.known_to = 'infinity' and present.valid_to = 'infinity'
        cross join lateral (
            select case when c.resource = 'roadmap'
                then feed_kind(c.kind, in_sight_of_all(past.state, false), in_sight_of_all(present.state, false))
                else c.kind end as outside
        ) told
        where c.resource in ('roadmap', 'ministry', 'census')
        order by c.id;
    end if;

    -- What an action was until then is the last that was known of it, if it was there: the last period is told anew by every change.
    insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
        before, transaction, under_way)
    select here.place, c.ministry, c.first_year, c.code, 'action', c.version, c.recorded_at, c.id, c.kind, told.outside,
        case when told.outside = 'revealed' then feed_state(present) end,
        case when c.kind = 'updated' and c.effective_on < paris_date(c.recorded_at) then feed_before(c.before, feed_state(past.state)) end,
        here.own, here.under_way
    from added c
    left join roadmap_periods plan on plan.ministry = c.ministry and plan.first_year = c.first_year
        and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
    left join lateral (
        select p as state from action_periods p
        where p.ministry = c.ministry and p.first_year = c.first_year and p.code = c.code and p.known_from < c.recorded_at
            and p.valid_to = 'infinity'
        order by p.known_from desc, p.valid_from desc limit 1
    ) past on (past.state).known_to = c.recorded_at
    left join action_periods present on present.ministry = c.ministry and present.first_year = c.first_year
        and present.code = c.code and present.known_to = 'infinity' and present.valid_to = 'infinity'
    cross join lateral (
        select feed_kind(c.kind,
            in_sight_of_all(case when former_states ? (c.ministry || c.first_year)
                then former_states ->> (c.ministry || c.first_year) else plan.state end, (past.state).confidential),
            in_sight_of_all(plan.state, present.confidential)) as outside
    ) told
    where c.resource = 'action'
    order by c.id;

    if former_states is not null then
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, outside, state,
            transaction, under_way)
        select here.place, a.ministry, a.first_year, a.code, 'action', a.version, c.recorded_at, c.id, told.outside,
            case when told.outside = 'revealed' then feed_state(a) end, here.own, here.under_way
        from added c
        left join roadmap_periods present on present.ministry = c.ministry and present.first_year = c.first_year
            and present.known_to = 'infinity' and present.valid_to = 'infinity'
        cross join lateral (
            select in_sight_of_all(former_states ->> (c.ministry || c.first_year), false) as was_in_sight,
                in_sight_of_all(present.state, false) as is_in_sight
        ) sight
        cross join lateral (select case when sight.is_in_sight then 'revealed' else 'withdrawn' end as outside) told
        join action_periods a on a.ministry = c.ministry and a.first_year = c.first_year
            and a.known_to = 'infinity' and a.valid_to = 'infinity' and not a.confidential
        where c.resource = 'roadmap' and sight.was_in_sight <> sight.is_in_sight and not exists (
            select from added o
            where o.resource = 'action' and o.ministry = a.ministry and o.first_year = a.first_year and o.code = a.code)
        order by c.id, a.code;
    end if;
    return null;
end $$;
