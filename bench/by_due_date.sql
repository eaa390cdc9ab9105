-- GET /v1/actions?sort=due_on&limit=50, as the server asks for it (ListInstant.glance, ActionQueries.list).
-- `make bench` checks that these are the same statements.
with now as materialized (select greatest(clock_timestamp(), (select max(recorded_at) from changes)) as instant)
select rfc3339(now.instant), array(
    select m.code from pg_locks l join ministries m on (l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = ((hashtextextended(concat_ws(' ', current_schema(), 'roadmaps', m.code), 0) >> 32) & 4294967295)::oid
    and l.objid = (hashtextextended(concat_ws(' ', current_schema(), 'roadmaps', m.code), 0) & 4294967295)::oid)
    where now.instant is not null order by m.code)
from now;
select a.ministry, a.first_year, a.code, a.title, a.description, a.theme, a.target_level, a.reached_level,
    a.status, a.status_reason, a.key_action,
    a.identified_on, a.due_on, a.completed_on, a.lead, a.contributors, a.practices, a.confidential, a.version,
    a.created_at, a.updated_at,
    coalesce(a.due_on < (select paris_today()), false) and a.status in ('a_faire', 'en_cours'),
    (select concat_ws(' ', rfc3339(greatest(coalesce(greatest(
        (select a.updated_at from actions a
            where true and true order by a.updated_at desc limit 1),
        (select max(r.updated_at) from roadmaps r where true and true), null, (select max(c.recorded_at) from changes c)),
        timestamptz '2000-01-01Z'), '-infinity'::timestamptz)), paris_today()))
from actions a
where true and true and true
order by coalesce(a.due_on, 'infinity'::date), a.ministry, a.first_year, a.code
limit :limit;
