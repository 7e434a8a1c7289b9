"""No question about an image reads more than that image's rows, however large its dataset is."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from bench.history import history
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.events import DatasetEvent, ImageRegistered
from kenpin.domain.event import Context
from kenpin.domain.ids import ImageId
from kenpin.projections.database import Sql
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.datasets.state import state_of
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery import rows as gallery_rows
from kenpin.read_models.history import chain
from kenpin.read_models.models import decisions as model_decisions
from kenpin.read_models.reviews import queries as review_queries
from kenpin.read_models.reviews.queries import Waiting
from kenpin.read_models.undo import queries as undo

IMAGES = 3_000
READ = """select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int as tuples
from pg_stat_xact_user_tables where relname in ('image', 'image_past')"""


@pytest.fixture(scope="module")
def events() -> list[DatasetEvent]:
    return history(IMAGES)


@pytest.fixture(scope="module")
def image_ids(events: list[DatasetEvent]) -> list[ImageId]:
    return [event.image_id for event in events if isinstance(event, ImageRegistered)]


@pytest.fixture(scope="module")
def dataset_id(postgres_database: PostgresDatabase, events: list[DatasetEvent]) -> str:
    """A dataset that came after all statistics of the table were taken, if any were."""
    create_tables(postgres_database)
    store, id = PostgresEventStore(postgres_database, "plans"), uuid.uuid4().hex[:12]
    for start in range(0, len(events), 1_000):
        store.append(f"dataset-{id}", events[start : start + 1_000], Context(actor="me"))
    advance_stream(f"dataset-{id}", store, postgres_database)
    return id


class OneTransaction:
    """A database whose every question is asked in the transaction that counts."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        yield self._sql

    transaction = reading

    def close(self) -> None:
        """The transaction is not ours to end."""


def rows_read(database: PostgresDatabase, ask: Callable[[Sql], object]) -> int:
    with database.transaction() as sql:
        before = _tuples(sql)
        assert ask(sql)
        return _tuples(sql) - before


def _tuples(sql: Sql) -> int:
    row = sql.execute(READ).fetchone()
    assert row is not None
    return int(row["tuples"])


def test_one_image_now_and_then(
    postgres_database: PostgresDatabase, dataset_id: str, image_ids: list[ImageId]
) -> None:
    for as_of in (None, 100):
        ask = partial(gallery_queries.one, dataset_id=dataset_id, image_id=image_ids[7], as_of=as_of)
        assert rows_read(postgres_database, ask) <= 4


def test_the_versions_of_an_image(
    postgres_database: PostgresDatabase, dataset_id: str, image_ids: list[ImageId]
) -> None:
    ask = partial(gallery_queries.versions, dataset_id=dataset_id, image_id=image_ids[7])
    assert rows_read(postgres_database, ask) <= 4


def test_what_a_judgement_is_decided_on(
    postgres_database: PostgresDatabase, dataset_id: str, image_ids: list[ImageId]
) -> None:
    about = tuple(image_ids[:20])

    def ask(sql: Sql) -> object:
        return state_of(OneTransaction(sql), dataset_id, about)[0].images

    assert rows_read(postgres_database, ask) <= 4 * len(about)


def test_what_a_projection_looks_up(
    postgres_database: PostgresDatabase, dataset_id: str, image_ids: list[ImageId]
) -> None:
    def ask(sql: Sql) -> object:
        return gallery_rows.taken(gallery_rows.number_of(dataset_id, sql), image_ids[:20], sql)

    assert rows_read(postgres_database, ask) <= 2 * 20


def test_what_waits_for_a_review(postgres_database: PostgresDatabase, dataset_id: str) -> None:
    ask = partial(
        review_queries.page, dataset_id=dataset_id, given=Waiting(), after=None, limit=20, as_of=None
    )
    assert rows_read(postgres_database, ask) <= 2 * 20


def test_what_came_back_to_somebody(postgres_database: PostgresDatabase, dataset_id: str) -> None:
    def ask(sql: Sql) -> object:
        given = {"author": "me", "after": None, "limit": 20, "as_of": None}
        return review_queries.returned(sql, dataset_id, **given) == []  # type: ignore[arg-type]

    assert rows_read(postgres_database, ask) == 0


def test_what_an_undo_looks_at(postgres_database: PostgresDatabase, dataset_id: str) -> None:
    """Twenty judgements: each image's two rows, and what ended by an index."""
    judgements = ((602, 621),)

    def ask(sql: Sql) -> object:
        assert undo.count(sql, dataset_id, judgements) == 20
        return undo.touched(sql, dataset_id, judgements, after=0, limit=100)

    assert rows_read(postgres_database, ask) <= 6 * 20


def test_what_an_undone_import_looks_at(postgres_database: PostgresDatabase, dataset_id: str) -> None:
    arrivals = ((102, 121),)

    def ask(sql: Sql) -> object:
        return undo.touched(sql, dataset_id, arrivals, after=0, limit=100)

    assert rows_read(postgres_database, ask) <= 6 * 20


def test_the_decision_chain_of_an_image(
    postgres_database: PostgresDatabase, dataset_id: str, image_ids: list[ImageId]
) -> None:
    ask = partial(chain.past, dataset_id=dataset_id, image_id=image_ids[107], as_of=None)
    assert rows_read(postgres_database, ask) <= 6


def test_a_page_of_what_a_model_stands_on(postgres_database: PostgresDatabase, dataset_id: str) -> None:
    """The rows of the page, now and then those that ended since."""
    version = 2 * IMAGES - 200
    ask = partial(
        model_decisions.page,
        dataset_id=dataset_id,
        version=version,
        used_as=None,
        accepted_only=False,
        after=600,
        limit=20,
    )
    assert rows_read(postgres_database, ask) <= 20 * 20


@pytest.mark.parametrize("order", ["registered", "newest"])
@pytest.mark.parametrize("as_of", [None, 100])
def test_a_page_of_a_word_that_all_names_have(
    postgres_database: PostgresDatabase, dataset_id: str, order: gallery_queries.Order, as_of: int | None
) -> None:
    given = gallery_queries.Filter(name="cam3", order=order)

    def ask(sql: Sql) -> object:
        found = gallery_queries.page(sql, dataset_id, given, after=None, limit=20, as_of=as_of)
        return len(found) == 20

    assert rows_read(postgres_database, ask) <= 4 * 20
