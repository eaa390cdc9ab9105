-- From version 8 to version 9: factors, and the impacts that actions avoid.
--
-- Servers of version 8 may not go on: they would meet changes of things that they do not know. Stop them first; those that run see it
-- within two seconds, and answer 503 from then on.

-- Writers wait from here on, for a moment; readers too, as constraints of the history are replaced.
lock table changes in access exclusive mode;

insert into schema_versions (version, serves_from) values (9, 9);

alter table changes
    drop constraint changes_resource_known,
    drop constraint changes_key_complete,
    add constraint changes_resource_known check (
        resource in ('action', 'roadmap', 'ministry', 'census', 'indicator', 'measure', 'impact_factor', 'impact')),
    add constraint changes_key_complete check (
        (resource in ('action', 'indicator', 'measure', 'impact_factor', 'impact')) = (code is not null)
        and (resource in ('ministry', 'indicator', 'impact_factor')) = (first_year is null)
        and (resource in ('census', 'indicator', 'impact_factor')) = (ministry = ''));

-- Avoided impacts --------------------------------------------------------------------------------------------------------
--
-- As for indicators, what is known of factors and of the impacts of actions follows from `changes` alone: the trigger `keep_impacts`
-- writes it. An impact is true of its year, not from a day on.

-- Numbers with their interval are objects, `{"low", "central", "high"}`, as the history has them.
create function is_bounded_number(value jsonb) returns boolean
    language sql immutable parallel safe
    return value is null or (value ->> 'central') is not null and ((value ->> 'low') is null) = ((value ->> 'high') is null)
        and (value ->> 'central')::numeric >= 0
        and coalesce((value ->> 'low')::numeric between 0 and (value ->> 'central')::numeric
            and (value ->> 'central')::numeric <= (value ->> 'high')::numeric, true);

-- One version of a factor, which never changes; the last one ends those before it.
create table impact_factors (
    code text collate "C" not null,
    version integer not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    title text not null,
    -- in words
    functional_unit text not null,
    kg_co2_eq jsonb,
    kg_sb_eq jsonb,
    method_family text collate "C" not null,
    hypothesis text,
    lifetime_years numeric,
    data_year smallint,
    place text,
    source text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint impact_factors_pkey primary key (code, version),
    constraint impact_factors_known_once unique (code, known_to),
    constraint impact_factors_last check (known_from < known_to),
    constraint impact_factors_code_form check (code ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint impact_factors_family_form check (method_family ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint impact_factors_some_amount check (num_nonnulls(kg_co2_eq, kg_sb_eq) > 0),
    constraint impact_factors_co2_bounded check (is_bounded_number(kg_co2_eq)),
    constraint impact_factors_sb_bounded check (is_bounded_number(kg_sb_eq)),
    constraint impact_factors_lifetime_range check (lifetime_years > 0),
    constraint impact_factors_version_positive check (version >= 1)
);

create table impacts (
    ministry text collate "C" not null,
    first_year smallint not null,
    action text collate "C" not null,
    number smallint not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    factor text collate "C" not null,
    factor_version integer not null,
    quantity jsonb not null,
    period text collate "C" not null,
    basis text not null,
    overlap_group text collate "C",
    source text,
    comment text,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint impacts_pkey primary key (ministry, first_year, action, number, known_from),
    constraint impacts_known_once unique (ministry, first_year, action, number, known_to),
    constraint impacts_last check (known_from < known_to),
    constraint impacts_factor_fkey foreign key (factor, factor_version) references impact_factors (code, version),
    constraint impacts_quantity_bounded check (is_bounded_number(quantity)),
    constraint impacts_period_form check (period ~ '^2[01][0-9]{2}$' and period <= '2100'),
    constraint impacts_basis_known check (basis in ('estimated', 'measured')),
    constraint impacts_overlap_group_form check (overlap_group ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint impacts_number_positive check (number >= 1),
    constraint impacts_version_positive check (version >= 1)
);
-- What figures read.
create index impacts_of_period on impacts (period, ministry, first_year, action);

create function keep_impacts() returns trigger language plpgsql set jit = off as $$
begin
    if exists (select from added where resource = 'impact_factor') then
        update impact_factors f set known_to = c.recorded_at
        from added c
        where c.resource = 'impact_factor' and f.code = c.code and f.known_to = 'infinity';
        insert into impact_factors (code, version, known_from, known_to, title, functional_unit, kg_co2_eq, kg_sb_eq, method_family,
            hypothesis, lifetime_years, data_year, place, source, created_at, updated_at)
        select c.code, c.version, c.recorded_at, 'infinity', (told).title, (told).functional_unit, (told).kg_co2_eq, (told).kg_sb_eq,
            (told).method_family, (told).hypothesis, (told).lifetime_years, (told).data_year, (told).place, (told).source,
            coalesce(former.created_at, c.recorded_at), c.recorded_at
        from added c
        left join impact_factors former on former.code = c.code and former.version = c.version - 1
        cross join lateral (select jsonb_populate_record(former, c.after) as told) stated
        where c.resource = 'impact_factor';
    end if;

    if not exists (select from added where resource = 'impact') then
        return null;
    end if;
    with closed as (
        update impacts i set known_to = c.recorded_at
        from added c
        where c.resource = 'impact' and i.ministry = c.ministry and i.first_year = c.first_year and i.action = split_part(c.code, '/', 1)
            and i.number = split_part(c.code, '/', 2)::smallint and i.known_to = 'infinity'
        returning i as past, c.kind, c.version, c.recorded_at, c.after
    ), opening as (
        select (past).ministry, (past).first_year, (past).action, (past).number, recorded_at, version, (past).created_at,
            jsonb_populate_record(past, after) as told
        from closed where kind = 'updated'
        union all
        select ministry, first_year, split_part(code, '/', 1), split_part(code, '/', 2)::smallint, recorded_at, version, recorded_at,
            jsonb_populate_record(null::impacts, after)
        from added where resource = 'impact' and kind = 'created'
    )
    insert into impacts (ministry, first_year, action, number, known_from, known_to, factor, factor_version, quantity, period, basis,
        overlap_group, source, comment, version, created_at, updated_at)
    select ministry, first_year, action, number, recorded_at, 'infinity', (told).factor, (told).factor_version, (told).quantity,
        (told).period, (told).basis, (told).overlap_group, (told).source, (told).comment, version, created_at, recorded_at
    from opening;
    return null;
end $$;

create trigger changes_4_impacts after insert on changes
    referencing new table as added for each statement execute function keep_impacts();

-- The feed tells them -----------------------------------------------------------------------------------------------------

create function feed_state(i impacts) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('factor', i.factor, 'factor_version', i.factor_version, 'quantity', i.quantity, 'period', i.period,
        'basis', i.basis, 'overlap_group', i.overlap_group, 'source', i.source, 'comment', i.comment);

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
        where c.resource in ('roadmap', 'ministry', 'census', 'indicator', 'impact_factor')
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

    -- An impact is in sight as its action is, whose entries of this write stand above.
    if exists (
        select from added c
        where c.resource in ('impact', 'roadmap') or c.resource = 'action' and (c.kind <> 'updated' or c.after ? 'confidential')
    ) then
        with moves as (
            select e.ministry, e.first_year, e.code, e.change, e.recorded_at, e.outside in ('created', 'revealed') as into_sight
            from added c
            join feed_entries e on e.ministry = c.ministry and e.position = here.place and e.change = c.id
            where e.resource = 'action' and e.outside in ('created', 'revealed', 'withdrawn', 'deleted')
        ), own as (
            select c.id, c.ministry, c.first_year, c.code, split_part(c.code, '/', 1) as action, c.version, c.recorded_at, c.kind
            from added c where c.resource = 'impact'
        ), told as (
            select o.id, o.ministry, o.first_year, o.code, o.version, o.recorded_at, o.kind as inside,
                feed_kind(o.kind, o.kind <> 'created' and coalesce(not m.into_sight, sight.is_in_sight),
                    o.kind <> 'deleted' and sight.is_in_sight) as outside, i as state
            from own o
            left join moves m on m.ministry = o.ministry and m.first_year = o.first_year and m.code = o.action
            left join impacts i on i.ministry = o.ministry and i.first_year = o.first_year and i.action = o.action
                and i.number = split_part(o.code, '/', 2)::smallint and i.known_to = 'infinity'
            left join roadmap_periods plan on plan.ministry = o.ministry and plan.first_year = o.first_year
                and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
            left join action_periods a on a.ministry = o.ministry and a.first_year = o.first_year and a.code = o.action
                and a.known_to = 'infinity' and a.valid_to = 'infinity'
            cross join lateral (select in_sight_of_all(plan.state, a.confidential) as is_in_sight) sight
            union all
            select m.change, m.ministry, m.first_year, i.action || '/' || i.number, i.version, m.recorded_at, null,
                case when m.into_sight then 'revealed' else 'withdrawn' end, i
            from moves m
            join impacts i on i.ministry = m.ministry and i.first_year = m.first_year and i.action = m.code and i.known_to = 'infinity'
            where not exists (
                select from own o
                where o.ministry = i.ministry and o.first_year = i.first_year and o.code = i.action || '/' || i.number)
        )
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            transaction, under_way)
        select here.place, t.ministry, t.first_year, t.code, 'impact', t.version, t.recorded_at, t.id, t.inside, t.outside,
            case when t.outside = 'revealed' then feed_state(t.state) end, here.own, here.under_way
        from told t
        order by t.id, t.code collate "C";
    end if;
    return null;
end $$;
