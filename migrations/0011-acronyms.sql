-- From version 10 to version 11: what is known of the names of ministries has their acronyms too.
--
-- Servers of version 10 may go on meanwhile and afterwards: they tell today's acronyms, also of the past.

-- Writes wait from here on.
lock table changes in share row exclusive mode;

insert into schema_versions (version, serves_from) values (11, 9);

alter table ministry_name_periods add column acronym text;

-- The names as `ministry_names` has just been given them.
create or replace function keep_ministry_names() returns trigger language plpgsql as $$
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

-- What is known now is what the ministries bear. What was known before stands in the history, in what the change that ended it
-- tells as the state before: the day, the name, the acronym in brackets and the note, if there are any.
update ministry_name_periods p set acronym = n.acronym
from ministry_names n
where p.known_to = 'infinity' and n.ministry = p.ministry and n.from_date = p.from_date;

update ministry_name_periods p
set acronym = substring(
        substr(told.text, char_length(p.from_date || ' : ' || p.name) + 1) from '^ \((.{1,30}?)\)(?: ; |$)')
from changes c cross join lateral jsonb_array_elements_text(
    case when jsonb_typeof(c.before -> 'names') = 'array' then c.before -> 'names' else '[]' end) told (text)
where p.known_to < 'infinity' and p.name is not null and c.resource = 'ministry' and c.ministry = p.ministry
    and c.recorded_at = p.known_to and c.after ? 'names' and starts_with(told.text, p.from_date || ' : ' || p.name);
