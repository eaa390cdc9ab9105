-- From version 9 to version 10: the rounds of a census.
--
-- Servers of version 9 may go on meanwhile and afterwards: they do not show rounds, and leave them as they are.

-- Writes wait from here on.
lock table changes in share row exclusive mode;

insert into schema_versions (version, serves_from) values (10, 9);

alter table censuses
    add column rounds jsonb not null default '[]',
    add constraint censuses_rounds_list check (jsonb_typeof(rounds) = 'array');
