-- Fills a migrated database with actions to measure on: 35 bodies, ten roadmaps each, of :per_roadmap actions.
-- Their shape is that of the plans of examples/; the same numbers give the same rows. Counters are right; there is no
-- history, which no measured request reads. To be run by a superuser: it skips foreign keys, which hold by construction.
--
--   psql -X -v per_roadmap=2857 -f bench/generate.sql

\set ON_ERROR_STOP on
set client_min_messages = warning;
set session_replication_role = replica;

-- A number from 0 to 999 that depends on nothing but its arguments.
create function pg_temp.draw(key text, what int) returns int language sql immutable
    return (hashtextextended(key, what) & 1023) * 1000 / 1024;

begin;

insert into ministries (code, kind)
select 'B' || lpad(n::text, 2, '0'), 'operateur'
from generate_series(1, 35 - (select count(*)::int from ministries)) n;

insert into ministry_names (ministry, from_date, name)
select code, date '2015-01-01', 'Organisme ' || code from ministries where code ~ '^B[0-9]{2}$';

insert into roadmaps (ministry, first_year, last_year, title, state, due_on, submitted_on, validated_on, version,
    plan_version, action_count, created_at, updated_at)
select code, year, year, 'Feuille de route numérique écoresponsable',
    case when year <= 2020 then 'close' when year = 2026 then 'soumise' else 'validee' end,
    make_date(year, 12, 31), make_date(year, 3, 1), case when year < 2026 then make_date(year, 6, 1) end,
    1, 1 + :per_roadmap, :per_roadmap, make_date(year, 1, 15), make_date(year, 6, 1)
from ministries, generate_series(2017, 2026) year;

-- Indexes are built once the rows are there.
create temporary table later on commit drop as
select indexname, indexdef from pg_indexes
where schemaname = current_schema() and tablename = 'actions' and indexname <> 'actions_pkey';
select format('drop index %I', indexname) from later \gexec

insert into actions (ministry, first_year, code, title, description, theme, target_level, reached_level, status,
    status_reason, key_action, identified_on, due_on, completed_on, lead, contributors, practices, confidential,
    in_validation_cohort, version, created_at, updated_at)
select a.ministry, a.first_year, a.code, p.title || ' (périmètre ' || a.code || ')',
    case when d_text < 400 then 'Le service pilote recense l’existant, retient un périmètre, chiffre les gains attendus et '
        || 'rend compte chaque semestre au comité de direction (' || lower(p.guide_theme_title) || ').' end,
    t.theme, l.target,
    case when d_reached < 250 and a.status <> 'realisee' then null
        when d_reached < 650 then l.target
        when d_reached < 900 then 'reflexion' else 'experimentation' end,
    a.status, case a.status when 'abandonnee' then 'Moyens réaffectés à une autre action' end,
    d_key < 130,
    make_date(a.first_year, 1, 1) - d_dates % 300,
    case when d_due < 900 then make_date(a.first_year, 1, 1) + d_due end,
    case a.status when 'realisee' then make_date(a.first_year, 2, 1) + d_dates % 300 end,
    case when d_lead < 850 then (array['Direction du numérique', 'Direction des achats', 'Direction logistique',
        'Secrétariat général', 'Mission numérique écoresponsable', 'Direction des ressources humaines',
        'Délégation au développement durable', 'Service des infrastructures', 'Direction de la communication',
        'Inspection générale'])[1 + d_lead % 10] end,
    case when d_lead < 300 then array['Direction des affaires financières'] else '{}' end,
    array[p.id], d_key >= 990, a.state in ('validee', 'close') and d_text < 950,
    1 + d_dates % 4,
    make_date(a.first_year, 1, 15), make_date(a.first_year, 1, 15) + a.number * interval '7919 seconds'
from (
    select r.ministry, r.first_year, r.state, n as number, n::text as code,
        case when d < 300 then 'realisee' when d < 650 then 'en_cours' when d < 950 then 'a_faire' else 'abandonnee' end as status,
        pg_temp.draw(key, 2) as d_theme, pg_temp.draw(key, 3) as d_level, pg_temp.draw(key, 4) as d_reached,
        pg_temp.draw(key, 5) as d_due, pg_temp.draw(key, 6) as d_dates, pg_temp.draw(key, 7) as d_lead,
        pg_temp.draw(key, 8) as d_key, pg_temp.draw(key, 9) as d_text
    from roadmaps r
    cross join generate_series(1, :per_roadmap) n
    cross join lateral (select r.ministry || '-' || r.first_year || '-' || n as key) k
    cross join lateral (select pg_temp.draw(key, 1) as d) s
) a
cross join lateral (select (array['strategie_gouvernance', 'sensibilisation_formation', 'achats', 'conception_services',
    'centre_donnees', 'phase_usage', 'fin_usage'])[1 + d_theme % 7] as theme) t
cross join lateral (select case when d_level < 200 then 'reflexion' when d_level < 600 then 'experimentation'
    else 'realisation' end as target) l
join practices p on p.version = '1' and p.rank = 1 + d_theme % 59;

select indexdef from later \gexec
commit;

vacuum (freeze, analyze);
