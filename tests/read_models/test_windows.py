"""Long histories are projected window by window, the next one read while PostgreSQL takes in the one before."""

import uuid
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.history import annotated, history, image_id, registered
from kenpin.adapters.postgres.connection import Database
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.event import Context
from kenpin.domain.ids import SLUG
from kenpin.read_models import projection
from kenpin.read_models.catalogue import create_tables
from kenpin.read_models.changes import changes
from kenpin.read_models.database import Row, meanwhile
from kenpin.read_models.gallery import gallery
from kenpin.read_models.gallery_table import key_of
from kenpin.read_models.projection import Gap, advance, checkpoint

EVENTS = history(150, lot=40)


@pytest.fixture
def stream(postgres_database: Database) -> str:
    create_tables(postgres_database)
    return f"dataset-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def store(postgres_database: Database) -> PostgresEventStore:
    return PostgresEventStore(postgres_database, "windows")


def tell(store: PostgresEventStore, stream: str, *commits: list[DatasetEvent]) -> None:
    for events in commits:
        store.append(stream, events, Context(actor="me"))


def rows(database: Database, stream: str) -> tuple[list[Row], ...]:
    """Images, how they stood before, and their counts, without the name of the dataset."""
    own = "dataset_key = dataset_key(%(id)s)"
    queries = (
        f"select to_jsonb(i) - 'dataset_key' - 'registered_at' - 'annotated_at' as row from image i where {own}",
        f"select to_jsonb(p) - 'dataset_key' - 'annotated_at' as row from image_past p where {own}",
        "select split, verdict, images from image_count where dataset_id = %(id)s and images <> 0",
        "select upto, verdict, class_id, images from image_count_change where dataset_id = %(id)s and images <> 0",
    )
    with database.reading() as sql:
        asked = {"id": stream.removeprefix("dataset-")}
        return tuple(sorted(sql.execute(query, asked).fetchall(), key=str) for query in queries)


@pytest.mark.parametrize("window", [1, 30, 110, 299, 300, 301, 10_000])
def test_windows_of_any_size_give_the_same_rows(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: Database,
    store: PostgresEventStore,
    stream: str,
    window: int,
) -> None:
    for each in (stream, f"{stream}-whole"):
        tell(store, each, *(EVENTS[start : start + 10] for start in range(0, len(EVENTS), 10)))
    advance(gallery, f"{stream}-whole", store, postgres_database)
    monkeypatch.setattr(projection, "WINDOW", window)
    assert advance(gallery, stream, store, postgres_database) == len(EVENTS)
    assert rows(postgres_database, stream) == rows(postgres_database, f"{stream}-whole")


@pytest.mark.parametrize("window", [2, 10_000])
def test_an_image_that_two_registered_at_once_is_one(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: Database,
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


class Broken(PostgresEventStore):
    """Loses a commit on the way."""

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        return (commit for commit in super().read(stream, after, upto) if commit.first != 21)


@pytest.mark.parametrize("model", [gallery, changes], ids=lambda model: model.name)
def test_what_breaks_while_it_is_read_ahead_is_raised_and_rows_stand_right_before_it(
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: Database,
    store: PostgresEventStore,
    stream: str,
    model: projection.ReadModel,
) -> None:
    monkeypatch.setattr(projection, "WINDOW", 10)
    tell(store, stream, *(EVENTS[start : start + 10] for start in range(0, 40, 10)))
    with pytest.raises(Gap, match="goes from version 20 to 31"):
        advance(model, stream, Broken(postgres_database, "windows"), postgres_database)
    with postgres_database.reading() as sql:
        assert checkpoint(sql, model.name, stream)[0] == 20
    assert advance(model, stream, store, postgres_database) == 20


def test_work_goes_on_while_postgresql_is_waited_for(postgres_database: Database) -> None:
    done: list[int] = []

    def step() -> bool:
        done.append(sum(range(100)))
        return len(done) < 50

    with postgres_database.transaction() as sql:
        with meanwhile(sql, step):
            row = sql.execute("select pg_sleep(0.05)::text as slept, image_id from image limit 0").fetchone()
            slept = sql.execute("select 1 as one from pg_sleep(0.05)").fetchone()
        assert (row, slept) == (None, {"one": 1})
        assert (before := len(done)) >= 50
        sql.execute("select pg_sleep(0.01)")
    assert len(done) == before


@given(st.from_regex(SLUG, fullmatch=True))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_python_and_sql_give_a_dataset_the_same_key(postgres_database: Database, slug: str) -> None:
    with postgres_database.reading() as sql:
        assert sql.execute("select read_models.dataset_key(%s) as key", (slug,)).fetchone() == {
            "key": key_of(slug)
        }


def test_images_are_found_by_their_own_ids(
    postgres_database: Database, store: PostgresEventStore, stream: str
) -> None:
    tell(store, stream, [registered(1)])
    advance(gallery, stream, store, postgres_database)
    with postgres_database.reading() as sql:
        found = sql.execute(
            "select image_id from image where dataset_key = dataset_key(%s)",
            (stream.removeprefix("dataset-"),),
        ).fetchall()
    assert [row["image_id"] for row in found] == [image_id(1)]
