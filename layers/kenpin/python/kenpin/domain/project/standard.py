"""The rules of the label standard: defect classes and their limit samples (限度見本)."""

from __future__ import annotations

from datetime import date
from unicodedata import normalize

from msgspec.structs import astuple

from kenpin.domain.project.commands import (
    ApproveLimitSample,
    DefineDefectClass,
    ReviseLabelBook,
    WithdrawLimitSample,
)
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRevised,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProjectEvent,
)
from kenpin.domain.project.refusals import (
    AlreadyASample,
    ClassIsRetired,
    ColourTaken,
    KeyTaken,
    NameTaken,
    NoSuchSample,
    SampleExists,
    ValidityHasPassed,
)
from kenpin.domain.project.state import ProjectState
from kenpin.domain.project.values import Rule


def definition(
    current: DefectClassDefined | DefectClassRevised | None, command: DefineDefectClass
) -> DefectClassDefined | DefectClassRevised:
    """Return the event that defines the class; a rule, examples or a colour that is None stays unchanged."""
    rule = command.rule if command.rule is not None else current and current.rule
    examples = command.examples if command.examples is not None else current.examples if current else ()
    colour = command.colour if command.colour is not None else current.colour if current else ""
    fields = dict(command) | {
        "rule": None if rule == Rule() else rule,
        "examples": examples,
        "colour": colour,
    }
    return (DefectClassRevised if current else DefectClassDefined)(**fields)


def check_distinct(state: ProjectState, command: DefineDefectClass) -> None:
    """Check that no other class in use has the name, key or colour. Raises NameTaken, KeyTaken or ColourTaken."""
    for id, other in state.classes.items():
        if id == command.class_id or id in state.retired:
            continue
        if shared := _names(command) & _names(other):
            raise NameTaken(min(shared), by=id)
        if command.key and command.key == other.key:
            raise KeyTaken(command.key, by=id)
        if command.colour and command.colour == other.colour:
            raise ColourTaken(command.colour, by=id)


def _names(of: DefineDefectClass | DefectClassDefined | DefectClassRevised) -> set[str]:
    """Return the names as people compare them: full and half width, upper and lower case are the same."""
    return {normalize("NFKC", name).casefold().strip() for name in (of.name, of.name_ja) if name.strip()}


def revise(state: ProjectState, command: ReviseLabelBook) -> list[ProjectEvent]:
    if command.rules == state.rules:
        return []
    return [LabelBookRevised(rules=command.rules, reason=command.reason)]


def check_validity(command: ApproveLimitSample, today: date) -> None:
    """Check that the sample is valid today. Raises ValidityHasPassed."""
    if command.valid_until is not None and command.valid_until < today:
        raise ValidityHasPassed(command.valid_until)


def approve(state: ProjectState, command: ApproveLimitSample) -> list[ProjectEvent]:
    valid_until = command.valid_until.isoformat() if command.valid_until else None
    sample = LimitSampleApproved(**(dict(command) | {"valid_until": valid_until}))
    if (known := state.samples.get(command.sample_id)) is not None:
        if astuple(known) == astuple(sample):
            return []
        raise SampleExists(command.sample_id)
    if command.class_id in state.retired:
        raise ClassIsRetired(command.class_id, state.retired[command.class_id])
    for id, other in state.samples.items():
        same = (other.image_id, other.class_id) == (command.image_id, command.class_id)
        if same and id not in state.withdrawn:
            raise AlreadyASample(command.image_id, command.class_id, id)
    return [sample]


def withdraw(state: ProjectState, command: WithdrawLimitSample) -> list[ProjectEvent]:
    if command.sample_id not in state.samples:
        raise NoSuchSample(command.sample_id)
    known = command.sample_id in state.withdrawn
    return [] if known else [LimitSampleWithdrawn(sample_id=command.sample_id, reason=command.reason)]


def samples_of(state: ProjectState, class_id: str, today: str) -> list[LimitSampleApproved]:
    """Return the limit samples of a class in use on this day (ISO 8601): approved, not withdrawn, not expired."""
    if class_id in state.retired:
        return []
    return [
        sample
        for id, sample in sorted(state.samples.items())
        if sample.class_id == class_id
        and id not in state.withdrawn
        and (sample.valid_until or today) >= today
    ]
