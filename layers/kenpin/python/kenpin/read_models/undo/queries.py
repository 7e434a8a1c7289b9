"""Queries for undo: the images that a change touched, their states before it and since, and past undos."""

from itertools import groupby
from typing import Final

import msgspec

from kenpin.domain.dataset.events import AnnotationSubmitted, Judged
from kenpin.domain.dataset.undo import ImageAtVersion, ImageVersions, Versions
from kenpin.domain.dataset.values import Capture
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.table import KEY


def undone_in(sql: Sql, dataset_id: str, from_version: int, to_version: int) -> list[int]:
    """Return the versions that undid exactly this part of history before."""
    rows = sql.execute(
        """select version from reversal
        where dataset_id = %s and from_version = %s and to_version = %s and restores is null""",
        (dataset_id, from_version, to_version),
    )
    return [row["version"] for row in rows]


def page(sql: Sql, dataset_id: str, before: int | None, limit: int) -> list[Row]:
    """Return undos, newest first, those before version `before`."""
    return sql.execute(
        """select * from reversal where dataset_id = %(dataset)s
            and (%(before)s::bigint is null or version < %(before)s) order by version desc limit %(limit)s""",
        {"dataset": dataset_id, "before": before, "limit": limit},
    ).fetchall()


# What ends a stand is a change, and what begins an image is its place: both by an index, whatever the dataset's size.
# Part by part and image by image (that is what the limits say): a join might read the whole dataset for a few of them.
TOUCHED: Final = f"""
with touched as (
    select changed.ordinal from unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) as part (first, last)
        cross join lateral (
            (select ordinal from image_past where dataset_key = {KEY}
                and valid_to between part.first and part.last order by valid_to limit 1000000000)
            union all
            (select ordinal from image where dataset_key = {KEY}
                and ordinal between part.first and part.last order by ordinal limit 1000000000)
        ) as changed
)"""
COLUMNS: Final = """{0}.valid_from as version, {0}.split, {0}.excluded, {0}.capture, {0}.annotation, {0}.annotated_by,
    {0}.annotated_at, {0}.annotated_in, {0}.review, {0}.group_name"""
STANDS: Final = f"""
select image_id, i.ordinal, s.*, (select e.version from erasure e
    where e.dataset_id = %(dataset)s and e.image_id = i.image_id) as erased
from image i cross join lateral (
    select {COLUMNS.format("p")} from image_past p
        where p.dataset_key = i.dataset_key and p.ordinal = i.ordinal and p.valid_to >= %(begin)s
    union all select {COLUMNS.format("i")}
) as s where i.dataset_key = {KEY}"""
"""The states of an image at version `begin` and since, and where it was erased."""
PAGE: Final = f"""{TOUCHED}, page as (
    select distinct ordinal from touched where ordinal > %(after)s order by ordinal limit %(limit)s
)
select stands.* from page cross join lateral (
    {STANDS} and i.ordinal = page.ordinal order by version limit 1000000000
) as stands
order by ordinal, version"""


def touched(sql: Sql, dataset_id: str, versions: Versions, *, after: int, limit: int) -> list[ImageVersions]:
    """Return at most `limit` images that these versions changed, by place, those after place `after`."""
    asked = _asked(dataset_id, versions) | {"after": after, "limit": limit}
    rows = sql.execute(PAGE, asked)
    by_image = groupby(rows, lambda row: (row["image_id"], row["ordinal"], row["erased"]))
    return [
        ImageVersions(id, ordinal, [_stand(row) for row in stands], erased)
        for (id, ordinal, erased), stands in by_image
    ]


def past(sql: Sql, dataset_id: str, ordinal: int, as_of: int | None) -> ImageVersions | None:
    """Return every state of the image at this place, up to a version; None when it was not there yet."""
    asked = {"dataset": dataset_id, "begin": 0, "ordinal": ordinal}
    rows = sql.execute(f"{STANDS} and i.ordinal = %(ordinal)s order by version", asked).fetchall()
    stands = [_stand(row) for row in rows if as_of is None or row["version"] <= as_of]
    return ImageVersions(rows[0]["image_id"], ordinal, stands, rows[0]["erased"]) if stands else None


def count(sql: Sql, dataset_id: str, versions: Versions) -> int:
    """Count the images that these versions changed."""
    row = sql.execute(
        f"{TOUCHED} select count(distinct ordinal) as images from touched", _asked(dataset_id, versions)
    ).fetchone()
    return row["images"] if row else 0


def _asked(dataset_id: str, versions: Versions) -> dict[str, object]:
    firsts, lasts = [first for first, _ in versions], [last for _, last in versions]
    return {"dataset": dataset_id, "firsts": firsts, "lasts": lasts, "begin": min(firsts)}


def _stand(row: Row) -> ImageAtVersion:
    capture = msgspec.convert(row["capture"], Capture)
    return ImageAtVersion(
        row["version"], row["split"], row["excluded"], capture, _judged(row), row["group_name"]
    )


def _judged(row: Row) -> Judged | None:
    if row["annotation"] is None:
        return None
    annotation = msgspec.convert(row["annotation"], AnnotationSubmitted)
    at = row["annotated_at"].isoformat()
    return Judged(annotation, row["annotated_by"], at, row["annotated_in"], row["review"])
