-- What a change of status costs the database: the row of the action, its line of history, and what the triggers of
-- history keep. Measured with and without these triggers.
\set code random(1, :per_roadmap)
\set other random(0, 1)
begin;
select pg_advisory_xact_lock(hashtextextended('roadmaps TE', 0));
update actions set status = (array['a_faire', 'en_cours'])[1 + :other], status_reason = null, completed_on = null,
    version = version + 1, updated_at = clock_timestamp()
where ministry = 'TE' and first_year = 2022 and code = :code::text;
update roadmaps set plan_version = plan_version + 1 where ministry = 'TE' and first_year = 2022;
insert into changes (resource, kind, ministry, first_year, code, version, before, after, recorded_at, effective_on, actor_label,
    actor_role)
select 'action', 'updated', 'TE', 2022, :code::text, version, '{}',
    jsonb_build_object('status', status, 'completed_on', null, 'status_reason', null), clock_timestamp(), paris_today(), 'bench',
    'coordinator'
from actions where ministry = 'TE' and first_year = 2022 and code = :code::text;
commit;
