"""A platform that opens tables of another layout drops them, and the projector makes their rows anew."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from msgspec.structs import replace

from bench.history import history
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.bootstrap import prepare
from kenpin.domain.event import Context
from kenpin.projections.catalogue import ReadModelCatalogue
from kenpin.read_models.catalogue import CATALOGUE
from kenpin.read_models.erasures import queries as erasures
from tests.read_models.rows import Rows, dump

STREAM = "dataset-line-1"
OF_BEFORE = """
drop table read_model_layout;
alter table image drop column review;
create table image_of_before (image_id text);
"""
"""Makes the tables as of a version that remembered no layouts."""


@dataclass(frozen=True)
class ProjectedHistory:
    url: str
    database: PostgresDatabase
    store: PostgresEventStore

    def checkpoints(self) -> set[str]:
        """Return the read models that have rows of the stream."""
        with self.database.reading() as sql:
            return {row["projection"] for row in sql.execute("select projection from checkpoint")}

    def tables(self) -> set[str]:
        with self.database.reading() as sql:
            rows = sql.execute("select tablename from pg_tables where schemaname = 'read_models'")
            return {row["tablename"] for row in rows}

    def rows(self) -> Rows:
        return dump(self.url)


@pytest.fixture
def platform(empty_database_url: str) -> Iterator[ProjectedHistory]:
    prepare(empty_database_url)
    database = PostgresDatabase(empty_database_url)
    store = PostgresEventStore(database, "layouts")
    store.append(STREAM, history(60), Context(actor="me"))
    CATALOGUE.advance_stream(STREAM, store, database)
    yield ProjectedHistory(empty_database_url, database, store)
    database.close()


def test_the_same_layout_keeps_its_rows(platform: ProjectedHistory) -> None:
    before = platform.rows()
    CATALOGUE.create_tables(platform.database)
    assert platform.rows() == before


def test_a_model_with_another_layout_is_projected_anew_and_no_other(platform: ProjectedHistory) -> None:
    before = platform.rows()
    [gallery] = [model for model in CATALOGUE.models if model.name == "gallery"]
    image = next(table for table in gallery.tables if table.name == "image")
    wider = replace(image, after=f"{image.after}\ncreate index on image (dataset_key, width);")
    tables = tuple(wider if table is image else table for table in gallery.tables)
    models = tuple(replace(m, tables=tables) if m is gallery else m for m in CATALOGUE.models)
    changed = ReadModelCatalogue(models, CATALOGUE.notes)
    changed.create_tables(platform.database)
    assert platform.checkpoints() == {m.name for m in changed.models_of(STREAM)} - {"gallery"}
    assert platform.rows()["image"] == []
    changed.advance_stream(STREAM, platform.store, platform.database)
    assert platform.rows() == before


def test_tables_of_a_model_that_is_gone_are_dropped(platform: ProjectedHistory) -> None:
    kept = tuple(model for model in CATALOGUE.models if model.name != "reviews")
    ReadModelCatalogue(kept, CATALOGUE.notes).create_tables(platform.database)
    assert "review" not in platform.tables()
    assert "reviews" not in platform.checkpoints()


def test_tables_from_before_layouts_were_remembered_are_made_anew(platform: ProjectedHistory) -> None:
    before, tables = platform.rows(), platform.tables()
    with platform.database.transaction() as sql:
        erasures.done(sql, "line-1", "a" * 64)
        sql.execute(OF_BEFORE)
    CATALOGUE.create_tables(platform.database)
    assert platform.checkpoints() == set()
    assert platform.tables() == tables
    CATALOGUE.advance_stream(STREAM, platform.store, platform.database)
    assert platform.rows() == before
    with psycopg.connect(platform.url) as owner:
        assert owner.execute("select count(*) from read_models.erasure_done").fetchone() == (1,), (
            "a note stays"
        )


def test_only_the_gallery_ends_rows_without_a_trigger() -> None:
    tables = [table for model in CATALOGUE.models for table in model.tables]
    assert [table.name for table in tables if "valid_to" in table.columns] == ["image_past"]


def test_a_table_belongs_to_one_read_model() -> None:
    names = [name for model in CATALOGUE.models for table in model.tables for name in table.names]
    assert len(names) == len(set(names))
