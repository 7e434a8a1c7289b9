"""The rules of erasing: bytes go for good, and an erased image never takes part again."""

from collections.abc import Iterable

from kenpin.domain.dataset.commands import EraseImages
from kenpin.domain.dataset.events import ImageErased
from kenpin.domain.dataset.refusals import ImageIsErased, UnknownImage
from kenpin.domain.dataset.state import Dataset, Draft
from kenpin.domain.ids import ImageId


def erase(state: Dataset, command: EraseImages) -> list[ImageErased]:
    """Known images alone, each once; one that is erased stays so."""
    ids = list(dict.fromkeys(command.image_ids))
    for id in ids:
        if id not in state.images:
            raise UnknownImage(id)
    return [ImageErased(image_id=id, reason=command.reason) for id in ids if id not in state.erased]


def refuse_erased(state: Dataset, ids: Iterable[ImageId]) -> None:
    """Raises ImageIsErased: nobody can look at it, so nobody can judge it, and it does not come back."""
    for id in ids:
        if id in state.erased:
            raise ImageIsErased(id, state.erased[id])


def forget(draft: Draft, event: ImageErased) -> None:
    """It is excluded too, so whoever leaves excluded images out leaves erased ones out."""
    draft.erased[event.image_id] = event.reason
    draft.change(event.image_id, excluded=event.reason)
    draft.candidates.pop(event.image_id, None)
