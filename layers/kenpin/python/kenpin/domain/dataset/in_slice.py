"""The images of a dataset that a slice of its history holds: one rule, in Python and in SQL.

The SQL stands beside the rule that it repeats; `tests/read_models/test_history_slice.py` holds both equal.
"""

from typing import Final

from kenpin.domain.dataset.events import AnnotationSubmitted
from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.dataset.values import Capture
from kenpin.domain.history_slice import HistorySlice, SliceKind
from kenpin.domain.ids import ActorId

DAY: Final = 10
"""Characters of a date at the beginning of an ISO 8601 time"""


def holds(
    slice: HistorySlice,
    capture: Capture,
    group: str | None,
    annotation: AnnotationSubmitted | None,
    judged_by: ActorId | None,
) -> bool:
    """Return True when an image with this capture condition, group and judgement is in the slice."""
    day = (capture.captured_at or "")[:DAY]
    match slice.kind:
        case "group":
            return group == slice.value
        case "captured_before":
            return bool(day) and day < slice.value
        case "captured_after":
            return day > slice.value
        case "person":
            return annotation is not None and judged_by == slice.value
        case "label_book":
            return annotation is not None and str(annotation.label_book_revision) == slice.value
        case field:
            return bool(getattr(capture, field) == slice.value)


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
        case "person":
            return f"{image}.annotated_by = %(value)s"
        case "label_book":
            revision = f"coalesce({image}.annotation ->> 'label_book_revision', '0')"
            return f"{image}.annotation is not null and {revision} = %(value)s"
        case field:
            return f"{image}.capture ->> '{field}' = %(value)s"
