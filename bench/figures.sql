-- GET /v1/figures?year=2022, as the server asks for it (FigureQueries.facts).
-- `make bench` checks that these are the same statements.
begin isolation level repeatable read read only;
with last as materialized (
    select greatest(
        (select max(case when r.known_to < 'infinity' then r.known_to else counted.recorded_at end)
            from (
                select r.ministry, r.first_year, max(r.known_to) as known_to from roadmap_periods r
                where :year between r.first_year and r.last_year and r.valid_from <= paris_today() and r.valid_to > paris_today()
                    and true
                group by r.ministry, r.first_year
            ) r
            cross join lateral (
                select f.recorded_at from figure_days f
                where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= paris_today()
                order by f.day desc limit 1
            ) counted),
        (select max(c.recorded_at) from changes c
            where c.resource in ('census', 'ministry')
                and (c.first_year = :year or c.after ?| '{names,successions}' and true))
    ) as instant
)
select rfc3339(last.instant), paris_date(last.instant), rfc3339((select min(applied_at) from schema_versions))
from last;
select r.ministry, r.first_year, r.state, r.submitted_on, counted.cells, late.cells,
    rfc3339(last.recorded_at), paris_date(last.recorded_at)
from roadmap_periods r
cross join lateral (
    select f.cells, f.recorded_at from figure_days f
    where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= paris_today()
    order by f.day desc limit 1
) counted
left join lateral (
    select f.cells from figure_late_days f
    where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= paris_today()
    order by f.day desc limit 1
) late on true
cross join lateral (select counted.recorded_at) last
where :year between r.first_year and r.last_year
    and r.valid_from <= paris_today() and r.valid_to > paris_today() and r.known_to = 'infinity'
order by r.ministry, r.first_year;
select m.code, coalesce(known.name, m.code)
from ministries m left join lateral ministry_name_on(m.code, least(greatest(paris_today(), make_date(:year, 1, 1)), make_date(:year, 12, 31))) known on true;
select paris_today();
select due_on, array(select m.ministry::text from census_ministries m where m.year = c.year)
from censuses c where c.year = :year;
commit;
