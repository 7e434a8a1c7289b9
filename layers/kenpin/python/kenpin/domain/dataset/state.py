"""A dataset as its events make it: the whole of it, or just the images a decision is about."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap

from kenpin.domain.dataset.events import AnnotationSubmitted
from kenpin.domain.dataset.values import Candidate, Capture, ImageFile
from kenpin.domain.ids import ImageId, ProjectId, Split, SuggestionId

K = TypeVar("K")
V = TypeVar("V")


class Image(Struct, frozen=True, gc=False):
    """One image and where people's judgement of it stands."""

    ordinal: int
    """The version it was registered at: the order of the gallery."""
    file: ImageFile
    capture: Capture
    split: Split | None = None
    excluded: str | None = None
    """The reason, when it is excluded."""
    annotation: AnnotationSubmitted | None = None
    review: str | None = None
    """accepted | returned, of the annotation that stands"""


class Dataset(Struct, frozen=True):
    """`images` holds every image after a full fold, and those asked about after `read_models.states`."""

    version: int = 0
    project_id: ProjectId = ""
    name: str = ""
    images: HashTrieMap[ImageId, Image] = HashTrieMap()
    tags: HashTrieMap[str, int] = HashTrieMap()
    suggestion_id: SuggestionId | None = None
    candidates: HashTrieMap[ImageId, Candidate] = HashTrieMap()
    """Open candidates of the current suggestion."""

    def registered(self, image_id: ImageId, image: Image) -> Dataset:
        return self._with(self.images.insert(image_id, image))

    def changed(self, *image_ids: ImageId, **changes: object) -> Dataset:
        """These images with these fields anew; images that are not held here are passed over."""
        images = self.images
        for id in image_ids:
            if (image := images.get(id)) is not None:
                images = images.insert(id, replace(image, **changes))
        return self._with(images)

    def without_candidate(self, image_id: ImageId) -> Dataset:
        if image_id not in self.candidates:
            return self
        return replace(self, candidates=self.candidates.remove(image_id))

    def _with(self, images: HashTrieMap[ImageId, Image]) -> Dataset:
        return self if images is self.images else replace(self, images=images)

    def drafted(self) -> Dataset:
        return replace(self, images=Draft(self.images.items()), candidates=Draft(self.candidates.items()))

    def settled(self) -> Dataset:
        return replace(self, images=HashTrieMap(self.images), candidates=HashTrieMap(self.candidates))


class Draft(dict[K, V]):
    """A map that a fold fills in place, with the verbs of the persistent one it becomes."""

    def insert(self, key: K, value: V) -> Draft[K, V]:
        self[key] = value
        return self

    def remove(self, key: K) -> Draft[K, V]:
        del self[key]
        return self
