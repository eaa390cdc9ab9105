-- From version 1 to version 2: each figure knows the last change that moved it, and the feed the timeline of its database.
--
-- Servers of version 1 may go on meanwhile and afterwards: they read the same columns, and what they write passes through the
-- functions below. They only tell a later `known_at` than need be.

-- Writes wait from here on: a function that runs now would write into tables of another form.
lock table changes in share row exclusive mode;

alter table schema_versions add column serves_from integer;
update schema_versions set serves_from = version;
alter table schema_versions alter column serves_from set not null;
alter table schema_versions add constraint schema_versions_serve_themselves check (serves_from between 1 and version);
insert into schema_versions (version, serves_from) values (2, 1);

-- What figures take of a roadmap ----------------------------------------------------------------------------------------

-- The last change of its state, its last year, its date of submission or of its being there, as known of the days of the period.
alter table roadmap_periods add column counted_at timestamptz;
update roadmap_periods p set counted_at = (
    select max(q.known_from) filter (where q.moves)
    from (
        select q.known_from, lag(q.known_to) over past is distinct from q.known_from
            or lag(row(q.state, q.last_year, q.submitted_on)) over past
                is distinct from row(q.state, q.last_year, q.submitted_on) as moves
        from roadmap_periods q
        where q.ministry = p.ministry and q.first_year = p.first_year and q.known_from <= p.known_from
            and q.valid_from <= p.valid_from and q.valid_to > p.valid_from
        window past as (order by q.known_from)
    ) q);
alter table roadmap_periods alter column counted_at set not null;

create or replace function keep_roadmap_periods() returns trigger language plpgsql set jit = off as $$
begin
    with closed as (
        update roadmap_periods p set known_to = c.recorded_at
        from added c
        where c.resource = 'roadmap' and p.ministry = c.ministry and p.first_year = c.first_year
            and p.known_to = 'infinity' and p.valid_to > c.effective_on
        returning p as past, c.kind, c.version, c.recorded_at, c.effective_on, c.after
    ), opening as (
        select (past).ministry, (past).first_year, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).counted_at, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, greatest((past).valid_from, effective_on), (past).valid_to, recorded_at,
            (past).created_at, recorded_at, version,
            case when ((past).state, (past).last_year, (past).submitted_on)
                    is distinct from ((told.state).state, (told.state).last_year, (told.state).submitted_on)
                then recorded_at else (past).counted_at end, told.state
        from closed, lateral (select jsonb_populate_record(past, after) as state) told
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

-- The numbers of each day -----------------------------------------------------------------------------------------------

-- `recorded_at` becomes the last change that moved a number of the day, `restated_at` the last that moved an action of it.
alter table figure_days add column restated_at timestamptz;
with lines as (
    select l.*, sum(delta) over keys as standing, lead(effective_on, 1, 'infinity') over keys as until
    from figure_ledger l where not late
    window keys as (partition by ministry, first_year, recorded_at, theme, target_level, status, reached_level, key_action,
        confidential, in_validation_cohort order by effective_on)
), moved as (
    select f.ministry, f.first_year, f.day, max(l.recorded_at) as instant
    from figure_days f join (select distinct ministry, first_year, recorded_at, effective_on, until from lines where standing <> 0) l
        on l.ministry = f.ministry and l.first_year = f.first_year and f.day >= l.effective_on and f.day < l.until
    group by 1, 2, 3
), bends as (
    select p.ministry, p.first_year, p.code, told.instant, bend.day, p.theme, p.target_level, p.status, p.reached_level, p.key_action,
        p.confidential, p.in_validation_cohort, sum(told.sign * bend.sign) as delta
    from action_periods p
    cross join lateral (values (p.known_from, 1), (p.known_to, -1)) told (instant, sign)
    cross join lateral (values (p.valid_from, 1), (p.valid_to, -1)) bend (day, sign)
    where told.instant < 'infinity'
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
), pieces as (
    select b.*, sum(delta) over keys as standing, lead(day, 1, 'infinity') over keys as until
    from bends b
    window keys as (partition by ministry, first_year, instant, code, theme, target_level, status, reached_level, key_action,
        confidential, in_validation_cohort order by day)
), restated as (
    select f.ministry, f.first_year, f.day, max(b.instant) as instant
    from figure_days f join (select distinct ministry, first_year, instant, day, until from pieces where standing <> 0) b
        on b.ministry = f.ministry and b.first_year = f.first_year and f.day >= b.day and f.day < b.until
    group by 1, 2, 3
)
update figure_days f set recorded_at = coalesce(m.instant, f.recorded_at), restated_at = coalesce(r.instant, f.recorded_at)
from figure_days d
left join moved m on (m.ministry, m.first_year, m.day) = (d.ministry, d.first_year, d.day)
left join restated r on (r.ministry, r.first_year, r.day) = (d.ministry, d.first_year, d.day)
where (f.ministry, f.first_year, f.day) = (d.ministry, d.first_year, d.day);
alter table figure_days alter column restated_at set not null;

-- The last change that moved the late actions of the day.
alter table figure_late_days add column recorded_at timestamptz;
with lines as (
    select l.*, sum(delta) over keys as standing, lead(effective_on, 1, 'infinity') over keys as until
    from figure_ledger l where late
    window keys as (partition by ministry, first_year, recorded_at, theme, target_level, status order by effective_on)
)
update figure_late_days f set recorded_at = coalesce((
    select max(l.recorded_at) from lines l
    where l.ministry = f.ministry and l.first_year = f.first_year and l.standing <> 0
        and f.day >= l.effective_on and f.day < l.until), (
    select min(l.recorded_at) from lines l
    where l.ministry = f.ministry and l.first_year = f.first_year and l.effective_on = f.day));
alter table figure_late_days alter column recorded_at set not null;

create or replace function keep_figure_days() returns trigger language plpgsql set jit = off as $$
begin
    insert into figure_days (ministry, first_year, day, cells, recorded_at, restated_at)
    select c.ministry, c.first_year, c.effective_on, coalesce(last.cells, array_fill(0, array[588])),
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

    with touched as (
        select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')
    ), lines as (
        select l.* from touched t
        join figure_ledger l on l.ministry = t.ministry and l.first_year = t.first_year and l.recorded_at = t.recorded_at
        where not l.late
    ), gains as (
        select l.ministry, l.first_year, l.effective_on,
            figure_place(figure_cell(l.theme, l.target_level, l.status), measure) as place, sum(l.delta)::int as delta
        from lines l
        cross join lateral (values (0, true), (1, l.key_action), (2, l.confidential), (3, l.in_validation_cohort),
            (level_rank(l.reached_level) + 3, true)) counted (measure, counts)
        where counted.counts and measure is not null
        group by l.ministry, l.first_year, l.effective_on, place
    ), bends as (
        select ministry, first_year, effective_on, array_agg(place) as places, array_agg(delta) as deltas
        from gains where delta <> 0 group by ministry, first_year, effective_on
    ), stretches as materialized (
        select ministry, first_year, effective_on, figure_gain(places, deltas) over days as gained,
            lead(effective_on, 1, 'infinity') over days as until
        from bends
        window days as (partition by ministry, first_year order by effective_on rows unbounded preceding)
    ), moved as (
        select ministry, first_year, recorded_at, effective_on, sum(delta) over days as standing,
            lead(effective_on, 1, 'infinity') over days as until
        from lines
        window days as (
            partition by ministry, first_year, recorded_at, theme, target_level, status, reached_level, key_action, confidential,
                in_validation_cohort
            order by effective_on)
    ), pieces as (
        select p.ministry, p.first_year, p.code, c.recorded_at, bend.day, p.theme, p.target_level, p.status, p.reached_level,
            p.key_action, p.confidential, p.in_validation_cohort,
            sum(bend.sign * case when p.known_to = c.recorded_at then -1 else 1 end) as delta
        from added c
        join action_periods p on p.ministry = c.ministry and p.first_year = c.first_year and p.code = c.code
            and c.recorded_at in (p.known_from, p.known_to)
        cross join lateral (values (p.valid_from, 1), (p.valid_to, -1)) bend (day, sign)
        where c.resource = 'action' and (c.kind <> 'updated'
            or c.after ?| '{theme,target_level,status,reached_level,key_action,confidential}')
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    ), restated as (
        select ministry, first_year, recorded_at, day as effective_on, sum(delta) over days as standing,
            lead(day, 1, 'infinity') over days as until
        from pieces
        window days as (
            partition by ministry, first_year, recorded_at, code, theme, target_level, status, reached_level, key_action,
                confidential, in_validation_cohort
            order by day)
    ), told as (
        select distinct ministry, first_year, recorded_at, effective_on, until, true as moves from moved where standing <> 0
        union all
        select distinct ministry, first_year, recorded_at, effective_on, until, false from restated where standing <> 0
    ), days as (
        select f.ministry, f.first_year, f.day, max(t.recorded_at) filter (where t.moves) as recorded_at,
            max(t.recorded_at) as restated_at
        from told t
        join figure_days f on f.ministry = t.ministry and f.first_year = t.first_year
            and f.day >= t.effective_on and f.day < t.until
        group by f.ministry, f.first_year, f.day
    )
    update figure_days f
    set cells = case when s.gained is null then f.cells else figure_added(f.cells, s.gained) end,
        recorded_at = coalesce(d.recorded_at, f.recorded_at), restated_at = d.restated_at
    from days d
    left join stretches s on s.ministry = d.ministry and s.first_year = d.first_year
        and d.day >= s.effective_on and d.day < s.until
    where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day;

    insert into figure_late_days (ministry, first_year, day, cells, recorded_at)
    select b.ministry, b.first_year, b.effective_on, coalesce(last.cells, array_fill(0, array[42])),
        coalesce(last.recorded_at, b.recorded_at)
    from (
        select l.ministry, l.first_year, l.effective_on, max(l.recorded_at) as recorded_at
        from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) t
        join figure_ledger l on l.ministry = t.ministry and l.first_year = t.first_year and l.recorded_at = t.recorded_at
        where l.late
        group by l.ministry, l.first_year, l.effective_on
    ) b
    left join lateral (
        select f.cells, f.recorded_at from figure_late_days f
        where f.ministry = b.ministry and f.first_year = b.first_year and f.day <= b.effective_on
        order by f.day desc limit 1
    ) last on true
    on conflict do nothing;

    with moved as (
        select l.ministry, l.first_year, l.effective_on, max(l.recorded_at) as recorded_at,
            figure_late_place(figure_cell(l.theme, l.target_level, l.status)) as place, sum(l.delta)::int as delta
        from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) t
        join figure_ledger l on l.ministry = t.ministry and l.first_year = t.first_year and l.recorded_at = t.recorded_at
        where l.late
        group by l.ministry, l.first_year, l.effective_on, place
    ), bends as (
        select ministry, first_year, effective_on, max(recorded_at) as recorded_at, array_agg(place) as places,
            array_agg(delta) as deltas
        from moved where delta <> 0 group by ministry, first_year, effective_on
    ), stretches as (
        select ministry, first_year, effective_on, max(recorded_at) over days as recorded_at,
            figure_gain(places, deltas) over days as gained, lead(effective_on, 1, 'infinity') over days as until
        from bends
        window days as (partition by ministry, first_year order by effective_on rows unbounded preceding)
    )
    update figure_late_days f set cells = figure_added(f.cells, s.gained), recorded_at = s.recorded_at
    from stretches s
    where f.ministry = s.ministry and f.first_year = s.first_year and f.day >= s.effective_on and f.day < s.until
        and 0 <> any (s.gained);
    return null;
end $$;

-- The feed ----------------------------------------------------------------------------------------------------------------

create function database_timeline() returns integer
    language sql volatile
    return case
        when pg_is_in_recovery() then (
            select greatest(c.timeline_id, r.min_recovery_end_timeline) from pg_control_checkpoint() c, pg_control_recovery() r)
        else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
    end;

create or replace function feed_epoch() returns text
    language sql volatile
    return (select to_hex(s.system_identifier) || '-' || to_hex(database_timeline()) || '-' || to_hex('feed_entries'::regclass::oid::bigint)
        from pg_control_system() s);
