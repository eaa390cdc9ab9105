-- From version 10 to version 11: what is known of the names of ministries has their acronyms too, and each change of a measure
-- finds what was known of it by its key.
--
-- Servers of version 10 may go on meanwhile and afterwards: they tell today's acronyms, also of the past.

-- Writes wait from here on.
lock table changes in share row exclusive mode;

insert into schema_versions (version, serves_from) values (11, 9);

alter table ministry_name_periods add column acronym text;

-- The names as `ministry_names` has just been given them.
create or replace function keep_ministry_names() returns trigger language plpgsql as $$
begin
    if not exists (select from added where resource = 'ministry') then
        return null;
    end if;
    update ministry_name_periods p set known_to = c.recorded_at
    from added c
    where c.resource = 'ministry' and c.after ? 'names' and p.ministry = c.ministry and p.known_to = 'infinity';
    insert into ministry_name_periods (ministry, from_date, known_from, known_to, name, acronym)
    select n.ministry, n.from_date, c.recorded_at, 'infinity', n.name, n.acronym
    from added c join ministry_names n on n.ministry = c.ministry
    where c.resource = 'ministry' and c.after ? 'names';
    return null;
end $$;

-- What is known now is what the ministries bear. What was known before stands in the history, in what the change that ended it
-- tells as the state before: the day, the name, the acronym in brackets and the note, if there are any.
update ministry_name_periods p set acronym = n.acronym
from ministry_names n
where p.known_to = 'infinity' and n.ministry = p.ministry and n.from_date = p.from_date;

update ministry_name_periods p
set acronym = substring(
        substr(told.text, char_length(p.from_date || ' : ' || p.name) + 1) from '^ \((.{1,30}?)\)(?: ; |$)')
from changes c cross join lateral jsonb_array_elements_text(
    case when jsonb_typeof(c.before -> 'names') = 'array' then c.before -> 'names' else '[]' end) told (text)
where p.known_to < 'infinity' and p.name is not null and c.resource = 'ministry' and c.ministry = p.ministry
    and c.recorded_at = p.known_to and c.after ? 'names' and starts_with(told.text, p.from_date || ' : ' || p.name);

-- The rows of the measures that change.
create or replace function keep_indicators() returns trigger language plpgsql set jit = off set enable_seqscan = off as $$
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
    -- measure with each change. What is known now is asked for as what is known until infinity or later, which no partial index
    -- answers: the planner would take the one of the open measures of a year, which knows no period, before it has statistics.
    with said as materialized (
        select c.kind, c.ministry, split_part(c.code, '/', 1) as indicator, split_part(c.code, '/', 2) as period, c.version,
            c.recorded_at, c.after, open.place, open.past
        from added c left join lateral (
            select m.ctid as place, m as past from measures m
            where m.ministry = c.ministry and m.indicator = split_part(c.code, '/', 1) and m.period = split_part(c.code, '/', 2)
                and m.known_to >= 'infinity'
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
        -- As in `keep_indicators`.
        left join measures present on present.ministry = c.ministry and present.indicator = split_part(c.code, '/', 1)
            and present.period = split_part(c.code, '/', 2) and present.known_to >= 'infinity'
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
