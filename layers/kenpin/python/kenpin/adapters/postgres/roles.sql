-- The roles of the running platform. None changes or deletes an event.
--   kenpin_app      appends events and writes rows
--   kenpin_reader   reads
--   kenpin_trainer  reads, works on jobs, and appends what runs do (see event_store.sql)
-- The session says in kenpin.layout which layout the code has.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['kenpin_app', 'kenpin_reader', 'kenpin_trainer'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin', wanted);
            end if;
            if not pg_has_role(current_user, wanted, 'usage') then
                execute format('grant %I to %I', wanted, current_user);
            end if;
        exception
            when duplicate_object or unique_violation then null; -- another database of this server was quicker
            when insufficient_privilege then
                raise exception 'the role % is missing', wanted
                    using hint = format('as an administrator: create role %I; grant it to %I', wanted, current_user);
        end;
    end loop;
end $$;

-- What is not made from events, and beside it a schema of rows for each layout (create_rows).
create schema if not exists read_models;
grant all on schema read_models to kenpin_app;
-- Where a read model is made anew, beside the rows that are served meanwhile.
create schema if not exists read_models_next;
grant all on schema read_models_next to kenpin_app;

grant usage on schema read_models, read_models_next to kenpin_reader, kenpin_trainer;
alter default privileges for role kenpin_app grant select on tables to kenpin_reader, kenpin_trainer;

-- The application may make a schema for rows, and no other.
create or replace function read_models.create_rows(in_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin
    if in_name !~ '^rows_[0-9a-f]{12}$' then
        raise exception '% is no schema of rows', in_name;
    end if;
    execute format('create schema if not exists %I authorization kenpin_app', in_name);
    execute format('grant usage on schema %I to kenpin_reader, kenpin_trainer', in_name);
end $$;
revoke all on function read_models.create_rows from public;
grant execute on function read_models.create_rows to kenpin_app;

-- On RDS every layout has logins of its own, by IAM token, which find its rows without setting anything: a setting
-- would tie a connection of the proxy to its client. Logins of layouts whose rows are gone go too.
do $$
declare
    layout text := current_setting('kenpin.layout');
    wanted text;
    login text;
begin
    if not exists (select from pg_roles where rolname = 'rds_iam') then
        return;
    end if;
    foreach wanted in array array['kenpin_app', 'kenpin_reader'] loop
        login := wanted || '_' || layout;
        if not exists (select from pg_roles where rolname = login) then
            execute format('create role %I login', login);
        end if;
        execute format('grant %I, rds_iam to %I', wanted, login);
        execute format('alter role %I set search_path = %I, read_models', login, 'rows_' || layout);
        execute format('alter role %I set statement_timeout = %L', login, '5min');
        execute format('alter role %I set idle_in_transaction_session_timeout = %L', login, '1min');
    end loop;
    for login in
        select rolname from pg_roles where rolname ~ '^kenpin_(app|reader)_[0-9a-f]{12}$'
            and right(rolname, 12) <> layout and to_regnamespace('rows_' || right(rolname, 12)) is null
    loop
        execute format('drop role %I', login);
    end loop;
end $$;
