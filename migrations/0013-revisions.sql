-- From version 12 to version 13: the revisions of validated plans.
--
-- Servers of version 12 may not go on: they would let référents change what a validated plan commits to, and meet changes of things
-- that they do not know. Stop them first; those that run see it within two seconds, and answer 503 from then on.

-- Writers wait from here on, for a moment; readers too, as constraints of the history are replaced.
lock table changes in access exclusive mode;

insert into schema_versions (version, serves_from) values (13, 13);

alter table changes
    drop constraint changes_resource_known,
    drop constraint changes_key_complete,
    add constraint changes_resource_known check (
        resource in ('action', 'roadmap', 'ministry', 'census', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation', 'revision')),
    add constraint changes_key_complete check (
        (resource in ('action', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation', 'revision')) = (code is not null)
        and (resource in ('ministry', 'indicator', 'impact_factor')) = (first_year is null)
        and (resource in ('census', 'indicator', 'impact_factor')) = (ministry = ''));

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
