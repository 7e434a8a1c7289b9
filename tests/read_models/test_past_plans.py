"""Questions about the past read what changed, however large the dataset is."""

import uuid
from collections.abc import Callable
from functools import partial

import pytest

from bench.history import annotated, history, image_id
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetEvent, ImageExcluded
from kenpin.domain.event import Context
from kenpin.projections.database import Sql
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.gallery import counts
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery.queries import Filter
from kenpin.read_models.history import diff
from kenpin.read_models.history import queries as changes
from kenpin.read_models.history.diff import Range

IMAGES, CHANGES = 6_000, 100
READ = """select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as tuples
from pg_stat_xact_user_tables where relname in ('image', 'image_past', 'image_count_change', 'change')"""


@pytest.fixture(scope="module")
def told(postgres_database: PostgresDatabase) -> tuple[str, int, int]:
    """A dataset, and its versions before and after its last hundred changes."""
    create_tables(postgres_database)
    store, id = PostgresEventStore(postgres_database, "past-plans"), uuid.uuid4().hex[:12]
    events = history(IMAGES)
    said: list[DatasetEvent] = [
        AnnotationSubmitted(image_id=image_id(n * 50), verdict="HOLD")
        if n % 2
        else ImageExcluded(image_id=image_id(n * 50), reason="blurred")
        for n in range(CHANGES)
    ]
    for start in range(0, len(events), 500):
        store.append(f"dataset-{id}", events[start : start + 500], Context(actor="me"))
    store.append(f"dataset-{id}", said, Context(actor="me"))
    later: list[DatasetEvent] = [annotated(n) for n in range(3_000, 3_500)]
    store.append(f"dataset-{id}", later, Context(actor="me"))
    advance_stream(f"dataset-{id}", store, postgres_database)
    return id, len(events), len(events) + CHANGES


def rows_read(database: PostgresDatabase, ask: Callable[[Sql], object]) -> int:
    with database.transaction() as sql:
        before = _tuples(sql)
        assert ask(sql)
        return _tuples(sql) - before


def _tuples(sql: Sql) -> int:
    row = sql.execute(READ).fetchone()
    assert row is not None
    return int(row["tuples"])


def test_a_difference_reads_what_changed(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    between = Range(*told)
    whole = partial(diff.page, between=between, limit=1_000)
    assert rows_read(postgres_database, whole) <= 6 * CHANGES
    assert rows_read(postgres_database, partial(diff.tally, between=between)) <= 6 * CHANGES


def test_a_page_of_a_difference_reads_its_own_length(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    id, _, after = told
    everything = Range(id, 1, after)
    assert rows_read(postgres_database, partial(diff.page, between=everything, limit=20)) <= 6 * 20
    middle = partial(diff.page, between=everything, after=(6_000, 6_000), limit=20)
    assert rows_read(postgres_database, middle) <= 6 * 20


def test_the_images_of_a_line_of_the_timeline_are_read_from_their_own_rows(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    id, before, after = told
    commits = [{"first": before + 1, "last": after}, {"first": 2, "last": before}]
    ask = partial(changes.changed_images, dataset_id=id, commits=commits, most=3)
    assert rows_read(postgres_database, ask) <= 6 * 2 * 3


def test_who_changed_an_image_is_read_from_its_own_rows(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    between = Range(*told)
    with postgres_database.transaction() as sql:
        ordinals = [row["ordinal"] for row in diff.page(sql, between, limit=20)]
    assert rows_read(postgres_database, partial(diff.steps, between=between, ordinals=ordinals)) <= 4 * 20
    held = partial(changes.holding_each, stream=f"dataset-{told[0]}", versions=[*range(1, 20)])
    assert rows_read(postgres_database, held) <= 20


def test_who_appended_to_a_stream_is_read_by_a_row_of_each(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    """As in a long history: the few commits of this one may be sorted instead."""

    def ask(sql: Sql) -> object:
        sql.execute("set local enable_sort = off")
        return changes.actors(sql, f"dataset-{told[0]}")

    assert rows_read(postgres_database, ask) <= 4


def test_the_counts_of_then_read_one_window(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    id, before, _ = told
    at = partial(counts.at_version, dataset_id=id, version=before - 300)
    assert rows_read(postgres_database, at) <= 5 * counts.WINDOW
    assert (
        rows_read(postgres_database, partial(datasets.one, dataset_id=id, as_of=before)) <= 5 * counts.WINDOW
    )


@pytest.mark.parametrize("order", ["registered", "newest"])
def test_a_page_as_it_stood_reads_its_own_length(
    postgres_database: PostgresDatabase, told: tuple[str, int, int], order: gallery_queries.Order
) -> None:
    """As with statistics: without them a table seems so small that all of it may be sorted, today's page too."""
    id, before, _ = told

    def ask(sql: Sql, as_of: int) -> object:
        sql.execute("set local enable_sort = off")
        return gallery_queries.page(sql, id, Filter(order=order), after=None, limit=50, as_of=as_of)

    assert rows_read(postgres_database, partial(ask, as_of=before)) <= 4 * 50
    assert rows_read(postgres_database, partial(ask, as_of=600)) <= 2 * 600, "nothing that came later"


def test_a_time_is_turned_into_a_version_by_one_row(
    postgres_database: PostgresDatabase, told: tuple[str, int, int]
) -> None:
    """As in a long history: the few commits of this one may be sorted instead."""
    with postgres_database.transaction() as sql:
        commit = changes.holding(sql, f"dataset-{told[0]}", 700)
    assert commit is not None
    time = commit["recorded_at"]

    def ask(sql: Sql) -> int | None:
        sql.execute("set local enable_sort = off")
        return changes.version_at(sql, f"dataset-{told[0]}", time)

    assert rows_read(postgres_database, ask) <= 2
    with postgres_database.transaction() as sql:
        assert ask(sql) == commit["last"]
