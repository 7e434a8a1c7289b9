"""Counts of the images that take part, by the values that the gallery is filtered by; a change costs what changed."""

from collections import Counter
from datetime import datetime, tzinfo
from typing import Final

import msgspec

from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.dataset.values import Capture
from kenpin.domain.time_zone import day_of, day_span
from kenpin.projections.database import Row as Record
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable
from kenpin.read_models.gallery.rows import Row

CONDITIONS: Final = ("product", "line", "station", "camera", "light", "lot")
FACETS: Final = ("defect_class", *CONDITIONS, "day", "person")
"""The properties that images are counted by; `image_count` counts them by verdict and split."""
CAPTURED: Final = "captured"
"""The stored facet of days: the quarter of an hour in UTC, of which every time zone has whole ones in a day."""

IMAGE_FACET: Final = DeclaredTable(
    "image_facet",
    """
    dataset_id text not null,
    facet      text not null,
    value      text not null,
    images     bigint not null,
    primary key (dataset_id, facet, value)""",
    owner="dataset_id",
    counted="images <> 0",
)
ADD: Final = """
insert into image_facet values (%s, %s, %s, %s)
on conflict (dataset_id, facet, value) do update set images = image_facet.images + excluded.images"""
VALUES: Final = f"""
select facet, value, images, (row_number() over (partition by facet order by images desc, value))::int as rank
from image_facet where dataset_id = %(dataset)s and images > 0 and facet <> '{CAPTURED}'"""
MOST_USED: Final = (
    f"select facet, value, images from ({VALUES}) as each where rank <= %(most)s order by facet, rank"
)
QUARTERS: Final = f"""
select array_agg(value order by value collate "C") as quarters, array_agg(images order by value collate "C") as images
from image_facet where dataset_id = %(dataset)s and facet = '{CAPTURED}' and images > 0 having count(*) > 0"""

FacetValue = tuple[str, str]
"""facet, value"""
FacetState = tuple[str | None, str, list[str] | None, str | None]
"""The columns of a row that its facets come from: excluded, capture, defect classes, who judged."""

_captures = msgspec.json.Decoder(Capture)


def state_of(row: Row) -> FacetState:
    return (row.excluded, row.capture, row.defect_classes, row.annotated_by)


def facets_of(state: FacetState) -> list[FacetValue]:
    """Return the values that an image is counted under; none while it is excluded."""
    excluded, text, classes, person = state
    if excluded is not None:
        return []
    capture = _captures.decode(text)
    found = [(name, value) for name in CONDITIONS if (value := getattr(capture, name))]
    found += [("defect_class", class_id) for class_id in classes or ()]
    if (time := captured_time(capture.captured_at)) is not None:
        found.append((CAPTURED, _as_value(time.replace(minute=time.minute // 15 * 15))))
    if person is not None:
        found.append(("person", person))
    return found


def _as_value(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


class FacetChanges:
    """The changes of the counts by a batch of events."""

    def __init__(self, dataset_id: str) -> None:
        self._dataset_id = dataset_id
        self._changes: Counter[FacetValue] = Counter()

    def add(self, before: FacetState | None, after: FacetState) -> None:
        """Count an image as it is after the batch, and no longer as it was before."""
        if before == after:
            return
        self._changes.update(facets_of(after))
        if before is not None:
            self._changes.subtract(facets_of(before))

    def write(self, sql: Sql) -> None:
        if rows := [
            (self._dataset_id, *key, images) for key, images in sorted(self._changes.items()) if images
        ]:
            sql.executemany(ADD, rows)


def facet_values(sql: Sql, dataset_id: str, most: int, zone: tzinfo) -> list[Record]:
    """Return facet, value and images of the `most` commonest values of each facet, the commonest first.

    Of days the newest, the newest first. `zone`: that of the site, in which days are.
    """
    found = sql.execute(MOST_USED, {"dataset": dataset_id, "most": most}).fetchall()
    days = sorted(_days(sql, dataset_id, zone).items(), reverse=True)
    return found + [{"facet": "day", "value": day, "images": images} for day, images in days[:most]]


def _days(sql: Sql, dataset_id: str, zone: tzinfo) -> Counter[str]:
    """Count images by day. A year has up to 35,040 quarters: the zone is asked once for each day of them."""
    days: Counter[str] = Counter()
    row = sql.execute(QUARTERS, {"dataset": dataset_id}).fetchone()
    end = ""
    for quarter, images in zip(row["quarters"], row["images"], strict=True) if row else ():
        if quarter >= end:
            day = day_of(datetime.fromisoformat(quarter), zone)
            end = _as_value(day_span(day, zone)[1])
        days[day] += images
    return days
