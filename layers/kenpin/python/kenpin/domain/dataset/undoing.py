"""What an undo means for each image: what it gets back, and what stays because somebody decided anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import UNSET, Struct
from msgspec.structs import replace

from kenpin.domain.dataset.commands import Turn
from kenpin.domain.dataset.events import Judged, Standing
from kenpin.domain.dataset.values import Capture, Change
from kenpin.domain.ids import ImageId, Split

Respect = Literal["split", "excluded", "capture", "judged"]
"""Decided on one by one, and so undone one by one. `judged` is a judgement with its review."""
RESPECTS: Final[tuple[Respect, ...]] = ("split", "excluded", "capture", "judged")
Why = Literal["decided_later", "protected_test", "registered_later", "in_use", "erased"]


class Stand(Struct, frozen=True, gc=False):
    """How an image stood from `version` on."""

    version: int
    split: Split | None
    excluded: str | None
    capture: Capture
    judged: Judged | None


class Past(Struct, frozen=True):
    """An image's stands in order: from the one that a change met (or its first) to the one that is."""

    image_id: ImageId
    ordinal: int
    """The version it was registered at."""
    stands: Sequence[Stand]
    erased: int | None = None
    """The version that erased its bytes."""


class Kept(Struct, frozen=True):
    """What an undo leaves as it is."""

    image_id: ImageId
    respect: Respect | Literal["registered"]
    why: Why
    since: int
    """The version that decided it."""


class Undoing(Struct, frozen=True):
    """What an undo means for one image; neither part when it is undone already."""

    turn: Turn | None
    kept: tuple[Kept, ...] = ()


class Step(Struct, frozen=True):
    """A change of one respect, at a version."""

    version: int
    before: object
    after: object


Within = Callable[[int], bool]
"""Is a version part of what is to be undone?"""
Versions = tuple[tuple[int, int], ...]
"""First and last version of each stretch."""


class Aim(Struct, frozen=True):
    """What somebody wants undone, and what that means for an image it touched."""

    reverts: Change
    versions: Versions
    plan: Callable[[Past], Undoing]
    restores: int | None = None


def to_undo(reverts: Change, versions: Versions, reason: str, undone: Iterable[int] = ()) -> Aim:
    """One change. `undone`: versions that undid it before; what they did is no decision of its own."""

    def within(version: int) -> bool:
        return any(first <= version <= last for first, last in versions)

    return Aim(reverts, versions, lambda past: undo(past, within, reason, undone))


def to_bring_back(version: int, head: int) -> Aim:
    """All that came after a version."""
    return Aim(
        Change(version + 1, head), ((version + 1, head),), lambda past: bring_back(past, version), version
    )


def undo(past: Past, within: Within, reason: str, undone: Iterable[int] = ()) -> Undoing:
    """What an image gets back when the change that these versions are is undone.

    A value goes back to what stood before the change if it is still the change's own. An image that the change
    brought in is excluded, with the reason, unless somebody has worked on it since. `undone`: versions that undid
    this change before; what they did is no decision of its own.
    """
    if within(past.ordinal):
        return _unregistered(past, within, reason, frozenset(undone))
    return _undone(past, within, frozenset(undone))


def bring_back(past: Past, version: int) -> Undoing:
    """What an image gets back when all that came after `version` is undone: what came in since, and what was put
    into the protected test split, stays."""
    if past.ordinal > version:
        return Undoing(None, (Kept(past.image_id, "registered", "registered_later", past.ordinal),))
    undoing = _undone(past, lambda v: v > version, frozenset())
    turn = undoing.turn
    if turn is None or turn.was.split != "test":
        return undoing
    kept = Kept(past.image_id, "split", "protected_test", _steps(past, "split")[-1].version)
    return Undoing(_but_its_split(turn), (*undoing.kept, kept))


def _but_its_split(turn: Turn) -> Turn | None:
    others: list[str] = [r for r in RESPECTS if r != "split" and getattr(turn.becomes, r) is not UNSET]
    was, becomes = ({r: getattr(way, r) for r in others} for way in (turn.was, turn.becomes))
    return _turn(turn.was.image_id, was, becomes)


def _undone(past: Past, within: Within, undone: frozenset[int]) -> Undoing:
    was: dict[str, object] = {}
    becomes: dict[str, object] = {}
    kept: list[Kept] = []
    for respect in RESPECTS:
        steps = _steps(past, respect)
        if not any(within(step.version) for step in steps):
            continue
        if respect == "excluded" and past.erased is not None:
            kept.append(Kept(past.image_id, respect, "erased", past.erased))
            continue
        last = steps[-1]
        if not within(last.version):
            if last.version not in undone:
                kept.append(Kept(past.image_id, respect, "decided_later", last.version))
            continue
        target = _before_the_last_run(steps, within)
        if target != last.after:
            was[respect], becomes[respect] = last.after, target
    return Undoing(_turn(past.image_id, was, becomes), tuple(kept))


def _unregistered(past: Past, within: Within, reason: str, undone: frozenset[int]) -> Undoing:
    """Its bytes and its history stay: what came in by mistake does not take part."""
    now = past.stands[-1]
    later = [s.version for s in past.stands if not within(s.version) and s.version not in undone]
    if later:
        return Undoing(None, (Kept(past.image_id, "registered", "in_use", later[-1]),))
    if now.excluded is not None:
        return Undoing(None)
    return Undoing(_turn(past.image_id, {"excluded": None}, {"excluded": reason}))


def _steps(past: Past, respect: Respect) -> list[Step]:
    pairs = zip(past.stands, past.stands[1:], strict=False)
    values = ((new.version, getattr(old, respect), getattr(new, respect)) for old, new in pairs)
    return [Step(version, before, after) for version, before, after in values if before != after]


def _before_the_last_run(steps: Sequence[Step], within: Within) -> object:
    """What stood before the steps of the change that nobody else's step has come between."""
    before = steps[-1].before
    for step in reversed(steps):
        if not within(step.version):
            break
        before = step.before
    return before


def _turn(image_id: ImageId, was: Mapping[str, object], becomes: Mapping[str, object]) -> Turn | None:
    if not becomes:
        return None
    return Turn(was=standing_in(image_id, was), becomes=standing_in(image_id, becomes))


def standing_in(image_id: ImageId, values: Mapping[str, object]) -> Standing:
    return replace(Standing(image_id), **values)
