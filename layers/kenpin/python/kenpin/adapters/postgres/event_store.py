"""The event store in PostgreSQL: an append is one round trip, and concurrent appends share an fsync."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from psycopg.rows import TupleRow

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.application.restore import RestorePart, new_commits, split_into_parts
from kenpin.domain.catalogue import CLOCK_BEHIND, seal
from kenpin.domain.commit import Commit, Head, check_entities, genesis
from kenpin.domain.event import Context, Event
from kenpin.ports import (
    Appended,
    ConcurrencyConflict,
    DivergedHistory,
    EntityConflict,
    IdempotencyKey,
    KeyReused,
)

logger = logging.getLogger("kenpin.event_store")

WINDOW: Final = 2_500
"""Versions fetched at once. Twice as many are slower: their memory is returned and paged in each time."""
PAGE: Final = 1_000
"""Heads and commits of the feed fetched at once."""
RESTORED_ITEMS: Final = 2_000
RESTORED_BYTES: Final = 4 * 1024 * 1024
"""Limit of commits with their images, and of bytes, restored in one transaction."""

APPEND: Final = """
select outcome, first, version, hash, entities, revisions
from event_store.append(%s, %s, %s, %b, %b, %s, %s, %s, %s, %s)"""

RESTORE: Final = "select outcome, version from event_store.restore(%s, %s, %s, %s, %s, %s, %s, %s, %s)"

READ: Final = """
select s.version, c.first, c.count, c.meta, c.body, c.hash
from event_store.streams s
left join event_store.commits c on c.stream_id = s.id and c.first > %s and c.first <= %s
where s.tenant = %s and s.stream = %s
order by c.first"""

HOLDING: Final = """
select distinct on (c.first) c.first, c.count, c.meta, c.body, c.hash
from event_store.streams s cross join unnest(%s::bigint[]) as asked (version) cross join lateral (
    select * from event_store.commits c where c.stream_id = s.id and c.first <= asked.version
    order by c.first desc limit 1
) as c
where s.tenant = %s and s.stream = %s and c.first + c.count > asked.version
order by c.first"""

HEAD: Final = "select stream, version, hash from event_store.streams where tenant = %s and stream = %s"

HEADS: Final = """
select stream, version, hash from event_store.streams
where tenant = %s and stream > %s and starts_with(stream, %s) and version > 0
order by stream limit %s"""

TENANTS: Final = "select distinct tenant from event_store.streams where version > 0 order by tenant"

REVISIONS: Final = """
select r.entity, r.revision from event_store.streams s join event_store.revisions r on r.stream_id = s.id
where s.tenant = %s and s.stream = %s and r.entity = any(%s)"""

APPENDED: Final = """
select k.fingerprint, c.first, c.first + c.count - 1, c.hash
from event_store.streams s
join event_store.keys k on k.stream_id = s.id
join event_store.commits c on c.stream_id = s.id and c.first = k.first
where s.tenant = %s and s.stream = %s and k.key = %s"""

FEED: Final = """
select c.xid::text::bigint, c.pos, s.stream, c.first, c.count, c.meta, c.body, c.hash
from event_store.commits c join event_store.streams s on s.id = c.stream_id
where s.tenant = %s and (c.xid, c.pos) > (%s::text::xid8, %s)
    and c.xid < pg_snapshot_xmin(pg_current_snapshot())
order by c.xid, c.pos limit %s"""


class Position(Struct, frozen=True):
    """A position in the feed, valid on this server only and not in a restored copy."""

    xid: int = 0
    pos: int = 0


BEGINNING: Final = Position()


class PostgresEventStore:
    def __init__(self, database: PostgresDatabase, tenant: str = "local") -> None:
        self.tenant = tenant
        self._database = database

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        context: Context,
        *,
        expected: int | None = None,
        entities: Mapping[str, int] | None = None,
        key: IdempotencyKey | None = None,
    ) -> Appended:
        meta, body = seal(events, context, datetime.now(UTC))
        named = dict(entities or {})
        check_entities(len(named))
        guarded = (list(named), list(named.values())) if named else (None, None)
        unique = (key.value, key.fingerprint) if key else (None, None)
        commit = (self.tenant, stream, len(events), meta, body)
        ((outcome, first, version, hash, others, revisions),) = self._query(
            APPEND, *commit, expected, *guarded, *unique
        )
        match outcome:
            case "key_reused" if key:
                raise KeyReused(key.value)
            case "entities":
                actual = zip(others, revisions, strict=True)
                raise EntityConflict(
                    stream, {entity: (named[entity], revision) for entity, revision in actual}
                )
            case "expected" if expected is not None:
                raise ConcurrencyConflict(stream, expected, version)
            case "clock_behind":
                logger.warning(CLOCK_BEHIND, stream)
        return Appended(stream, first, version, hash)

    def appended(self, stream: str, key: IdempotencyKey) -> Appended | None:
        for fingerprint, *answer in self._query(APPENDED, self.tenant, stream, key.value):
            if fingerprint != key.fingerprint:
                raise KeyReused(key.value)
            return Appended(stream, *answer)
        return None

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        end = after + 1
        while after < end:
            last = after + WINDOW if upto is None else min(after + WINDOW, upto)
            rows = self._query(READ, after, last, self.tenant, stream)
            yield from (Commit(stream, *commit) for _, *commit in rows if commit[0] is not None)
            version = rows[0][0] if rows else 0
            after, end = last, version if upto is None else min(version, upto)

    def head(self, stream: str) -> Head:
        for row in self._query(HEAD, self.tenant, stream):
            return Head(*row)
        return Head(stream, 0, genesis(self.tenant, stream))

    def heads(self, prefix: str = "", after: str = "") -> Iterator[Head]:
        while rows := self._query(HEADS, self.tenant, after, prefix, PAGE):
            yield from (Head(*row) for row in rows)
            after = rows[-1][0]

    def revisions(self, stream: str, entities: Sequence[str]) -> Mapping[str, int]:
        return dict.fromkeys(entities, 0) | dict(self._query(REVISIONS, self.tenant, stream, list(entities)))

    def holding(self, stream: str, versions: Sequence[int]) -> list[Commit]:
        rows = self._query(HOLDING, list(versions), self.tenant, stream) if versions else []
        return [Commit(stream, *commit) for commit in rows]

    def restore(self, stream: str, commits: Iterable[Commit]) -> Head:
        for part in split_into_parts(new_commits(self, stream, commits), RESTORED_ITEMS, RESTORED_BYTES):
            self._restore(stream, part)
        return self.head(stream)

    def _restore(self, stream: str, part: RestorePart) -> None:
        before = part.commits[0].first - 1
        stored = [(c.count, c.meta, c.body, c.hash) for c in part.commits]
        columns = [list(column) for column in zip(*stored, strict=True)]
        revisions = (list(part.revisions), list(part.revisions.values()))
        ((outcome, version),) = self._query(RESTORE, self.tenant, stream, before, *columns, *revisions)
        if outcome == "elsewhere":
            raise ConcurrencyConflict(stream, before, version)
        if outcome == "broken":
            raise DivergedHistory(stream, version, "the hash does not continue the chain that is stored")

    def tenants(self) -> list[str]:
        """Return the tenants that have events here."""
        return [tenant for (tenant,) in self._query(TENANTS)]

    def feed(self, after: Position = BEGINNING) -> Iterator[tuple[Position, Commit]]:
        """Yield the commits of all streams, each stream in order, for export.

        It ends before the oldest open transaction, so a reader that continues from its last position misses nothing.
        """
        while rows := self._query(FEED, self.tenant, str(after.xid), after.pos, PAGE):
            for xid, pos, *commit in rows:
                after = Position(xid, pos)
                yield after, Commit(*commit)

    def _query(self, sql: str, *values: object) -> list[TupleRow]:
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(sql, values).fetchall()
