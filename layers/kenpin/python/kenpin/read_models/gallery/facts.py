"""Facts about the images of an export, counted: what some formats cannot carry."""

from typing import Final

from kenpin.exporting.losses import WHOLE_IMAGES
from kenpin.projections.database import Sql
from kenpin.read_models.gallery import queries
from kenpin.read_models.gallery.queries import Filter

HAS_MASK: Final = "d.said ->> 'mask' is not null"
HAS_POLYGON: Final = "d.said ->> 'polygon' is not null"
HAS_BOX: Final = "d.said ->> 'box' is not null"
IS_PLACED: Final = f"({HAS_MASK} or {HAS_POLYGON} or {HAS_BOX})"

SHAPES: Final = {
    "placed": IS_PLACED,
    "unplaced": f"not {IS_PLACED}",
    "boxes": f"{HAS_BOX} and not ({HAS_POLYGON} or {HAS_MASK})",
    "polygons": f"{HAS_POLYGON} and not {HAS_MASK}",
    "masks": HAS_MASK,
}
"""Counts of defects: name → the condition of those that count."""
IMAGES: Final = {
    "images": "true",
    "ok": "i.verdict = 'OK'",
    "hold": "i.verdict = 'HOLD'",
    "unjudged": "i.verdict is null",
    "unplaced_images": "i.verdict = 'NG' and d.placed = 0",
    "ng_in_training": "i.verdict = 'NG' and i.split is distinct from 'test'",
    "several_classes": "i.verdict = 'NG' and d.classes > 1",
    "unassigned": "i.verdict = 'OK' and i.split is null",
    "groups": 'i."group" is not null',
    "captures": "exists (select from json_each_text(i.capture) as c where c.value is not null)",
}
"""Counts of images: name → the condition of those that count."""
BYTES: Final = {"bytes": "true", **{f"{fact}_bytes": IMAGES[fact] for fact in WHOLE_IMAGES}}
"""Bytes of images: name → the condition of those that count."""
SELECTED: Final = ", ".join(
    [
        *(f"count(*) filter (where not erased and {term}) as {name}" for name, term in IMAGES.items()),
        *(f"coalesce(sum(d.{name}) filter (where not erased), 0)::bigint as {name}" for name in SHAPES),
        *(
            f"coalesce(sum(i.size) filter (where not erased and {term}), 0)::bigint as {name}"
            for name, term in BYTES.items()
        ),
    ]
)
QUERY: Final = f"""
select {SELECTED}
from ({{images}}) as i cross join lateral (
    select count(distinct d.said ->> 'class_id') as classes,
        {", ".join(f"count(*) filter (where {term}) as {name}" for name, term in SHAPES.items())}
    from json_array_elements(coalesce(i.annotation -> 'defects', '[]')) as d (said)
) as d"""
"""Erased images have no bytes to export."""


def facts(sql: Sql, dataset_id: str, given: Filter, as_of: int) -> dict[str, int]:
    """Return the number of images, their bytes, and each fact, as of a version."""
    return {**(queries.count(sql, dataset_id, given, QUERY, as_of) or {})}
