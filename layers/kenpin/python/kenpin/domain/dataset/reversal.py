"""Undo by compensation: what each image gets back, and what stays because somebody decided anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from kenpin.domain.dataset.commands import RevertChange, Turn
from kenpin.domain.dataset.events import ChangeReverted, DatasetEvent, Judged, PutBack, Standing
from kenpin.domain.dataset.refusals import UnknownImage
from kenpin.domain.dataset.state import Dataset, Draft, Image
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import ImageId, Split

Respect = Literal["split", "excluded", "capture", "judged"]
"""Decided on one by one, and so undone one by one. `judged` is a judgement with its review."""
RESPECTS: Final[tuple[Respect, ...]] = ("split", "excluded", "capture", "judged")
Why = Literal["decided_later", "protected_test", "registered_later", "in_use"]


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
    others = {r: v for r in RESPECTS if r != "split" and (v := getattr(turn.was, r)) is not UNSET}
    backs = {r: getattr(turn.becomes, r) for r in others}
    return Undoing(_turn(past.image_id, others, backs), (kept,))


def _undone(past: Past, within: Within, undone: frozenset[int]) -> Undoing:
    was: dict[Respect, object] = {}
    becomes: dict[Respect, object] = {}
    kept: list[Kept] = []
    for respect in RESPECTS:
        steps = _steps(past, respect)
        if not any(within(step.version) for step in steps):
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


def _turn(
    image_id: ImageId, was: Mapping[Respect, object], becomes: Mapping[Respect, object]
) -> Turn | None:
    if not becomes:
        return None
    return Turn(was=_standing(image_id, was), becomes=_standing(image_id, becomes))


def _standing(image_id: ImageId, values: Mapping[Respect, object]) -> Standing:
    return replace(Standing(image_id), **values)


def revert(state: Dataset, command: RevertChange) -> list[DatasetEvent]:
    """What is still as it was seen goes back; the rest was decided on meanwhile. Raises UnknownImage."""
    images = tuple(back for turn in command.turns if (back := _back(state, turn)) is not None)
    if not images:
        return []
    return [
        ChangeReverted(
            reverts=command.reverts, images=images, reason=command.reason, restores=command.restores
        )
    ]


def _back(state: Dataset, turn: Turn) -> PutBack | None:
    image = state.images.get(turn.was.image_id)
    if image is None:
        raise UnknownImage(turn.was.image_id)
    still: dict[Respect, object] = {
        respect: value
        for respect in RESPECTS
        if (value := getattr(turn.becomes, respect)) is not UNSET
        and _stands(image, turn.was, respect)
        and value != getattr(turn.was, respect)
    }
    if not still:
        return None
    split_was = image.split if "split" in still else None
    return PutBack(_standing(turn.was.image_id, still), split_was)


def _stands(image: Image, seen: Standing, respect: Respect) -> bool:
    if respect != "judged":
        return bool(getattr(image, respect) == getattr(seen, respect))
    return (image.annotation, image.review) == _said(seen.judged)


def _said(judged: Judged | None | UnsetType) -> tuple[object, object]:
    return (judged.annotation, judged.review) if isinstance(judged, Judged) else (None, None)


def put_back(draft: Draft, images: Iterable[PutBack]) -> None:
    """The fold of a ChangeReverted. What is excluded or judged again needs no look any more."""
    for back in images:
        id, changes = back.standing.image_id, _changes(back)
        if changes.get("split", UNSET) is not UNSET and not _is_in(draft, id, back.split_was):
            del changes["split"]
        if changes:
            draft.change(id, **changes)
        if changes.get("excluded") is not None or changes.get("annotation") is not None:
            draft.candidates.pop(id, None)


def _changes(back: PutBack) -> dict[str, object]:
    standing = back.standing
    plain = {r: getattr(standing, r) for r in RESPECTS if r != "judged"}
    changes = {respect: value for respect, value in plain.items() if value is not UNSET}
    if standing.judged is not UNSET:
        changes["annotation"], changes["review"] = _said(standing.judged)
    return changes


def _is_in(draft: Draft, image_id: ImageId, split: Split | None) -> bool:
    image = draft.images.get(image_id)
    return image is not None and image.split == split
