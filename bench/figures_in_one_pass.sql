-- The figures of today counted from the actions themselves, as was done before the counts were kept: what these are
-- compared with.
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
