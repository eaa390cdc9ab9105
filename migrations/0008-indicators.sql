-- From version 7 to version 8: indicators with their definitions and targets, and the measures that bodies give of them; what was
-- published elsewhere can be told by coordinators, of indicators too.
--
-- Then load reference/published-figures.sql
--
-- Servers of version 7 may not go on: they would meet changes of things that they do not know. Stop them first; those that run see it
-- within two seconds, and answer 503 from then on.

-- Writers wait from here on, for a moment; readers too, as constraints of the history are replaced.
lock table changes in access exclusive mode;

insert into schema_versions (version, serves_from) values (8, 8);

alter table changes
    drop constraint changes_resource_known,
    drop constraint changes_key_complete,
    add constraint changes_resource_known check (resource in ('action', 'roadmap', 'ministry', 'census', 'indicator', 'measure')),
    add constraint changes_key_complete check (
        (resource in ('action', 'indicator', 'measure')) = (code is not null)
        and (resource in ('ministry', 'indicator')) = (first_year is null)
        and (resource in ('census', 'indicator')) = (ministry = ''));

-- Indicators -----------------------------------------------------------------------------------------------------------
--
-- What is known of an indicator, of its targets and of the measures of the bodies follows from `changes` alone, as the past of
-- actions does: the trigger `keep_indicators` writes it. A row holds from one instant to another (the last excluded), and those of
-- `known_to` infinity are what is known now. A measure is true of its period, not from a day on, so there is no second time here.
-- Numbers are exact, and keep the zeros at their end as they were written.

-- `2025`, `2025-S1`, `2025-T3` or `2025-07`.
create function period_first_day(period text) returns date
    language sql immutable parallel safe
    return make_date(left(period, 4)::int, case
        when length(period) = 4 then 1
        when substr(period, 6, 1) = 'S' then right(period, 1)::int * 6 - 5
        when substr(period, 6, 1) = 'T' then right(period, 1)::int * 3 - 2
        else right(period, 2)::int
    end, 1);

create function is_period(value text) returns boolean
    language sql immutable parallel safe
    return value ~ '^2[01][0-9]{2}(-(S[12]|T[1-4]|0[1-9]|1[0-2]))?$' and left(value, 4) <= '2100';

-- One definition of an indicator. Its last one tells what the indicator is now, with its version; those before it hold for the
-- periods before `from_period` of the next.
create table indicator_definitions (
    code text collate "C" not null,
    definition smallint not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    -- the first period of this definition; null for the first, which holds from the first period of all
    from_period text collate "C",
    title text not null,
    description text,
    kind text not null,
    unit text not null,
    consolidation text not null,
    -- how the periods of a year make the year; null where the year is the period
    over_time text,
    -- in words
    numerator text,
    denominator text,
    -- the bodies that are asked; null for those that the census of the year expects
    perimeter text[],
    perimeter_note text,
    decimals smallint not null,
    minimum numeric,
    maximum numeric,
    direction text not null,
    periodicity text not null,
    -- after the end of a period
    days_allowed smallint not null,
    first_period text collate "C" not null,
    last_period text collate "C",
    source text,
    themes text[] not null,
    practices text[] not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint indicator_definitions_pkey primary key (code, definition, known_from),
    constraint indicator_definitions_known_once unique (code, definition, known_to),
    constraint indicator_definitions_last check (known_from < known_to),
    constraint indicator_definitions_code_form check (code ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint indicator_definitions_definition_positive check (definition >= 1 and (definition = 1) = (from_period is null)),
    constraint indicator_definitions_kind_known check (kind in ('count', 'quantity', 'ratio', 'average', 'flag')),
    constraint indicator_definitions_consolidation_fits check (case kind
        when 'flag' then consolidation in ('share_of_yes', 'none')
        when 'ratio' then consolidation in ('ratio_of_sums', 'none')
        when 'average' then consolidation in ('ratio_of_sums', 'none')
        else consolidation in ('sum', 'min', 'max', 'none') end),
    constraint indicator_definitions_parts_in_words check (
        (numerator is not null) = (kind in ('ratio', 'average')) and (denominator is not null) = (kind in ('ratio', 'average'))),
    constraint indicator_definitions_periodicity_known check (periodicity in ('year', 'semester', 'quarter', 'month')),
    constraint indicator_definitions_over_time_known check (
        over_time in ('sum', 'last') and (over_time is null) = (periodicity = 'year')),
    constraint indicator_definitions_direction_known check (direction in ('increase', 'decrease', 'none')),
    constraint indicator_definitions_periods_form check (
        is_period(first_period) and is_period(last_period) and is_period(from_period)),
    constraint indicator_definitions_decimals_range check (decimals between 0 and 6),
    constraint indicator_definitions_bounds_ordered check (minimum <= maximum),
    constraint indicator_definitions_days_range check (days_allowed between 0 and 1000),
    constraint indicator_definitions_version_positive check (version >= 1)
);

create table indicator_targets (
    indicator text collate "C" not null,
    -- null for the State
    ministry text collate "C",
    period text collate "C" not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    value numeric not null,
    base_period text collate "C",
    base_value numeric,
    source text,
    note text,
    constraint indicator_targets_last check (known_from < known_to),
    constraint indicator_targets_ministry_fkey foreign key (ministry) references ministries (code),
    constraint indicator_targets_period_form check (is_period(period) and is_period(base_period)),
    constraint indicator_targets_base_complete check ((base_period is null) = (base_value is null))
);
create index indicator_targets_of_indicator on indicator_targets (indicator, known_to);

create table measures (
    ministry text collate "C" not null,
    indicator text collate "C" not null,
    period text collate "C" not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    -- the number of the definition under which it was given
    definition smallint not null,
    -- of a flag, 1 or 0
    value numeric,
    numerator numeric,
    denominator numeric,
    -- why
    not_applicable text,
    unavailable text,
    state text not null,
    -- why it was sent back
    state_reason text,
    estimated boolean not null,
    source text,
    method text,
    comment text,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    year smallint not null generated always as (left(period, 4)::smallint) stored,
    first_day date not null generated always as (period_first_day(period)) stored,
    constraint measures_pkey primary key (ministry, indicator, period, known_from),
    constraint measures_known_once unique (ministry, indicator, period, known_to),
    constraint measures_last check (known_from < known_to),
    constraint measures_ministry_fkey foreign key (ministry) references ministries (code),
    constraint measures_period_form check (is_period(period)),
    constraint measures_one_answer check (num_nonnulls(value, numerator, not_applicable, unavailable) = 1
        and (numerator is null) = (denominator is null)),
    constraint measures_parts_positive check (numerator >= 0 and denominator > 0),
    constraint measures_state_known check (state in ('brouillon', 'soumise', 'validee', 'renvoyee')),
    constraint measures_renvoyee_needs_reason check ((state = 'renvoyee') = (state_reason is not null)),
    constraint measures_version_positive check (version >= 1)
);
-- What a consolidation reads: one indicator, or all of them, in the periods of a year.
create index measures_open_of_year on measures (year, indicator, first_day, ministry) where known_to = 'infinity';
create index measures_of_year on measures (year, indicator, known_from);

-- Those that may be seen by whoever may read at all.
create function measure_in_sight(state text) returns boolean
    language sql immutable parallel safe
    return coalesce(state in ('soumise', 'validee'), false);

-- Until when a measure was last hidden from those who do not see all of its ministry.
create function measure_hidden_until(body text, period_year smallint, key text) returns timestamptz
    language plpgsql stable parallel safe as $$
begin
    return (
        select max(past.recorded_at) from changes past
        where past.ministry = body and past.first_year = period_year and past.code = key and past.resource = 'measure'
            and (past.kind = 'deleted' or not measure_in_sight(coalesce(past.before ->> 'state', 'validee'))));
end $$;

-- A change of an indicator says its last definition anew, or begins another one, by its number. A change of a measure ends what was
-- known of it.
-- Its plans are kept from the first use, when reading a table whole costs nothing; they must still do when there is much.
create function keep_indicators() returns trigger language plpgsql set jit = off set enable_seqscan = off as $$
declare
    said changes;
    former indicator_definitions;
    stated indicator_definitions;
begin
    for said in select * from added where resource = 'indicator' order by id loop
        select * into former from indicator_definitions d
        where d.code = said.code and d.known_to = 'infinity' order by d.definition desc limit 1;
        stated := jsonb_populate_record(former, '{"code": null}' || said.after);
        if stated.definition = former.definition then
            update indicator_definitions d set known_to = said.recorded_at
            where d.code = said.code and d.definition = stated.definition and d.known_to = 'infinity';
        end if;
        stated.code := said.code;
        stated.definition := coalesce(stated.definition, 1);
        stated.themes := coalesce(stated.themes, '{}');
        stated.practices := coalesce(stated.practices, '{}');
        stated.version := said.version;
        stated.known_from := said.recorded_at;
        stated.known_to := 'infinity';
        stated.created_at := coalesce(former.created_at, said.recorded_at);
        stated.updated_at := said.recorded_at;
        insert into indicator_definitions select stated.*;
        if said.after ? 'targets' then
            update indicator_targets t set known_to = said.recorded_at where t.indicator = said.code and t.known_to = 'infinity';
            insert into indicator_targets (indicator, ministry, period, known_from, known_to, value, base_period, base_value, source, note)
            select said.code, t.ministry, t.period, said.recorded_at, 'infinity', t.value, t.base_period, t.base_value, t.source, t.note
            from jsonb_to_recordset(said.after -> 'targets') t (ministry text, period text, value numeric, base_period text,
                base_value numeric, source text, note text);
        end if;
    end loop;

    if not exists (select from added where resource = 'measure') then
        return null;
    end if;
    -- Each change looks for its own row: the limit keeps the planner from joining the other way round, and from comparing each
    -- measure with each change.
    with said as materialized (
        select c.kind, c.ministry, split_part(c.code, '/', 1) as indicator, split_part(c.code, '/', 2) as period, c.version,
            c.recorded_at, c.after, open.place, open.past
        from added c left join lateral (
            select m.ctid as place, m as past from measures m
            where m.ministry = c.ministry and m.indicator = split_part(c.code, '/', 1) and m.period = split_part(c.code, '/', 2)
                and m.known_to = 'infinity'
            limit 1
        ) open on true
        where c.resource = 'measure'
    ), closed as (
        update measures m set known_to = s.recorded_at from said s where m.ctid = s.place
        returning s.*
    ), opening as (
        select ministry, indicator, period, recorded_at, version, (past).created_at, jsonb_populate_record(past, after) as state
        from closed where kind = 'updated'
        union all
        select ministry, indicator, period, recorded_at, version, recorded_at,
            jsonb_populate_record(null::measures, '{"estimated": false}' || after)
        from said where kind = 'created'
    )
    insert into measures (ministry, indicator, period, known_from, known_to, definition, value, numerator, denominator,
        not_applicable, unavailable, state, state_reason, estimated, source, method, comment, version, created_at, updated_at)
    select ministry, indicator, period, recorded_at, 'infinity', (state).definition, (state).value, (state).numerator,
        (state).denominator, (state).not_applicable, (state).unavailable, (state).state, (state).state_reason, (state).estimated,
        (state).source, (state).method, (state).comment, version, created_at, recorded_at
    from opening;
    return null;
end $$;

create trigger changes_4_indicators after insert on changes
    referencing new table as added for each statement execute function keep_indicators();

-- The feed tells them -----------------------------------------------------------------------------------------------------

create function feed_state(m measures) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('definition', m.definition, 'value', m.value, 'numerator', m.numerator, 'denominator', m.denominator,
        'not_applicable', m.not_applicable, 'unavailable', m.unavailable, 'state', m.state, 'state_reason', m.state_reason,
        'estimated', m.estimated, 'source', m.source, 'method', m.method, 'comment', m.comment);

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

        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            before, transaction, under_way)
        select here.place, c.ministry, c.first_year, c.code, c.resource, c.version, c.recorded_at, c.id, c.kind, told.outside,
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
        where c.resource in ('roadmap', 'ministry', 'census', 'indicator')
        order by c.id;
    end if;

    if exists (select from added where resource = 'measure') then
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            transaction, under_way)
        select here.place, c.ministry, c.first_year, c.code, 'measure', c.version, c.recorded_at, c.id, c.kind, told.outside,
            case when told.outside = 'revealed' then feed_state(present) end, here.own, here.under_way
        from added c
        left join measures past on past.ministry = c.ministry and past.indicator = split_part(c.code, '/', 1)
            and past.period = split_part(c.code, '/', 2) and past.known_to = c.recorded_at
        left join measures present on present.ministry = c.ministry and present.indicator = split_part(c.code, '/', 1)
            and present.period = split_part(c.code, '/', 2) and present.known_to = 'infinity'
        cross join lateral (
            select feed_kind(c.kind, measure_in_sight(past.state), measure_in_sight(present.state)) as outside
        ) told
        where c.resource = 'measure'
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

-- What was published elsewhere -----------------------------------------------------------------------------------------

alter table external_figures
    add column page text,
    add column known_from timestamptz not null default '-infinity',
    add column known_to timestamptz not null default 'infinity',
    add column replaces smallint,
    add column author_principal text collate "C",
    add column author_token text,
    add column author_label text,
    add constraint external_figures_page_length check (char_length(page) between 1 and 100),
    add constraint external_figures_last check (known_from < known_to),
    add constraint external_figures_replaces_key unique (year, replaces),
    add constraint external_figures_replaces_fkey foreign key (year, replaces) references external_figures (year, rank);
create trigger external_figures_data_versions after insert or update on external_figures
    for each statement execute function count_snapshot_as_data();
