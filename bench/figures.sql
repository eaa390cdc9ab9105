-- GET /v1/figures?year=2022, as the server asks for it (FigureQueries.facts).
-- `make bench` checks that these are the same statements.
begin isolation level repeatable read read only;
with counted as materialized (
    select r.ministry, r.first_year, d.day, max(r.known_to) as known_to,
        max(r.counted_at) filter (where r.known_to = 'infinity') as counted_at
    from (select paris_today() as day) d
    join roadmap_periods r on :year between r.first_year and r.last_year and r.valid_from <= d.day and r.valid_to > d.day
        and true
    group by r.ministry, r.first_year, d.day
), last as materialized (
    select greatest(
        (select max(case when c.known_to < 'infinity' then c.known_to
                else greatest(c.counted_at, moved.recorded_at, late.recorded_at) end)
            from counted c
            left join lateral (
                select f.recorded_at, f.restated_at from figure_days f
                where f.ministry = c.ministry and f.first_year = c.first_year and f.day <= c.day
                order by f.day desc limit 1
            ) moved on true
            left join lateral (
                select f.recorded_at from figure_late_days f
                where f.ministry = c.ministry and f.first_year = c.first_year and f.day <= c.day
                order by f.day desc limit 1
            ) late on true),
        (select max(c.recorded_at) from changes c
            where c.resource in ('ministry', 'census')
                and (c.first_year = any(:years::int[]) and c.after ?| '{due_on,expected}' or c.after ? 'names' and c.ministry in (
                    select ministry from counted where known_to = 'infinity'
                    union select ministry from census_ministries where year = any(:years::int[]))))
    ) as instant
)
select rfc3339(last.instant), paris_date(last.instant), rfc3339((select min(applied_at) from schema_versions))
from last;
select r.ministry, r.first_year, r.last_year, r.state, r.submitted_on, counted.cells, late.cells,
    last.recorded_at, paris_date(last.recorded_at)
from roadmap_periods r
cross join lateral (
    select f.cells, f.recorded_at from figure_days f
    where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= paris_today()
    order by f.day desc limit 1
) counted
left join lateral (
    select f.cells, f.recorded_at from figure_late_days f
    where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= paris_today()
    order by f.day desc limit 1
) late on true
cross join lateral (select greatest(r.counted_at, counted.recorded_at, late.recorded_at) as recorded_at) last
where :year between r.first_year and r.last_year and r.valid_from <= paris_today() and r.valid_to > paris_today() and r.known_to = 'infinity'
order by r.ministry, r.first_year;
select asked.year, m.code, coalesce(known.name, m.code)
from unnest(:years::int[]) as asked (year) cross join ministries m
left join lateral ministry_name_on(m.code,
    least(greatest(paris_today(), make_date(asked.year, 1, 1)), make_date(asked.year, 12, 31))) known on true;
select c.year, due_on, array(select m.ministry::text from census_ministries m where m.year = c.year)
from censuses c where c.year = any(:years::int[]);
select paris_today();
commit;
