"""A platform that is started on the rows of an older one makes them anew, in tables as a fresh one has them."""

from collections.abc import Iterator

import pytest

from bench.history import history
from kenpin.adapters.postgres.connection import Database, create_schema
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.event import Context
from kenpin.projections.database import Row
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.gallery import counts
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery.queries import Filter

BY_NAME = """
alter table image add column dataset_id text;
alter table image_past add column dataset_id text;
update image set dataset_id = 'line-1';
update image_past set dataset_id = 'line-1';
alter table image drop column dataset_key, add primary key (dataset_id, ordinal);
alter table image_past drop column dataset_key, add primary key (dataset_id, ordinal, valid_from);
drop table image_dataset;
"""
"""Makes the gallery as it was while its rows named their dataset in full."""

ONE_TABLE = """
alter table image drop constraint image_pkey, add column valid_to bigint;
drop table image_past;
"""
"""Makes it as it was before that, until rows that had ended got a table of their own."""

SHAPE = """
select indexdef as part from pg_indexes where tablename in ('image', 'image_past')
union all select attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull
from pg_attribute where attrelid in ('image'::regclass, to_regclass('image_past')) and attnum > 0 and not attisdropped
order by 1"""


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    create_schema(empty_database_url)
    database = Database(empty_database_url)
    create_tables(database)
    yield database
    database.close()


def images(database: Database, as_of: int | None = None) -> list[Row]:
    with database.reading() as sql:
        return gallery_queries.page(sql, "line-1", Filter(), after=None, limit=1_000, as_of=as_of)


def shape(database: Database) -> list[Row]:
    with database.reading() as sql:
        return sql.execute(SHAPE).fetchall()


@pytest.mark.parametrize("older", [BY_NAME, BY_NAME + ONE_TABLE], ids=["by name", "one table"])
def test_images_of_older_tables_come_again_from_the_events(database: Database, older: str) -> None:
    store, events = PostgresEventStore(database, "older"), history(60)
    store.append("dataset-line-1", events[:100], Context(actor="me"))
    advance_stream("dataset-line-1", store, database)
    fresh, rows, past = shape(database), images(database), images(database, as_of=70)
    cells = counted(database)
    assert rows
    assert past != rows
    with database.transaction() as sql:
        sql.execute(older)
    assert shape(database) != fresh
    create_tables(database)
    create_tables(database)
    assert shape(database) == fresh
    advance_stream("dataset-line-1", store, database)
    assert (images(database), images(database, as_of=70), counted(database)) == (rows, past, cells)
    create_tables(database)
    assert images(database) == rows
    store.append("dataset-line-1", events[100:], Context(actor="me"))
    advance_stream("dataset-line-1", store, database)
    assert images(database) != rows


def counted(database: Database) -> list[Row]:
    with database.reading() as sql:
        now = sql.execute("select * from image_count where images <> 0 order by 1, 2, 3, 4").fetchall()
        return now + counts.at_version(sql, "line-1", 70)
