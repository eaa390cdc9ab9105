-- GET /v1/actions?sort=due_on&limit=50, as the server asks for it (ActionQueries.list).
-- `make bench` checks that these are the same statements.
select a.ministry, a.first_year, a.code, a.title, a.description, a.theme, a.target_level, a.reached_level, a.status,
    a.status_reason, a.key_action, a.identified_on, a.due_on, a.completed_on, a.lead, a.contributors, a.practices,
    a.confidential, a.version, rfc3339(a.created_at), rfc3339(a.updated_at),
    coalesce(a.due_on < paris_today(), false) and a.status in ('a_faire', 'en_cours')
from actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year
where true and true and true
order by coalesce(a.due_on, 'infinity'::date), a.ministry, a.first_year, a.code
limit :limit;
