"""The rule of suggestions: only images that nobody has judged are worth a look."""

from kenpin.domain.dataset.commands import SuggestCandidates
from kenpin.domain.dataset.events import CandidatesSuggested, DatasetEvent
from kenpin.domain.dataset.refusals import UnknownImage
from kenpin.domain.dataset.state import Dataset, Image


def suggest(state: Dataset, command: SuggestCandidates) -> list[DatasetEvent]:
    if command.suggestion_id == state.suggestion_id:
        return []
    for candidate in command.candidates:
        if candidate.image_id not in state.images:
            raise UnknownImage(candidate.image_id)
    open_ones = tuple(c for c in command.candidates if _needs_a_look(state.images[c.image_id]))
    return [CandidatesSuggested(**(dict(command) | {"candidates": open_ones}))]


def _needs_a_look(image: Image) -> bool:
    return image.annotation is None and image.excluded is None
