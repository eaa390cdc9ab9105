-- GET /v1/actions/{id}, as the server asks for it (ActionQueries.find). `make bench` checks that it is the same statement.
\set first_year random(2017, 2026)
\set code random(1, :per_roadmap)
select a.ministry, a.first_year, a.code, a.title, a.description, a.theme, a.target_level, a.reached_level, a.status,
    a.status_reason, a.key_action, a.identified_on, a.due_on, a.completed_on, a.lead, a.contributors, a.practices,
    a.confidential, a.version, a.created_at, a.updated_at,
    coalesce(a.due_on < (select paris_today()), false) and a.status in ('a_faire', 'en_cours')
from actions a
where a.ministry = :ministry and a.first_year = :first_year and a.code = :code
    and true;
