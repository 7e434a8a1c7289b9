"""Notes of what pictures look like: made from thumbnails, not from events. A lost one is made again."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple

from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.dataset.health import MeasuredPicture
from kenpin.domain.ids import DatasetId, ImageId
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.table import KEY, NOW

PICTURE_NOTE: Final = DeclaredTable(
    "picture_note",
    """
    image_id   text primary key,
    signature  bytea not null,
    sharpness  double precision not null,
    brightness double precision not null,
    clipped    double precision not null""",
    after="drop table if exists fingerprint;",
)
"""`signature`: empty for a picture without detail. The figures are those of `pictures/quality.py`. Earlier versions
kept `fingerprint`, without figures: pictures are looked at again."""

MISSING: Final = f"""
select i.image_id, i.ordinal from image i where i.dataset_key = {KEY} and i.ordinal > %(after)s
    and i.excluded is null and not exists (select from picture_note f where f.image_id = i.image_id)
order by i.ordinal limit %(limit)s"""
IN_DATASET: Final = f"""
select i.image_id, i.name, s.split, {group_sql("s", grouping_at("%(dataset)s", None))} as "group", f.signature
from image i cross join lateral ({NOW}) as s join picture_note f on f.image_id = i.image_id
where i.dataset_key = {KEY} and s.excluded is null and f.signature <> '' order by i.ordinal"""
MEASURED: Final = f"""
select i.image_id, i.name, coalesce(s.capture ->> 'camera', '') as camera, i.width, i.height,
    f.sharpness, f.brightness, f.clipped
from image i cross join lateral ({NOW}) as s join picture_note f on f.image_id = i.image_id
where i.dataset_key = {KEY} and s.excluded is null order by i.ordinal"""


class PictureNote(Struct, frozen=True):
    """Fingerprint and quality of a picture, as its thumbnail shows them."""

    signature: bytes
    sharpness: float
    brightness: float
    clipped: float


def missing(sql: Sql, dataset_id: DatasetId, *, after: int, limit: int) -> list[Row]:
    """Return images that nobody has looked at, by place, those after place `after`."""
    asked = {"dataset": dataset_id, "after": after, "limit": limit}
    return sql.execute(MISSING, asked).fetchall()


def keep(sql: Sql, found: Mapping[ImageId, PictureNote]) -> None:
    sql.executemany(
        "insert into picture_note values (%s, %s, %s, %s, %s) on conflict do nothing",
        [(image_id, *astuple(note)) for image_id, note in found.items()],
    )


def in_dataset(sql: Sql, dataset_id: DatasetId) -> list[Row]:
    """Return the images that take part and have a fingerprint: image_id, name, split, group, signature."""
    return sql.execute(IN_DATASET, {"dataset": dataset_id}).fetchall()


def measured(sql: Sql, dataset_id: DatasetId) -> list[MeasuredPicture]:
    """Return the images that take part and were looked at, in the order of the dataset."""
    return [MeasuredPicture(**row) for row in sql.execute(MEASURED, {"dataset": dataset_id})]


def of_images(sql: Sql, image_ids: Sequence[ImageId]) -> dict[ImageId, bytes]:
    """Return the fingerprints of these images; those that nobody has looked at are left out."""
    rows = sql.execute(
        "select image_id, signature from picture_note where image_id = any(%s)", (list(image_ids),)
    )
    return {row["image_id"]: bytes(row["signature"]) for row in rows}


def forget(sql: Sql, image_ids: Sequence[ImageId]) -> None:
    sql.execute("delete from picture_note where image_id = any(%s)", (list(image_ids),))
