"""A slice of a dataset's history that a run learns without."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

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


class HistorySlice(Value):
    """Images by a capture condition, their group, the day they were taken on, or the judgement that stands."""

    kind: SliceKind
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    """Of captured_before and captured_after a date such as 2026-03-31, which itself is in neither; of person the id of
    who judged; of label_book the revision that they judged under."""

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


def lacks_a_date(slice: HistorySlice) -> bool:
    """Return True when the slice is one of time and its value is no date."""
    if slice.kind not in ("captured_before", "captured_after"):
        return False
    try:
        return date.fromisoformat(slice.value).isoformat() != slice.value
    except ValueError:
        return True
