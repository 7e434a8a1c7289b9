"""A slice of a dataset's history that a run learns without: one rule, in Python and in SQL.

The SQL stands beside the rule that it repeats; `tests/read_models/test_history_slice.py` holds both equal.
"""

from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta

from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.dataset.values import Capture
from kenpin.domain.value import Value

SliceKind = Literal["line", "product", "lot", "camera", "light", "group", "captured_before", "captured_after"]
DAY: Final = 10
"""Characters of a date at the beginning of an ISO 8601 time"""


class HistorySlice(Value):
    """Images by a capture condition, by their group, or by the day they were taken on."""

    kind: SliceKind
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    """Of captured_before and captured_after a date such as 2026-03-31, which itself is in neither."""

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    def holds(self, capture: Capture, group: str | None) -> bool:
        """Return True when an image with this capture condition and group is in the slice."""
        day = (capture.captured_at or "")[:DAY]
        match self.kind:
            case "group":
                return group == self.value
            case "captured_before":
                return bool(day) and day < self.value
            case "captured_after":
                return day > self.value
            case field:
                return bool(getattr(capture, field) == self.value)


def lacks_a_date(slice: HistorySlice) -> bool:
    """Return True when the slice is one of time and its value is no date."""
    if slice.kind not in ("captured_before", "captured_after"):
        return False
    try:
        return date.fromisoformat(slice.value).isoformat() != slice.value
    except ValueError:
        return True


def slice_sql(image: str, kind: SliceKind, grouping: str) -> str:
    """Return SQL for: the image row with this alias is in the slice of this kind with the value %(value)s.

    `grouping` is SQL for the grouping field of the dataset.
    """
    day = f"left(nullif({image}.capture ->> 'captured_at', ''), {DAY}) collate \"C\""
    match kind:
        case "group":
            return f"{group_sql(image, grouping)} = %(value)s"
        case "captured_before":
            return f"{day} < %(value)s"
        case "captured_after":
            return f"{day} > %(value)s"
        case field:
            return f"{image}.capture ->> '{field}' = %(value)s"
