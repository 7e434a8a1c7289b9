"""The images of a dataset that a slice of its history holds: one rule, in Python and in SQL.

The SQL stands beside the rule that it repeats; `tests/read_models/test_history_slice.py` holds both equal.
"""

from datetime import datetime

from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.dataset.events import AnnotationSubmitted
from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.dataset.values import Capture
from kenpin.domain.history_slice import HistorySlice, SliceKind, moment_of
from kenpin.domain.ids import ActorId


def holds(
    slice: HistorySlice,
    capture: Capture,
    group: str | None,
    annotation: AnnotationSubmitted | None,
    judged_by: ActorId | None,
) -> bool:
    """Return True when an image with this capture condition, group and judgement is in the slice."""
    match slice.kind:
        case "group":
            return group == slice.value
        case "captured_before" | "captured_after":
            return _is_taken_in(slice, captured_time(capture.captured_at))
        case "person":
            return annotation is not None and judged_by == slice.value
        case "label_book":
            return annotation is not None and str(annotation.label_book_revision) == slice.value
        case field:
            return bool(getattr(capture, field) == slice.value)


def _is_taken_in(slice: HistorySlice, taken: datetime | None) -> bool:
    moment = moment_of(slice)
    if taken is None or moment is None:
        return False
    return taken < moment if slice.kind == "captured_before" else taken >= moment


def slice_sql(image: str, kind: SliceKind, grouping: str) -> str:
    """Return SQL for: the image row with this alias is in the slice of this kind with these `slice_parameters`.

    `grouping` is SQL for the grouping field of the dataset.
    """
    match kind:
        case "group":
            return f"{group_sql(image, grouping)} = %(value)s"
        case "captured_before":
            return f"{image}.captured_at < %(moment)s"
        case "captured_after":
            return f"{image}.captured_at >= %(moment)s"
        case "person":
            return f"{image}.annotated_by = %(value)s"
        case "label_book":
            revision = f"coalesce({image}.annotation ->> 'label_book_revision', '0')"
            return f"{image}.annotation is not null and {revision} = %(value)s"
        case field:
            return f"{image}.capture ->> '{field}' = %(value)s"


def slice_parameters(slice: HistorySlice) -> dict[str, object]:
    return {"value": slice.value, "moment": moment_of(slice)}
