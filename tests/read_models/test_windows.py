"""Long histories are projected window by window."""

import uuid
from collections.abc import Iterator
from hashlib import sha256

import pytest
from psycopg.errors import UniqueViolation

from bench.history import annotated, history, registered
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.event import Context
from kenpin.projections import projection
from kenpin.projections.database import Row
from kenpin.projections.projection import Gap, advance, checkpoint
from kenpin.read_models.catalogue import create_tables
from kenpin.read_models.gallery import rows as gallery_rows
from kenpin.read_models.gallery.projection import gallery
from kenpin.read_models.gallery.rows import number_of
from kenpin.read_models.gallery.table import key_of
from kenpin.read_models.history.projection import changes

EVENTS = history(150, lot=40)


@pytest.fixture
def stream(postgres_database: PostgresDatabase) -> str:
    create_tables(postgres_database)
    return f"dataset-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    return PostgresEventStore(postgres_database, "windows")


def tell(store: PostgresEventStore, stream: str, *commits: list[DatasetEvent]) -> None:
    for events in commits:
        store.append(stream, events, Context(actor="me"))


def rows(database: PostgresDatabase, stream: str) -> tuple[list[Row], ...]:
    """Images, how they stood before, their counts and words, without the name of the dataset."""
    own = f"dataset_key = {key_of('%(id)s')}"
    queries = (
        f"select to_jsonb(i) - 'dataset_key' - 'registered_at' - 'annotated_at' as row from image i where {own}",
        f"select to_jsonb(p) - 'dataset_key' - 'annotated_at' as row from image_past p where {own}",
        "select split, verdict, images from image_count where dataset_id = %(id)s and images <> 0",
        "select upto, verdict, class_id, images from image_count_change where dataset_id = %(id)s and images <> 0",
        "select facet, value, images from image_facet where dataset_id = %(id)s and images <> 0",
        f"select ordinal, words from image_name where {own}",
    )
    with database.reading() as sql:
        asked = {"id": stream.removeprefix("dataset-")}
        return tuple(sorted(sql.execute(query, asked).fetchall(), key=str) for query in queries)


@pytest.mark.parametrize(
    ("window", "size"), [*((n, 10**9) for n in (1, 30, 110, 299, 300, 301, 10_000)), (10_000, 3_000)]
)
def test_windows_of_any_size_give_the_same_rows(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: PostgresDatabase,
    store: PostgresEventStore,
    stream: str,
    window: int,
    size: int,
) -> None:
    for each in (stream, f"{stream}-whole"):
        tell(store, each, *(EVENTS[start : start + 10] for start in range(0, len(EVENTS), 10)))
    advance(gallery, f"{stream}-whole", store, postgres_database)
    monkeypatch.setattr(projection, "WINDOW", window)
    monkeypatch.setattr(projection, "BYTES", size)
    assert advance(gallery, stream, store, postgres_database) == len(EVENTS)
    assert rows(postgres_database, stream) == rows(postgres_database, f"{stream}-whole")


@pytest.mark.parametrize("window", [2, 10_000])
def test_an_image_that_two_registered_at_once_is_one(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: PostgresDatabase,
    store: PostgresEventStore,
    stream: str,
    window: int,
) -> None:
    monkeypatch.setattr(projection, "WINDOW", window)
    tell(store, stream, [registered(1), registered(2)], [annotated(1)], [registered(1), registered(3)])
    tell(
        store, f"{stream}-once", [registered(1), registered(2)], [annotated(1)], [annotated(9), registered(3)]
    )
    for each in (stream, f"{stream}-once"):
        assert advance(gallery, each, store, postgres_database) == 5
    assert rows(postgres_database, stream) == rows(postgres_database, f"{stream}-once")


class LossyEventStore(PostgresEventStore):
    """Loses a commit on the way."""

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        return (commit for commit in super().read(stream, after, upto) if commit.first != 21)


@pytest.mark.parametrize("model", [gallery, changes], ids=lambda model: model.name)
def test_what_breaks_while_it_is_read_is_raised_and_rows_stand_right_before_it(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: PostgresDatabase,
    store: PostgresEventStore,
    stream: str,
    model: projection.ReadModel,
) -> None:
    monkeypatch.setattr(projection, "WINDOW", 10)
    tell(store, stream, *(EVENTS[start : start + 10] for start in range(0, 40, 10)))
    with pytest.raises(Gap, match="goes from version 20 to 31"):
        advance(model, stream, LossyEventStore(postgres_database, "windows"), postgres_database)
    with postgres_database.reading() as sql:
        assert checkpoint(sql, model.name, stream)[0] == 20
    assert advance(model, stream, store, postgres_database) == 20


def test_datasets_that_began_later_have_higher_numbers_and_every_replay_gives_the_same(
    postgres_database: PostgresDatabase, store: PostgresEventStore, stream: str
) -> None:
    names = [f"{stream}-{n}" for n in range(9)]
    for name in names:
        tell(store, name, EVENTS[:1], EVENTS[1:3])
    for name in reversed(names):
        advance(gallery, name, store, postgres_database)
    numbers = [numbers_of(postgres_database, name) for name in names]
    assert numbers == sorted(set(numbers))
    with postgres_database.transaction() as sql:
        sql.execute("delete from checkpoint where projection = 'gallery' and stream = any(%s)", (names,))
        for table in ("image", "image_past", "image_name"):
            sql.execute(f"delete from {table} where dataset_key = any(%s)", (numbers,))
        sql.execute("delete from image_dataset where dataset_key = any(%s)", (numbers,))
    for name in names:
        advance(gallery, name, store, postgres_database)
    assert numbers == [numbers_of(postgres_database, name) for name in names]


def test_two_datasets_with_one_number_are_not_mixed_up(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: PostgresDatabase,
    store: PostgresEventStore,
    stream: str,
) -> None:
    monkeypatch.setattr(gallery_rows, "as_sent", lambda time: 17)
    monkeypatch.setattr(gallery_rows, "sha256", lambda name: sha256(b"the same"))
    for name in (stream, f"{stream}-2"):
        tell(store, name, EVENTS[:3])
    advance(gallery, stream, store, postgres_database)
    with pytest.raises(UniqueViolation, match="image_dataset_dataset_key_key"):
        advance(gallery, f"{stream}-2", store, postgres_database)
    with postgres_database.transaction() as sql:
        assert checkpoint(sql, "gallery", f"{stream}-2")[0] == 0
        sql.execute("delete from image_dataset where dataset_id = %s", (stream.removeprefix("dataset-"),))


def numbers_of(database: PostgresDatabase, stream: str) -> int:
    with database.reading() as sql:
        return number_of(stream.removeprefix("dataset-"), sql)
