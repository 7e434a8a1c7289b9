"""Rows of images: their encoding to and from PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct
from psycopg.rows import args_row

from kenpin.domain.ids import DatasetId, ImageId
from kenpin.projections.database import Sql
from kenpin.read_models.gallery.table import FILE, STANDING, key_of

Write = Callable[[tuple[object, ...]], None]


class Row(Struct, gc=False):
    """The row of an image from version `valid_from` on: JSON as text, times as PostgreSQL sends them."""

    dataset_key: int
    image_id: str
    ordinal: int
    name: str
    size: int
    width: int
    height: int
    media_type: str
    needs_rendition: bool | None
    registered_at: int
    valid_from: int
    revision: int
    capture: str
    captured_at: int | None = None
    split: str | None = None
    excluded: str | None = None
    verdict: str | None = None
    defect_classes: list[str] | None = None
    annotation: str | None = None
    annotated_by: str | None = None
    annotated_at: int | None = None
    annotated_in: int | None = None
    review: str | None = None
    group_name: str | None = None


COLUMNS: Final = Row.__struct_fields__
assert (*FILE, *STANDING) == COLUMNS

NUMBERS: Final = [
    "dataset_key",
    "ordinal",
    "size",
    "registered_at",
    "captured_at",
    "valid_from",
    "valid_to",
    "revision",
    "annotated_at",
    "annotated_in",
]
WIRE: Final = dict.fromkeys(NUMBERS, "int8") | {
    "width": "int4",
    "height": "int4",
    "needs_rendition": "bool",
    "defect_classes": "jsonb",
    "words": "text[]",
}
"""The type that COPY sends a column as, where that is not text."""

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The start of PostgreSQL's time, which counts microseconds."""
READ: Final = {name: f"{name}::text" for name in ("capture", "annotation")} | {
    name: f"(extract(epoch from {name} - timestamptz '{EPOCH}') * 1000000)::bigint"
    for name in ("registered_at", "captured_at", "annotated_at")
}
TAKE: Final = f"""
delete from image where ctid = any (array (
    select found.ctid from unnest(%s::text[]) as touched (id) cross join lateral (
        select ctid from image where dataset_key = %s and image_id = touched.id limit 1
    ) as found
)) returning {", ".join(READ.get(name, name) for name in COLUMNS)}"""
"""One look into the index per image, then the rows by their place. `image_id = any (...)` or a join would be shorter,
but the planner then may read the whole dataset for a few of its images (tests/read_models/test_plans.py).
"""


_encoder = msgspec.json.Encoder()


def as_json(value: object) -> str:
    return _encoder.encode(value).decode()


def as_sent(time: datetime) -> int:
    """As PostgreSQL sends it."""
    return (time - EPOCH) // timedelta(microseconds=1)


def numbered(dataset_id: DatasetId, begun: datetime, sql: Sql) -> int:
    """The dataset has this number from now on. Those that began later have higher ones, so that rows of the datasets
    that are busiest go to the ends of the indexes; two that began in one microsecond differ by their names.
    """
    name = int.from_bytes(sha256(dataset_id.encode()).digest()[:2]) % 4096
    number = as_sent(begun) * 4096 + name
    sql.execute(
        "insert into image_dataset values (%s, %s) on conflict (dataset_id) do nothing", (dataset_id, number)
    )
    return number


def number_of(dataset_id: DatasetId, sql: Sql) -> int:
    row = sql.execute(f"select {key_of('%s')} as number", (dataset_id,)).fetchone()
    assert row is not None
    return int(row["number"])


def taken(dataset_key: int, image_ids: list[ImageId], sql: Sql) -> dict[ImageId, Row]:
    """The rows of these images, which are no longer in the table: what becomes of them is put there anew."""
    with sql.connection.cursor(binary=True, row_factory=args_row(Row)) as rows:
        return {row.image_id: row for row in rows.execute(TAKE, (image_ids, dataset_key))}


@contextmanager
def rows_of(table: str, columns: Sequence[str], sql: Sql) -> Iterator[Write]:
    """Write rows to a table as they come."""
    with sql.copy(f"copy {table} ({', '.join(columns)}) from stdin (format binary)") as copy:
        copy.set_types([WIRE.get(name, "text") for name in columns])
        yield copy.write_row
