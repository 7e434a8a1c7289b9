"""A platform that is started on the rows of an older one keeps them, in tables as a fresh one has them."""

from collections.abc import Iterator

import pytest

from bench.history import history
from kenpin.adapters.postgres.connection import Database, create_schema
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.event import Context
from kenpin.read_models import gallery_queries
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.database import Row
from kenpin.read_models.gallery_queries import Filter

BY_NAME = """
alter table image add column dataset_id text;
alter table image_past add column dataset_id text;
update image set dataset_id = 'line-1';
update image_past set dataset_id = 'line-1';
alter table image drop column dataset_key, alter dataset_id set not null, add primary key (dataset_id, ordinal);
alter table image_past drop column dataset_key, alter dataset_id set not null,
    add primary key (dataset_id, ordinal, valid_from);
create index image_by_id on image (dataset_id, image_id);
create index image_judged on image (verdict, dataset_id, ordinal, valid_from);
create index image_split on image (dataset_id, split, ordinal) where split is not null;
create index image_defects on image (dataset_id, ordinal) where defect_classes is not null;
"""
"""Makes the gallery as it was while its rows named their dataset in full."""

ONE_TABLE = """
drop index image_by_id, image_judged, image_split;
alter table image drop constraint image_pkey, add column valid_to bigint;
insert into image (dataset_id, image_id, valid_from, ordinal, revision, name, size, width, height, media_type,
    registered_at, capture, split, excluded, verdict, defect_classes, annotation, annotated_by, annotated_at,
    annotated_in, review, valid_to)
select i.dataset_id, i.image_id, p.valid_from, i.ordinal, p.revision, i.name, i.size, i.width, i.height, i.media_type,
    i.registered_at, p.capture, p.split, p.excluded, p.verdict, p.defect_classes, p.annotation, p.annotated_by,
    p.annotated_at, p.annotated_in, p.review, p.valid_to
from image_past p join image i using (dataset_id, ordinal);
drop table image_past;
alter table image add primary key (dataset_id, ordinal, valid_from);
create index image_by_id on image (dataset_id, image_id) where valid_to is null;
create index image_live on image (verdict, dataset_id, ordinal) where valid_to is null;
create index image_split on image (dataset_id, split, ordinal) where valid_to is null and split is not null;
"""
"""Makes it as it was before that, until rows that had ended got a table of their own."""

BY_DIGEST = """
drop index image_by_id, image_live, image_defects;
alter table image drop constraint image_pkey, add primary key (dataset_id, image_id, valid_from),
    alter capture type jsonb, alter annotation type jsonb;
create index image_page on image (dataset_id, ordinal);
create index image_live on image (dataset_id, verdict, ordinal) where valid_to is null;
create index image_defects on image (dataset_id, ordinal) where defect_classes <> '[]';
update image set defect_classes = '[]' where defect_classes is null and annotation is not null;
"""
"""Makes it as it was before that, until images got their place as key."""

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


@pytest.mark.parametrize(
    "older",
    [BY_NAME, BY_NAME + ONE_TABLE, BY_NAME + ONE_TABLE + BY_DIGEST],
    ids=["by name", "one table", "keyed by digest"],
)
def test_images_of_older_tables_are_kept(database: Database, older: str) -> None:
    store, events = PostgresEventStore(database, "older"), history(60)
    store.append("dataset-line-1", events[:100], Context(actor="me"))
    advance_stream("dataset-line-1", store, database)
    fresh, rows, past = shape(database), images(database), images(database, as_of=70)
    assert rows
    assert past != rows
    with database.transaction() as sql:
        sql.execute(older)
    assert shape(database) != fresh
    create_tables(database)
    create_tables(database)
    assert shape(database) == fresh
    assert (images(database), images(database, as_of=70)) == (rows, past)
    store.append("dataset-line-1", events[100:], Context(actor="me"))
    advance_stream("dataset-line-1", store, database)
    assert images(database) != rows
