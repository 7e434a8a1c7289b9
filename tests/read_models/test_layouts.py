"""Code with another layout builds rows of its own beside the served ones, which stay until nobody needs them."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from msgspec.structs import replace

from bench.history import history
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.application import build_rows as building
from kenpin.application.build_rows import build_rows
from kenpin.bootstrap import prepare
from kenpin.domain.event import Context
from kenpin.projections.catalogue import ReadModelCatalogue
from kenpin.projections.projection import Batch
from kenpin.read_models.catalogue import CATALOGUE
from kenpin.read_models.erasures import queries as erasures
from kenpin.read_models.layout import LAYOUT, ROWS
from tests.read_models.rows import Rows, dump

ME, STREAM = Context(actor="me"), "dataset-line-1"
OF_BEFORE = """
create table checkpoint (projection text);
create table image (image_id text);
create table read_model_layout (model text);
create view bookmark as select projection from checkpoint;
"""
"""Rows as versions kept them that had no schema of a layout."""


@dataclass(frozen=True)
class ProjectedHistory:
    url: str
    database: PostgresDatabase
    store: PostgresEventStore

    def images(self, schema: str) -> int:
        with self.database.reading() as sql:
            row = sql.execute(f"select count(*) from {schema}.image").fetchone()
        assert row is not None
        return int(row["count"])

    def tables(self, schema: str) -> set[str]:
        with self.database.reading() as sql:
            rows = sql.execute("select tablename from pg_tables where schemaname = %s", (schema,))
            return {row["tablename"] for row in rows}

    def rows(self) -> Rows:
        return dump(self.url)


@pytest.fixture
def platform(empty_database_url: str) -> Iterator[ProjectedHistory]:
    prepare(empty_database_url)
    database = PostgresDatabase(empty_database_url)
    store = PostgresEventStore(database, "layouts")
    store.append(STREAM, history(60), ME)
    CATALOGUE.advance_stream(STREAM, store, database)
    yield ProjectedHistory(empty_database_url, database, store)
    database.close()


@pytest.fixture
def other() -> ReadModelCatalogue:
    """The read models of code in which a table of the gallery has one more index."""
    [gallery] = [model for model in CATALOGUE.models if model.name == "gallery"]
    image = next(table for table in gallery.tables if table.name == "image")
    wider = replace(
        image, after=f"{image.after}\ncreate index if not exists wide on image (dataset_key, width);"
    )
    tables = tuple(wider if table is image else table for table in gallery.tables)
    models = tuple(replace(m, tables=tables) if m is gallery else m for m in CATALOGUE.models)
    return ReadModelCatalogue(models, CATALOGUE.notes)


@pytest.fixture
def as_other(
    platform: ProjectedHistory, other: ReadModelCatalogue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PostgresDatabase]:
    """The database as the other code has it."""
    monkeypatch.setattr(building, "behind", other.behind)
    database = PostgresDatabase(platform.url, rows=other.schema)
    yield database
    database.close()


def test_the_layout_is_written_down() -> None:
    assert CATALOGUE.schema.removeprefix("rows_") == LAYOUT, "a table has changed: write the new layout down"


def test_the_same_layout_keeps_its_rows(platform: ProjectedHistory) -> None:
    before = platform.rows()
    CATALOGUE.create_tables(platform.database)
    assert platform.rows() == before


def test_rows_of_another_layout_are_built_beside_the_served_ones(
    platform: ProjectedHistory, other: ReadModelCatalogue, as_other: PostgresDatabase
) -> None:
    before = platform.rows()
    other.create_tables(as_other)
    assert (platform.images(ROWS), platform.images(other.schema)) == (60, 0)
    assert build_rows(platform.store, as_other)
    assert platform.images(other.schema) == 60
    assert platform.rows() == before


def test_code_of_before_goes_on_with_its_own_rows(
    platform: ProjectedHistory, other: ReadModelCatalogue, as_other: PostgresDatabase
) -> None:
    other.create_tables(as_other)
    build_rows(platform.store, as_other)
    platform.store.append("dataset-line-2", history(5), ME)
    CATALOGUE.advance_stream("dataset-line-2", platform.store, platform.database)
    assert (platform.images(ROWS), platform.images(other.schema)) == (65, 60)
    assert build_rows(platform.store, as_other)
    assert platform.images(other.schema) == 65


def test_a_build_continues_where_it_was_stopped(
    platform: ProjectedHistory, other: ReadModelCatalogue, as_other: PostgresDatabase
) -> None:
    other.create_tables(as_other)
    events_left: list[int] = []

    def build() -> bool:
        turns = iter(range(2))
        return build_rows(
            platform.store,
            as_other,
            lambda: next(turns, None) is None,
            lambda done, events: events_left.append(events - done),
        )

    while not build():
        assert len(events_left) < 100
    assert len(events_left) > 3
    assert events_left == sorted(set(events_left), reverse=True), "nothing is projected twice"
    assert platform.images(other.schema) == 60


def test_a_projection_that_fails_holds_up_no_other(
    platform: ProjectedHistory, other: ReadModelCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Batch:
        raise ZeroDivisionError

    models = tuple(replace(m, batch=broken) if m.name == "reviews" else m for m in other.models)
    failing = ReadModelCatalogue(models, other.notes)
    monkeypatch.setattr(building, "behind", failing.behind)
    database = PostgresDatabase(platform.url, rows=failing.schema)
    failing.create_tables(database)
    assert build_rows(platform.store, database)
    assert [each.model.name for each in failing.behind(platform.store, database)] == ["reviews"]
    assert platform.images(failing.schema) == 60
    database.close()


def test_rows_of_other_layouts_are_dropped_and_notes_stay(
    platform: ProjectedHistory, other: ReadModelCatalogue, as_other: PostgresDatabase
) -> None:
    with platform.database.transaction() as sql:
        erasures.done(sql, "line-1", "a" * 64)
    other.create_tables(as_other)
    notes = platform.tables("read_models")
    assert other.drop_other_layouts(as_other) == [ROWS]
    assert platform.tables(ROWS) == set()
    assert "image" in platform.tables(other.schema)
    assert platform.tables("read_models") == notes
    with psycopg.connect(platform.url) as owner:
        assert owner.execute("select count(*) from read_models.erasure_done").fetchone() == (1,)


def test_rows_of_before_layouts_had_a_schema_are_dropped(platform: ProjectedHistory) -> None:
    notes = platform.tables("read_models")
    with platform.database.transaction() as sql:
        sql.execute("set local search_path = read_models")
        sql.execute(OF_BEFORE)
    before = platform.rows()
    CATALOGUE.create_tables(platform.database)
    assert platform.rows() == before
    CATALOGUE.drop_other_layouts(platform.database)
    assert platform.tables("read_models") == notes
    assert platform.rows() == before


def test_the_application_may_make_a_schema_for_rows_and_no_other(platform: ProjectedHistory) -> None:
    for statement in ("create schema rows_0123456789ab", "select read_models.create_rows('public2')"):
        with pytest.raises(psycopg.Error), platform.database.transaction() as sql:
            sql.execute(statement)
