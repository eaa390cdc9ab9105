-- From version 4 to version 5: a token is held by a principal, which history, keys, snapshots and quotas name.
--
-- Servers of version 4 may not go on: they look for the role in `tokens`, and would write changes of nobody. Stop them first; those
-- that run see it within two seconds, and answer 503 from then on.

-- Everybody waits from here on, for a moment: what is written must name a principal, and tokens are read in another form. In the order
-- in which a write takes them.
lock table idempotency_keys, changes, tokens, token_ministries, snapshots in access exclusive mode;

insert into schema_versions (version, serves_from) values (5, 5);

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

-- Each token becomes the only one of a principal that bears its id: what history says of it stays true of its principal.
insert into principals (id, label, role, contact, created_at)
select id, label, role, contact, created_at from tokens;
insert into principal_ministries (ministry, principal) select ministry, token from token_ministries;

drop table token_ministries;
drop function announce_token_ministries_change();
drop trigger tokens_announce_revocation on tokens;
alter table tokens drop column label, drop column role, drop column contact;
alter table tokens add column principal text collate "C";
-- the token that its holder renewed to get this one
alter table tokens add column renewed_from text collate "C";
-- that token, sealed with the secret of this one: it opens the answers that were kept for it
alter table tokens add column predecessor bytea;
update tokens set principal = id;
alter table tokens
    alter column principal set not null,
    add constraint tokens_principal_fkey foreign key (principal) references principals (id),
    add constraint tokens_renewed_from_fkey foreign key (renewed_from) references tokens (id),
    add constraint tokens_renewed_with_predecessor check ((renewed_from is null) = (predecessor is null));
create index tokens_principal on tokens (principal);

-- A process that remembers a token must forget it at once when it is revoked elsewhere, or when its principal becomes another.
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

-- A key names a request of a principal. The answers that are kept stay sealed with the tokens to which they were given.
alter table idempotency_keys drop constraint idempotency_keys_token_fkey, drop constraint idempotency_keys_pkey;
alter table idempotency_keys rename column token to principal;
-- From PostgreSQL 18 on, that a column is not null is a constraint with a name, which keeps that of the former column.
do $$
begin
    if current_setting('server_version_num')::integer >= 180000 then
        execute 'alter table idempotency_keys rename constraint idempotency_keys_token_not_null to idempotency_keys_principal_not_null';
    end if;
end $$;
-- the token with which the request was sent
alter table idempotency_keys add column token text collate "C";
update idempotency_keys set token = principal;
alter table idempotency_keys
    alter column token set not null,
    add constraint idempotency_keys_pkey primary key (principal, key),
    add constraint idempotency_keys_principal_fkey foreign key (principal) references principals (id) on delete cascade;

-- History and snapshots are never rewritten: their old rows have no principal here, and are read as naming the one that bears the id
-- of their token.
alter table changes add column actor_principal text collate "C";
alter table snapshots add column author_principal text collate "C";
