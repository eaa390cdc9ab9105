-- The whole structure of Jalon's database, version 13, for PostgreSQL 14 or later.
--
-- `jalon migrate` applies it to an empty database, then loads the files of `reference/`: without their themes, levels, statuses and
-- ministries no plan can be written. By hand, the same in the same order:
--
--   psql --single-transaction -v ON_ERROR_STOP=1 -f schema.sql -f reference/vocabularies.sql -f reference/ministries.sql \
--       -f reference/practices.sql -f reference/published-figures.sql
--
-- A database of an earlier version comes here by the steps in `migrations/`.
-- No table names its schema, so that each test can have its own through `search_path`; extensions stand in any schema.
-- Every constraint is named: the name is what the API turns into an answer.
-- The key of all that belongs to a ministry begins with the ministry, so that these tables can be partitioned or
-- distributed by ministry without a change of key.

set local standard_conforming_strings = on;

-- The extensions are left where they are: managed servers have a schema for them. Those that are missing go to `public`, or
-- to this schema where there is no `public`. Two databases' worth of tables may be made at once in two schemas: one creates
-- the extensions, the other waits. `jalon migrate` puts what is refused here into words, by the name of the constraint.
do $$
declare
    needed text;
    home text := coalesce((select nspname from pg_namespace where nspname = 'public'), current_schema());
begin
    perform pg_advisory_xact_lock(hashtext('jalon'), hashtext('extensions'));
    foreach needed in array array['btree_gist', 'pg_trgm', 'unaccent'] loop
        continue when exists (select from pg_extension where extname = needed);
        begin
            execute format('create extension if not exists %I with schema %I', needed, home);
        exception
            -- somebody else has just created it
            when unique_violation or duplicate_object then null;
            when others then
                raise exception 'extension % is needed and cannot be created: %', needed, sqlerrm
                    using errcode = sqlstate, constraint = 'jalon_needs_extension', table = needed,
                        hint = format('As a superuser: create extension %I;', needed);
        end;
    end loop;
    select e.extname, n.nspname into needed, home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname in ('pg_trgm', 'unaccent') and not has_schema_privilege(n.oid, 'usage') limit 1;
    if found then
        raise insufficient_privilege using
            message = format('extension %s stands in schema %I, which %I may not use', needed, home, current_user),
            constraint = 'jalon_needs_schema', table = needed, schema = home, column = current_user,
            hint = format('As its owner: grant usage on schema %I to %I;', home, current_user);
    end if;
end $$;

-- The schema in which an extension stands, as SQL writes it. Dropped at the end.
create function extension_schema(extension text) returns text
    language sql stable
    return (select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = extension);

create table schema_versions (
    version integer not null,
    applied_at timestamptz not null default now(),
    -- the oldest version whose servers may go on with this one
    serves_from integer not null,
    constraint schema_versions_pkey primary key (version),
    constraint schema_versions_serve_themselves check (serves_from between 1 and version)
);
insert into schema_versions (version, serves_from) values (13, 13);

-- Time and text -----------------------------------------------------------------------------------------------------

-- The civil date in Paris of an instant: 23:30 UTC on 31 December is already the next year.
create function paris_date(instant timestamptz) returns date
    language sql immutable strict parallel safe
    return (instant at time zone 'Europe/Paris')::date;

create function paris_today() returns date
    language sql stable parallel safe
    return paris_date(now());

-- Instants leave the database as RFC 3339 in UTC. `stable`, as `to_char` is: PostgreSQL makes a function in SQL a part of the
-- statements that call it only where it promises no more than what it calls does, and prepares it anew for each statement where not.
create function rfc3339(instant timestamptz) returns text
    language sql stable strict parallel safe
    return to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- What a search compares: without accents nor case. `unaccent` is only `stable` because its dictionary could be
-- replaced; ours never is, and an index needs `immutable`.
do $$
begin
    execute format($function$
        create function searchable(value text) returns text
            language sql immutable strict parallel safe
            return lower(%s.unaccent(%L, value))
        $function$, extension_schema('unaccent'), extension_schema('unaccent') || '.unaccent');
end $$;

-- A word as a literal part of a `like` pattern.
create function like_literal(value text) returns text
    language sql immutable strict parallel safe
    return replace(replace(replace(value, '\', '\\'), '%', '\%'), '_', '\_');

create function action_search_text(code text, title text, description text, lead text) returns text
    language sql immutable parallel safe
    return searchable(code || ' ' || title || ' ' || coalesce(description, '') || ' ' || coalesce(lead, ''));

-- Vocabularies ------------------------------------------------------------------------------------------------------
--
-- Their rows stand in `reference/vocabularies.sql`. They may grow: what follows from them is laid out by `lay_out_figures`. Two rows
-- may change their ranks in one statement, so the uniqueness of ranks is checked at its end.

create table themes (
    code text not null,
    rank smallint not null,
    label_fr text not null,
    label_en text not null,
    meaning_fr text not null,
    meaning_en text not null,
    action_code_prefix text not null,
    aliases text[] not null default '{}',
    constraint themes_pkey primary key (code),
    constraint themes_rank_key unique (rank) deferrable,
    constraint themes_prefix_key unique (action_code_prefix)
);

-- A generated column compares levels, so their order must be in a function; `levels_rank_agrees` holds it to the rows.
-- Not strict, as a `case` is not: PostgreSQL would not make it a part of the statements that use it.
create function level_rank(level text) returns smallint
    language sql immutable parallel safe
    return (case level when 'reflexion' then 1 when 'experimentation' then 2 when 'realisation' then 3 end)::smallint;

create table levels (
    code text not null,
    rank smallint not null,
    label_fr text not null,
    label_en text not null,
    meaning_fr text not null,
    meaning_en text not null,
    constraint levels_pkey primary key (code),
    constraint levels_rank_key unique (rank) deferrable,
    constraint levels_rank_agrees check (rank = level_rank(code))
);

create table statuses (
    code text not null,
    rank smallint not null,
    label_fr text not null,
    label_en text not null,
    official_label text,
    meaning_fr text not null,
    meaning_en text not null,
    -- whether work remains: only an open action can be late
    is_open boolean not null,
    constraint statuses_pkey primary key (code),
    constraint statuses_rank_key unique (rank) deferrable
);

create table roadmap_states (
    code text not null,
    rank smallint not null,
    label_fr text not null,
    label_en text not null,
    meaning_fr text not null,
    meaning_en text not null,
    constraint roadmap_states_pkey primary key (code),
    constraint roadmap_states_rank_key unique (rank) deferrable
);

create table roles (
    code text not null,
    rank smallint not null,
    label_fr text not null,
    label_en text not null,
    meaning_fr text not null,
    meaning_en text not null,
    constraint roles_pkey primary key (code),
    constraint roles_rank_key unique (rank) deferrable
);

create table ministry_kinds (
    code text not null,
    rank smallint not null,
    label_fr text not null,
    label_en text not null,
    meaning_fr text not null,
    meaning_en text not null,
    constraint ministry_kinds_pkey primary key (code),
    constraint ministry_kinds_rank_key unique (rank) deferrable
);

create table practices (
    id text not null,
    version text not null,
    rank smallint not null,
    guide_theme text not null,
    guide_theme_title text not null,
    title text not null,
    priority text not null,
    difficulty text not null,
    pilots text[] not null default '{}',
    constraint practices_pkey primary key (id, version),
    constraint practices_rank_key unique (version, rank),
    constraint practices_id_form check (id ~ '^[a-z]\.[1-9][0-9]?$'),
    constraint practices_priority_known check (priority in ('prioritaire', 'recommandee', 'aller_plus_loin')),
    constraint practices_difficulty_known check (difficulty in ('facile', 'moyenne', 'difficile'))
);

-- Ministries: stable bodies, dated names, dated successions -----------------------------------------------------------

create table ministries (
    code text collate "C" not null,
    kind text not null,
    siren text,
    siret text,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint ministries_pkey primary key (code),
    constraint ministries_kind_fkey foreign key (kind) references ministry_kinds (code),
    constraint ministries_code_form check (code ~ '^[A-Z][A-Z0-9]{0,7}$'),
    constraint ministries_siren_form check (siren ~ '^[0-9]{9}$'),
    constraint ministries_siret_form check (siret ~ '^[0-9]{14}$'),
    constraint ministries_siret_begins_with_siren check (left(siret, 9) = siren)
);

-- A name holds from its date until the next one; a null name says that the body does not exist as such meanwhile.
create table ministry_names (
    ministry text collate "C" not null,
    from_date date not null,
    name text,
    acronym text,
    note text,
    constraint ministry_names_pkey primary key (ministry, from_date),
    constraint ministry_names_ministry_fkey foreign key (ministry) references ministries (code) on delete cascade,
    constraint ministry_names_name_length check (char_length(name) between 1 and 300),
    constraint ministry_names_acronym_length check (char_length(acronym) between 1 and 30),
    constraint ministry_names_acronym_needs_name check (name is not null or acronym is null)
);

create table ministry_successions (
    predecessor text collate "C" not null,
    successor text collate "C" not null,
    succeeded_on date not null,
    kind text not null,
    note text,
    constraint ministry_successions_pkey primary key (predecessor, successor, succeeded_on),
    constraint ministry_successions_predecessor_fkey foreign key (predecessor) references ministries (code),
    constraint ministry_successions_successor_fkey foreign key (successor) references ministries (code),
    constraint ministry_successions_kind_known check (kind in ('fusion', 'scission', 'transfert')),
    constraint ministry_successions_two_bodies check (predecessor <> successor)
);
create index ministry_successions_successor on ministry_successions (successor);

-- The name of a body on a date: the last one that had begun, or the first known for an earlier date. A body without a
-- name on that date keeps its last one.
-- Not strict: PostgreSQL would not make it a part of the statements that use it.
create function ministry_name_on(body text, on_date date) returns table (name text, acronym text)
    language sql stable parallel safe rows 1
begin atomic
    select known.name, known.acronym
    from ministry_names known
    where known.ministry = body and known.name is not null and on_date is not null
    order by known.from_date <= on_date desc,
        case when known.from_date <= on_date then known.from_date end desc,
        known.from_date
    limit 1;
end;

-- Principals and their tokens -----------------------------------------------------------------------------------------------

-- A person or a machine. What it may do is its own: its tokens only prove who calls. Subjects of an identity provider would be
-- one more table that refers to it, as `tokens` does.
create table principals (
    id text collate "C" not null,
    label text not null,
    role text not null,
    contact text,
    created_at timestamptz not null default now(),
    constraint principals_pkey primary key (id),
    constraint principals_role_fkey foreign key (role) references roles (code),
    constraint principals_id_form check (id ~ '^[0-9a-z]{10}$'),
    constraint principals_label_length check (char_length(label) between 1 and 200),
    constraint principals_contact_length check (char_length(contact) between 3 and 254)
);

create table principal_ministries (
    ministry text collate "C" not null,
    principal text collate "C" not null,
    constraint principal_ministries_pkey primary key (ministry, principal),
    constraint principal_ministries_principal_fkey foreign key (principal) references principals (id) on delete cascade,
    constraint principal_ministries_ministry_fkey foreign key (ministry) references ministries (code)
);
create index principal_ministries_principal on principal_ministries (principal);

create table tokens (
    id text collate "C" not null,
    secret_sha256 bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_on date,
    revoked_at timestamptz,
    principal text collate "C" not null,
    -- the token that its holder renewed to get this one
    renewed_from text collate "C",
    -- that token, sealed with the secret of this one: it opens the answers that were kept for it
    predecessor bytea,
    constraint tokens_pkey primary key (id),
    constraint tokens_id_form check (id ~ '^[0-9a-z]{10}$'),
    constraint tokens_secret_is_a_sha256 check (octet_length(secret_sha256) = 32),
    constraint tokens_expire_within_a_year check (expires_at > created_at and expires_at <= created_at + interval '367 days'),
    constraint tokens_principal_fkey foreign key (principal) references principals (id),
    constraint tokens_renewed_from_fkey foreign key (renewed_from) references tokens (id),
    constraint tokens_renewed_with_predecessor check ((renewed_from is null) = (predecessor is null))
);
create index tokens_principal on tokens (principal);

-- A process that remembers a token must forget it at once when it is revoked elsewhere, or when its principal becomes another.
create function announce_token_change() returns trigger language plpgsql as $$
begin
    perform pg_notify('jalon_tokens', old.id);
    return null;
end $$;
create function announce_principal_change() returns trigger language plpgsql as $$
begin
    perform pg_notify('jalon_tokens', id) from tokens where principal = old.id;
    return null;
end $$;
create function announce_principal_ministries_change() returns trigger language plpgsql as $$
begin
    perform pg_notify('jalon_tokens', id) from tokens where principal in (old.principal, new.principal);
    return null;
end $$;
create trigger principals_announce_change after update on principals
    for each row execute function announce_principal_change();
create trigger principal_ministries_announce_change after insert or update or delete on principal_ministries
    for each row execute function announce_principal_ministries_change();
create trigger tokens_announce_revocation after update of revoked_at, expires_at, principal or delete on tokens
    for each row execute function announce_token_change();

-- The answers given to POST requests that bear an `Idempotency-Key`, kept for a request that is sent again.

create function idempotency_keys_last() returns interval
    language sql immutable parallel safe
    return interval '7 days';

create table idempotency_keys (
    principal text collate "C" not null,
    key text collate "C" not null,
    -- of its method, target, content type and body
    request_sha256 bytea not null,
    created_at timestamptz not null default now(),
    -- sealed with the secret of the token; null only in the transaction that makes it
    answer bytea,
    -- the token with which the request was sent
    token text collate "C" not null,
    constraint idempotency_keys_pkey primary key (principal, key),
    constraint idempotency_keys_principal_fkey foreign key (principal) references principals (id) on delete cascade,
    constraint idempotency_keys_key_form check (key ~ '^[!-~]{1,255}$'),
    constraint idempotency_keys_request_is_a_sha256 check (octet_length(request_sha256) = 32)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);

-- Censuses ------------------------------------------------------------------------------------------------------------

create table censuses (
    year smallint not null,
    due_on date not null,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- what is collected when and of whom, as the history has it: objects with code, collects, opens_on, due_on, expected
    rounds jsonb not null default '[]',
    constraint censuses_pkey primary key (year),
    constraint censuses_year_range check (year between 2000 and 2100),
    constraint censuses_rounds_list check (jsonb_typeof(rounds) = 'array')
);

create table census_ministries (
    ministry text collate "C" not null,
    year smallint not null,
    constraint census_ministries_pkey primary key (ministry, year),
    constraint census_ministries_year_fkey foreign key (year) references censuses (year) on delete cascade,
    constraint census_ministries_ministry_fkey foreign key (ministry) references ministries (code)
);
create index census_ministries_year on census_ministries (year);

-- Roadmaps ------------------------------------------------------------------------------------------------------------

create table roadmaps (
    ministry text collate "C" not null,
    first_year smallint not null,
    last_year smallint not null,
    title text not null,
    state text not null,
    due_on date,
    submitted_on date,
    validated_on date,
    -- of the roadmap's own members
    version integer not null,
    -- of the roadmap and of everything in it
    plan_version integer not null,
    action_count integer not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint roadmaps_pkey primary key (ministry, first_year),
    constraint roadmaps_ministry_fkey foreign key (ministry) references ministries (code),
    constraint roadmaps_state_fkey foreign key (state) references roadmap_states (code),
    constraint roadmaps_years_range check (first_year between 2000 and 2100 and last_year between first_year and first_year + 9),
    constraint roadmaps_years_do_not_overlap
        exclude using gist (ministry with =, int4range(first_year, last_year, '[]') with &&),
    constraint roadmaps_title_length check (char_length(title) between 1 and 300),
    constraint roadmaps_submitted_unless_draft check ((state <> 'brouillon') = (submitted_on is not null)),
    constraint roadmaps_validated_when_valid check ((state in ('validee', 'close')) = (validated_on is not null)),
    constraint roadmaps_submitted_before_validated check (submitted_on <= validated_on),
    constraint roadmaps_action_count_positive check (action_count >= 0),
    constraint roadmaps_version_positive check (version >= 1 and plan_version >= version)
);
create index roadmaps_years on roadmaps (first_year, last_year, ministry);
create index roadmaps_updated_at on roadmaps (updated_at, ministry, first_year);

-- Actions -------------------------------------------------------------------------------------------------------------

create table actions (
    ministry text collate "C" not null,
    first_year smallint not null,
    code text collate "C" not null,
    title text not null,
    description text,
    theme text not null,
    target_level text not null,
    reached_level text,
    status text not null,
    status_reason text,
    key_action boolean not null,
    identified_on date,
    due_on date,
    completed_on date,
    lead text,
    contributors text[] not null,
    practices text[] not null,
    confidential boolean not null,
    -- present when its roadmap was first validated
    in_validation_cohort boolean not null default false,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    target_reached boolean not null
        generated always as (coalesce(level_rank(reached_level) >= level_rank(target_level), false)) stored,
    constraint actions_pkey primary key (ministry, first_year, code),
    constraint actions_roadmap_fkey foreign key (ministry, first_year) references roadmaps (ministry, first_year),
    constraint actions_theme_fkey foreign key (theme) references themes (code),
    constraint actions_target_level_fkey foreign key (target_level) references levels (code),
    constraint actions_reached_level_fkey foreign key (reached_level) references levels (code),
    constraint actions_status_fkey foreign key (status) references statuses (code),
    constraint actions_code_form check (code ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint actions_title_length check (char_length(title) between 1 and 300),
    constraint actions_description_length check (char_length(description) between 1 and 10000),
    constraint actions_status_reason_length check (char_length(status_reason) between 1 and 1000),
    constraint actions_lead_length check (char_length(lead) between 1 and 200),
    constraint actions_contributors_count check (cardinality(contributors) <= 50),
    constraint actions_practices_count check (cardinality(practices) <= 50),
    constraint actions_completed_exactly_when_realisee check ((status = 'realisee') = (completed_on is not null)),
    constraint actions_abandonnee_needs_reason check (status <> 'abandonnee' or status_reason is not null),
    constraint actions_version_positive check (version >= 1)
);
-- One index for each order and each selective filter that the lists offer; the primary key serves the default order.
create index actions_theme_status on actions (ministry, first_year, theme, status, code);
create index actions_due_on on actions ((coalesce(due_on, 'infinity'::date)), ministry, first_year, code);
create index actions_updated_at on actions (updated_at, ministry, first_year, code);
create index actions_lead on actions (lead, ministry, first_year, code) where lead is not null;
create index actions_practices on actions using gin (practices);
create index actions_confidential on actions (ministry, first_year, code) where confidential;
do $$
begin
    execute format('create index actions_search on actions using gin (action_search_text(code, title, description, lead) %s.gin_trgm_ops)',
        extension_schema('pg_trgm'));
end $$;
drop function extension_schema(text);

-- History: every change, never rewritten --------------------------------------------------------------------------------

create table changes (
    id bigint generated always as identity,
    -- '' for what belongs to no ministry (a census, an indicator, a factor)
    ministry text collate "C" not null,
    -- of the roadmap or the action; the year of the census or of the period of a measure
    first_year smallint,
    -- of the action or the indicator; of a measure, that of its indicator and its period: `REEMPLOI/2025-S1`; of a recommendation, its
    -- number in the plan: `R01`; of a revision, its number
    code text collate "C",
    resource text not null,
    kind text not null,
    version integer not null,
    recorded_at timestamptz not null,
    effective_on date not null,
    reason text,
    actor_token text,
    actor_label text not null,
    actor_role text not null,
    request_id text,
    -- the members that changed, as they were and as they became
    before jsonb,
    after jsonb,
    -- who; null where it was written before there were principals, whose ids are those of the tokens of that time
    actor_principal text collate "C",
    -- of the members that do not hold until today, the next day of which something else had been said; null for none
    until jsonb,
    -- It holds on all days from its own on, whatever had been said of later ones: the rule before version 6.
    for_good boolean not null default false,
    constraint changes_pkey primary key (ministry, id),
    constraint changes_resource_known check (
        resource in ('action', 'roadmap', 'ministry', 'census', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation', 'revision')),
    constraint changes_kind_known check (kind in ('created', 'updated', 'deleted')),
    constraint changes_key_complete check (
        (resource in ('action', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation', 'revision')) = (code is not null)
        and (resource in ('ministry', 'indicator', 'impact_factor')) = (first_year is null)
        and (resource in ('census', 'indicator', 'impact_factor')) = (ministry = '')),
    constraint changes_before_and_after check (
        (kind = 'created') = (before is null) and (kind = 'deleted') = (after is null)),
    constraint changes_not_from_the_future check (effective_on <= paris_date(recorded_at)),
    constraint changes_reason_length check (char_length(reason) between 1 and 1000),
    constraint changes_until_of_updates check (until is null or (kind = 'updated' and until <> '{}'))
);
create index changes_of_resource on changes (ministry, first_year, code, id);
create index changes_in_order on changes (id);
create index changes_in_time on changes (recorded_at);
-- What frames the figures, whatever the number of actions.
create index changes_of_frame on changes (recorded_at) where resource in ('census', 'ministry');

-- Until when an action, or a roadmap where there is no action, was last hidden from those who do not see all of its
-- ministry: deleted, confidential, or in a draft. What is said of a past day only, until the next one of which something was said,
-- brings nothing into sight.
-- This function and those below that read tables are in PL/pgSQL, which keeps their plans from one statement to the next. A function in
-- SQL that reads a table is planned anew in each statement that calls it.
create function hidden_until(body text, year smallint, action text) returns timestamptz
    language plpgsql stable parallel safe as $$
begin
    return greatest(
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.code is null and past.resource = 'roadmap'
                and (past.kind = 'deleted' or past.before ->> 'state' = 'brouillon' and (past.until ->> 'state') is null)),
        (select max(past.recorded_at) from changes past
            where past.ministry = body and past.first_year = year and past.resource = 'action' and past.code = action
                and (past.kind = 'deleted' or past.before ->> 'confidential' = 'true' and (past.until ->> 'confidential') is null)));
end $$;

create function refuse_rewriting_history() returns trigger language plpgsql as $$
begin
    raise exception 'history is append-only' using errcode = 'restrict_violation', constraint = 'changes_append_only';
end $$;
create trigger changes_append_only before update or delete or truncate on changes
    for each statement execute function refuse_rewriting_history();

-- The past -----------------------------------------------------------------------------------------------------------
--
-- What each change says of a member holds from its `effective_on` on, until the next day of which something else had been said of
-- that member: `until` names it, and what is said of that day stays. So the value of a member on a day, as known at an instant, is
-- what the change with the greatest `effective_on` says, and of these the last to be recorded, among those that speak of it, are
-- effective by that day and were recorded by that instant. Members that a rule ties are said together: a status, its reason and the
-- date of completion; the state of a roadmap and its dates. The tables below hold the states that follow, so that nothing is folded
-- when it is read. They follow from `changes` alone and are kept by its trigger, which no write can go around; `jalon figures
-- verify` folds the changes anew and compares.

-- What of a change holds on a day; null for nothing.
create function said_on(day date, after jsonb, until jsonb) returns jsonb
    language plpgsql immutable parallel safe as $$
begin
    if until is null then
        return after;
    end if;
    return (
        select jsonb_object_agg(member, value) from jsonb_each(after) said (member, value)
        where coalesce((until ->> member)::date > day, true));
end $$;

-- A state from one day to another (the last excluded), known from one instant to another (the last excluded). The open
-- periods, those of `known_to` infinity, are what is known now.
create table roadmap_periods (
    ministry text collate "C" not null,
    first_year smallint not null,
    valid_from date not null,
    valid_to date not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    last_year smallint not null,
    title text not null,
    state text not null,
    due_on date,
    submitted_on date,
    validated_on date,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- the last change of what figures take of it: its being there, its years, its state, its date of submission
    counted_at timestamptz not null,
    constraint roadmap_periods_pkey primary key (ministry, first_year, known_from, valid_from),
    constraint roadmap_periods_last check (valid_from < valid_to and known_from < known_to),
    constraint roadmap_periods_submitted_unless_draft check ((state <> 'brouillon') = (submitted_on is not null)),
    constraint roadmap_periods_validated_when_valid check ((state in ('validee', 'close')) = (validated_on is not null)),
    constraint roadmap_periods_submitted_before_validated check (submitted_on <= validated_on),
    -- no period tells a submission or a validation still to come
    constraint roadmap_periods_dates_reached check (submitted_on <= valid_from and validated_on <= valid_from)
);
create index roadmap_periods_open on roadmap_periods (ministry, first_year, valid_from) where known_to = 'infinity';
create index roadmap_periods_open_years on roadmap_periods (first_year, last_year) where known_to = 'infinity';

create table action_periods (
    ministry text collate "C" not null,
    first_year smallint not null,
    code text collate "C" not null,
    valid_from date not null,
    valid_to date not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    title text not null,
    description text,
    theme text not null,
    target_level text not null,
    reached_level text,
    status text not null,
    status_reason text,
    key_action boolean not null,
    identified_on date,
    due_on date,
    completed_on date,
    lead text,
    contributors text[] not null,
    practices text[] not null,
    confidential boolean not null,
    in_validation_cohort boolean not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    target_reached boolean not null
        generated always as (coalesce(level_rank(reached_level) >= level_rank(target_level), false)) stored,
    constraint action_periods_pkey primary key (ministry, first_year, code, known_from, valid_from),
    constraint action_periods_last check (valid_from < valid_to and known_from < known_to),
    constraint action_periods_completed_exactly_when_realisee check ((status = 'realisee') = (completed_on is not null)),
    constraint action_periods_abandonnee_needs_reason check (status <> 'abandonnee' or status_reason is not null)
);
create index action_periods_open on action_periods (ministry, first_year, code, valid_from) where known_to = 'infinity';
create index action_periods_open_due_on on action_periods ((coalesce(due_on, 'infinity'::date)), ministry, first_year, code)
    where known_to = 'infinity';

-- Whether a period tells nothing recorded while the thing was hidden, or before: what was its present state when it was last
-- shown, or what it became after, on the days of that state. Where it was not there then, what was created since.
create function action_period_shown(body text, year smallint, action text, from_day date, told_until timestamptz)
    returns boolean language plpgsql stable parallel safe as $$
declare
    hidden timestamptz := hidden_until(body, year, action);
begin
    if hidden is null then
        return true;
    end if;
    return coalesce(
        (select from_day >= p.valid_from and told_until > hidden
            from action_periods p
            where p.ministry = body and p.first_year = year and p.code = action and p.valid_to = 'infinity'
                and p.known_from <= hidden and p.known_to > hidden),
        (select from_day >= c.effective_on and told_until > c.recorded_at
            from changes c
            where c.ministry = body and c.first_year = year and c.resource = 'action' and c.code = action
                and c.kind = 'created' and c.recorded_at > hidden
            order by c.id desc limit 1),
        false);
end $$;

create function roadmap_period_shown(body text, year smallint, from_day date, told_until timestamptz)
    returns boolean language plpgsql stable parallel safe as $$
declare
    hidden timestamptz := hidden_until(body, year, null);
begin
    if hidden is null then
        return true;
    end if;
    return coalesce(
        (select from_day >= p.valid_from and told_until > hidden
            from roadmap_periods p
            where p.ministry = body and p.first_year = year and p.valid_to = 'infinity'
                and p.known_from <= hidden and p.known_to > hidden),
        (select from_day >= c.effective_on and told_until > c.recorded_at
            from changes c
            where c.ministry = body and c.first_year = year and c.code is null and c.resource = 'roadmap'
                and c.kind = 'created' and c.recorded_at > hidden
            order by c.id desc limit 1),
        false);
end $$;

-- The names and acronyms a ministry was known by: `ministry_names` at each instant.
create table ministry_name_periods (
    ministry text collate "C" not null,
    from_date date not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    name text,
    acronym text,
    constraint ministry_name_periods_pkey primary key (ministry, known_from, from_date),
    constraint ministry_name_periods_last check (known_from < known_to)
);

-- `ministry_name_on` with what was known at an instant.
create function ministry_name_known(body text, on_date date, instant timestamptz) returns text
    language plpgsql stable strict parallel safe as $$
begin
    return (
        select known.name
        from ministry_name_periods known
        where known.ministry = body and known.name is not null and known.known_from <= instant and known.known_to > instant
        order by known.from_date <= on_date desc,
            case when known.from_date <= on_date then known.from_date end desc,
            known.from_date
        limit 1);
end $$;

-- Figures --------------------------------------------------------------------------------------------------------------

-- How many actions of each sort a roadmap gained or lost on a day, and when this became known. The sum of what was recorded
-- by an instant and effective by a day counts the actions of that day as known at that instant. A row with `late` counts
-- lateness alone, which begins the day after `due_on`: the action itself is counted by another row.
create table figure_ledger (
    id bigint generated always as identity,
    ministry text collate "C" not null,
    first_year smallint not null,
    recorded_at timestamptz not null,
    effective_on date not null,
    theme text not null,
    target_level text not null,
    status text not null,
    reached_level text,
    key_action boolean not null,
    confidential boolean not null,
    in_validation_cohort boolean not null,
    late boolean not null,
    delta integer not null,
    constraint figure_ledger_pkey primary key (ministry, first_year, recorded_at, id),
    constraint figure_ledger_says_something check (delta <> 0)
);
create trigger figure_ledger_append_only before update or delete or truncate on figure_ledger
    for each statement execute function refuse_rewriting_history();

-- Where each sort of actions has its numbers in the lists of `figure_days` and `figure_late_days`. It follows from the vocabularies
-- alone: `lay_out_figures` refreshes it when they have changed. `FigureLayout` in Swift reckons the same.
-- PostgreSQL takes empty tables for large ones, and would compile the query for longer than it runs.
set local jit = off;
create materialized view figure_cells as
select t.code as theme, l.code as target_level, s.code as status,
    -- In `figure_days.cells`: the actions, the key actions, the confidential ones, those of the validation cohort, then those that
    -- have reached each level, from the lowest on.
    ((row_number() over sorts - 1) * measures.count + 1)::integer as first_place,
    (row_number() over sorts * measures.count)::integer as last_place,
    -- In `figure_late_days.cells`: null for a status that cannot be late.
    case when s.is_open then (count(*) filter (where s.is_open) over sorts)::integer end as late_place
from themes t
cross join levels l
cross join statuses s
cross join (select 4 + max(rank) as count from levels) measures
window sorts as (order by t.rank, l.rank, s.rank);
create index figure_cells_sort on figure_cells (theme, target_level, status);

-- The counts of a roadmap on each day on which something in it changed, as known now: always `cells` of the same length,
-- whatever the number of actions. `figure_cells` says which number stands where. `lay_out_figures` adds the constraint
-- `figure_days_length`.
create table figure_days (
    ministry text collate "C" not null,
    first_year smallint not null,
    day date not null,
    cells integer[] not null,
    -- the last change that moved a number of this day
    recorded_at timestamptz not null,
    -- the last that moved an action of this day in anything that counts, though another may have made up for it
    restated_at timestamptz not null,
    constraint figure_days_pkey primary key (ministry, first_year, day)
);

-- The late actions alone, on each day on which their number changes without a write, in the future too. `lay_out_figures` adds the
-- constraint `figure_late_days_length`.
create table figure_late_days (
    ministry text collate "C" not null,
    first_year smallint not null,
    day date not null,
    cells integer[] not null,
    -- the last change that moved a number of this day
    recorded_at timestamptz not null,
    constraint figure_late_days_pkey primary key (ministry, first_year, day)
);

-- What each line of the ledger adds to each place of the lists: of `figure_late_days` if it is late, of `figure_days` if not. A sort
-- that `figure_cells` does not know has no place, and `figure_gained` refuses it: nothing goes uncounted.
create view figure_gains as
select l.ministry, l.first_year, l.recorded_at, l.effective_on, l.late,
    case when l.late then c.late_place else c.first_place + counted.measure end as place, l.delta
from figure_ledger l
left join figure_cells c on c.theme = l.theme and c.target_level = l.target_level and c.status = l.status
cross join lateral (values (0, true), (1, l.key_action), (2, l.confidential), (3, l.in_validation_cohort),
    (3 + level_rank(l.reached_level), true)) counted (measure, counts)
where counted.counts and counted.measure is not null;

-- Adds numbers at their places to a list of what is gained. A place that has gained nothing stays null or outside the list.
create function figure_gained(gained integer[], places integer[], deltas integer[]) returns integer[]
    language plpgsql immutable parallel safe as $$
begin
    for n in 1 .. coalesce(cardinality(places), 0) loop
        gained[places[n]] := coalesce(gained[places[n]], 0) + deltas[n];
    end loop;
    return gained;
end $$;
create aggregate figure_gain(places integer[], deltas integer[]) (
    sfunc = figure_gained, stype = integer[], initcond = '{}', parallel = safe);

-- Adds what is gained to the numbers of a day.
create function figure_added(cells integer[], gained integer[]) returns integer[]
    language plpgsql immutable parallel safe as $$
begin
    for place in coalesce(array_lower(gained, 1), 1) .. coalesce(array_upper(gained, 1), 0) loop
        if gained[place] <> 0 then
            cells[place] := cells[place] + gained[place];
        end if;
    end loop;
    return cells;
end $$;

-- Counts every day that is kept anew from the ledger. Instants stay as they are: no action has moved.
create function rebuild_figure_days() returns void language plpgsql set jit = off as $$
begin
    with place_gains as (
        select ministry, first_year, late, effective_on, place, sum(delta)::int as delta
        from figure_gains group by ministry, first_year, late, effective_on, place
    ), daily_gains as (
        select ministry, first_year, late, effective_on, array_agg(place) as places, array_agg(delta) as deltas
        from place_gains where delta <> 0 group by ministry, first_year, late, effective_on
    ), sums as materialized (
        select ministry, first_year, late, effective_on, figure_gain(places, deltas) over days as gained,
            lead(effective_on, 1, 'infinity') over days as until
        from daily_gains
        window days as (partition by ministry, first_year, late order by effective_on rows unbounded preceding)
    ), none as (
        select array_fill(0, array[max(last_place)]) as cells, array_fill(0, array[max(late_place)]) as late_cells from figure_cells
    ), counted as (
        update figure_days f set cells = figure_added(none.cells, s.gained)
        from none cross join figure_days d
        left join sums s on s.ministry = d.ministry and s.first_year = d.first_year and not s.late
            and d.day >= s.effective_on and d.day < s.until
        where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day
    )
    update figure_late_days f set cells = figure_added(none.late_cells, s.gained)
    from none cross join figure_late_days d
    left join sums s on s.ministry = d.ministry and s.first_year = d.first_year and s.late
        and d.day >= s.effective_on and d.day < s.until
    where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day;
end $$;

-- Takes the layout of the counts from the vocabularies as they are now. `reference/vocabularies.sql` calls it at its end, so it runs
-- whenever they are loaded. Where the layout has changed, what was counted is counted anew, and the lists have another length.
create function lay_out_figures() returns void language plpgsql set client_min_messages = warning set jit = off as $$
declare
    former figure_cells[] := array(select c from figure_cells c order by c.first_place);
    length integer;
    late_length integer;
begin
    refresh materialized view figure_cells;
    if former = array(select c from figure_cells c order by c.first_place) then
        return;
    end if;
    alter table figure_days drop constraint if exists figure_days_length;
    alter table figure_late_days drop constraint if exists figure_late_days_length;
    perform rebuild_figure_days();
    select max(last_place), max(late_place) into length, late_length from figure_cells;
    execute format('alter table figure_days add constraint figure_days_length check (cardinality(cells) = %s)', length);
    execute format('alter table figure_late_days add constraint figure_late_days_length check (cardinality(cells) = %s)', late_length);
end $$;

-- A change of a roadmap ends what was known of it on the days of which it says something. The trigger closes those periods at the
-- instant of the change, and opens others that say what is known now. The last period tells the version too, so it is told anew by
-- every change.
create function keep_roadmap_periods() returns trigger language plpgsql set jit = off as $$
begin
    if not exists (select from added where resource = 'roadmap') then
        return null;
    end if;
    with closed as (
        update roadmap_periods p set known_to = c.recorded_at
        from added c
        where c.resource = 'roadmap' and p.ministry = c.ministry and p.first_year = c.first_year
            and p.known_to = 'infinity' and p.valid_to > c.effective_on
            and (c.kind <> 'updated' or p.valid_to = 'infinity' or said_on(p.valid_from, c.after, c.until) is not null)
        returning p as past, c.kind, c.version, c.recorded_at, c.effective_on,
            coalesce(said_on(greatest(p.valid_from, c.effective_on), c.after, c.until), '{}') as said
    ), opening as (
        -- The days before the change stay as they were, the others become what it says, and what it creates begins.
        select (past).ministry, (past).first_year, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).counted_at, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, greatest((past).valid_from, effective_on), (past).valid_to, recorded_at,
            (past).created_at, recorded_at, version,
            case when ((past).state, (past).last_year, (past).submitted_on)
                    is distinct from ((changed.state).state, (changed.state).last_year, (changed.state).submitted_on)
                then recorded_at else (past).counted_at end, changed.state
        from closed, lateral (select jsonb_populate_record(past, said) as state) changed
        where kind = 'updated'
        union all
        select ministry, first_year, effective_on, 'infinity', recorded_at, recorded_at, recorded_at, version, recorded_at,
            jsonb_populate_record(null::roadmap_periods, after)
        from added where resource = 'roadmap' and kind = 'created'
    )
    insert into roadmap_periods (ministry, first_year, valid_from, valid_to, known_from, known_to, last_year, title, state,
        due_on, submitted_on, validated_on, version, created_at, updated_at, counted_at)
    select ministry, first_year, valid_from, valid_to, recorded_at, 'infinity', (state).last_year, (state).title,
        (state).state, (state).due_on, (state).submitted_on, (state).validated_on, version, created_at, updated_at, counted_at
    from opening;
    return null;
end $$;

-- What is said of an action, by a change of its own or, without a version, by the first validation of its roadmap alone.
create type stated_action as (
    ministry text,
    first_year smallint,
    code text,
    kind text,
    version integer,
    recorded_at timestamptz,
    effective_on date,
    after jsonb,
    until jsonb,
    joins_cohort boolean,
    -- the end of the days on which a validation of its roadmap was taken back; null for none
    leaves_cohort_until date
);

-- As for roadmaps; the trigger then adds to the ledger what the periods that it closed and opened count. An action is of the
-- validation cohort from the day on which its roadmap was first validated, if the action was there when this was recorded. A
-- correction of that day moves the day for the cohort, and a validation that is taken back takes it out on its days. A validation is
-- the first if the roadmap was not known to be valid on any day before it was recorded. Few changes speak of a validation: what only
-- these need is apart.
create function keep_action_periods() returns trigger language plpgsql set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    statements stated_action[];
begin
    if exists (select from added where resource = 'roadmap' and after ? 'validated_on') then
        with validation as (
            select v.ministry, v.first_year, v.recorded_at, v.effective_on, not exists (
                    select from roadmap_periods past
                    where past.ministry = v.ministry and past.first_year = v.first_year and past.validated_on is not null
                        and past.known_from < v.recorded_at and past.known_to >= v.recorded_at) as is_first
            from added v where v.resource = 'roadmap' and v.after ->> 'validated_on' is not null
        ), taken_back as (
            select v.ministry, v.first_year, v.recorded_at, v.effective_on,
                coalesce((v.until ->> 'validated_on')::date, 'infinity') as until
            from added v where v.resource = 'roadmap' and v.kind = 'updated' and v.after -> 'validated_on' = 'null'
        ), cohort as (
            -- The actions that a validation takes into the cohort.
            select distinct v.ministry, v.first_year, p.code, v.recorded_at, v.effective_on
            from validation v
            join action_periods p on p.ministry = v.ministry and p.first_year = v.first_year and p.known_to = 'infinity'
                and case when v.is_first then p.valid_to = 'infinity' else p.in_validation_cohort and p.valid_to > v.effective_on end
        ), stated as (
            select c.ministry, c.first_year, c.code, c.kind, c.version, c.recorded_at, c.effective_on, c.after, c.until,
                case when c.kind = 'created' then v.is_first else k.code is not null end is true as joins_cohort,
                null::date as leaves_cohort_until
            from added c
            left join validation v on v.ministry = c.ministry and v.first_year = c.first_year
            left join cohort k on k.ministry = c.ministry and k.first_year = c.first_year and k.code = c.code
            where c.resource = 'action'
            union all
            select k.ministry, k.first_year, k.code, 'updated', null, k.recorded_at, k.effective_on, '{}', null, true, null
            from cohort k
            where not exists (
                select from added c
                where c.resource = 'action' and c.ministry = k.ministry and c.first_year = k.first_year and c.code = k.code)
            union all
            select distinct t.ministry, t.first_year, p.code, 'updated', null::int, t.recorded_at, t.effective_on, '{}'::jsonb,
                null::jsonb, false, t.until
            from taken_back t
            join action_periods p on p.ministry = t.ministry and p.first_year = t.first_year and p.known_to = 'infinity'
                and p.in_validation_cohort and p.valid_to > t.effective_on and p.valid_from < t.until
        )
        select array_agg(row(stated.*)::stated_action) into statements from stated;
    else
        statements := array(
            select row(ministry, first_year, code, kind, version, recorded_at, effective_on, after, until, false, null)::stated_action
            from added where resource = 'action');
    end if;

    with stated as (
        select * from unnest(statements)
    ), closed as (
        update action_periods p set known_to = s.recorded_at
        from stated s
        where p.ministry = s.ministry and p.first_year = s.first_year and p.code = s.code
            and p.known_to = 'infinity' and p.valid_to > s.effective_on
            and (s.joins_cohort and not p.in_validation_cohort or s.version is not null and (
                s.kind <> 'updated' or p.valid_to = 'infinity' or said_on(p.valid_from, s.after, s.until) is not null)
                or p.in_validation_cohort and p.valid_from < s.leaves_cohort_until)
        returning p as past, s.kind, s.version, s.recorded_at, s.effective_on, s.joins_cohort, s.leaves_cohort_until,
            coalesce(said_on(greatest(p.valid_from, s.effective_on), s.after, s.until), '{}') as said
    ), opening as (
        -- As for roadmaps.
        select (past).ministry, (past).first_year, (past).code, (past).valid_from, effective_on as valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, (past).in_validation_cohort, past as state
        from closed where (past).valid_from < effective_on
        union all
        select (past).ministry, (past).first_year, (past).code, greatest((past).valid_from, effective_on),
            least((past).valid_to, leaves_cohort_until),
            recorded_at, (past).created_at, case when version is null then (past).updated_at else recorded_at end,
            coalesce(version, (past).version),
            ((past).in_validation_cohort or joins_cohort) and leaves_cohort_until is null,
            jsonb_populate_record(past, said)
        from closed where kind = 'updated'
        union all
        select (past).ministry, (past).first_year, (past).code, leaves_cohort_until, (past).valid_to, recorded_at,
            (past).created_at, (past).updated_at, (past).version, true, past
        from closed where (past).valid_to > leaves_cohort_until
        union all
        select ministry, first_year, code, effective_on, 'infinity', recorded_at, recorded_at, recorded_at, version,
            joins_cohort,
            jsonb_populate_record(null::action_periods,
                '{"key_action": false, "contributors": [], "practices": [], "confidential": false}' || after)
        from stated where kind = 'created'
    ), opened as (
        insert into action_periods (ministry, first_year, code, valid_from, valid_to, known_from, known_to, title,
            description, theme, target_level, reached_level, status, status_reason, key_action, identified_on, due_on,
            completed_on, lead, contributors, practices, confidential, in_validation_cohort, version, created_at, updated_at)
        select ministry, first_year, code, valid_from, valid_to, recorded_at, 'infinity', (state).title,
            (state).description, (state).theme, (state).target_level, (state).reached_level, (state).status,
            (state).status_reason, (state).key_action, (state).identified_on, (state).due_on, (state).completed_on,
            (state).lead, (state).contributors, (state).practices, (state).confidential, in_validation_cohort, version,
            created_at, updated_at
        from opening
        returning action_periods as state
    ), period_changes as (
        -- A period that was closed is taken away from the counts, one that was opened is added to them.
        select (past).known_to as recorded_at, past as state, -1 as sign from closed
        union all
        select (state).known_from, state, 1 from opened
    ), ledger_lines as (
        -- A period counts its action from its first day to its last, and as late from the day after `due_on`.
        select recorded_at, (state).ministry, (state).first_year, boundary.effective_on, (state).theme, (state).target_level,
            (state).status, (state).reached_level, (state).key_action, (state).confidential, (state).in_validation_cohort,
            false as late, period_changes.sign * boundary.sign as delta
        from period_changes,
            lateral (values ((state).valid_from, 1), ((state).valid_to, -1)) boundary (effective_on, sign)
        union all
        select recorded_at, (state).ministry, (state).first_year, boundary.effective_on, (state).theme, (state).target_level,
            (state).status, null, false, false, false, true, period_changes.sign * boundary.sign
        from period_changes
        join statuses on statuses.code = (state).status and statuses.is_open,
            lateral (values (greatest((state).valid_from, (state).due_on + 1), 1), ((state).valid_to, -1)) boundary (effective_on, sign)
        where (state).due_on + 1 < (state).valid_to
    )
    insert into figure_ledger (ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level,
        key_action, confidential, in_validation_cohort, late, delta)
    select ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level, key_action,
        confidential, in_validation_cohort, late, sum(delta)
    from ledger_lines
    where effective_on < 'infinity'
    group by ministry, first_year, recorded_at, effective_on, theme, target_level, status, reached_level, key_action,
        confidential, in_validation_cohort, late
    having sum(delta) <> 0;
    return null;
end $$;

-- Adds to each day from the change on what the ledger has just gained. The gains are read once and summed from day to day. All the
-- days from one gain to the next are given the same sum, so the cost is that of the days and of the lines, not of their product.
-- A day also keeps when its numbers last moved. `recorded_at` moves on the days on which some sort of actions has more or fewer of
-- them (`count_spans`). `restated_at` moves on the days on which some action is of another sort (`action_spans`): one may have
-- left a sort while another entered it. A day that gains nothing keeps its instants. A change that is recorded alone moves an action
-- exactly on the days on which it moves a number; only several at once can make up for one another, number by number or in all.
create function keep_figure_days() returns trigger language plpgsql set jit = off as $$
declare
    several boolean;
    day_begins boolean;
    moves boolean;
    lateness_begins boolean;
    gain record;
begin
    select count(*) > 1, bool_or(c.resource in ('action', 'roadmap') and not exists (
        select from figure_days f where f.ministry = c.ministry and f.first_year = c.first_year and f.day = c.effective_on))
    into several, day_begins
    from added c;
    select count(*) > 0, bool_or(l.late and not exists (
        select from figure_late_days f where f.ministry = l.ministry and f.first_year = l.first_year and f.day = l.effective_on))
    into moves, lateness_begins
    from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
    join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at;

    -- Each day of a change has its own row from now on. It begins as the last day before it.
    if day_begins then
        insert into figure_days (ministry, first_year, day, cells, recorded_at, restated_at)
        select c.ministry, c.first_year, c.effective_on,
            coalesce(last.cells, (select array_fill(0, array[max(last_place)]) from figure_cells)),
            coalesce(last.recorded_at, max(c.recorded_at)), coalesce(last.restated_at, max(c.recorded_at))
        from added c
        left join lateral (
            select f.cells, f.recorded_at, f.restated_at from figure_days f
            where f.ministry = c.ministry and f.first_year = c.first_year and f.day <= c.effective_on
            order by f.day desc limit 1
        ) last on true
        where c.resource in ('action', 'roadmap')
        group by c.ministry, c.first_year, c.effective_on, last.cells, last.recorded_at, last.restated_at
        on conflict do nothing;
    end if;

    -- So has each day on which lateness changes.
    if lateness_begins then
        insert into figure_late_days (ministry, first_year, day, cells, recorded_at)
        select g.ministry, g.first_year, g.effective_on,
            coalesce(last.cells, (select array_fill(0, array[max(late_place)]) from figure_cells)),
            coalesce(last.recorded_at, g.recorded_at)
        from (
            select l.ministry, l.first_year, l.effective_on, max(l.recorded_at) as recorded_at
            from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
            join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at
            where l.late
            group by l.ministry, l.first_year, l.effective_on
        ) g
        left join lateral (
            select f.cells, f.recorded_at from figure_late_days f
            where f.ministry = g.ministry and f.first_year = g.first_year and f.day <= g.effective_on
            order by f.day desc limit 1
        ) last on true
        on conflict do nothing;
    end if;

    if moves then
        -- Each span of days is looked up by itself: joined, all days of all roadmaps might be read.
        for gain in
            with place_gains as (
                select g.ministry, g.first_year, g.late, g.effective_on, max(g.recorded_at) as recorded_at, g.place,
                    sum(g.delta)::int as delta
                from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
                join figure_gains g on g.ministry = w.ministry and g.first_year = w.first_year and g.recorded_at = w.recorded_at
                group by g.ministry, g.first_year, g.late, g.effective_on, g.place
            ), daily_gains as (
                select ministry, first_year, late, effective_on, max(recorded_at) as recorded_at, array_agg(place) as places,
                    array_agg(delta) as deltas
                from place_gains where delta <> 0 group by ministry, first_year, late, effective_on
            ), sums as (
                -- What the days from `effective_on` to `until` have gained in all.
                select ministry, first_year, late, effective_on, max(recorded_at) over days as recorded_at,
                    figure_gain(places, deltas) over days as gained, lead(effective_on, 1, 'infinity') over days as until
                from daily_gains
                window days as (partition by ministry, first_year, late order by effective_on rows unbounded preceding)
            )
            select * from sums where 0 <> any (gained)
        loop
            if gain.late then
                update figure_late_days f set cells = figure_added(f.cells, gain.gained), recorded_at = gain.recorded_at
                where f.ministry = gain.ministry and f.first_year = gain.first_year and f.day >= gain.effective_on and f.day < gain.until;
            else
                update figure_days f
                set cells = figure_added(f.cells, gain.gained),
                    recorded_at = case when several then f.recorded_at else gain.recorded_at end,
                    restated_at = case when several then f.restated_at else gain.recorded_at end
                where f.ministry = gain.ministry and f.first_year = gain.first_year and f.day >= gain.effective_on and f.day < gain.until;
            end if;
        end loop;
    end if;

    if several then
        with ledger_lines as (
            select l.*
            from (select distinct ministry, first_year, recorded_at from added where resource in ('action', 'roadmap')) w
            join figure_ledger l on l.ministry = w.ministry and l.first_year = w.first_year and l.recorded_at = w.recorded_at
            where not l.late
        ), count_spans as (
            -- How many more actions each sort has from `effective_on` to `until`.
            select ministry, first_year, recorded_at, effective_on, sum(delta) over days as gained,
                lead(effective_on, 1, 'infinity') over days as until
            from ledger_lines
            window days as (
                partition by ministry, first_year, recorded_at, theme, target_level, status, reached_level, key_action, confidential,
                    in_validation_cohort
                order by effective_on)
        ), action_boundaries as (
            -- The days on which one action enters a sort or leaves it, by the periods that the change has opened and closed.
            select p.ministry, p.first_year, p.code, c.recorded_at, boundary.day, p.theme, p.target_level, p.status, p.reached_level,
                p.key_action, p.confidential, p.in_validation_cohort,
                sum(boundary.sign * case when p.known_to = c.recorded_at then -1 else 1 end) as delta
            from added c
            join action_periods p on p.ministry = c.ministry and p.first_year = c.first_year and p.code = c.code
                and c.recorded_at in (p.known_from, p.known_to)
            cross join lateral (values (p.valid_from, 1), (p.valid_to, -1)) boundary (day, sign)
            where c.resource = 'action' and (c.kind <> 'updated'
                or c.after ?| '{theme,target_level,status,reached_level,key_action,confidential}')
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
        ), action_spans as (
            -- How often more one action is of a sort from `effective_on` to `until`.
            select ministry, first_year, recorded_at, day as effective_on, sum(delta) over days as gained,
                lead(day, 1, 'infinity') over days as until
            from action_boundaries
            window days as (
                partition by ministry, first_year, recorded_at, code, theme, target_level, status, reached_level, key_action,
                    confidential, in_validation_cohort
                order by day)
        ), moving_spans as (
            select distinct ministry, first_year, recorded_at, effective_on, until, true as counts_move
            from count_spans where gained <> 0
            union all
            select distinct ministry, first_year, recorded_at, effective_on, until, false from action_spans where gained <> 0
        ), moved_days as (
            select f.ministry, f.first_year, f.day, max(m.recorded_at) filter (where m.counts_move) as recorded_at,
                max(m.recorded_at) as restated_at
            from moving_spans m
            join figure_days f on f.ministry = m.ministry and f.first_year = m.first_year
                and f.day >= m.effective_on and f.day < m.until
            group by f.ministry, f.first_year, f.day
        )
        update figure_days f
        set recorded_at = coalesce(d.recorded_at, f.recorded_at), restated_at = d.restated_at
        from moved_days d
        where f.ministry = d.ministry and f.first_year = d.first_year and f.day = d.day;
    end if;

    return null;
end $$;

-- The names as `ministry_names` has just been given them.
create function keep_ministry_names() returns trigger language plpgsql as $$
begin
    if not exists (select from added where resource = 'ministry') then
        return null;
    end if;
    update ministry_name_periods p set known_to = c.recorded_at
    from added c
    where c.resource = 'ministry' and c.after ? 'names' and p.ministry = c.ministry and p.known_to = 'infinity';
    insert into ministry_name_periods (ministry, from_date, known_from, known_to, name, acronym)
    select n.ministry, n.from_date, c.recorded_at, 'infinity', n.name, n.acronym
    from added c join ministry_names n on n.ministry = c.ministry
    where c.resource = 'ministry' and c.after ? 'names';
    return null;
end $$;

-- Indicators -----------------------------------------------------------------------------------------------------------
--
-- What is known of an indicator, of its targets and of the measures of the bodies follows from `changes` alone, as the past of
-- actions does: the trigger `keep_indicators` writes it. A row holds from one instant to another (the last excluded), and those of
-- `known_to` infinity are what is known now. A measure is true of its period, not from a day on, so there is no second time here.
-- Numbers are exact, and keep the zeros at their end as they were written.

-- `2025`, `2025-S1`, `2025-T3` or `2025-07`.
create function period_first_day(period text) returns date
    language sql immutable parallel safe
    return make_date(left(period, 4)::int, case
        when length(period) = 4 then 1
        when substr(period, 6, 1) = 'S' then right(period, 1)::int * 6 - 5
        when substr(period, 6, 1) = 'T' then right(period, 1)::int * 3 - 2
        else right(period, 2)::int
    end, 1);

create function is_period(value text) returns boolean
    language sql immutable parallel safe
    return value ~ '^2[01][0-9]{2}(-(S[12]|T[1-4]|0[1-9]|1[0-2]))?$' and left(value, 4) <= '2100';

-- One definition of an indicator. Its last one tells what the indicator is now, with its version; those before it hold for the
-- periods before `from_period` of the next.
create table indicator_definitions (
    code text collate "C" not null,
    definition smallint not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    -- the first period of this definition; null for the first, which holds from the first period of all
    from_period text collate "C",
    title text not null,
    description text,
    kind text not null,
    unit text not null,
    consolidation text not null,
    -- how the periods of a year make the year; null where the year is the period
    over_time text,
    -- in words
    numerator text,
    denominator text,
    -- the bodies that are asked; null for those that the census of the year expects
    perimeter text[],
    perimeter_note text,
    decimals smallint not null,
    minimum numeric,
    maximum numeric,
    direction text not null,
    periodicity text not null,
    -- after the end of a period
    days_allowed smallint not null,
    first_period text collate "C" not null,
    last_period text collate "C",
    source text,
    themes text[] not null,
    practices text[] not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint indicator_definitions_pkey primary key (code, definition, known_from),
    constraint indicator_definitions_known_once unique (code, definition, known_to),
    constraint indicator_definitions_last check (known_from < known_to),
    constraint indicator_definitions_code_form check (code ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint indicator_definitions_definition_positive check (definition >= 1 and (definition = 1) = (from_period is null)),
    constraint indicator_definitions_kind_known check (kind in ('count', 'quantity', 'ratio', 'average', 'flag')),
    constraint indicator_definitions_consolidation_fits check (case kind
        when 'flag' then consolidation in ('share_of_yes', 'none')
        when 'ratio' then consolidation in ('ratio_of_sums', 'none')
        when 'average' then consolidation in ('ratio_of_sums', 'none')
        else consolidation in ('sum', 'min', 'max', 'none') end),
    constraint indicator_definitions_parts_in_words check (
        (numerator is not null) = (kind in ('ratio', 'average')) and (denominator is not null) = (kind in ('ratio', 'average'))),
    constraint indicator_definitions_periodicity_known check (periodicity in ('year', 'semester', 'quarter', 'month')),
    constraint indicator_definitions_over_time_known check (
        over_time in ('sum', 'last') and (over_time is null) = (periodicity = 'year')),
    constraint indicator_definitions_direction_known check (direction in ('increase', 'decrease', 'none')),
    constraint indicator_definitions_periods_form check (
        is_period(first_period) and is_period(last_period) and is_period(from_period)),
    constraint indicator_definitions_decimals_range check (decimals between 0 and 6),
    constraint indicator_definitions_bounds_ordered check (minimum <= maximum),
    constraint indicator_definitions_days_range check (days_allowed between 0 and 1000),
    constraint indicator_definitions_version_positive check (version >= 1)
);

create table indicator_targets (
    indicator text collate "C" not null,
    -- null for the State
    ministry text collate "C",
    period text collate "C" not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    value numeric not null,
    base_period text collate "C",
    base_value numeric,
    source text,
    note text,
    constraint indicator_targets_last check (known_from < known_to),
    constraint indicator_targets_ministry_fkey foreign key (ministry) references ministries (code),
    constraint indicator_targets_period_form check (is_period(period) and is_period(base_period)),
    constraint indicator_targets_base_complete check ((base_period is null) = (base_value is null))
);
create index indicator_targets_of_indicator on indicator_targets (indicator, known_to);

create table measures (
    ministry text collate "C" not null,
    indicator text collate "C" not null,
    period text collate "C" not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    -- the number of the definition under which it was given
    definition smallint not null,
    -- of a flag, 1 or 0
    value numeric,
    numerator numeric,
    denominator numeric,
    -- why
    not_applicable text,
    unavailable text,
    state text not null,
    -- why it was sent back
    state_reason text,
    estimated boolean not null,
    source text,
    method text,
    comment text,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    year smallint not null generated always as (left(period, 4)::smallint) stored,
    first_day date not null generated always as (period_first_day(period)) stored,
    constraint measures_pkey primary key (ministry, indicator, period, known_from),
    constraint measures_known_once unique (ministry, indicator, period, known_to),
    constraint measures_last check (known_from < known_to),
    constraint measures_ministry_fkey foreign key (ministry) references ministries (code),
    constraint measures_period_form check (is_period(period)),
    constraint measures_one_answer check (num_nonnulls(value, numerator, not_applicable, unavailable) = 1
        and (numerator is null) = (denominator is null)),
    constraint measures_parts_positive check (numerator >= 0 and denominator > 0),
    constraint measures_state_known check (state in ('brouillon', 'soumise', 'validee', 'renvoyee')),
    constraint measures_renvoyee_needs_reason check ((state = 'renvoyee') = (state_reason is not null)),
    constraint measures_version_positive check (version >= 1)
);
-- What a consolidation reads: one indicator, or all of them, in the periods of a year.
create index measures_open_of_year on measures (year, indicator, first_day, ministry) where known_to = 'infinity';
create index measures_of_year on measures (year, indicator, known_from);

-- Those that may be seen by whoever may read at all.
create function measure_in_sight(state text) returns boolean
    language sql immutable parallel safe
    return coalesce(state in ('soumise', 'validee'), false);

-- Until when a measure was last hidden from those who do not see all of its ministry.
create function measure_hidden_until(body text, period_year smallint, key text) returns timestamptz
    language plpgsql stable parallel safe as $$
begin
    return (
        select max(past.recorded_at) from changes past
        where past.ministry = body and past.first_year = period_year and past.code = key and past.resource = 'measure'
            and (past.kind = 'deleted' or not measure_in_sight(coalesce(past.before ->> 'state', 'validee'))));
end $$;

-- A change of an indicator says its last definition anew, or begins another one, by its number. A change of a measure ends what was
-- known of it.
-- Its plans are kept from the first use, when reading a table whole costs nothing; they must still do when there is much.
create function keep_indicators() returns trigger language plpgsql set jit = off set enable_seqscan = off as $$
declare
    said changes;
    former indicator_definitions;
    stated indicator_definitions;
begin
    for said in select * from added where resource = 'indicator' order by id loop
        select * into former from indicator_definitions d
        where d.code = said.code and d.known_to = 'infinity' order by d.definition desc limit 1;
        stated := jsonb_populate_record(former, '{"code": null}' || said.after);
        if stated.definition = former.definition then
            update indicator_definitions d set known_to = said.recorded_at
            where d.code = said.code and d.definition = stated.definition and d.known_to = 'infinity';
        end if;
        stated.code := said.code;
        stated.definition := coalesce(stated.definition, 1);
        stated.themes := coalesce(stated.themes, '{}');
        stated.practices := coalesce(stated.practices, '{}');
        stated.version := said.version;
        stated.known_from := said.recorded_at;
        stated.known_to := 'infinity';
        stated.created_at := coalesce(former.created_at, said.recorded_at);
        stated.updated_at := said.recorded_at;
        insert into indicator_definitions select stated.*;
        if said.after ? 'targets' then
            update indicator_targets t set known_to = said.recorded_at where t.indicator = said.code and t.known_to = 'infinity';
            insert into indicator_targets (indicator, ministry, period, known_from, known_to, value, base_period, base_value, source, note)
            select said.code, t.ministry, t.period, said.recorded_at, 'infinity', t.value, t.base_period, t.base_value, t.source, t.note
            from jsonb_to_recordset(said.after -> 'targets') t (ministry text, period text, value numeric, base_period text,
                base_value numeric, source text, note text);
        end if;
    end loop;

    if not exists (select from added where resource = 'measure') then
        return null;
    end if;
    -- Each change looks for its own row: the limit keeps the planner from joining the other way round, and from comparing each
    -- measure with each change. What is known now is asked for as what is known until infinity or later, which no partial index
    -- answers: the planner would take the one of the open measures of a year, which knows no period, before it has statistics.
    with said as materialized (
        select c.kind, c.ministry, split_part(c.code, '/', 1) as indicator, split_part(c.code, '/', 2) as period, c.version,
            c.recorded_at, c.after, open.place, open.past
        from added c left join lateral (
            select m.ctid as place, m as past from measures m
            where m.ministry = c.ministry and m.indicator = split_part(c.code, '/', 1) and m.period = split_part(c.code, '/', 2)
                and m.known_to >= 'infinity'
            limit 1
        ) open on true
        where c.resource = 'measure'
    ), closed as (
        update measures m set known_to = s.recorded_at from said s where m.ctid = s.place
        returning s.*
    ), opening as (
        select ministry, indicator, period, recorded_at, version, (past).created_at, jsonb_populate_record(past, after) as state
        from closed where kind = 'updated'
        union all
        select ministry, indicator, period, recorded_at, version, recorded_at,
            jsonb_populate_record(null::measures, '{"estimated": false}' || after)
        from said where kind = 'created'
    )
    insert into measures (ministry, indicator, period, known_from, known_to, definition, value, numerator, denominator,
        not_applicable, unavailable, state, state_reason, estimated, source, method, comment, version, created_at, updated_at)
    select ministry, indicator, period, recorded_at, 'infinity', (state).definition, (state).value, (state).numerator,
        (state).denominator, (state).not_applicable, (state).unavailable, (state).state, (state).state_reason, (state).estimated,
        (state).source, (state).method, (state).comment, version, created_at, recorded_at
    from opening;
    return null;
end $$;

-- Avoided impacts --------------------------------------------------------------------------------------------------------
--
-- As for indicators, what is known of factors and of the impacts of actions follows from `changes` alone: the trigger `keep_impacts`
-- writes it. An impact is true of its year, not from a day on.

-- Numbers with their interval are objects, `{"low", "central", "high"}`, as the history has them.
create function is_bounded_number(value jsonb) returns boolean
    language sql immutable parallel safe
    return value is null or (value ->> 'central') is not null and ((value ->> 'low') is null) = ((value ->> 'high') is null)
        and (value ->> 'central')::numeric >= 0
        and coalesce((value ->> 'low')::numeric between 0 and (value ->> 'central')::numeric
            and (value ->> 'central')::numeric <= (value ->> 'high')::numeric, true);

-- One version of a factor, which never changes; the last one ends those before it.
create table impact_factors (
    code text collate "C" not null,
    version integer not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    title text not null,
    -- in words
    functional_unit text not null,
    kg_co2_eq jsonb,
    kg_sb_eq jsonb,
    method_family text collate "C" not null,
    hypothesis text,
    lifetime_years numeric,
    data_year smallint,
    place text,
    source text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint impact_factors_pkey primary key (code, version),
    constraint impact_factors_known_once unique (code, known_to),
    constraint impact_factors_last check (known_from < known_to),
    constraint impact_factors_code_form check (code ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint impact_factors_family_form check (method_family ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint impact_factors_some_amount check (num_nonnulls(kg_co2_eq, kg_sb_eq) > 0),
    constraint impact_factors_co2_bounded check (is_bounded_number(kg_co2_eq)),
    constraint impact_factors_sb_bounded check (is_bounded_number(kg_sb_eq)),
    constraint impact_factors_lifetime_range check (lifetime_years > 0),
    constraint impact_factors_version_positive check (version >= 1)
);

create table impacts (
    ministry text collate "C" not null,
    first_year smallint not null,
    action text collate "C" not null,
    number smallint not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    factor text collate "C" not null,
    factor_version integer not null,
    quantity jsonb not null,
    period text collate "C" not null,
    basis text not null,
    overlap_group text collate "C",
    source text,
    comment text,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint impacts_pkey primary key (ministry, first_year, action, number, known_from),
    constraint impacts_known_once unique (ministry, first_year, action, number, known_to),
    constraint impacts_last check (known_from < known_to),
    constraint impacts_factor_fkey foreign key (factor, factor_version) references impact_factors (code, version),
    constraint impacts_quantity_bounded check (is_bounded_number(quantity)),
    constraint impacts_period_form check (period ~ '^2[01][0-9]{2}$' and period <= '2100'),
    constraint impacts_basis_known check (basis in ('estimated', 'measured')),
    constraint impacts_overlap_group_form check (overlap_group ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$'),
    constraint impacts_number_positive check (number >= 1),
    constraint impacts_version_positive check (version >= 1)
);
-- What figures read.
create index impacts_of_period on impacts (period, ministry, first_year, action);

create function keep_impacts() returns trigger language plpgsql set jit = off as $$
begin
    if exists (select from added where resource = 'impact_factor') then
        update impact_factors f set known_to = c.recorded_at
        from added c
        where c.resource = 'impact_factor' and f.code = c.code and f.known_to = 'infinity';
        insert into impact_factors (code, version, known_from, known_to, title, functional_unit, kg_co2_eq, kg_sb_eq, method_family,
            hypothesis, lifetime_years, data_year, place, source, created_at, updated_at)
        select c.code, c.version, c.recorded_at, 'infinity', (told).title, (told).functional_unit, (told).kg_co2_eq, (told).kg_sb_eq,
            (told).method_family, (told).hypothesis, (told).lifetime_years, (told).data_year, (told).place, (told).source,
            coalesce(former.created_at, c.recorded_at), c.recorded_at
        from added c
        left join impact_factors former on former.code = c.code and former.version = c.version - 1
        cross join lateral (select jsonb_populate_record(former, c.after) as told) stated
        where c.resource = 'impact_factor';
    end if;

    if not exists (select from added where resource = 'impact') then
        return null;
    end if;
    with closed as (
        update impacts i set known_to = c.recorded_at
        from added c
        where c.resource = 'impact' and i.ministry = c.ministry and i.first_year = c.first_year and i.action = split_part(c.code, '/', 1)
            and i.number = split_part(c.code, '/', 2)::smallint and i.known_to = 'infinity'
        returning i as past, c.kind, c.version, c.recorded_at, c.after
    ), opening as (
        select (past).ministry, (past).first_year, (past).action, (past).number, recorded_at, version, (past).created_at,
            jsonb_populate_record(past, after) as told
        from closed where kind = 'updated'
        union all
        select ministry, first_year, split_part(code, '/', 1), split_part(code, '/', 2)::smallint, recorded_at, version, recorded_at,
            jsonb_populate_record(null::impacts, after)
        from added where resource = 'impact' and kind = 'created'
    )
    insert into impacts (ministry, first_year, action, number, known_from, known_to, factor, factor_version, quantity, period, basis,
        overlap_group, source, comment, version, created_at, updated_at)
    select ministry, first_year, action, number, recorded_at, 'infinity', (told).factor, (told).factor_version, (told).quantity,
        (told).period, (told).basis, (told).overlap_group, (told).source, (told).comment, version, created_at, recorded_at
    from opening;
    return null;
end $$;

-- Recommendations --------------------------------------------------------------------------------------------------------
--
-- As for impacts, what is known of them follows from `changes` alone: the trigger `keep_recommendations` writes it. What became of one by
-- a day follows from the days on which it was sent, answered and closed.
create table recommendations (
    ministry text collate "C" not null,
    first_year smallint not null,
    number smallint not null,
    known_from timestamptz not null,
    known_to timestamptz not null,
    -- `plan`, a theme, or the code of an action
    subject text collate "C" not null,
    theme text,
    category text not null,
    priority text not null,
    text text not null,
    state text not null,
    -- how the body answered, which a closed one keeps
    answered_as text,
    plan_version integer not null,
    read_at timestamptz not null,
    due_on date,
    answer text,
    -- the id of an action
    met_by text collate "C",
    outcome text,
    -- the id of the one of an earlier plan that it goes on from
    carried_from text collate "C",
    sent_on date,
    answered_on date,
    closed_on date,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    code text collate "C" not null generated always as ('R' || case when number < 10 then '0' else '' end || number::text) stored,
    -- the code of the action that it is about
    action text collate "C" generated always as (case when subject ~ '^[A-Z0-9]' then subject end) stored,
    constraint recommendations_pkey primary key (ministry, first_year, number, known_from),
    constraint recommendations_known_once unique (ministry, first_year, number, known_to),
    constraint recommendations_last check (known_from < known_to),
    constraint recommendations_theme_fkey foreign key (theme) references themes (code),
    constraint recommendations_number_range check (number between 1 and 9999),
    constraint recommendations_subject_form check (
        (subject = 'plan') = (theme is null) and (subject = 'plan' or subject = theme or subject ~ '^[A-Z0-9][A-Z0-9.-]{0,31}$')),
    constraint recommendations_category_known check (
        category in ('missing_theme', 'level_too_low', 'not_measurable', 'no_due_date', 'done_elsewhere', 'wording', 'other')),
    constraint recommendations_priority_known check (priority in ('majeure', 'mineure')),
    constraint recommendations_text_length check (char_length(text) between 1 and 5000),
    constraint recommendations_answer_length check (char_length(answer) between 1 and 5000),
    constraint recommendations_state_known check (state in ('brouillon', 'emise', 'acceptee', 'amendee', 'declinee', 'close')),
    constraint recommendations_outcome_known check (
        outcome in ('mise_en_oeuvre', 'en_cours', 'incomplete', 'non_mise_en_oeuvre', 'sans_objet')),
    constraint recommendations_sent_unless_draft check ((state = 'brouillon') = (sent_on is null)),
    constraint recommendations_answered_in_words check (
        (answered_as is null) = (answer is null) and (answered_as is null) = (answered_on is null)),
    constraint recommendations_answered_as_it_stands check (
        answered_as in ('acceptee', 'amendee', 'declinee')
        and (state = 'close' or answered_as = state) or answered_as is null and state in ('brouillon', 'emise', 'close')),
    constraint recommendations_met_when_accepted check (met_by is null or answered_as = 'acceptee'),
    constraint recommendations_closed_with_outcome check (
        (state = 'close') = (outcome is not null) and (state = 'close') = (closed_on is not null)),
    constraint recommendations_days_in_order check (sent_on <= answered_on and sent_on <= closed_on and answered_on <= closed_on),
    constraint recommendations_read_before_known check (read_at <= known_from),
    constraint recommendations_version_positive check (version >= 1),
    -- Two requests at once do not carry the same one on twice.
    constraint recommendations_carried_once exclude using btree (carried_from with =) where (known_to = 'infinity')
);

create function keep_recommendations() returns trigger language plpgsql set jit = off as $$
begin
    if not exists (select from added where resource = 'recommendation') then
        return null;
    end if;
    with closed as (
        update recommendations r set known_to = c.recorded_at
        from added c
        where c.resource = 'recommendation' and r.ministry = c.ministry and r.first_year = c.first_year
            and r.number = substr(c.code, 2)::smallint and r.known_to = 'infinity'
        returning r as past, c.kind, c.version, c.recorded_at, c.after
    ), opening as (
        select (past).ministry, (past).first_year, (past).number, recorded_at, version, (past).created_at,
            jsonb_populate_record(past, after) as told
        from closed where kind = 'updated'
        union all
        select ministry, first_year, substr(code, 2)::smallint, recorded_at, version, recorded_at,
            jsonb_populate_record(null::recommendations, after)
        from added where resource = 'recommendation' and kind = 'created'
    )
    insert into recommendations (ministry, first_year, number, known_from, known_to, subject, theme, category, priority, text, state,
        answered_as, plan_version, read_at, due_on, answer, met_by, outcome, carried_from, sent_on, answered_on, closed_on, version,
        created_at, updated_at)
    select ministry, first_year, number, recorded_at, 'infinity', (told).subject, (told).theme, (told).category, (told).priority,
        (told).text, (told).state, (told).answered_as, (told).plan_version, (told).read_at, (told).due_on, (told).answer, (told).met_by,
        (told).outcome, (told).carried_from, (told).sent_on, (told).answered_on, (told).closed_on, version, created_at, recorded_at
    from opening;
    return null;
end $$;

-- How often the data of each ministry have changed ('' for what belongs to none): while no version moves, what is read of
-- them does not. One writer at a time reaches a row, by the lock it holds, but for a change of the ministry itself.
create table data_versions (
    ministry text collate "C" not null,
    version bigint not null,
    constraint data_versions_pkey primary key (ministry)
) with (fillfactor = 50);

create function keep_data_versions() returns trigger language plpgsql as $$
begin
    insert into data_versions (ministry, version)
    select distinct ministry, 1 from added order by ministry
    on conflict (ministry) do update set version = data_versions.version + 1;
    return null;
end $$;

-- The feed of changes -----------------------------------------------------------------------------------------------------
--
-- What `GET /v1/changes` tells, in an order that a reader can follow without missing anything. The ids of `changes` are
-- drawn before the commit: who has seen the eleventh may still miss the tenth. So an entry has a position, at least the
-- number of its transaction, and is told once every transaction of a lower number has ended: nothing can then come before
-- it any more. It is also no lower than the last position of its ministry, because a transaction may draw its number
-- before it waits for the ministry's lock; and so the versions of a thing ascend.

-- Transaction numbers mean something in one cluster only. Positions are kept by a dump, and the cluster that it is restored to goes
-- on above the last of them: `added` is what its numbers lack.
create table feed_numbering (
    one boolean not null default true,
    added bigint not null,
    constraint feed_numbering_pkey primary key (one),
    constraint feed_numbering_one_row check (one)
);
insert into feed_numbering (added) values (0);

create table feed_entries (
    id bigint generated always as identity,
    position xid8 not null,
    -- '' for what belongs to no ministry (a census, an indicator, a factor)
    ministry text collate "C" not null,
    first_year smallint,
    code text collate "C",
    resource text not null,
    version integer not null,
    recorded_at timestamptz not null,
    -- null for what was there from the installation
    change bigint,
    -- what it is for those who see all of the ministry, and for the others; null for nothing
    inside text,
    outside text,
    -- of what comes into sight
    state jsonb,
    -- of a late entry, the members as they were known of today: `changes.before` tells those of a past day
    before jsonb,
    -- the one that wrote it, in the numbering of positions; '0' for what was there before version 3
    transaction xid8 not null,
    -- those that had not ended then and may have entries before it; null for none. Of all others the entries before this one
    -- were committed before it: wherever this one is, they are.
    under_way xid8[],
    constraint feed_entries_pkey primary key (ministry, position, id),
    constraint feed_entries_kind_known check (
        inside in ('created', 'updated', 'deleted', 'revealed')
        and outside in ('created', 'updated', 'deleted', 'withdrawn', 'revealed')),
    constraint feed_entries_for_somebody check (inside is not null or outside is not null),
    constraint feed_entries_state_of_revealed check ((state is not null) = coalesce('revealed' in (inside, outside), false))
);
create index feed_entries_in_order on feed_entries (position, id);
create index feed_entries_of_transaction on feed_entries (transaction);
create index feed_entries_outside on feed_entries (position, id) where outside is not null;
create index feed_entries_endings on feed_entries (ministry, first_year, code, id)
    where outside in ('withdrawn', 'deleted');
create trigger feed_entries_append_only before update or delete or truncate on feed_entries
    for each statement execute function refuse_rewriting_history();

-- The timeline on which the database writes, another one from its promotion on; of a standby, that which it has replayed.
-- The control file of a primary would tell it minutes later, with the first checkpoint.
create function database_timeline() returns integer
    language sql volatile
    return case
        when pg_is_in_recovery() then (
            select greatest(c.timeline_id, r.min_recovery_end_timeline) from pg_control_checkpoint() c, pg_control_recovery() r)
        else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
    end;

-- What cursors given by servers of versions 1 and 2 name: they are good in the same cluster, timeline and table only.
create function feed_epoch() returns text
    language sql volatile
    return (select to_hex(s.system_identifier) || '-' || to_hex(database_timeline()) || '-' || to_hex('feed_entries'::regclass::oid::bigint)
        from pg_control_system() s);

create function feed_number(transaction xid8) returns bigint
    language sql immutable strict parallel safe
    return transaction::text::bigint;

create function feed_transaction(number bigint) returns xid8
    language sql immutable strict parallel safe
    return number::text::xid8;

-- The first position that is not to be told yet: something may still come before it. What lies above all that a transaction of this
-- cluster can have written was restored from elsewhere and is complete.
create function feed_horizon() returns xid8
    language plpgsql stable as $$
begin
    return (
        select feed_transaction(case
            when last.position >= feed_number(pg_snapshot_xmax(now.snapshot)) + n.added then last.position + 1
            else feed_number(pg_snapshot_xmin(now.snapshot)) + n.added
        end)
        from feed_numbering n
        cross join (select pg_current_snapshot() as snapshot) now
        left join (select feed_number(position) as position from feed_entries order by feed_entries.position desc limit 1) last on true);
end $$;

-- The position of what is being written of some ministries, its transaction, and those under way.
-- Its plans are kept: PostgreSQL would make new ones for each list of ministries, which takes longer than what they do.
create function feed_place(touched text[], out place xid8, out own xid8, out under_way xid8[])
    language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    number bigint := feed_number(pg_current_xact_id());
    numbering bigint;
    now pg_snapshot;
    highest bigint;
    floor xid8;
begin
    select n.added, pg_current_snapshot(), feed_number((select position from feed_entries order by position desc limit 1)), (
        select last.position
        from unnest(touched) ministry
        cross join lateral (
            select f.position from feed_entries f where f.ministry = ministry.ministry order by f.position desc limit 1) last
        order by last.position desc limit 1)
    into numbering, now, highest, floor
    from feed_numbering n;
    -- The database was restored here. One writer says from where the numbers go on; the others wait for it.
    if highest >= greatest(feed_number(pg_snapshot_xmax(now)), number + 1) + numbering then
        select added into numbering from feed_numbering for update;
        now := pg_current_snapshot();
        highest := feed_number((select position from feed_entries order by position desc limit 1));
        if highest >= greatest(feed_number(pg_snapshot_xmax(now)), number + 1) + numbering then
            numbering := highest + 1 - feed_number(pg_snapshot_xmin(now));
            update feed_numbering set added = numbering;
        end if;
    end if;
    own := feed_transaction(number + numbering);
    place := greatest(own, floor);
    -- A snapshot names those that had begun before the last one that ended; the others lie between that one and this.
    if right(now::text, 1) <> ':' or number > feed_number(pg_snapshot_xmax(now)) then
        under_way := (
            select array_agg(feed_transaction(other + numbering) order by other)
            from (
                select feed_number(transaction) from pg_snapshot_xip(now) transaction
                union all
                select generate_series(feed_number(pg_snapshot_xmax(now)), feed_number(place) - numbering - 1)
            ) others (other)
            where other <> number and other + numbering < feed_number(place));
    end if;
end $$;

-- The entries before this one that are there without following from it: a short print of them, or null for none. A copy of the
-- database may have this entry and lack one of those.
create function feed_others(entry feed_entries) returns text
    language plpgsql stable as $$
begin
    return (
        select encode(substr(sha256(convert_to(
            string_agg(o.position || ' ' || o.id || ' ' || extract(epoch from o.recorded_at), ',' order by o.position, o.id), 'UTF8')), 1, 6), 'hex')
        from feed_entries o
        where o.transaction = any (entry.under_way) and (o.position, o.id) < (entry.position, entry.id));
end $$;

-- The rule of `Visibility` in Swift: whether a thing in this state is in everybody's sight.
create function in_sight_of_all(roadmap_state text, confidential boolean) returns boolean
    language sql immutable parallel safe
    return coalesce(roadmap_state <> 'brouillon' and not confidential, false);

create function feed_kind(kind text, was_in_sight boolean, is_in_sight boolean) returns text
    language sql immutable parallel safe
    return case
        when was_in_sight and is_in_sight then 'updated'
        when is_in_sight then case kind when 'created' then 'created' else 'revealed' end
        when was_in_sight then case kind when 'deleted' then 'deleted' else 'withdrawn' end
    end;

create function feed_state(a action_periods) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('title', a.title, 'description', a.description, 'theme', a.theme, 'target_level', a.target_level,
        'reached_level', a.reached_level, 'status', a.status, 'status_reason', a.status_reason, 'key_action', a.key_action,
        'identified_on', a.identified_on, 'due_on', a.due_on, 'completed_on', a.completed_on, 'lead', a.lead,
        'contributors', a.contributors, 'practices', a.practices, 'confidential', a.confidential);

create function feed_state(m measures) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('definition', m.definition, 'value', m.value, 'numerator', m.numerator, 'denominator', m.denominator,
        'not_applicable', m.not_applicable, 'unavailable', m.unavailable, 'state', m.state, 'state_reason', m.state_reason,
        'estimated', m.estimated, 'source', m.source, 'method', m.method, 'comment', m.comment);

create function feed_state(i impacts) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('factor', i.factor, 'factor_version', i.factor_version, 'quantity', i.quantity, 'period', i.period,
        'basis', i.basis, 'overlap_group', i.overlap_group, 'source', i.source, 'comment', i.comment);

create function feed_state(r recommendations) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('subject', r.subject, 'theme', r.theme, 'category', r.category, 'priority', r.priority, 'text', r.text,
        'state', r.state, 'answered_as', r.answered_as, 'plan_version', r.plan_version, 'read_at', rfc3339(r.read_at),
        'due_on', r.due_on, 'answer', r.answer, 'met_by', r.met_by, 'outcome', r.outcome, 'carried_from', r.carried_from,
        'sent_on', r.sent_on, 'answered_on', r.answered_on, 'closed_on', r.closed_on);

create function feed_state(r roadmap_periods) returns jsonb
    language sql stable parallel safe
    return jsonb_build_object('last_year', r.last_year, 'title', r.title, 'state', r.state, 'due_on', r.due_on,
        'submitted_on', r.submitted_on, 'validated_on', r.validated_on);

-- The members that a late entry states, as they were until then.
create function feed_before(stated jsonb, known jsonb) returns jsonb
    language plpgsql immutable parallel safe as $$
begin
    return (select jsonb_object_agg(member, known -> member) from jsonb_object_keys(stated) as member);
end $$;

-- Each change is an entry. One that brings a roadmap into sight or out of it is one for each of its actions too: after the changes of
-- roadmaps and of what belongs to none, those of actions, then the actions that follow their roadmaps, then the impacts and the
-- recommendations with theirs.
create function keep_feed() returns trigger language plpgsql set jit = off as $$
declare
    here record;
    -- the states in which the roadmaps that change were before, by ministry and year; null where none changes
    former_states jsonb;
begin
    here := feed_place(array(select distinct ministry from added));

    if exists (select from added where resource <> 'action') then
        former_states := (
            select jsonb_object_agg(c.ministry || c.first_year, past.state)
            from added c
            left join roadmap_periods past on past.ministry = c.ministry and past.first_year = c.first_year
                and past.known_to = c.recorded_at and past.valid_to = 'infinity'
            where c.resource = 'roadmap');

        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            before, transaction, under_way)
        select here.place, c.ministry, c.first_year, c.code, c.resource, c.version, c.recorded_at, c.id, c.kind, told.outside,
            case when told.outside = 'revealed' then feed_state(present) end,
            case when c.resource = 'roadmap' and c.kind = 'updated' and c.effective_on < paris_date(c.recorded_at)
                then feed_before(c.before, feed_state(past)) end,
            here.own, here.under_way
        from added c
        left join roadmap_periods past on c.resource = 'roadmap' and past.ministry = c.ministry and past.first_year = c.first_year
            and past.known_to = c.recorded_at and past.valid_to = 'infinity'
        left join roadmap_periods present on c.resource = 'roadmap' and present.ministry = c.ministry
            and present.first_year = c.first_year and present.known_to = 'infinity' and present.valid_to = 'infinity'
        cross join lateral (
            select case when c.resource = 'roadmap'
                then feed_kind(c.kind, in_sight_of_all(past.state, false), in_sight_of_all(present.state, false))
                else c.kind end as outside
        ) told
        where c.resource in ('roadmap', 'ministry', 'census', 'indicator', 'impact_factor')
        order by c.id;
    end if;

    if exists (select from added where resource = 'measure') then
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            transaction, under_way)
        select here.place, c.ministry, c.first_year, c.code, 'measure', c.version, c.recorded_at, c.id, c.kind, told.outside,
            case when told.outside = 'revealed' then feed_state(present) end, here.own, here.under_way
        from added c
        left join measures past on past.ministry = c.ministry and past.indicator = split_part(c.code, '/', 1)
            and past.period = split_part(c.code, '/', 2) and past.known_to = c.recorded_at
        -- As in `keep_indicators`.
        left join measures present on present.ministry = c.ministry and present.indicator = split_part(c.code, '/', 1)
            and present.period = split_part(c.code, '/', 2) and present.known_to >= 'infinity'
        cross join lateral (
            select feed_kind(c.kind, measure_in_sight(past.state), measure_in_sight(present.state)) as outside
        ) told
        where c.resource = 'measure'
        order by c.id;
    end if;

    -- What an action was until then is the last that was known of it, if it was there: the last period is told anew by every change.
    insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
        before, transaction, under_way)
    select here.place, c.ministry, c.first_year, c.code, 'action', c.version, c.recorded_at, c.id, c.kind, told.outside,
        case when told.outside = 'revealed' then feed_state(present) end,
        case when c.kind = 'updated' and c.effective_on < paris_date(c.recorded_at) then feed_before(c.before, feed_state(past.state)) end,
        here.own, here.under_way
    from added c
    left join roadmap_periods plan on plan.ministry = c.ministry and plan.first_year = c.first_year
        and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
    left join lateral (
        select p as state from action_periods p
        where p.ministry = c.ministry and p.first_year = c.first_year and p.code = c.code and p.known_from < c.recorded_at
            and p.valid_to = 'infinity'
        order by p.known_from desc, p.valid_from desc limit 1
    ) past on (past.state).known_to = c.recorded_at
    left join action_periods present on present.ministry = c.ministry and present.first_year = c.first_year
        and present.code = c.code and present.known_to = 'infinity' and present.valid_to = 'infinity'
    cross join lateral (
        select feed_kind(c.kind,
            in_sight_of_all(case when former_states ? (c.ministry || c.first_year)
                then former_states ->> (c.ministry || c.first_year) else plan.state end, (past.state).confidential),
            in_sight_of_all(plan.state, present.confidential)) as outside
    ) told
    where c.resource = 'action'
    order by c.id;

    if former_states is not null then
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, outside, state,
            transaction, under_way)
        select here.place, a.ministry, a.first_year, a.code, 'action', a.version, c.recorded_at, c.id, told.outside,
            case when told.outside = 'revealed' then feed_state(a) end, here.own, here.under_way
        from added c
        left join roadmap_periods present on present.ministry = c.ministry and present.first_year = c.first_year
            and present.known_to = 'infinity' and present.valid_to = 'infinity'
        cross join lateral (
            select in_sight_of_all(former_states ->> (c.ministry || c.first_year), false) as was_in_sight,
                in_sight_of_all(present.state, false) as is_in_sight
        ) sight
        cross join lateral (select case when sight.is_in_sight then 'revealed' else 'withdrawn' end as outside) told
        join action_periods a on a.ministry = c.ministry and a.first_year = c.first_year
            and a.known_to = 'infinity' and a.valid_to = 'infinity' and not a.confidential
        where c.resource = 'roadmap' and sight.was_in_sight <> sight.is_in_sight and not exists (
            select from added o
            where o.resource = 'action' and o.ministry = a.ministry and o.first_year = a.first_year and o.code = a.code)
        order by c.id, a.code;
    end if;

    -- An impact is in sight as its action is, whose entries of this write stand above.
    if exists (
        select from added c
        where c.resource in ('impact', 'roadmap') or c.resource = 'action' and (c.kind <> 'updated' or c.after ? 'confidential')
    ) then
        with moves as (
            select e.ministry, e.first_year, e.code, e.change, e.recorded_at, e.outside in ('created', 'revealed') as into_sight
            from added c
            join feed_entries e on e.ministry = c.ministry and e.position = here.place and e.change = c.id
            where e.resource = 'action' and e.outside in ('created', 'revealed', 'withdrawn', 'deleted')
        ), own as (
            select c.id, c.ministry, c.first_year, c.code, split_part(c.code, '/', 1) as action, c.version, c.recorded_at, c.kind
            from added c where c.resource = 'impact'
        ), told as (
            select o.id, o.ministry, o.first_year, o.code, o.version, o.recorded_at, o.kind as inside,
                feed_kind(o.kind, o.kind <> 'created' and coalesce(not m.into_sight, sight.is_in_sight),
                    o.kind <> 'deleted' and sight.is_in_sight) as outside, i as state
            from own o
            left join moves m on m.ministry = o.ministry and m.first_year = o.first_year and m.code = o.action
            left join impacts i on i.ministry = o.ministry and i.first_year = o.first_year and i.action = o.action
                and i.number = split_part(o.code, '/', 2)::smallint and i.known_to = 'infinity'
            left join roadmap_periods plan on plan.ministry = o.ministry and plan.first_year = o.first_year
                and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
            left join action_periods a on a.ministry = o.ministry and a.first_year = o.first_year and a.code = o.action
                and a.known_to = 'infinity' and a.valid_to = 'infinity'
            cross join lateral (select in_sight_of_all(plan.state, a.confidential) as is_in_sight) sight
            union all
            select m.change, m.ministry, m.first_year, i.action || '/' || i.number, i.version, m.recorded_at, null,
                case when m.into_sight then 'revealed' else 'withdrawn' end, i
            from moves m
            join impacts i on i.ministry = m.ministry and i.first_year = m.first_year and i.action = m.code and i.known_to = 'infinity'
            where not exists (
                select from own o
                where o.ministry = i.ministry and o.first_year = i.first_year and o.code = i.action || '/' || i.number)
        )
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            transaction, under_way)
        select here.place, t.ministry, t.first_year, t.code, 'impact', t.version, t.recorded_at, t.id, t.inside, t.outside,
            case when t.outside = 'revealed' then feed_state(t.state) end, here.own, here.under_way
        from told t
        order by t.id, t.code collate "C";
    end if;

    -- A recommendation is in sight as its plan is or, where it is about an action, as this is. Drafts are told to nobody: those who see
    -- all of the ministry may not see them either.
    if exists (
        select from added c
        where c.resource in ('recommendation', 'roadmap') or c.resource = 'action' and (c.kind <> 'updated' or c.after ? 'confidential')
    ) then
        with moves as (
            select e.ministry, e.first_year, e.code, e.change, e.recorded_at, e.outside in ('created', 'revealed') as into_sight
            from added c
            join feed_entries e on e.ministry = c.ministry and e.position = here.place and e.change = c.id
            where e.resource in ('action', 'roadmap') and e.outside in ('created', 'revealed', 'withdrawn', 'deleted')
        ), told as (
            select c.id, c.ministry, c.first_year, c.code, c.version, c.recorded_at,
                feed_kind(c.kind, past.sent_on is not null, true) as inside,
                feed_kind(c.kind, past.sent_on is not null and sight.is_in_sight, sight.is_in_sight) as outside, present as state
            from added c
            join recommendations present on present.ministry = c.ministry and present.first_year = c.first_year
                and present.number = substr(c.code, 2)::smallint and present.known_to = 'infinity' and present.sent_on is not null
            left join recommendations past on past.ministry = c.ministry and past.first_year = c.first_year
                and past.number = present.number and past.known_to = c.recorded_at
            left join roadmap_periods plan on plan.ministry = c.ministry and plan.first_year = c.first_year
                and plan.known_to = 'infinity' and plan.valid_to = 'infinity'
            left join action_periods a on a.ministry = c.ministry and a.first_year = c.first_year and a.code = present.action
                and a.known_to = 'infinity' and a.valid_to = 'infinity'
            cross join lateral (
                select in_sight_of_all(plan.state, present.action is not null and coalesce(a.confidential, true)) as is_in_sight) sight
            where c.resource = 'recommendation'
            union all
            select m.change, m.ministry, m.first_year, r.code, r.version, m.recorded_at, null,
                case when m.into_sight then 'revealed' else 'withdrawn' end, r
            from moves m
            join recommendations r on r.ministry = m.ministry and r.first_year = m.first_year and r.known_to = 'infinity'
                and r.sent_on is not null and r.action is not distinct from m.code
        )
        insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state,
            transaction, under_way)
        select here.place, t.ministry, t.first_year, t.code, 'recommendation', t.version, t.recorded_at, t.id, t.inside, t.outside,
            case when 'revealed' in (t.inside, t.outside) then feed_state(t.state) end, here.own, here.under_way
        from told t
        order by t.id, t.code collate "C";
    end if;
    return null;
end $$;

-- In the order of their names.
create trigger changes_1_roadmap_periods after insert on changes
    referencing new table as added for each statement execute function keep_roadmap_periods();
create trigger changes_2_action_periods after insert on changes
    referencing new table as added for each statement execute function keep_action_periods();
create trigger changes_3_figure_days after insert on changes
    referencing new table as added for each statement execute function keep_figure_days();
create trigger changes_4_ministry_names after insert on changes
    referencing new table as added for each statement execute function keep_ministry_names();
create trigger changes_4_indicators after insert on changes
    referencing new table as added for each statement execute function keep_indicators();
create trigger changes_4_impacts after insert on changes
    referencing new table as added for each statement execute function keep_impacts();
create trigger changes_4_recommendations after insert on changes
    referencing new table as added for each statement execute function keep_recommendations();
create trigger changes_5_data_versions after insert on changes
    referencing new table as added for each statement execute function keep_data_versions();
create trigger changes_6_feed after insert on changes
    referencing new table as added for each statement execute function keep_feed();

-- Revisions ---------------------------------------------------------------------------------------------------------------
--
-- What a ministry would change of the commitments of a validated plan. What waits stands here and nowhere else: no list and no figure
-- reads this table. Once it is validated, its actions are those of the plan.
create table revisions (
    ministry text collate "C" not null,
    first_year smallint not null,
    -- in its roadmap
    number smallint not null,
    state text not null,
    -- why it was returned or abandoned
    state_reason text,
    -- `[{"code", "change", "before", "after"}]`, as the history has them
    actions jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint revisions_pkey primary key (ministry, first_year, number),
    constraint revisions_roadmap_fkey foreign key (ministry, first_year) references roadmaps (ministry, first_year),
    constraint revisions_state_known check (state in ('en_preparation', 'soumise', 'validee', 'abandonnee')),
    constraint revisions_one_open exclude (ministry with =, first_year with =) where (state in ('en_preparation', 'soumise')),
    constraint revisions_reason_length check (char_length(state_reason) between 1 and 1000),
    constraint revisions_actions_list check (jsonb_typeof(actions) = 'array'),
    constraint revisions_number_positive check (number >= 1),
    constraint revisions_version_positive check (version >= 1)
);

-- Snapshots ------------------------------------------------------------------------------------------------------------

-- Figures frozen for publication: never changed, replaced by a later edition.
create table snapshots (
    year smallint not null,
    -- within the year
    number integer not null,
    -- the number of the edition that this one corrects
    replaces integer,
    title text not null,
    note text,
    author_token text not null,
    author_label text not null,
    created_at timestamptz not null,
    -- the question: asked again with both dates, it has the same answer for ever
    as_of date not null,
    known_at timestamptz not null,
    ministries text[],
    themes text[],
    target_levels text[],
    roadmap_states text[] not null,
    -- what keeps the digest of the list from telling the confidential actions to whoever guesses them
    salt text not null,
    -- canonical JSON (RFC 8785), as it is published
    document text not null,
    sha256 bytea not null,
    -- as actor_principal in changes
    author_principal text collate "C",
    constraint snapshots_pkey primary key (year, number),
    constraint snapshots_replaces_key unique (year, replaces),
    constraint snapshots_replaces_fkey foreign key (year, replaces) references snapshots (year, number),
    constraint snapshots_replaces_an_older_one check (replaces < number),
    constraint snapshots_year_range check (year between 2000 and 2100),
    constraint snapshots_number_positive check (number >= 1),
    constraint snapshots_title_length check (char_length(title) between 1 and 300),
    constraint snapshots_note_length check (char_length(note) between 1 and 2000),
    constraint snapshots_not_from_the_future check (as_of <= paris_date(known_at) and known_at <= created_at),
    constraint snapshots_published_states check ('brouillon' <> all (roadmap_states) and cardinality(roadmap_states) > 0),
    constraint snapshots_salt_form check (salt ~ '^[0-9a-f]{32}$'),
    constraint snapshots_sha256_of_the_document check (sha256 = sha256(convert_to(document, 'UTF8')))
);

-- The versions of the actions that a snapshot counts, with what counts of them.
create table snapshot_actions (
    ministry text collate "C" not null,
    first_year smallint not null,
    code text collate "C" not null,
    year smallint not null,
    number integer not null,
    version integer not null,
    theme text not null,
    target_level text not null,
    reached_level text,
    status text not null,
    key_action boolean not null,
    confidential boolean not null,
    late boolean not null,
    in_validation_cohort boolean not null,
    constraint snapshot_actions_pkey primary key (ministry, first_year, code, year, number),
    constraint snapshot_actions_snapshot_fkey foreign key (year, number) references snapshots (year, number)
);
create index snapshot_actions_of_snapshot on snapshot_actions (year, number, ministry, first_year, code);

create function refuse_changing_snapshots() returns trigger language plpgsql as $$
begin
    raise exception 'a snapshot is never changed' using errcode = 'restrict_violation', constraint = 'snapshots_immutable';
end $$;
create trigger snapshots_immutable before update or delete or truncate on snapshots
    for each statement execute function refuse_changing_snapshots();
create trigger snapshot_actions_immutable before update or delete or truncate on snapshot_actions
    for each statement execute function refuse_changing_snapshots();

-- Lists of snapshots are remembered by the versions of the data, as all lists are.
create function count_snapshot_as_data() returns trigger language plpgsql as $$
begin
    insert into data_versions (ministry, version) values ('', 1)
    on conflict (ministry) do update set version = data_versions.version + 1;
    return null;
end $$;
create trigger snapshots_data_versions after insert on snapshots
    for each statement execute function count_snapshot_as_data();

-- What was published elsewhere about a year, word for word: shown beside what is counted here, never mixed with it. Those of the
-- installation have ranks up to 100; those that a coordinator tells come after. One that replaces another ends it.
create table external_figures (
    year smallint not null,
    rank smallint not null,
    statement text not null,
    publisher text not null,
    title text not null,
    published_on date not null,
    source text not null,
    -- [{"measure" or "indicator", "relation", "value"}]
    numbers jsonb not null,
    page text,
    known_from timestamptz not null default '-infinity',
    known_to timestamptz not null default 'infinity',
    -- the rank, in the same year, of the one that it corrects
    replaces smallint,
    -- null for those of the installation
    author_principal text collate "C",
    author_token text,
    author_label text,
    constraint external_figures_pkey primary key (year, rank),
    constraint external_figures_source_is_an_address check (source ~ '^https://'),
    constraint external_figures_numbers_listed check (jsonb_typeof(numbers) = 'array'),
    constraint external_figures_page_length check (char_length(page) between 1 and 100),
    constraint external_figures_last check (known_from < known_to),
    constraint external_figures_replaces_key unique (year, replaces),
    constraint external_figures_replaces_fkey foreign key (year, replaces) references external_figures (year, rank)
);
create trigger external_figures_data_versions after insert or update on external_figures
    for each statement execute function count_snapshot_as_data();
