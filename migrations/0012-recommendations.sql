-- From version 11 to version 12: recommendations.
--
-- Servers of version 11 may not go on: they would meet changes of things that they do not know. Stop them first; those that run see it
-- within two seconds, and answer 503 from then on.

-- Writers wait from here on, for a moment; readers too, as constraints of the history and of the feed are replaced.
lock table changes, feed_entries in access exclusive mode;

insert into schema_versions (version, serves_from) values (12, 12);

alter table changes
    drop constraint changes_resource_known,
    drop constraint changes_key_complete,
    add constraint changes_resource_known check (
        resource in ('action', 'roadmap', 'ministry', 'census', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation')),
    add constraint changes_key_complete check (
        (resource in ('action', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation')) = (code is not null)
        and (resource in ('ministry', 'indicator', 'impact_factor')) = (first_year is null)
        and (resource in ('census', 'indicator', 'impact_factor')) = (ministry = ''));
alter table feed_entries
    drop constraint feed_entries_state_of_revealed,
    add constraint feed_entries_state_of_revealed check ((state is not null) = coalesce('revealed' in (inside, outside), false));

-- Recommendations --------------------------------------------------------------------------------------------------------
--
-- As for impacts, what is known of them follows from `changes` alone: the trigger `keep_recommendations` writes it. What became of one by
-- a day follows from the days on which it was sent, answered and closed.
create table recommendations (
    ministry text collate "C" not null,
    first_year smallint not null,
    number smallint not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    -- `plan`, a theme, or the code of an action
    subject text collate "C" not null,
    theme text,
    category text not null,
    priority text not null,
    text text not null,
    state text not null,
    -- how the body answered, which a closed one keeps
    answered_as text,
    plan_version integer not null,
    read_at timestamptz not null,
    due_on date,
    answer text,
    -- the id of an action
    met_by text collate "C",
    outcome text,
    -- the id of the one of an earlier plan that it goes on from
    carried_from text collate "C",
    sent_on date,
    answered_on date,
    closed_on date,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    code text collate "C" not null generated always as ('R' || case when number < 10 then '0' else '' end || number::text) stored,
    -- the code of the action that it is about
    action text collate "C" generated always as (case when subject ~ '^[A-Z0-9]' then subject end) stored,
    constraint recommendations_pkey primary key (ministry, first_year, number, known_from),
    constraint recommendations_known_once unique (ministry, first_year, number, known_to),
    constraint recommendations_last check (known_from < known_to),
    constraint recommendations_theme_fkey foreign key (theme) references themes (code),
    constraint recommendations_number_range check (number between 1 and 9999),
    constraint recommendations_subject_form check (
        (subject = 'plan') = (theme is null) and (subject = 'plan' or subject = theme or subject ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$')),
    constraint recommendations_category_known check (
        category in ('missing_theme', 'level_too_low', 'not_measurable', 'no_due_date', 'done_elsewhere', 'wording', 'other')),
    constraint recommendations_priority_known check (priority in ('majeure', 'mineure')),
    constraint recommendations_text_length check (char_length(text) between 1 and 5000),
    constraint recommendations_answer_length check (char_length(answer) between 1 and 5000),
    constraint recommendations_state_known check (state in ('brouillon', 'emise', 'acceptee', 'amendee', 'declinee', 'close')),
    constraint recommendations_outcome_known check (
        outcome in ('mise_en_oeuvre', 'en_cours', 'incomplete', 'non_mise_en_oeuvre', 'sans_objet')),
    constraint recommendations_sent_unless_draft check ((state = 'brouillon') = (sent_on is null)),
    constraint recommendations_answered_in_words check (
        (answered_as is null) = (answer is null) and (answered_as is null) = (answered_on is null)),
    constraint recommendations_answered_as_it_stands check (
        answered_as in ('acceptee', 'amendee', 'declinee')
        and (state = 'close' or answered_as = state) or answered_as is null and state in ('brouillon', 'emise', 'close')),
    constraint recommendations_met_when_accepted check (met_by is null or answered_as = 'acceptee'),
    constraint recommendations_closed_with_outcome check (
        (state = 'close') = (outcome is not null) and (state = 'close') = (closed_on is not null)),
    constraint recommendations_days_in_order check (sent_on <= answered_on and sent_on <= closed_on and answered_on <= closed_on),
    constraint recommendations_read_before_known check (read_at <= known_from),
    constraint recommendations_version_positive check (version >= 1),
    -- Two requests at once do not carry the same one on twice.
    constraint recommendations_carried_once exclude using btree (carried_from with =) where (known_to = 'infinity')
);

create function keep_recommendations() returns trigger language plpgsql set jit = off as $$
begin
    if not exists (select from added where resource = 'recommendation') then
        return null;
    end if;
    with closed as (
        update recommendations r set known_to = c.recorded_at
        from added c
        where c.resource = 'recommendation' and r.ministry = c.ministry and r.first_year = c.first_year
            and r.number = substr(c.code, 2)::smallint and r.known_to = 'infinity'
        returning r as past, c.kind, c.version, c.recorded_at, c.after
    ), opening as (
        select (past).ministry, (past).first_year, (past).number, recorded_at, version, (past).created_at,
            jsonb_populate_record(past, after) as told
        from closed where kind = 'updated'
        union all
        select ministry, first_year, substr(code, 2)::smallint, recorded_at, version, recorded_at,
            jsonb_populate_record(null::recommendations, after)
        from added where resource = 'recommendation' and kind = 'created'
    )
    insert into recommendations (ministry, first_year, number, known_from, known_to, subject, theme, category, priority, text, state,
        answered_as, plan_version, read_at, due_on, answer, met_by, outcome, carried_from, sent_on, answered_on, closed_on, version,
        created_at, updated_at)
    select ministry, first_year, number, recorded_at, 'infinity', (told).subject, (told).theme, (told).category, (told).priority,
        (told).text, (told).state, (told).answered_as, (told).plan_version, (told).read_at, (told).due_on, (told).answer, (told).met_by,
        (told).outcome, (told).carried_from, (told).sent_on, (told).answered_on, (told).closed_on, version, created_at, recorded_at
    from opening;
    return null;
end $$;

create trigger changes_4_recommendations after insert on changes
    referencing new table as added for each statement execute function keep_recommendations();

-- The feed tells them -----------------------------------------------------------------------------------------------------

create function feed_state(r recommendations) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('subject', r.subject, 'theme', r.theme, 'category', r.category, 'priority', r.priority, 'text', r.text,
        'state', r.state, 'answered_as', r.answered_as, 'plan_version', r.plan_version, 'read_at', rfc3339(r.read_at),
        'due_on', r.due_on, 'answer', r.answer, 'met_by', r.met_by, 'outcome', r.outcome, 'carried_from', r.carried_from,
        'sent_on', r.sent_on, 'answered_on', r.answered_on, 'closed_on', r.closed_on);

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

    -- A recommendation is in sight as its plan is or, where it is about an action, as this is. Drafts are told to nobody: those who see
    -- all of the ministry may not see them either.
    if exists (
        select from added c
        where c.resource in ('recommendation', 'roadmap') or c.resource = 'action' and (c.kind <> 'updated' or c.after ? 'confidential')
    ) then
        with moves as (
            select e.ministry, e.first_year, e.code, e.change, e.recorded_at, e.outside in ('created', 'revealed') as into_sight
            from added c
            join feed_entries e on e.ministry = c.ministry and e.position = here.place and e.change = c.id
            where e.resource in ('action', 'roadmap') and e.outside in ('created', 'revealed', 'withdrawn', 'deleted')
        ), told as (
            select c.id, c.ministry, c.first_year, c.code, c.version, c.recorded_at,
                feed_kind(c.kind, past.sent_on is not null, true) as inside,
                feed_kind(c.kind, past.sent_on is not null and sight.is_in_sight, sight.is_in_sight) as outside, present as state
            from added c
            join recommendations present on present.ministry = c.ministry and present.first_year = c.first_year
                and present.number = substr(c.code, 2)::smallint and present.known_to = 'infinity' and present.sent_on is not null
            left join recommendations past on past.ministry = c.ministry and past.first_year = c.first_year
                and past.number = present.number and past.known_to = c.recorded_at
            left join roadmap_periods plan on plan.ministry = c.ministry and plan.first_year = c.first_year
                and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
            left join action_periods a on a.ministry = c.ministry and a.first_year = c.first_year and a.code = present.action
                and a.known_to = 'infinity' and a.valid_to = 'infinity'
            cross join lateral (
                select in_sight_of_all(plan.state, present.action is not null and coalesce(a.confidential, true)) as is_in_sight) sight
            where c.resource = 'recommendation'
            union all
            select m.change, m.ministry, m.first_year, r.code, r.version, m.recorded_at, null,
                case when m.into_sight then 'revealed' else 'withdrawn' end, r
            from moves m
            join recommendations r on r.ministry = m.ministry and r.first_year = m.first_year and r.known_to = 'infinity'
                and r.sent_on is not null and r.action is not distinct from m.code
        )
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            transaction, under_way)
        select here.place, t.ministry, t.first_year, t.code, 'recommendation', t.version, t.recorded_at, t.id, t.inside, t.outside,
            case when 'revealed' in (t.inside, t.outside) then feed_state(t.state) end, here.own, here.under_way
        from told t
        order by t.id, t.code collate "C";
    end if;
    return null;
end $$;
