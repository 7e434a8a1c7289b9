"""Notes of what pictures look like: made from thumbnails, not from events. A lost one is made again."""

from collections.abc import Mapping, Sequence
from typing import Final

from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.ids import DatasetId, ImageId
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.table import KEY, NOW

FINGERPRINT: Final = DeclaredTable(
    "fingerprint",
    """
    image_id  text primary key,
    signature bytea not null""",
)
"""`signature`: empty for a picture without detail."""

MISSING: Final = f"""
select i.image_id, i.ordinal from image i where i.dataset_key = {KEY} and i.ordinal > %(after)s
    and i.excluded is null and not exists (select from fingerprint f where f.image_id = i.image_id)
order by i.ordinal limit %(limit)s"""
IN_DATASET: Final = f"""
select i.image_id, i.name, s.split, {group_sql("s", grouping_at("%(dataset)s", None))} as "group", f.signature
from image i cross join lateral ({NOW}) as s join fingerprint f on f.image_id = i.image_id
where i.dataset_key = {KEY} and s.excluded is null and f.signature <> '' order by i.ordinal"""


def missing(sql: Sql, dataset_id: DatasetId, *, after: int, limit: int) -> list[Row]:
    """Return images that nobody has looked at, by place, those after place `after`."""
    asked = {"dataset": dataset_id, "after": after, "limit": limit}
    return sql.execute(MISSING, asked).fetchall()


def keep(sql: Sql, fingerprints: Mapping[ImageId, bytes]) -> None:
    sql.executemany(
        "insert into fingerprint values (%s, %s) on conflict do nothing", list(fingerprints.items())
    )


def in_dataset(sql: Sql, dataset_id: DatasetId) -> list[Row]:
    """Return the images that take part and have a fingerprint: image_id, name, split, group, signature."""
    return sql.execute(IN_DATASET, {"dataset": dataset_id}).fetchall()


def of_images(sql: Sql, image_ids: Sequence[ImageId]) -> dict[ImageId, bytes]:
    """Return the fingerprints of these images; those that nobody has looked at are left out."""
    rows = sql.execute("select * from fingerprint where image_id = any(%s)", (list(image_ids),))
    return {row["image_id"]: bytes(row["signature"]) for row in rows}


def forget(sql: Sql, image_ids: Sequence[ImageId]) -> None:
    sql.execute("delete from fingerprint where image_id = any(%s)", (list(image_ids),))
