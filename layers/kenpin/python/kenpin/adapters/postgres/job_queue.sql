-- Long work, delivered at least once. Done jobs stay, so that a job_id sent again does nothing.
-- Safe to run again.
create schema if not exists job_queue;

create table if not exists job_queue.jobs (
    job_id         text primary key,
    kind           text not null,
    subject        text not null,
    arguments      jsonb not null,
    correlation_id text,
    place          bigint not null generated always as identity,
    attempts       int not null default 0,
    visible_at     timestamptz not null default now(),
    receipt        text,
    reason         text not null default '',
    log_tail       text not null default '',
    state          text not null default 'open' check (state in ('open', 'done', 'dead')),
    ended_at       timestamptz
);
alter table job_queue.jobs add column if not exists traceparent text;
alter table job_queue.jobs add column if not exists project text not null default '';
-- Jobs of one lane are worked on one after another; null waits for nobody.
alter table job_queue.jobs add column if not exists lane text;
-- How long whoever holds the job may be silent; null while nobody holds it.
alter table job_queue.jobs add column if not exists lease interval;
create index if not exists jobs_open on job_queue.jobs (place) where state = 'open';
create index if not exists jobs_dead on job_queue.jobs (ended_at) where state = 'dead';
create index if not exists jobs_by_lane on job_queue.jobs (lane, place) where state = 'open';

-- When the server last began to answer, be it after a start or a crash: its launcher begins in that moment.
-- Null where that may not be seen.
create or replace function job_queue.there_since() returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select max(backend_start) from pg_stat_activity where backend_type = 'autovacuum launcher'
$$;

grant usage on schema job_queue to kenpin_app, kenpin_reader, kenpin_trainer;
grant select, insert, update on job_queue.jobs to kenpin_app, kenpin_trainer;
grant select on job_queue.jobs to kenpin_reader;
revoke all on function job_queue.there_since from public;
grant execute on function job_queue.there_since to kenpin_app, kenpin_reader, kenpin_trainer;
