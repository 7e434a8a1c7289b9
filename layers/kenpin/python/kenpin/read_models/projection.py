"""How events become rows: pull by checkpoint, project and move the checkpoint in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from kenpin.domain.catalogue import recorded
from kenpin.domain.commit import Commit
from kenpin.domain.event import Recorded
from kenpin.domain.ids import Category
from kenpin.ports import Error, EventStore, Unavailable
from kenpin.read_models.database import Database, Sql

WINDOW: Final = 10_000
"""Events per transaction: large enough to be fast in bulk, small enough to stay in memory."""

CHECKPOINT: Final = """
create table if not exists checkpoint (
    projection text not null,
    stream     text not null,
    version    bigint not null,
    hash       text not null,
    primary key (projection, stream)
)"""


class OfCommits(Struct, frozen=True):
    """How commits as stored become rows, where no more than their envelopes need be read."""

    project: Callable[[Sequence[Commit], Sql], None]


class ReadModel(Struct, frozen=True):
    """One file's table and how events change it."""

    name: str
    category: Category | None
    """None: of streams of every category."""
    table: str
    """DDL, safe to run again."""
    project: Callable[[Sequence[Recorded], Sql], None] | OfCommits
    """Events of one stream, in order and without gaps, none seen before."""

    def take(self, commits: Sequence[Commit], sql: Sql) -> None:
        """Change the rows by these commits."""
        if isinstance(self.project, OfCommits):
            self.project.project(commits, sql)
        else:
            self.project([r for commit in commits for r in recorded(commit)], sql)


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
    Raises what the projection raises; the rows then stand right before the commit that it broke on.
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
    done, moved = 0, window
    while moved >= window and not (done and is_late()):
        moved = _step(model, stream, store, database, window)
        done += moved
    return done


def _step(model: ReadModel, stream: str, store: EventStore, database: Database, window: int) -> int:
    with database.transaction() as sql:
        version = _hold(model, stream, sql)
        commits = list(_window(store.read(stream, after=version), version, window))
        if not commits:
            return 0
        model.take(commits, sql)
        last = commits[-1]
        sql.execute(
            "update checkpoint set version = %s, hash = %s where projection = %s and stream = %s",
            (last.last, last.hash.hex(), model.name, stream),
        )
        return last.last - version


def _hold(model: ReadModel, stream: str, sql: Sql) -> int:
    """The checkpoint, locked: two projectors on one stream take turns.

    Nobody waits for the disk: rows that a crash takes away are made again, for their checkpoint goes with them.
    """
    select = """select version, set_config('synchronous_commit', 'off', true) from checkpoint
        where projection = %s and stream = %s for update"""
    if (row := sql.execute(select, (model.name, stream)).fetchone()) is None:
        sql.execute(
            "insert into checkpoint values (%s, %s, 0, '') on conflict do nothing", (model.name, stream)
        )
        row = sql.execute(select, (model.name, stream)).fetchone()
    assert row is not None
    return int(row["version"])


def _window(commits: Iterator[Commit], version: int, events: int) -> Iterator[Commit]:
    end = version + events
    for commit in commits:
        if commit.first != version + 1:
            raise Gap(f"{commit.stream} goes from version {version} to {commit.first}")
        yield commit
        version = commit.last
        if version >= end:
            return


def checkpoint(sql: Sql, projection: str, stream: str) -> tuple[int, str]:
    """How far the rows are: version and hash (0 and "" before the first event)."""
    row = sql.execute(
        "select version, hash from checkpoint where projection = %s and stream = %s", (projection, stream)
    ).fetchone()
    return (row["version"], row["hash"]) if row else (0, "")
