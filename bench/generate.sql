-- Fills a migrated database with actions to measure on: 35 bodies, a roadmap of :per_roadmap actions for each year.
-- Their shape is that of the plans of examples/; the same numbers give the same rows. Counters, periods and the counts of
-- figures are right; the changes they would come from are not written, which no measured request reads. To be run by a
-- superuser: it skips foreign keys and triggers, whose work is done here for all at once.
--
--   psql -X -v per_roadmap=2857 -f bench/generate.sql
--
-- Optional: first_year and last_year (2017, 2026), and changes: how often each action changed after its creation, 0 or 4.

\set ON_ERROR_STOP on
\if :{?first_year} \else \set first_year 2017 \endif
\if :{?last_year} \else \set last_year 2026 \endif
\if :{?changes} \else \set changes 0 \endif
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

insert into ministry_name_periods (ministry, from_date, known_from, known_to, name)
select ministry, from_date, '-infinity', 'infinity', name from ministry_names where ministry ~ '^B[0-9]{2}$';

insert into roadmaps (ministry, first_year, last_year, title, state, due_on, submitted_on, validated_on, version,
    plan_version, action_count, created_at, updated_at)
select code, year, year, 'Feuille de route numérique écoresponsable',
    case when year <= 2020 then 'close' when year = 2026 then 'soumise' else 'validee' end,
    make_date(year, 12, 31), make_date(year, 3, 1), case when year < 2026 then make_date(year, 6, 1) end,
    1, 1 + :per_roadmap, :per_roadmap, make_date(year, 1, 15), make_date(year, 6, 1)
from ministries, generate_series(:first_year, :last_year) year;

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
    case when d_due < 900 then (date_trunc('month', make_date(a.first_year, 2, 1) + d_due) - interval '1 day')::date end,
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

-- Periods: those of each roadmap in each of its states, and those of each action since its creation, then from the first of
-- four months, each change having been recorded on its day. The last period is the present row; before it the work goes from
-- one status to the next. A period that ended had no end as it was known until that day.
insert into roadmap_periods (ministry, first_year, valid_from, valid_to, known_from, known_to, last_year, title, state, due_on,
    submitted_on, validated_on, version, created_at, updated_at, counted_at)
select r.ministry, r.first_year, step.since, case when b.is_open then step.until else 'infinity' end,
    case when b.is_open and step.until < 'infinity' then step.until else step.since end,
    case when b.is_open then 'infinity' else step.until end,
    r.last_year, r.title, step.state, r.due_on, case when step.state <> 'brouillon' then r.submitted_on end,
    case when step.state in ('validee', 'close') then r.validated_on end, r.version, r.created_at, step.since, step.since
from roadmaps r
cross join lateral (
    select state, since, coalesce(lead(since) over (order by since), 'infinity') as until
    from (values ('brouillon', r.created_at::date), ('soumise', r.submitted_on), ('validee', r.validated_on),
        ('close', case r.state when 'close' then make_date(r.last_year + 1, 3, 1) end)) steps (state, since)
    where since is not null
) step
cross join (values (true), (false)) as b (is_open)
where b.is_open or step.until < 'infinity';

insert into later
select indexname, indexdef from pg_indexes
where schemaname = current_schema() and tablename = 'action_periods' and indexname <> 'action_periods_pkey';
select format('drop index %I', indexname) from later where indexname like 'action\_periods%' \gexec
alter table action_periods drop constraint action_periods_pkey;

insert into action_periods (ministry, first_year, code, valid_from, valid_to, known_from, known_to, title, description, theme,
    target_level, reached_level, status, status_reason, key_action, identified_on, due_on, completed_on, lead, contributors,
    practices, confidential, in_validation_cohort, version, created_at, updated_at)
select a.ministry, a.first_year, a.code, since.day, case when b.is_open then next.day else 'infinity' end,
    case when b.is_open and p.n < :changes then next.day else since.day end::timestamptz,
    case when b.is_open then 'infinity' else next.day::timestamptz end,
    a.title, a.description, a.theme, a.target_level, case when p.n = :changes then a.reached_level end, st.status,
    case when p.n = :changes then a.status_reason end, a.key_action, a.identified_on, a.due_on,
    case when p.n = :changes then a.completed_on end, a.lead, a.contributors, a.practices, a.confidential,
    a.in_validation_cohort, p.n + 1, a.created_at, since.day
from actions a
cross join generate_series(0, :changes) as p (n)
cross join (values (true), (false)) as b (is_open)
cross join lateral (select (make_date(a.first_year, 1, 15) + make_interval(months => p.n + p.n * (length(a.title) % 2)))::date as day) since
cross join lateral (
    select case when p.n = :changes then 'infinity'
        else (make_date(a.first_year, 1, 15) + make_interval(months => p.n + 1 + (p.n + 1) * (length(a.title) % 2)))::date end as day
) next
cross join lateral (select case when p.n = :changes then a.status when p.n < 2 then 'a_faire' else 'en_cours' end as status) st
where b.is_open or p.n < :changes;

alter table action_periods add constraint action_periods_pkey primary key (ministry, first_year, code, known_from, valid_from);

-- What each of them added to the counts when it began and took from them when it ended, then the counts of each day.
insert into figure_ledger (ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level, key_action,
    confidential, in_validation_cohort, late, delta)
select p.ministry, p.first_year, d.recorded_on, d.effective_on, p.theme, p.target_level, p.status,
    case when not d.late then p.reached_level end, p.key_action and not d.late, p.confidential and not d.late,
    p.in_validation_cohort and not d.late, d.late, sum(d.sign)
from action_periods p
left join lateral (select greatest(p.valid_from, p.due_on + 1) as day) l on p.due_on is not null and p.status in (select code from statuses where is_open)
cross join lateral (
    values (p.valid_from, p.valid_from, 1, false), (p.valid_to, p.valid_to, -1, false),
        (p.valid_from, l.day, 1, true), (p.valid_to, greatest(p.valid_to, l.day), -1, true)
) d (recorded_on, effective_on, sign, late)
where p.known_to = 'infinity' and d.recorded_on < 'infinity' and (not d.late or l.day is not null)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
having sum(d.sign) <> 0;

create temporary table gains on commit drop as
select ministry, first_year, effective_on as day, late, place, sum(delta)::int as delta, max(recorded_at) as recorded_at
from figure_gains
group by ministry, first_year, effective_on, late, place;

insert into figure_days (ministry, first_year, day, cells, recorded_at, restated_at)
select ministry, first_year, day, array_agg(total order by place), day, day
from (
    select d.ministry, d.first_year, d.day, every.place,
        (sum(coalesce(m.delta, 0)) over (partition by d.ministry, d.first_year, every.place order by d.day))::int as total
    from (select distinct ministry, first_year, day from gains where not late) d
    cross join generate_series(1, (select max(last_place) from figure_cells)) every (place)
    left join gains m on not m.late and (m.ministry, m.first_year, m.day, m.place) = (d.ministry, d.first_year, d.day, every.place)
) sums
group by ministry, first_year, day;

insert into figure_late_days (ministry, first_year, day, cells, recorded_at)
select ministry, first_year, day, array_agg(total order by place), max(recorded_at)
from (
    select d.ministry, d.first_year, d.day, every.place,
        max(m.recorded_at) over (partition by d.ministry, d.first_year order by d.day) as recorded_at,
        (sum(coalesce(m.delta, 0)) over (partition by d.ministry, d.first_year, every.place order by d.day))::int as total
    from (select distinct ministry, first_year, day from gains where late) d
    cross join generate_series(1, (select max(late_place) from figure_cells)) every (place)
    left join gains m on m.late and (m.ministry, m.first_year, m.day, m.place) = (d.ministry, d.first_year, d.day, every.place)
) sums
group by ministry, first_year, day;

select indexdef from later \gexec
commit;

vacuum (freeze, analyze);
