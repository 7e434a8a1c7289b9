-- The role that the running platform works as: it appends events and never changes one.
do $$
begin
    if not exists (select from pg_roles where rolname = 'kenpin_app') then
        create role kenpin_app nologin;
    end if;
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant kenpin_app to %I', current_user);
    end if;
exception
    when duplicate_object or unique_violation then null; -- another database of this server was quicker
    when insufficient_privilege then
        raise exception 'the role kenpin_app is missing'
            using hint = format('as an administrator: create role kenpin_app; grant it to %I', current_user);
end $$;

create schema if not exists read_models;
grant all on schema read_models to kenpin_app;
-- Where a read model is made anew, beside the rows that are served meanwhile.
create schema if not exists read_models_next;
grant all on schema read_models_next to kenpin_app;

-- On RDS the application logs in as itself, by IAM token: so may whoever has the role rds_iam, directly or through
-- another, and in no other way. That is the owner too from here on, being in kenpin_app.
do $$
begin
    if exists (select from pg_roles where rolname = 'rds_iam') then
        alter role kenpin_app login;
        alter role kenpin_app set search_path = read_models;
        alter role kenpin_app set statement_timeout = '5min';
        alter role kenpin_app set idle_in_transaction_session_timeout = '1min';
        grant rds_iam to kenpin_app;
    end if;
end $$;
