"""A slice of a dataset's history that a run learns without."""

from datetime import UTC, datetime, tzinfo
from typing import Annotated, Final, Literal

from msgspec import Meta
from msgspec.structs import replace

from kenpin.domain.time_zone import day_span
from kenpin.domain.value import Value

SliceKind = Literal[
    "line",
    "product",
    "lot",
    "camera",
    "light",
    "group",
    "captured_before",
    "captured_after",
    "person",
    "label_book",
]
OF_TIME: Final[tuple[SliceKind, ...]] = ("captured_before", "captured_after")


class HistorySlice(Value):
    """Images by a capture condition, their group, the day they were taken on, or the judgement that stands."""

    kind: SliceKind
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    """Of captured_before and captured_after a date such as 2026-03-31, which itself is in neither; of person the id of
    who judged; of label_book the revision that they judged under."""
    moment: str | None = None
    """When that date begins (captured_before) or ends (captured_after) at the site, ISO 8601; the platform sets it.
    None in older events: by the date of UTC."""

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


def in_zone(slice: HistorySlice, zone: tzinfo) -> HistorySlice:
    """Return the slice with the moment of its date in a zone. Raises ValueError when a slice of time has no date."""
    if slice.kind not in OF_TIME:
        return replace(slice, moment=None)
    begin, end = day_span(slice.value, zone)
    return replace(slice, moment=(begin if slice.kind == "captured_before" else end).isoformat())


def moment_of(slice: HistorySlice) -> datetime | None:
    """Return the moment that a slice of time ends or begins at; None of another slice."""
    moment = slice.moment or in_zone(slice, UTC).moment
    return datetime.fromisoformat(moment) if moment else None
