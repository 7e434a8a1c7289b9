"""Projection: pull events by checkpoint, project them and move the checkpoint in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from msgspec import Struct

from kenpin.domain.catalogue import recorded
from kenpin.domain.commit import Commit
from kenpin.domain.event import Recorded
from kenpin.domain.ids import Category
from kenpin.ports import Error, EventStore, Unavailable
from kenpin.projections.database import Database, Row, Sql
from kenpin.projections.following import following
from kenpin.projections.table import DeclaredTable

WINDOW: Final = 24_000
BYTES: Final = 16 * 1024 * 1024
"""Events and bytes of a transaction, whichever are reached first: enough to be fast in bulk, and it fits in memory."""

CHECKPOINT: Final = """
create table if not exists checkpoint (
    projection text not null,
    stream     text not null,
    version    bigint not null,
    hash       text not null,
    primary key (projection, stream)
)"""


FOREVER: Final = 2**62


class Batch(Protocol):
    """Commits of one stream that are projected at once: in order, without gaps, none projected before."""

    def add(self, commit: Commit, upto: int = FOREVER) -> None:
        """Events beyond version `upto` are left out."""
        ...

    def project(self, sql: Sql) -> None:
        """Change the rows by what was added."""
        ...


Project = Callable[[Sequence[Recorded], Sql], None]


class ReadModel(Struct, frozen=True):
    """Tables and the batches of events that change their rows."""

    name: str
    category: Category | None
    """None: of streams of every category."""
    tables: tuple[DeclaredTable, ...]
    batch: Callable[[], Batch]


def by_event(project: Project) -> Callable[[], Batch]:
    """Return batches that hand their events, decoded, to a function in one call."""
    return lambda: EventBatch(project)


class EventBatch:
    """Events of one stream for a function that takes them decoded."""

    def __init__(self, project: Project) -> None:
        self._project, self._events = project, list[Recorded]()

    def add(self, commit: Commit, upto: int = FOREVER) -> None:
        self._events += (event for event in recorded(commit) if event.version <= upto)

    def project(self, sql: Sql) -> None:
        if self._events:
            self._project(self._events, sql)


class Gap(Error):
    """The store skipped a version: the rows stay where they are until it is found."""


def advance(
    model: ReadModel,
    stream: str,
    store: EventStore,
    database: Database,
    is_late: Callable[[], bool] = lambda: False,
) -> int:
    """Bring the rows up to the stream's head; answer how many events that took. Safe to call at any time.

    `is_late` is asked after each window: when it is, the rest is left for another time.
    Raises RowsAhead, and what the projection raises; the rows then stand right before the commit that it broke on.
    """
    try:
        return _advance(model, stream, store, database, WINDOW, is_late)
    except Unavailable:
        raise
    except Exception:
        _advance(model, stream, store, database, 1, is_late)
        raise


def _advance(
    model: ReadModel,
    stream: str,
    store: EventStore,
    database: Database,
    window: int,
    is_late: Callable[[], bool],
) -> int:
    done = 0
    while not (done and is_late()):
        with database.transaction() as sql:
            after, hash = _hold(model, stream, sql)
            batch = model.batch()
            last, is_full = _fill(batch, following(store, stream, after, hash), after, window)
            if last is None:
                return done
            batch.project(sql)
            sql.execute(
                "update checkpoint set version = %s, hash = %s where projection = %s and stream = %s",
                (last.last, last.hash.hex(), model.name, stream),
            )
        done += last.last - after
        if not is_full:
            return done
    return done


def _fill(batch: Batch, commits: Iterable[Commit], after: int, window: int) -> tuple[Commit | None, bool]:
    """Add commits until the window is full; return the last one, and whether there may be more."""
    last, at, size = None, after, 0
    for commit in commits:
        if commit.first != at + 1:
            raise Gap(f"{commit.stream} goes from version {at} to {commit.first}")
        batch.add(commit)
        last, at = commit, commit.last
        size += len(commit.body)
        if at >= after + window or size >= BYTES:
            return last, True
    return last, False


def _hold(model: ReadModel, stream: str, sql: Sql) -> tuple[int, str]:
    """The checkpoint, locked: two projectors on one stream take turns.

    Nobody waits for the disk: rows that a crash takes away are made again, for their checkpoint goes with them.
    """
    select = """select version, hash, set_config('synchronous_commit', 'off', true) from checkpoint
        where projection = %s and stream = %s for update"""
    if (row := sql.execute(select, (model.name, stream)).fetchone()) is None:
        sql.execute(
            "insert into checkpoint values (%s, %s, 0, '') on conflict do nothing", (model.name, stream)
        )
        row = sql.execute(select, (model.name, stream)).fetchone()
    assert row is not None
    return int(row["version"]), str(row["hash"])


def checkpoint(sql: Sql, projection: str, stream: str) -> tuple[int, str]:
    """Return the version and hash that the rows have reached (0 and "" before the first event)."""
    row = sql.execute(
        "select version, hash from checkpoint where projection = %s and stream = %s", (projection, stream)
    ).fetchone()
    return (row["version"], row["hash"]) if row else (0, "")


def checkpoints(
    sql: Sql, prefix: str, after: tuple[str, str], limit: int, streams: list[str] | None = None
) -> list[Row]:
    """Return checkpoints by stream and projection, those after `after`; of these streams (None: of all)."""
    return sql.execute(
        """select projection, stream, version, hash from checkpoint where version > 0 and starts_with(stream, %s)
        and (stream, projection) > (%s, %s) and (%s::text[] is null or stream = any(%s))
        order by stream, projection limit %s""",
        (prefix, *after, streams, streams, limit),
    ).fetchall()
