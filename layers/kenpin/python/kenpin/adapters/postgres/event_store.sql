-- The truth: commits, chained by SHA-256 and never changed. Safe to run again.
create schema if not exists event_store;

create table if not exists event_store.streams (
    id      bigint generated always as identity primary key,
    tenant  text collate "C" not null,
    stream  text collate "C" not null,
    version bigint not null,
    hash    bytea not null,
    xid     xid8 not null default pg_current_xact_id(),
    unique (tenant, stream)
) with (fillfactor = 50);

create table if not exists event_store.commits (
    stream_id bigint not null references event_store.streams,
    first     bigint not null,
    count     int not null,
    meta      bytea not null,
    body      bytea not null,
    hash      bytea not null,
    xid       xid8 not null,
    pos       bigint not null generated always as identity,
    primary key (stream_id, first)
);
-- The feed's order. `xid` is the appending transaction's, or the stream's last where that is later: who queues
-- for the head has a transaction before its turn, so bare xids would put a stream's commits out of order.
create index if not exists commits_by_transaction on event_store.commits (xid, pos);

create table if not exists event_store.revisions (
    stream_id bigint not null,
    entity    text collate "C" not null,
    revision  bigint not null,
    primary key (stream_id, entity)
) with (fillfactor = 80);

create table if not exists event_store.keys (
    stream_id   bigint not null,
    key         text collate "C" not null,
    fingerprint text not null,
    first       bigint not null,
    primary key (stream_id, key)
);

create or replace function event_store.genesis(tenant text, stream text)
returns bytea language sql immutable parallel safe
return sha256(
    '\x6b656e70696e00'::bytea || convert_to(tenant, 'UTF8') || '\x00'::bytea || convert_to(stream, 'UTF8')
);

create or replace function event_store.chain(prev bytea, first bigint, count int, meta bytea, body bytea)
returns bytea language sql immutable parallel safe
return sha256(prev || int8send(first) || int4send(count) || sha256(meta) || sha256(body));

-- One round trip. The head's row is the only lock: streams do not wait for each other and share their fsyncs.
-- A refusal is an answer, not an error: `outcome` is known | key_reused | entities | expected. Else it is appended, or
-- clock_behind: appended, and the writer's clock was more than a second behind the stream's last time.
create or replace function event_store.append(
    in_tenant text, in_stream text, in_count int, in_meta bytea, in_body bytea,
    in_expected bigint, in_entities text[], in_revisions bigint[], in_key text, in_fingerprint text,
    out outcome text, out first bigint, out version bigint, out hash bytea,
    out entities text[], out revisions bigint[]
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    head event_store.streams;
    known event_store.keys;
    meta text := convert_from(in_meta, 'UTF8');
    at text := substring(meta from '"recorded_at":"([^"]+)"');
    last_at text;
begin
    -- The role is the session's, whoever owns this function. Jobs report to runs, datasets and models.
    if current_setting('role') = 'kenpin_trainer' and in_stream !~ '^(run|dataset|model)-' then
        raise insufficient_privilege using message = format('training may not append to %s', in_stream);
    end if;
    loop
        select * into head from event_store.streams s
            where s.tenant = in_tenant and s.stream = in_stream for update;
        exit when found;
        insert into event_store.streams (tenant, stream, version, hash)
            values (in_tenant, in_stream, 0, event_store.genesis(in_tenant, in_stream))
            on conflict do nothing;
    end loop;
    version := head.version;

    if in_key is not null then
        select * into known from event_store.keys k where k.stream_id = head.id and k.key = in_key;
        if found and known.fingerprint <> in_fingerprint then
            outcome := 'key_reused';
            return;
        elsif found then
            select 'known', c.first, c.first + c.count - 1, c.hash into outcome, first, version, hash
                from event_store.commits c where c.stream_id = head.id and c.first = known.first;
            return;
        end if;
    end if;

    if in_entities is not null then
        select array_agg(named.entity), array_agg(coalesce(r.revision, 0)) into entities, revisions
            from unnest(in_entities, in_revisions) as named (entity, expected)
            left join event_store.revisions r on r.stream_id = head.id and r.entity = named.entity
            where coalesce(r.revision, 0) <> named.expected;
        if entities is not null then
            outcome := 'entities';
            return;
        end if;
    end if;

    if in_expected <> head.version then
        outcome := 'expected';
        return;
    end if;

    outcome := 'appended';
    select substring(convert_from(c.meta, 'UTF8') from '"recorded_at":"([^"]+)"') into last_at
        from event_store.commits c where c.stream_id = head.id order by c.first desc limit 1;
    if last_at::timestamptz - at::timestamptz > interval '1 second' then
        outcome := 'clock_behind';
        meta := replace(meta, format('"recorded_at":"%s"', at), format('"recorded_at":"%s","clock":"%s"', last_at, at));
    elsif last_at::timestamptz > at::timestamptz then
        meta := replace(meta, format('"recorded_at":"%s"', at), format('"recorded_at":"%s"', last_at));
    end if;
    in_meta := convert_to(meta, 'UTF8');
    first := head.version + 1;
    version := head.version + in_count;
    hash := event_store.chain(head.hash, first, in_count, in_meta, in_body);
    head.xid := greatest(head.xid, pg_current_xact_id());
    insert into event_store.commits (stream_id, first, count, meta, body, hash, xid)
        values (head.id, append.first, in_count, in_meta, in_body, append.hash, head.xid);
    update event_store.streams s set version = append.version, hash = append.hash, xid = head.xid
        where s.id = head.id;
    if in_entities is not null then
        insert into event_store.revisions (stream_id, entity, revision)
            select head.id, named, append.version from unnest(in_entities) named
            on conflict (stream_id, entity) do update set revision = excluded.revision;
    end if;
    if in_key is not null then
        insert into event_store.keys values (head.id, in_key, in_fingerprint, append.first);
    end if;
end $$;

-- Commits as they were stored elsewhere, after version in_before. The chain is computed here as append does.
-- `outcome` is restored | elsewhere (the head is not at in_before) | broken (the hash of `version` is another).
create or replace function event_store.restore(
    in_tenant text, in_stream text, in_before bigint,
    in_counts int[], in_metas bytea[], in_bodies bytea[], in_hashes bytea[],
    in_entities text[], in_revisions bigint[], out outcome text, out version bigint
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    head event_store.streams;
    reached bytea;
begin
    insert into event_store.streams (tenant, stream, version, hash)
        values (in_tenant, in_stream, 0, event_store.genesis(in_tenant, in_stream)) on conflict do nothing;
    select * into head from event_store.streams s where s.tenant = in_tenant and s.stream = in_stream for update;
    version := head.version;
    if head.version <> in_before then
        outcome := 'elsewhere';
        return;
    end if;

    reached := head.hash;
    for n in 1 .. cardinality(in_counts) loop
        reached := event_store.chain(reached, version + 1, in_counts[n], in_metas[n], in_bodies[n]);
        if reached <> in_hashes[n] then
            outcome := 'broken';
            version := version + 1;
            return;
        end if;
        version := version + in_counts[n];
    end loop;

    outcome := 'restored';
    head.xid := greatest(head.xid, pg_current_xact_id());
    insert into event_store.commits (stream_id, first, count, meta, body, hash, xid)
        select head.id, in_before + 1 + sum(c.count) over (order by c.n) - c.count,
            c.count, c.meta, c.body, c.hash, head.xid
        from unnest(in_counts, in_metas, in_bodies, in_hashes) with ordinality as c (count, meta, body, hash, n)
        order by c.n;
    update event_store.streams s set version = restore.version, hash = reached, xid = head.xid
        where s.id = head.id;
    insert into event_store.revisions (stream_id, entity, revision)
        select head.id, named.entity, named.revision
        from unnest(in_entities, in_revisions) as named (entity, revision)
        on conflict (stream_id, entity) do update set revision = excluded.revision;
end $$;

create or replace function event_store.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'event_store.commits is append-only: % is refused', lower(tg_op);
end $$;
create or replace trigger append_only before update or delete or truncate on event_store.commits
    for each statement execute function event_store.refuse();

grant usage on schema event_store to kenpin_app, kenpin_reader, kenpin_trainer;
grant select on all tables in schema event_store to kenpin_app, kenpin_reader, kenpin_trainer;
revoke all on function event_store.append, event_store.restore from public;
grant execute on function event_store.append, event_store.restore to kenpin_app;
grant execute on function event_store.append to kenpin_trainer;
