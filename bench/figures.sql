-- GET /v1/figures?year=2022, as the server asks for it (FigureQueries.facts).
-- `make bench` checks that these are the same statements.
begin isolation level repeatable read read only;
select grouping(a.ministry, a.theme, a.target_level, a.reached_level, a.key_action),
    a.ministry, a.theme, a.target_level, a.reached_level, a.key_action,
    count(*) filter (where a.status = 'a_faire'), count(*) filter (where a.status = 'en_cours'),
    count(*) filter (where a.status = 'realisee'), count(*) filter (where a.status = 'abandonnee'),
    count(*) filter (where a.key_action),
    count(*) filter (where coalesce(a.due_on < paris_today(), false) and a.status in ('a_faire', 'en_cours')),
    count(*) filter (where a.confidential), count(*) filter (where a.target_reached),
    count(*) filter (where a.reached_level = 'realisation'), count(*) filter (where a.reached_level is null),
    count(*) filter (where a.in_validation_cohort),
    count(*) filter (where a.in_validation_cohort and a.status = 'realisee'),
    rfc3339(max(a.updated_at)), paris_date(max(a.updated_at))
from roadmaps r join actions a on a.ministry = r.ministry and a.first_year = r.first_year
where :year between r.first_year and r.last_year and r.state = any(:states::text[]) and true
group by grouping sets ((a.ministry), (a.theme), (a.target_level), (a.reached_level), (a.key_action));
select r.ministry, r.first_year, r.submitted_on, rfc3339(r.updated_at), paris_date(r.updated_at)
from roadmaps r
where :year between r.first_year and r.last_year and r.state = any(:states::text[]) order by r.ministry, r.first_year;
select m.code, coalesce(known.name, m.code)
from ministries m left join lateral ministry_name_on(m.code, make_date(:year, 1, 1)) known on true;
select paris_today();
select r.state, count(distinct (r.ministry, r.first_year)), count(a.code)
from roadmaps r
left join actions a on a.ministry = r.ministry and a.first_year = r.first_year and true
where :year between r.first_year and r.last_year and r.state <> all(:states::text[])
group by r.state;
select due_on, array(select m.ministry::text from census_ministries m where m.year = c.year)
from censuses c where c.year = :year;
commit;
