-- From version 2 to version 3: a position in the feed is kept by a dump, and a cursor names an entry instead of its cluster.
--
-- Servers of version 2 may go on meanwhile and afterwards, and those of version 1: they read the same columns, and what they write
-- passes through the functions below. Their own cursors go on too, in this cluster.

-- Writes wait from here on: a function that runs now would write into a table of another form.
lock table changes in share row exclusive mode;

insert into schema_versions (version, serves_from) values (3, 1);

-- Transaction numbers mean something in one cluster only. Positions are kept by a dump, and the cluster that it is restored to goes
-- on above the last of them: `added` is what its numbers lack.
create table feed_numbering (
    one boolean not null default true,
    added bigint not null,
    constraint feed_numbering_pkey primary key (one),
    constraint feed_numbering_one_row check (one)
);
insert into feed_numbering (added) values (0);

-- Everything that is there now was committed before any later entry: nothing has to be known of it.
alter table feed_entries alter column position drop expression;
drop function feed_position(bigint);
alter table feed_entries add column transaction xid8 not null default '0';
alter table feed_entries alter column transaction drop default;
alter table feed_entries add column under_way xid8[];
create index feed_entries_of_transaction on feed_entries (transaction);

create function feed_number(transaction xid8) returns bigint
    language sql immutable strict parallel safe
    return transaction::text::bigint;

create function feed_transaction(number bigint) returns xid8
    language sql immutable strict parallel safe
    return number::text::xid8;

-- The first position that is not to be told yet: something may still come before it. What lies above all that a transaction of this
-- cluster can have written was restored from elsewhere and is complete.
create function feed_horizon() returns xid8
    language sql stable
    return (
        select feed_transaction(case
            when last.position >= feed_number(pg_snapshot_xmax(now.snapshot)) + n.added then last.position + 1
            else feed_number(pg_snapshot_xmin(now.snapshot)) + n.added
        end)
        from feed_numbering n
        cross join (select pg_current_snapshot() as snapshot) now
        left join (select feed_number(position) as position from feed_entries order by feed_entries.position desc limit 1) last on true);

-- The position of what is being written of some ministries, its transaction, and those under way.
create function feed_place(touched text[], out place xid8, out own xid8, out under_way xid8[]) language plpgsql as $$
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

-- The entries before this one that are there without following from it: a short print of them, or null for none. A copy of the
-- database may have this entry and lack one of those.
create function feed_others(entry feed_entries) returns text
    language sql stable
    return (
        select encode(substr(sha256(convert_to(
            string_agg(o.position || ' ' || o.id || ' ' || extract(epoch from o.recorded_at), ',' order by o.position, o.id), 'UTF8')), 1, 6), 'hex')
        from feed_entries o
        where o.transaction = any ((entry).under_way) and (o.position, o.id) < ((entry).position, (entry).id));

-- Each change is an entry. One that brings a roadmap into sight or out of it is one for each of its actions too.
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
    ), told as (
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
    from told order by rank, change, code;
    return null;
end $$;
