"""Rows are made anew beside the ones that are served: readers and writers go on, and a kill leaves no half of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from msgspec.structs import replace

from functions.contract.events.dataset_story import CRACKED
from functions.contract.events.story import EXAMPLES
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.events import (
    AgreementTaskOpened,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    BlindJudgementSubmitted,
    DatasetCreated,
    ImageExcluded,
    ImageRegistered,
)
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.event import Context, Event
from kenpin.domain.project.events import LabelBookRevised, ProductDefined
from kenpin.domain.run.events import RunStarted
from kenpin.domain.run.values import Identity
from kenpin.projections import projection
from kenpin.projections.projection import checkpoint
from kenpin.projections.rebuild import NEXT, rebuild
from kenpin.read_models.catalogue import READ_MODELS, advance_stream
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery.queries import Filter
from kenpin.read_models.layout import ROWS
from tests.read_models.rows import dump

ME, STREAM = Context(actor="aya"), "dataset-d"
ACTION = Context(actor="aya", batch_id="one-action")
FILE = ImageFile(9, 4, 3, "image/png")
GALLERY = next(model for model in READ_MODELS if model.name == "gallery")


ANSWER = BlindJudgementSubmitted(task_id="again", image_id=CRACKED, person="aya", verdict="NG")
MACHINE = Identity(code_digest="a", weights_digest="b", libraries={}, threads=2, hardware="x86_64")
AGAIN: dict[str, tuple[Event, ...]] = {
    "project": (
        ProductDefined(product_id="round", name="Round cookies"),
        LabelBookRevised(rules="A crack is a crack.", reason="simpler"),
    ),
    "dataset": (
        AgreementTaskOpened(task_id="again", image_ids=(CRACKED,), people=("aya",), open_to=None, note=""),
        ANSWER,
        replace(ANSWER, verdict="OK"),
        AnnotationWithdrawn(image_id=CRACKED, reason="not sure"),
    ),
    "run": (RunStarted(attempt=2, identity=MACHINE),),
}
"""Events after the story of their category, so that every row changes once."""


def image(n: int) -> str:
    return f"{n:064x}"


@pytest.fixture
def url(prepared_database_url: str) -> str:
    return prepared_database_url


@pytest.fixture
def database(url: str) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(url, size=8)
    yield database
    database.close()


@pytest.fixture
def store(database: PostgresDatabase) -> PostgresEventStore:
    """3,000 images, every third judged."""
    store = PostgresEventStore(database, "local")
    store.append(STREAM, [DatasetCreated(dataset_id="d", project_id="p", name="D")], ME)
    for start in range(0, 3_000, 500):
        ids = [image(n) for n in range(start, start + 500)]
        store.append(STREAM, [ImageRegistered(image_id=id, file=FILE, capture=Capture()) for id in ids], ME)
        store.append(STREAM, [AnnotationSubmitted(image_id=id, verdict="OK") for id in ids[::3]], ME)
    advance_stream(STREAM, store, database)
    return store


def test_a_story_with_every_event_leaves_no_table_empty(
    store: PostgresEventStore, database: PostgresDatabase, url: str
) -> None:
    tell_everything(store, database)
    assert {name for name, rows in dump(url).items() if not rows} <= {"erasure_done"}


def tell_everything(store: PostgresEventStore, database: PostgresDatabase) -> None:
    """Each kind of event in an order in which it can happen, so that there is a row of everything to lose."""
    for category, (id, events) in EXAMPLES.items():
        for event in (*events, *AGAIN.get(category, ())):
            store.append(f"{category}-{id}", [event], ACTION)
        advance_stream(f"{category}-{id}", store, database)


@pytest.mark.parametrize("model", READ_MODELS, ids=lambda model: model.name)
def test_the_new_rows_are_as_the_old_ones(
    model: projection.ReadModel, store: PostgresEventStore, database: PostgresDatabase, url: str
) -> None:
    tell_everything(store, database)
    before = dump(url)
    assert rebuild(model, store, database)
    assert dump(url) == before
    assert left_over(url) == []
    store.append(STREAM, [ImageExcluded(image_id=image(0), reason="blurred")], ME)
    advance_stream(STREAM, store, database)
    assert dump(url) != before, "projections go on with the new tables"


def left_over(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = %s", (NEXT,)).fetchall()
    return [name for (name,) in rows]


def test_rows_that_were_lost_come_back(
    store: PostgresEventStore, database: PostgresDatabase, url: str
) -> None:
    before = dump(url)
    with psycopg.connect(url) as owner:
        owner.execute(f"delete from {ROWS}.image where ordinal % 2 = 0")
    assert dump(url) != before
    assert rebuild(GALLERY, store, database)
    assert dump(url) == before


def test_indexes_move_along(store: PostgresEventStore, database: PostgresDatabase, url: str) -> None:
    query = f"select indexdef from pg_indexes where schemaname = '{ROWS}' order by 1"
    with psycopg.connect(url) as connection:
        before = connection.execute(query).fetchall()
    assert rebuild(GALLERY, store, database)
    with psycopg.connect(url) as connection:
        assert connection.execute(query).fetchall() == before


class Work:
    """Something done over and over; what it met."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act, self.over = act, threading.Event()
        self.errors: list[Exception] = []
        self.rounds, self.slowest = 0, 0.0

    def run(self) -> None:
        while not self.over.is_set():
            began = time.monotonic()
            try:
                self._act()
            except Exception as error:
                self.errors.append(error)
            self.rounds, self.slowest = self.rounds + 1, max(self.slowest, time.monotonic() - began)


@contextmanager
def going_on(*works: Work) -> Iterator[None]:
    threads = [threading.Thread(target=work.run) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for work in works:
            work.over.set()
        for thread in threads:
            thread.join()


def test_readers_and_writers_go_on_while_rows_are_made_anew(
    store: PostgresEventStore, database: PostgresDatabase, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader never sees fewer images or an older version; what a writer adds is in the rows afterwards."""
    monkeypatch.setattr(projection, "WINDOW", 200)
    seen, written = [0, 0], [0]

    def read() -> None:
        with database.reading() as sql:
            version, _ = checkpoint(sql, "gallery", STREAM)
            shown = gallery_queries.page(sql, "d", Filter(), after=None, limit=10_000)
        assert len(shown) >= seen[0] and version >= seen[1], (len(shown), version, seen)
        seen[:] = [len(shown), version]

    def write() -> None:
        fresh = ImageRegistered(image_id=image(100_000 + written[0]), file=FILE, capture=Capture())
        store.append(STREAM, [fresh], ME)
        advance_stream(STREAM, store, database)
        written[0] += 1

    reader, writer = Work(read), Work(write)
    with going_on(reader, writer):
        for _ in range(3):
            assert rebuild(GALLERY, store, database)
    assert (reader.errors, writer.errors) == ([], [])
    assert reader.rounds > 3 and written[0] > 3
    advance_stream(STREAM, store, database)
    with database.reading() as sql:
        assert len(gallery_queries.page(sql, "d", Filter(), after=None, limit=10_000)) == 3_000 + written[0]
    assert reader.slowest < 3


PROGRAM = """
import sys
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.run.events import RunStarted
from kenpin.domain.run.values import Identity
from kenpin.projections import projection
from kenpin.read_models.catalogue import READ_MODELS
from kenpin.projections.rebuild import rebuild
projection.WINDOW = 100
database = PostgresDatabase(sys.argv[1])
[gallery] = [model for model in READ_MODELS if model.name == "gallery"]
print("begins", flush=True)
assert rebuild(gallery, PostgresEventStore(database, "local"), database)
print("swapped", flush=True)
"""


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.15, 0.3, 0.6])
def test_killed_at_any_moment_it_leaves_rows_whole_and_goes_on(
    store: PostgresEventStore, database: PostgresDatabase, url: str, after_s: float
) -> None:
    before = dump(url)
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, url], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline().strip() == b"begins"
    time.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert dump(url) == before
    assert rebuild(GALLERY, store, database)
    assert dump(url) == before and left_over(url) == []


def test_it_goes_on_where_it_ran_out_of_time(
    store: PostgresEventStore, database: PostgresDatabase, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "WINDOW", 500)
    projected: list[int] = []
    calls = 0

    def patience(asked: int) -> Callable[[], bool]:
        left = iter(range(asked))
        return lambda: next(left, None) is None

    while not rebuild(GALLERY, store, database, patience(2), projected.append):
        calls += 1
        assert calls < 50
    assert calls > 1
    assert sum(projected) == store.head(STREAM).version, "nothing was projected twice"


def test_what_another_model_left_half_done_is_in_nobodys_way(
    store: PostgresEventStore, database: PostgresDatabase, url: str
) -> None:
    before = dump(url)
    assert not rebuild(GALLERY, store, database, lambda: True)
    assert "image" in left_over(url)
    [datasets] = [model for model in READ_MODELS if model.name == "datasets"]
    assert rebuild(datasets, store, database) and rebuild(GALLERY, store, database)
    assert dump(url) == before and left_over(url) == []
