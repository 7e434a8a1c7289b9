"""The PostgreSQL event store: concurrency, restarts, and protection from rewrites."""

import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.postgres.connection import PostgresDatabase, create_schema
from kenpin.adapters.postgres.event_store import BEGINNING, RESTORE, Position, PostgresEventStore
from kenpin.domain.commit import Commit, Head, genesis, verify
from kenpin.domain.dataset.events import AnnotationSubmitted, VersionTagged
from kenpin.domain.event import Context
from kenpin.ports import Appended, ConcurrencyConflict, EntityConflict, IdempotencyKey, Unavailable
from tests.chains import chained

ME = Context(actor="inspector")
T = TypeVar("T")
WRITERS, COMMITS = 6, 40
IMAGE = "a" * 64


def tags(*names: str) -> list[VersionTagged]:
    return [VersionTagged(name=name, tagged_version=1) for name in names]


@pytest.fixture
def store(postgres_url: str, postgres_database: PostgresDatabase) -> Iterator[PostgresEventStore]:
    """With a connection for each writer."""
    database = PostgresDatabase(postgres_url, size=WRITERS + 2)
    yield PostgresEventStore(database, tenant=uuid.uuid4().hex[:12])
    database.close()


@pytest.fixture
def owner(postgres_url: str, postgres_database: PostgresDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def together(work: Callable[[int], T]) -> list[T]:
    ready = threading.Barrier(WRITERS)

    def start(writer: int) -> T:
        ready.wait()
        return work(writer)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(start, range(WRITERS)))


def write(store: PostgresEventStore, stream: str, writer: int) -> None:
    for n in range(COMMITS):
        store.append(stream, tags(*(f"{writer}.{n}.{e}" for e in range(1 + (writer + n) % 3))), ME)


def test_a_reader_that_follows_six_writers_misses_nothing(store: PostgresEventStore, stream: str) -> None:
    finished, seen = threading.Event(), list[Commit]()

    def follow() -> None:
        last = False
        while not last:
            last = finished.is_set()
            seen.extend(store.read(stream, after=seen[-1].last if seen else 0))

    reader = threading.Thread(target=follow)
    reader.start()
    together(lambda writer: write(store, stream, writer))
    finished.set()
    reader.join()
    assert [commit.first for commit in seen] == [1, *(commit.last + 1 for commit in seen[:-1])]
    assert len(seen) == WRITERS * COMMITS
    assert list(verify(Head(stream, 0, genesis(store.tenant, stream)), seen)) == [store.head(stream)]


def test_a_reader_of_the_feed_that_follows_six_writers_misses_nothing(
    store: PostgresEventStore, stream: str
) -> None:
    finished, seen = threading.Event(), list[tuple[Position, Commit]]()

    def follow() -> None:
        last = False
        while not last:
            last = finished.is_set()
            seen.extend(store.feed(after=seen[-1][0] if seen else BEGINNING))

    reader = threading.Thread(target=follow)
    reader.start()
    together(lambda writer: write(store, f"{stream}-{writer % 3}", writer))
    finished.set()
    reader.join()
    for part in range(3):
        fed = [commit for _, commit in seen if commit.stream == f"{stream}-{part}"]
        assert fed == list(store.read(f"{stream}-{part}"))
    assert len(seen) == WRITERS * COMMITS


def test_one_of_six_creates_the_stream(store: PostgresEventStore, stream: str) -> None:
    def create(writer: int) -> Appended | ConcurrencyConflict:
        try:
            return store.append(stream, tags(str(writer)), ME, expected=0)
        except ConcurrencyConflict as conflict:
            return conflict

    answers = together(create)
    assert sum(isinstance(answer, Appended) for answer in answers) == 1
    assert store.head(stream).version == 1


def test_one_of_six_changes_the_image(store: PostgresEventStore, stream: str) -> None:
    def judge(_: int) -> Appended | EntityConflict:
        try:
            return store.append(
                stream, [AnnotationSubmitted(image_id=IMAGE, verdict="NG")], ME, entities={IMAGE: 0}
            )
        except EntityConflict as conflict:
            return conflict

    answers = together(judge)
    assert sum(isinstance(answer, Appended) for answer in answers) == 1
    assert store.revisions(stream, [IMAGE]) == {IMAGE: 1}


def test_six_with_the_same_key_get_the_same_answer(store: PostgresEventStore, stream: str) -> None:
    key = IdempotencyKey("k", "f")
    answers = together(lambda _: store.append(stream, tags("a"), ME, key=key))
    assert len({answer.hash for answer in answers}) == 1
    assert store.head(stream).version == 1


def test_a_refused_first_append_leaves_no_stream(store: PostgresEventStore, stream: str) -> None:
    with pytest.raises(ConcurrencyConflict):
        store.append(stream, tags("a"), ME, expected=1)
    assert list(store.heads()) == []


def test_long_streams_are_read_window_by_window(
    store: PostgresEventStore, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin.adapters.postgres.event_store.WINDOW", 2)
    for name in "abcde":
        store.append(stream, tags(name, name, name), ME)
    assert [commit.first for commit in store.read(stream)] == [1, 4, 7, 10, 13]
    assert [commit.first for commit in store.read(stream, after=1, upto=10)] == [4, 7, 10]


@pytest.mark.parametrize(
    "change",
    [
        "update event_store.commits set body = 'x'",
        "delete from event_store.commits",
        "truncate event_store.commits cascade",
    ],
)
def test_not_even_the_owner_rewrites_history(owner: psycopg.Connection, change: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        owner.execute(change.encode())


@pytest.mark.parametrize(
    "change",
    [
        "update event_store.commits set body = 'x'",
        "delete from event_store.commits",
        "truncate event_store.commits",
        "insert into event_store.commits (stream_id) values (1)",
        "update event_store.streams set version = 0",
        "delete from event_store.keys",
        "alter table event_store.commits disable trigger append_only",
    ],
)
def test_the_application_may_only_append(postgres_database: PostgresDatabase, change: str) -> None:
    with postgres_database.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change.encode())


def test_processes_that_start_together_make_the_schema_once(empty_database_url: str) -> None:
    together(lambda _: create_schema(empty_database_url))
    database = PostgresDatabase(empty_database_url)
    assert PostgresEventStore(database).append("dataset-a", tags("a"), ME).version == 1
    database.close()


def kill(server: EmbeddedPostgres) -> None:
    postmaster = int((server.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    os.waitid(os.P_PID, postmaster, os.WEXITED | os.WNOWAIT)


def test_a_restarted_server_is_found_again_and_has_every_acknowledged_commit(
    tmp_path: Path, stream: str
) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        create_schema(server.url)
        database = PostgresDatabase(server.url)
        store = PostgresEventStore(database)
        answered = [store.append(stream, tags(str(n)), ME) for n in range(5)]
        kill(server)
        with pytest.raises(Unavailable):
            while True:  # the connection's own process notices only after a moment
                answered.append(store.append(stream, tags("late"), ME))
        server.ensure_running()
        answered.append(store.append(stream, tags("healed"), ME))
        assert [commit.hash for commit in store.read(stream)] == [answer.hash for answer in answered]
        database.close()


def test_the_database_itself_refuses_to_restore_what_does_not_chain(
    store: PostgresEventStore, postgres_database: PostgresDatabase
) -> None:
    [commit] = chained(Head("dataset-d", 0, genesis(store.tenant, "dataset-d")), [tags("a")])
    altered = ([1], [commit.meta], [b"[]"], [commit.hash])
    with postgres_database.reading() as sql:
        answer = sql.execute(RESTORE, (store.tenant, "dataset-d", 0, *altered, [], [])).fetchone()
    assert answer == {"outcome": "broken", "version": 1}
    assert store.head("dataset-d").version == 0
