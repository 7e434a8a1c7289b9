"""Notes of parked streams: reader, stream, version, reason, and the time of the next try.

A row stays when its reader continues: it counts only while the reader's checkpoint is before the version that failed.
So nothing is written when things go well.
"""

from collections.abc import Collection, Sequence
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

PARKED: Final = DeclaredTable(
    "parked",
    """
    reader   text not null,
    stream   text not null,
    version  bigint not null,
    error    text not null,
    message  text not null,
    since    timestamptz not null default now(),
    attempts int not null default 1,
    next_try timestamptz not null,
    primary key (reader, stream)""",
)

FIRST_PAUSE_S: Final = 10
LONGEST_PAUSE_S: Final = 900
LONGEST_MESSAGE: Final = 500

PARK: Final = """
insert into parked as p (reader, stream, version, error, message, next_try)
select %(reader)s, %(stream)s, coalesce(max(version), 0) + 1, %(error)s, %(message)s,
    now() + make_interval(secs => %(first)s)
from reader_version where reader = %(reader)s and stream = %(stream)s
on conflict (reader, stream) do update set
    version = excluded.version, error = excluded.error, message = excluded.message,
    since = case when p.version = excluded.version then p.since else now() end,
    attempts = case when p.version = excluded.version then p.attempts + 1 else 1 end,
    next_try = case
        when p.version <> excluded.version then excluded.next_try
        when p.next_try > now() then p.next_try
        else now() + make_interval(secs => least(%(longest)s, %(first)s * 2 ^ least(p.attempts, 20))) end"""
"""A bell that rings while it rests tries as well, and neither shortens the rest nor lengthens it."""

STANDING: Final = """
from parked p where not exists (
    select from reader_version b where b.reader = p.reader and b.stream = p.stream and b.version >= p.version
)"""


def park(sql: Sql, reader: str, stream: str, error: Exception) -> None:
    """The reader broke on the event after the version it has reached; each time it is left alone twice as long."""
    said = {"error": type(error).__name__, "message": str(error)[:LONGEST_MESSAGE].replace("\0", "")}
    pauses = {"first": FIRST_PAUSE_S, "longest": LONGEST_PAUSE_S}
    sql.execute(PARK, {"reader": reader, "stream": stream, **said, **pauses})


def page(sql: Sql, after: tuple[str, str], limit: int, streams: list[str] | None = None) -> list[Row]:
    """By reader and stream, those after `after`; of these streams (None: of all)."""
    query = f"""select p.* {STANDING} and (reader, stream) > (%s, %s)
        and (%s::text[] is null or stream = any(%s)) order by reader, stream limit %s"""
    return sql.execute(query, (*after, streams, streams, limit)).fetchall()


def resting(sql: Sql) -> set[tuple[str, str]]:
    """Reader and stream of those whose time has not come."""
    rows = sql.execute(f"select reader, stream {STANDING} and next_try > now()").fetchall()
    return {(row["reader"], row["stream"]) for row in rows}


def release(sql: Sql, reader: str, stream: str) -> bool:
    """Its time has come; False when nothing is parked there."""
    query = f"select 1 {STANDING} and reader = %s and stream = %s"
    if sql.execute(query, (reader, stream)).fetchone() is None:
        return False
    sql.execute("update parked set next_try = now() where reader = %s and stream = %s", (reader, stream))
    return True


def are_ahead(sql: Sql, stream: str, readers: Sequence[str]) -> bool:
    """Return True when rows of one of these readers show what history does not have."""
    query = f"select 1 {STANDING} and stream = %s and reader = any(%s) and error = 'RowsAhead' limit 1"
    return sql.execute(query, (stream, list(readers))).fetchone() is not None


def streams_ahead(sql: Sql, streams: Sequence[str]) -> set[str]:
    """Return those of these streams whose rows show what history does not have."""
    query = f"select distinct stream {STANDING} and stream = any(%s) and error = 'RowsAhead'"
    return {row["stream"] for row in sql.execute(query, (list(streams),))}


def tidy(sql: Sql, late: Collection[tuple[str, str]]) -> int:
    """Forget what was got past, and rows that are no longer ahead; answer how many are parked still.

    `late`: reader and stream of the rows that are not at their head.
    """
    sql.execute(f"delete from parked where (reader, stream) not in (select reader, stream {STANDING})")
    readers, streams = [reader for reader, _ in late], [stream for _, stream in late]
    sql.execute(
        """delete from parked where error = 'RowsAhead'
        and (reader, stream) not in (select * from unnest(%s::text[], %s::text[]))""",
        (readers, streams),
    )
    row = sql.execute("select count(*) as parked from parked").fetchone()
    return int(row["parked"]) if row else 0
