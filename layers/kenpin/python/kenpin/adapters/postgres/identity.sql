-- Who an actor is, and how people sign in. No history: rows here are changed and erased, and no replay brings them back.
create schema if not exists identity;
grant usage on schema identity to kenpin_app, kenpin_reader;

-- Names and e-mail addresses, here and nowhere else. What hangs on a person goes with them.
create table if not exists identity.person (
    actor text primary key,
    name  text not null default '',
    email text not null default ''
);
-- Whether the person wants e-mails of news, and in which language; empty: that of the installation.
alter table identity.person add column if not exists mail boolean not null default true;
alter table identity.person add column if not exists language text not null default '';
create unique index if not exists person_by_email on identity.person (lower(email)) where email <> '';

-- So that nobody is named again who was erased.
create table if not exists identity.erased_person (
    actor     text primary key,
    erased_at timestamptz not null default now()
);

-- The built-in issuer's; empty where another one signs people in. Secrets are kept as their SHA-256, passwords as argon2.
create table if not exists identity.account (
    actor    text primary key references identity.person on delete cascade,
    password text not null
);
create table if not exists identity.invitation (
    sha256  bytea primary key,
    actor   text not null unique references identity.person on delete cascade,
    ends_at timestamptz not null
);
create table if not exists identity.session (
    sha256       bytea primary key,
    actor        text not null references identity.account on delete cascade,
    signed_in_at timestamptz not null default now(),
    ends_at      timestamptz not null
);
create index if not exists session_by_actor on identity.session (actor);

-- One sign-in at a client: its code, and the refresh tokens that came of it one after the other.
create table if not exists identity.sign_in (
    sign_in_id   bigint generated always as identity primary key,
    actor        text not null references identity.account on delete cascade,
    client_id    text not null,
    scope        text not null,
    signed_in_at timestamptz not null,
    ends_at      timestamptz not null
);
create index if not exists sign_in_by_actor on identity.sign_in (actor);
create table if not exists identity.code (
    sha256       bytea primary key,
    sign_in_id   bigint not null references identity.sign_in on delete cascade,
    redirect_uri text not null,
    challenge    text not null,
    nonce        text not null,
    ends_at      timestamptz not null,
    used         boolean not null default false
);
create index if not exists code_by_sign_in on identity.code (sign_in_id);
create table if not exists identity.refresh_token (
    sha256     bytea primary key,
    sign_in_id bigint not null references identity.sign_in on delete cascade,
    used       boolean not null default false
);
create index if not exists refresh_token_by_sign_in on identity.refresh_token (sign_in_id);
create table if not exists identity.failure (
    about   bytea primary key,
    count   int not null,
    ends_at timestamptz not null
);

grant select, insert, update, delete on all tables in schema identity to kenpin_app;
-- Whoever reads sees names, and nothing that signs in.
grant select on identity.person, identity.erased_person to kenpin_reader;
