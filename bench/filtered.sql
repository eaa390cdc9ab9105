-- GET /v1/actions?theme=achats&status=en_cours&year=2022&limit=50, as the server asks for it (ActionQueries.list).
-- `make bench` checks that these are the same statements.
select a.ministry, a.first_year, a.code, a.title, a.description, a.theme, a.target_level, a.reached_level, a.status,
    a.status_reason, a.key_action, a.identified_on, a.due_on, a.completed_on, a.lead, a.contributors, a.practices,
    a.confidential, a.version, a.created_at, a.updated_at,
    coalesce(a.due_on < (select paris_today()), false) and a.status in ('a_faire', 'en_cours')
from actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year
where :year between r.first_year and r.last_year
    and a.theme = :theme and a.status = :status and true and true
order by a.ministry, a.first_year, a.code
limit :limit;
