"""Kenpin's side of `store`: its PostgreSQL event store, its fold and its gallery rows."""

import base64
from collections.abc import Iterable, Iterator
from functools import cache
from typing import cast

import psycopg

from bench.history import annotated, in_commits
from bench.process_pool import Action
from bench.report import stopwatch
from kenpin.adapters.postgres.connection import PostgresDatabase, create_schema
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.catalogue import history_in
from kenpin.domain.commit import Commit, Finding, Head, chain, genesis, verify
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.event import Context
from kenpin.projections.projection import advance
from kenpin.read_models.catalogue import create_tables
from kenpin.read_models.gallery.projection import gallery
from kenpin.read_models.layout import ROWS

ACTOR = Context(actor="inspector-7")


@cache
def database(url: str) -> PostgresDatabase:
    return PostgresDatabase(url)


def store(url: str) -> PostgresEventStore:
    return PostgresEventStore(database(url))


def create(url: str) -> None:
    create_schema(url)
    create_tables(database(url))


def prepare_appends(url: str, stream: str, size: int, commits: int) -> Action:
    """Append `commits` commits of `size` annotations, wherever the stream's head is."""
    batches = list(in_commits([annotated(n) for n in range(size * commits)], size))
    events = store(url)
    events.head(stream)

    def append() -> None:
        for batch in batches:
            events.append(stream, batch, ACTOR)

    return append


def append_history(url: str, stream: str, history: Iterable[DatasetEvent], size: int) -> None:
    for batch in in_commits(history, size):
        store(url).append(stream, batch, ACTOR)


def take_statistics(url: str) -> None:
    """Take statistics of the gallery's rows, as PostgreSQL does by itself within a minute."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"vacuum analyze {ROWS}.image, {ROWS}.image_past, {ROWS}.image_name, {ROWS}.change")


def replay(url: str, stream: str, images: int) -> float:
    """Return the seconds to read, decode and fold the stream."""
    with stopwatch() as clock:
        state = dataset.fold(cast("Iterator[DatasetEvent]", history_in(store(url).read(stream))))
    assert len(state.images) == images and all(i.annotation for i in state.images.values())
    return clock.seconds


def replay_checked(url: str, stream: str) -> float:
    """Return the seconds to read the stream, check every hash, decode and fold."""
    with stopwatch() as clock:
        commits = _verified(store(url).read(stream), genesis("local", stream))
        state = dataset.fold(cast("Iterator[DatasetEvent]", history_in(commits)))
        assert state.version == store(url).head(stream).version
    return clock.seconds


def _verified(commits: Iterable[Commit], prev: bytes) -> Iterator[Commit]:
    for commit in commits:
        prev = chain(prev, commit.first, commit.count, commit.meta, commit.body)
        assert prev == commit.hash
        yield commit


def cursor(ordinal: int) -> str:
    """Return the gallery's cursor of the page after this image."""
    return base64.urlsafe_b64encode(str(ordinal).encode()).decode().rstrip("=")


def project(url: str, stream: str, events: int) -> float:
    """Return the seconds to project the stream into gallery rows."""
    with stopwatch() as clock:
        projected = advance(gallery, stream, store(url), database(url))
    assert projected == events
    return clock.seconds


def check(url: str, stream: str, events: int) -> float:
    """Return the seconds to read the stream and verify its chain."""
    with stopwatch() as clock:
        start = Head(stream, 0, genesis("local", stream))
        *findings, head = verify(start, store(url).read(stream))
    assert not findings and not isinstance(head, Finding) and head.version == events
    return clock.seconds
