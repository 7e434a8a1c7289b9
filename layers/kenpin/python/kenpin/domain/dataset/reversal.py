"""Undo by compensation, as decided and as folded: what is still as it was seen goes back."""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from kenpin.domain.dataset.commands import RevertChange, Turn
from kenpin.domain.dataset.events import ChangeReverted, DatasetEvent, Judged, PutBack, Standing
from kenpin.domain.dataset.refusals import UnknownImage
from kenpin.domain.dataset.state import Dataset, Draft, Image
from kenpin.domain.dataset.undoing import RESPECTS, Respect, standing_in
from kenpin.domain.ids import ImageId, Split


def revert(state: Dataset, command: RevertChange) -> list[DatasetEvent]:
    """What is still as it was seen goes back; the rest was decided on meanwhile. What is erased stays out.

    Raises UnknownImage.
    """
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
    if turn.was.image_id in state.erased:
        return None  # it takes part no more, whatever is undone
    still: dict[str, object] = {
        respect: value
        for respect in RESPECTS
        if (value := getattr(turn.becomes, respect)) is not UNSET
        and _stands(image, turn.was, respect)
        and not (respect == "excluded" and turn.was.image_id in state.erased)
        and value != getattr(turn.was, respect)
    }
    if not still:
        return None
    split_was = image.split if "split" in still else None
    return PutBack(standing_in(turn.was.image_id, still), split_was)


def _stands(image: Image, seen: Standing, respect: Respect) -> bool:
    if respect != "judged":
        return bool(getattr(image, respect) == getattr(seen, respect))
    return (image.annotation, image.review) == _said(seen.judged)


def _said(judged: Judged | UnsetType | None) -> tuple[object, object]:
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
    changes: dict[str, object] = {r: value for r, value in plain.items() if value is not UNSET}
    if standing.judged is not UNSET:
        changes["annotation"], changes["review"] = _said(standing.judged)
    return changes


def _is_in(draft: Draft, image_id: ImageId, split: Split | None) -> bool:
    image = draft.images.get(image_id)
    return image is not None and image.split == split
