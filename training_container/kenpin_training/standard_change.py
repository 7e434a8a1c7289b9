"""The input of a job `readjudicate`: the change of the standard, and the images that show its border."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from kenpin.domain.catalogue import recorded
from kenpin.domain.dataset.values import Cause
from kenpin.domain.event import Recorded
from kenpin.domain.ids import ImageId, SampleId, stream_of
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProjectEvent,
)
from kenpin.domain.project.refusals import NoSuchClass
from kenpin.domain.project.standard import samples_of
from kenpin.domain.project.state import ProjectState
from kenpin.ports import EventStore, Job

ChangeKind = Literal["class_revised", "class_retired", "sample_approved", "sample_withdrawn", "asked"]


class Question(Struct, frozen=True):
    """The decisions to look at again: those of this class under an older revision."""

    cause: Cause
    class_id: str
    sample_id: SampleId | None
    label_book_revision: int
    references: list[ImageId]
    """The sample that came or went; else the samples that count and the examples of the class."""
    since: int = 0
    """Decisions under an older revision are not asked for: a sample that went changed none from before it came."""


class StandardChange(Struct, frozen=True):
    """One change of the standard: its class or sample, and the reason that was given."""

    what: ChangeKind
    class_id: str
    sample_id: SampleId | None
    text: str


def question_of(store: EventStore, job: Job, today: str) -> Question | None:
    """Return the question of a job; None when only a name was changed, or a later change asks for the same.

    `today`: ISO 8601; samples after their last day do not count. Raises NoSuchClass.
    """
    facts = list(_facts(store, job.project))
    version = job.arguments.get("project_version")
    if version is None:
        return _asked(job, project.fold(_events(facts)), today)
    past, fact, later = facts[: int(version) - 1], facts[int(version) - 1], facts[int(version) :]
    before = project.fold(_events(past))
    state = project.fold(_events([fact]), before)
    change = _change(before, fact)
    if change is None or _is_superseded(change, state, later):
        return None
    now = project.fold(_events(later), state)
    cause = Cause(change.what, change.text[:2000], fact.context.actor, fact.event_id)
    references = _references(now, change.class_id, change.sample_id, today)
    since = _approved_under(past, change.sample_id) if change.what == "sample_withdrawn" else 0
    return Question(cause, change.class_id, change.sample_id, state.label_book_revision, references, since)


def _approved_under(facts: list[Recorded], sample_id: SampleId | None) -> int:
    """Return the revision that the approval of a sample made."""
    at = next(
        place
        for place, fact in enumerate(facts, 1)
        if isinstance(fact.event, LimitSampleApproved) and fact.event.sample_id == sample_id
    )
    return project.fold(_events(facts[:at])).label_book_revision


def _facts(store: EventStore, project_id: str) -> Iterator[Recorded]:
    for commit in store.read(stream_of("project", project_id)):
        yield from recorded(commit)


def _events(facts: list[Recorded]) -> Iterator[ProjectEvent]:
    yield from (fact.event for fact in facts)  # type: ignore[misc]  # a project's stream holds project events


def _asked(job: Job, state: ProjectState, today: str) -> Question:
    class_id = str(job.arguments["class_id"])
    if class_id not in state.classes:
        raise NoSuchClass(class_id)
    cause = Cause("asked", str(job.arguments["text"]), str(job.arguments["by"]))
    references = _references(state, class_id, None, today)
    return Question(cause, class_id, None, state.label_book_revision, references)


def _change(before: ProjectState, fact: Recorded) -> StandardChange | None:
    match fact.event:
        case DefectClassRevised(class_id=class_id) as event:
            if not _changes_meaning(before, event):
                return None
            return StandardChange("class_revised", class_id, None, _text_of(event))
        case DefectClassRetired(class_id=class_id, reason=reason):
            return StandardChange("class_retired", class_id, None, reason)
        case LimitSampleApproved(sample_id=sample_id, class_id=class_id, note=note):
            return StandardChange("sample_approved", class_id, sample_id, note)
        case LimitSampleWithdrawn(sample_id=sample_id, reason=reason):
            return StandardChange("sample_withdrawn", before.samples[sample_id].class_id, sample_id, reason)
        case _:
            return None


def _text_of(event: DefectClassRevised) -> str:
    rule = event.rule
    return (rule and (rule.limits or rule.counts)) or event.description


def _changes_meaning(before: ProjectState, event: DefectClassRevised) -> bool:
    """Return True when more than the name or the key was changed."""
    return event.class_id in before.retired or _meaning(before.classes[event.class_id]) != _meaning(event)


def _meaning(event: DefectClassDefined | DefectClassRevised) -> tuple[object, ...]:
    return (event.description, event.rule, event.examples)


def _is_superseded(change: StandardChange, state: ProjectState, later: list[Recorded]) -> bool:
    """Return True when a later change of the same class or sample has a job that finds the same decisions."""
    for fact in later:
        other = _change(state, fact)
        if other and (other.class_id, other.sample_id) == (change.class_id, change.sample_id):
            return True
        state = project.fold(_events([fact]), state)
    return False


def _references(state: ProjectState, class_id: str, sample_id: SampleId | None, today: str) -> list[ImageId]:
    if sample_id is not None:
        return [state.samples[sample_id].image_id]
    samples = [sample.image_id for sample in samples_of(state, class_id, today)]
    if class_id in state.retired:
        return samples
    return list(
        dict.fromkeys([*samples, *(example.image_id for example in state.classes[class_id].examples)])
    )
