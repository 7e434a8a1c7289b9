"""Rules of undo: which values go back and which stay, and the command and fold that put them back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from kenpin.domain.dataset.commands import ImageUndo, RevertChange
from kenpin.domain.dataset.events import ChangeReverted, DatasetEvent, Judged, PutBack, Standing
from kenpin.domain.dataset.images import image_of
from kenpin.domain.dataset.state import DatasetState, Draft, ImageState
from kenpin.domain.dataset.values import Capture, Change
from kenpin.domain.ids import ImageId, Split

ImageField = Literal["split", "excluded", "capture", "judged", "group"]
"""Fields of an image that are decided, and so undone, one by one. `judged`: a judgement with its review."""
IMAGE_FIELDS: Final[tuple[ImageField, ...]] = ("split", "excluded", "capture", "judged", "group")
KeptReason = Literal["decided_later", "protected_test", "registered_later", "in_use", "erased"]


class ImageAtVersion(Struct, frozen=True, gc=False):
    """State of an image from `version` on."""

    version: int
    split: Split | None
    excluded: str | None
    capture: Capture
    judged: Judged | None
    group: str | None = None


class ImageVersions(Struct, frozen=True):
    """The states of an image in order: from the one before a change (or its first) to the newest."""

    image_id: ImageId
    ordinal: int
    """The version it was registered at."""
    states: Sequence[ImageAtVersion]
    erased: int | None = None
    """The version that erased its bytes."""


class KeptValue(Struct, frozen=True):
    """A value that an undo leaves as it is."""

    image_id: ImageId
    field: ImageField | Literal["registered"]
    why: KeptReason
    since: int
    """The version that decided it."""


class UndoOutcome(Struct, frozen=True):
    """Outcome of an undo for one image; empty when it is undone already."""

    image_undo: ImageUndo | None
    kept: tuple[KeptValue, ...] = ()


class FieldStep(Struct, frozen=True):
    """A change of one field, at a version."""

    version: int
    before: object
    after: object


VersionFilter = Callable[[int], bool]
"""version → True when it is part of the change to undo"""
Versions = tuple[tuple[int, int], ...]
"""First and last version of each stretch."""


class UndoTarget(Struct, frozen=True):
    """The change to undo, and the function that gives its outcome for an image it touched."""

    reverts: Change
    versions: Versions
    plan: Callable[[ImageVersions], UndoOutcome]
    restores: int | None = None


def undo_target(reverts: Change, versions: Versions, reason: str, undone: Iterable[int] = ()) -> UndoTarget:
    """Return the target for one change. `undone`: versions of earlier undos of it, which are no decisions."""

    def in_change(version: int) -> bool:
        return any(first <= version <= last for first, last in versions)

    return UndoTarget(reverts, versions, lambda past: undo(past, in_change, reason, undone))


def return_target(version: int, head: int) -> UndoTarget:
    """Return the target for all that came after a version."""
    return UndoTarget(
        Change(version + 1, head), ((version + 1, head),), lambda past: undo_all_since(past, version), version
    )


def undo(
    past: ImageVersions, in_change: VersionFilter, reason: str, undone: Iterable[int] = ()
) -> UndoOutcome:
    """Return the outcome for an image when the change of these versions is undone.

    A value that the change set goes back to the value before it, unless it was decided again since. An image that
    the change registered is excluded, with the reason, unless it was changed since. `undone`: versions of earlier
    undos of this change, which are no decisions.
    """
    if in_change(past.ordinal):
        return _unregistered(past, in_change, reason, frozenset(undone))
    return _undone(past, in_change, frozenset(undone))


def undo_all_since(past: ImageVersions, version: int) -> UndoOutcome:
    """Return the outcome for an image when all that came after `version` is undone.

    An image registered since, and one put into the protected test split, stays so.
    """
    if past.ordinal > version:
        return UndoOutcome(None, (KeptValue(past.image_id, "registered", "registered_later", past.ordinal),))
    outcome = _undone(past, lambda v: v > version, frozenset())
    image_undo = outcome.image_undo
    if image_undo is None or image_undo.was.split != "test":
        return outcome
    kept = KeptValue(past.image_id, "split", "protected_test", _steps(past, "split")[-1].version)
    return UndoOutcome(_without_split(image_undo), (*outcome.kept, kept))


def _without_split(image_undo: ImageUndo) -> ImageUndo | None:
    others: list[str] = [
        r for r in IMAGE_FIELDS if r != "split" and getattr(image_undo.becomes, r) is not UNSET
    ]
    was, becomes = ({r: getattr(way, r) for r in others} for way in (image_undo.was, image_undo.becomes))
    return _image_undo(image_undo.was.image_id, was, becomes)


def _undone(past: ImageVersions, in_change: VersionFilter, undone: frozenset[int]) -> UndoOutcome:
    was: dict[str, object] = {}
    becomes: dict[str, object] = {}
    kept: list[KeptValue] = []
    for field in IMAGE_FIELDS:
        steps = _steps(past, field)
        if not any(in_change(step.version) for step in steps):
            continue
        if field == "excluded" and past.erased is not None:
            kept.append(KeptValue(past.image_id, field, "erased", past.erased))
            continue
        last = steps[-1]
        if not in_change(last.version):
            if last.version not in undone:
                kept.append(KeptValue(past.image_id, field, "decided_later", last.version))
            continue
        target = _value_before_change(steps, in_change)
        if target != last.after:
            was[field], becomes[field] = last.after, target
    return UndoOutcome(_image_undo(past.image_id, was, becomes), tuple(kept))


def _unregistered(
    past: ImageVersions, in_change: VersionFilter, reason: str, undone: frozenset[int]
) -> UndoOutcome:
    """Exclude an image that the change registered; its bytes and its history stay."""
    now = past.states[-1]
    later = [s.version for s in past.states if not in_change(s.version) and s.version not in undone]
    if later:
        return UndoOutcome(None, (KeptValue(past.image_id, "registered", "in_use", later[-1]),))
    if now.excluded is not None:
        return UndoOutcome(None)
    return UndoOutcome(_image_undo(past.image_id, {"excluded": None}, {"excluded": reason}))


def _steps(past: ImageVersions, field: ImageField) -> list[FieldStep]:
    pairs = zip(past.states, past.states[1:], strict=False)
    values = ((new.version, getattr(old, field), getattr(new, field)) for old, new in pairs)
    return [FieldStep(version, before, after) for version, before, after in values if before != after]


def _value_before_change(steps: Sequence[FieldStep], in_change: VersionFilter) -> object:
    """Return the value before the newest consecutive steps of the change."""
    before = steps[-1].before
    for step in reversed(steps):
        if not in_change(step.version):
            break
        before = step.before
    return before


def _image_undo(
    image_id: ImageId, was: Mapping[str, object], becomes: Mapping[str, object]
) -> ImageUndo | None:
    if not becomes:
        return None
    return ImageUndo(was=_standing_of(image_id, was), becomes=_standing_of(image_id, becomes))


def _standing_of(image_id: ImageId, values: Mapping[str, object]) -> Standing:
    return replace(Standing(image_id), **values)


def revert(state: DatasetState, command: RevertChange) -> list[DatasetEvent]:
    """Put back the values that are still as they were seen. An erased image stays excluded.

    Raises UnknownImage.
    """
    images = tuple(
        back for image_undo in command.image_undos if (back := _restored(state, image_undo)) is not None
    )
    if not images:
        return []
    return [
        ChangeReverted(
            reverts=command.reverts, images=images, reason=command.reason, restores=command.restores
        )
    ]


def _restored(state: DatasetState, image_undo: ImageUndo) -> PutBack | None:
    image = image_of(state, image_undo.was.image_id)
    unchanged: dict[str, object] = {
        field: value
        for field in IMAGE_FIELDS
        if (value := getattr(image_undo.becomes, field)) is not UNSET
        and _is_unchanged(image, image_undo.was, field)
        and not (field == "excluded" and image_undo.was.image_id in state.erased)
        and value != getattr(image_undo.was, field)
    }
    if not unchanged:
        return None
    split_was = image.split if "split" in unchanged else None
    return PutBack(_standing_of(image_undo.was.image_id, unchanged), split_was)


def _is_unchanged(image: ImageState, seen: Standing, field: ImageField) -> bool:
    if field != "judged":
        return bool(getattr(image, field) == getattr(seen, field))
    return (image.annotation, image.review) == _judgement_of(seen.judged)


def _judgement_of(judged: Judged | UnsetType | None) -> tuple[object, object]:
    return (judged.annotation, judged.review) if isinstance(judged, Judged) else (None, None)


def fold_revert(draft: Draft, images: Iterable[PutBack]) -> None:
    """Fold a ChangeReverted. An image that becomes excluded or judged is no longer an open candidate."""
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
    plain = {r: getattr(standing, r) for r in IMAGE_FIELDS if r != "judged"}
    changes: dict[str, object] = {r: value for r, value in plain.items() if value is not UNSET}
    if standing.judged is not UNSET:
        changes["annotation"], changes["review"] = _judgement_of(standing.judged)
    return changes


def _is_in(draft: Draft, image_id: ImageId, split: Split | None) -> bool:
    image = draft.images.get(image_id)
    return image is not None and image.split == split
