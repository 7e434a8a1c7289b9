"""Query for the images that a split is planned from."""

from collections.abc import Iterator
from typing import Final

from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.dataset.splits import ImageToSplit
from kenpin.domain.dataset.values import GroupingField
from kenpin.projections.database import Sql
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.table import KEY, at

IMAGES: Final = f"""
select i.image_id, {group_sql("s", "coalesce(%(grouping)s::text, " + grouping_at("%(dataset)s", "%(as_of)s") + ")")}
    as "group", s.split, s.verdict, s.defect_classes, coalesce(s.captured_at, i.registered_at) as taken_at
from image i cross join lateral ({at("%(as_of)s")}) as s
where i.dataset_key = {KEY} and i.ordinal <= %(as_of)s and s.excluded is null order by i.ordinal"""


def images_to_split(
    sql: Sql, dataset_id: str, as_of: int, grouping: GroupingField | None
) -> Iterator[ImageToSplit]:
    """Yield the images that take part at a version, grouped by this field or (None) as the dataset says."""
    rows = sql.execute(IMAGES, {"dataset": dataset_id, "as_of": as_of, "grouping": grouping})
    return (
        ImageToSplit(
            row["image_id"],
            row["group"],
            row["split"],
            row["verdict"] or "unlabelled",
            tuple(row["defect_classes"] or ()),
            row["taken_at"],
        )
        for row in rows
    )
