"""Rules of a dataset's images: registration, splits and erasure."""

from collections.abc import Iterable

from kenpin.domain.dataset.commands import AssignSplit, EraseImages, NewImage, RegisterImages
from kenpin.domain.dataset.events import DatasetEvent, ImageErased, ImageRegistered, SplitAssigned
from kenpin.domain.dataset.refusals import ImageIsErased, ProtectedTestSplit, UnknownImage
from kenpin.domain.dataset.state import DatasetState, Draft, ImageState
from kenpin.domain.ids import ImageId


def unique(ids: Iterable[ImageId]) -> list[ImageId]:
    """Return each id once, in their order."""
    return list(dict.fromkeys(ids))


def image_of(state: DatasetState, image_id: ImageId) -> ImageState:
    """Return the image. Raises UnknownImage."""
    try:
        return state.images[image_id]
    except KeyError:
        raise UnknownImage(image_id) from None


def register(state: DatasetState, command: RegisterImages) -> list[DatasetEvent]:
    """Register the images that the dataset does not have yet."""
    new: dict[ImageId, NewImage] = {}
    for image in command.images:
        if image.image_id not in state.images:
            new.setdefault(image.image_id, image)
    return [ImageRegistered(image_id=id, file=i.file, capture=i.capture) for id, i in new.items()]


def is_test(state: DatasetState | Draft, image_id: ImageId) -> bool:
    """Return True when the image is in the protected test split.

    The fold needs it, too: when two people assign splits at once, the image stays in the test split.
    """
    image = state.images.get(image_id)
    return image is not None and image.split == "test"


def assign_split(state: DatasetState, command: AssignSplit) -> list[DatasetEvent]:
    """Assign a split. Raises UnknownImage, ProtectedTestSplit."""
    moved = [id for id in unique(command.image_ids) if image_of(state, id).split != command.split]
    for id in moved:
        if is_test(state, id):
            raise ProtectedTestSplit(id)
    return [SplitAssigned(image_ids=tuple(moved), split=command.split, rule=command.rule)] if moved else []


def erase(state: DatasetState, command: EraseImages) -> list[DatasetEvent]:
    """Erase known images, each once; one that is erased stays so. Raises UnknownImage."""
    ids = unique(command.image_ids)
    for id in ids:
        image_of(state, id)
    return [ImageErased(image_id=id, reason=command.reason) for id in ids if id not in state.erased]


def refuse_erased(state: DatasetState, ids: Iterable[ImageId]) -> None:
    """Raise ImageIsErased for an erased image: nobody can look at it, judge it or restore it."""
    for id in ids:
        if id in state.erased:
            raise ImageIsErased(id, state.erased[id])


def fold_erasure(draft: Draft, event: ImageErased) -> None:
    """Fold an erasure: the image is excluded, too, so every rule that leaves out excluded images holds."""
    draft.erased[event.image_id] = event.reason
    draft.change(event.image_id, excluded=event.reason)
    draft.candidates.pop(event.image_id, None)
