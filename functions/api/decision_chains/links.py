"""Build the links of an image's decision chain from events and rows. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from functions.api.decision_chains.answers import Kind, Link, UsedAs
from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.dataset.eligibility import use_of
from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    CandidateDismissed,
    CaptureCorrected,
    ChangeReverted,
    GroupAssigned,
    ImageErased,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    SplitAssigned,
)
from kenpin.domain.dataset.groups import group_of
from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.undo import IMAGE_FIELDS, ImageAtVersion, ImageField, ImageVersions
from kenpin.domain.event import Event, Recorded
from kenpin.domain.gates import GateReport
from kenpin.domain.history_slice import HistorySlice
from kenpin.projections.database import Row

KINDS: Final[Mapping[type[Event], tuple[Kind, ImageField | None]]] = {
    AnnotationSubmitted: ("judged", "judged"),
    AnnotationWithdrawn: ("withdrawn", "judged"),
    AnnotationReviewed: ("reviewed", None),
    CandidateDismissed: ("dismissed", None),
    CaptureCorrected: ("capture_corrected", None),
    ImageErased: ("erased", None),
    ImageExcluded: ("excluded", None),
    ImageRestored: ("restored", None),
    SplitAssigned: ("split", "split"),
    GroupAssigned: ("grouped", "group"),
}
"""Event type → its kind in the chain and the respect that it changed"""


def of_past(past: ImageVersions, facts: Mapping[int, Recorded]) -> Iterator[Link]:
    """Yield a link for each change of the image whose event is at hand."""
    before: ImageAtVersion | None = None
    for state in past.states:
        if fact := facts.get(state.version):
            yield from _of_fact(fact, before, state)
        before = state


def _of_fact(fact: Recorded, before: ImageAtVersion | None, after: ImageAtVersion) -> Iterator[Link]:
    event, place = fact.event, {"at": fact.recorded_at, "version": fact.version, "by": fact.context.actor}
    if isinstance(event, ImageRegistered):
        if (taken := captured_time(event.capture.captured_at)) is not None:
            line = event.capture.line or event.capture.station or event.capture.camera
            yield Link(kind="captured", at=taken, by=line, becomes=event.capture.captured_at)
        yield Link(kind="registered", becomes=event.file.name or None, **place)
    elif isinstance(event, ChangeReverted):
        for respect in IMAGE_FIELDS:
            if before and getattr(before, respect) != getattr(after, respect):
                yield Link(kind="reverted", reason=event.reason, **_put_back(before, after, respect), **place)
    else:
        yield _of_change(event, before, after, place)


def _put_back(before: ImageAtVersion, after: ImageAtVersion, respect: ImageField) -> Row:
    """Describe what an undo put back; a judgement of the same version means that its review changed."""
    one, other = before.judged, after.judged
    if respect == "judged" and one and other and one.version == other.version:
        return {"outcome": "reviewed", "was": one.review, "becomes": other.review}
    return {"outcome": respect, "was": _value(before, respect), "becomes": _value(after, respect)}


def _of_change(event: Event, before: ImageAtVersion | None, after: ImageAtVersion, place: Row) -> Link:
    kind, respect = KINDS.get(type(event), ("other", None))
    link = Link(kind=kind, **place)
    if respect and before:
        link.was, link.becomes = _value(before, respect), _value(after, respect)
    link.reason = getattr(event, "reason", None) or getattr(event, "rule", None) or None
    match event:
        case AnnotationSubmitted():
            link.classes = sorted({defect.class_id for defect in event.defects})
            link.label_book_revision, link.seconds_spent = event.label_book_revision, event.seconds_spent
            link.suggestion_id = event.suggestion_id
        case AnnotationReviewed(outcome=outcome):
            link.becomes = outcome
        case _:
            pass
    return link


def _value(state: ImageAtVersion, respect: ImageField) -> str | None:
    match respect:
        case "judged":
            return state.judged.annotation.verdict if state.judged else None
        case "capture":
            return ", ".join(
                str(v) for f in state.capture.__struct_fields__ if (v := getattr(state.capture, f))
            )
        case "split":
            return state.split
        case "excluded":
            return state.excluded
        case "group":
            return state.group


def of_suggestions(rows: list[Row], as_of: int) -> Iterator[Link]:
    for row in rows:
        names = ("at", "version", "suggestion_id", "policy", "run_id", "score", "reason")
        yield Link(
            kind="suggested",
            outcome=row["outcome"] if row["changed_in"] <= as_of else None,
            **{name: row[name] for name in names},
        )


def of_runs(rows: list[Row], past: ImageVersions) -> Iterator[Link]:
    """Yield the runs that the image took part in, by its state at their dataset version."""
    for row in rows:
        state = next((s for s in reversed(past.states) if s.version <= row["dataset_version"]), None)
        if state is not None and (used_as := _used_as(state, row)):
            yield Link(
                kind="run",
                at=row["requested_at"],
                by=row["requested_by"],
                version=row["dataset_version"],
                run_id=row["run_id"],
                dataset_hash=row["dataset_hash"],
                outcome=row["status"],
                used_as=used_as,
            )


def _used_as(state: ImageAtVersion, run: Row) -> UsedAs | None:
    judged = state.judged
    use = use_of(
        split=state.split,
        excluded=state.excluded,
        verdict=judged.annotation.verdict if judged else None,
        review=judged.review if judged else None,
        accepted_only=run["accepted_only"],
    )
    without = msgspec.convert(run["without"], HistorySlice | None)
    group = group_of(state.group, state.capture, run["grouping"])
    judgement = (judged.annotation, judged.by) if judged else (None, None)
    is_left_out = use == "train" and without and holds(without, state.capture, group, *judgement)
    return None if is_left_out else use


def of_models(rows: list[Row]) -> Iterator[Link]:
    names = ("at", "by", "model_id", "run_id", "stage", "threshold", "reason")
    for row in rows:
        yield Link(
            kind="model",
            outcome=row["what"],
            becomes=_gates_say(row),
            override_reason=row["override_reason"] if row["what"] == "promoted" else None,
            **{name: row[name] for name in names},
        )


def _gates_say(row: Row) -> str | None:
    if row["what"] != "gates_evaluated":
        return None
    return "failed" if msgspec.convert(row["gates"], GateReport).failed() else "passed"


def of_run(run: Row) -> Link:
    """Return the link of the run that made a model."""
    return Link(
        kind="run",
        at=run["requested_at"],
        by=run["requested_by"],
        version=run["dataset_version"],
        run_id=run["run_id"],
        dataset_hash=run["dataset_hash"],
        outcome=run["status"],
        reason=run["reason"] or None,
    )


def of_field_returns(rows: list[Row]) -> Iterator[Link]:
    for row in rows:
        yield Link(
            kind="field_return",
            at=row["reported_at"],
            version=row["version"],
            by=row["reported_by"],
            was=row["judged"],
            becomes=row["verdict"],
            reason=row["note"] or None,
            classes=[row["class_id"]] if row["class_id"] else [],
            outcome=f"{row['found_by']}, {row['found_at']}",
            return_id=row["return_id"],
            reference=row["reference"] or None,
            escape=is_escape(row),
        )


def is_escape(row: Row) -> bool:
    return (row["judged"], row["verdict"]) == ("OK", "NG")
