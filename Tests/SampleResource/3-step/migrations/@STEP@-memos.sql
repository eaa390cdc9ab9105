-- From version @BEFORE@ to version @VERSION@: a roadmap may have a memo.
--
-- Servers of version @BEFORE@ may not go on: they know no change of a memo. Stop them first; those that run see it within two
-- seconds, and answer 503 from then on.

-- Writers wait from here on, for a moment; readers too, as a constraint of the history is replaced.
lock table roadmaps, changes in access exclusive mode;

insert into schema_versions (version, serves_from) values (@VERSION@, @VERSION@);

alter table changes
    drop constraint changes_resource_known,
    add constraint changes_resource_known check (
        resource in ('action', 'roadmap', 'ministry', 'census', 'indicator', 'measure', 'impact_factor', 'impact', 'recommendation', 'revision', 'memo'));

-- A text on a roadmap, for who works on it.
create table memos (
    ministry text collate "C" not null,
    first_year smallint not null,
    text text not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint memos_pkey primary key (ministry, first_year),
    constraint memos_roadmap_fkey foreign key (ministry, first_year) references roadmaps (ministry, first_year),
    constraint memos_text_length check (char_length(text) between 1 and 2000)
);
