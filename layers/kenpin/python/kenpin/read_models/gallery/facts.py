"""Facts about the images of an export, counted: what some formats cannot carry."""

from typing import Final

from kenpin.projections.database import Sql
from kenpin.read_models.gallery import queries
from kenpin.read_models.gallery.queries import Filter

DEFECTS: Final = "json_array_elements(coalesce(i.annotation -> 'defects', '[]')) as d (said)"
HAS_MASK: Final = "d.said ->> 'mask' is not null"
HAS_POLYGON: Final = "d.said ->> 'polygon' is not null"
HAS_BOX: Final = "d.said ->> 'box' is not null"
IS_PLACED: Final = f"({HAS_MASK} or {HAS_POLYGON} or {HAS_BOX})"

IMAGES: Final = {
    "hold": "i.verdict = 'HOLD'",
    "unjudged": "i.verdict is null",
    "unplaced_images": f"i.verdict = 'NG' and not exists (select from {DEFECTS} where {IS_PLACED})",
    "ng_in_training": "i.verdict = 'NG' and i.split is distinct from 'test'",
    "unassigned": "i.split is null",
    "groups": 'i."group" is not null',
    "captures": "exists (select from json_each_text(i.capture) as c where c.value is not null)",
}
"""What is counted of images, by its condition."""
SHAPES: Final = {
    "unplaced": f"not {IS_PLACED}",
    "boxes": f"{HAS_BOX} and not ({HAS_POLYGON} or {HAS_MASK})",
    "polygons": f"{HAS_POLYGON} and not {HAS_MASK}",
    "masks": HAS_MASK,
}
"""What is counted of defects."""
KEPT: Final = "i.erased is null"
"""The condition that an image has bytes to export."""
COUNTS: Final = ", ".join(
    [
        f"count(*) filter (where {KEPT}) as images",
        f"coalesce(sum(i.size) filter (where {KEPT}), 0)::bigint as bytes",
        "count(*) filter (where i.erased is not null) as erased",
        *(f"count(*) filter (where {KEPT} and {condition}) as {name}" for name, condition in IMAGES.items()),
        *(
            f"""coalesce(sum((select count(*) from {DEFECTS} where {condition}))
                filter (where {KEPT}), 0)::bigint as {name}"""
            for name, condition in SHAPES.items()
        ),
    ]
)


def facts(sql: Sql, dataset_id: str, given: Filter, as_of: int) -> dict[str, int]:
    """Return the number of images, their bytes, and each fact, as of a version."""
    return {**(queries.count(sql, dataset_id, given, COUNTS, as_of) or {})}
