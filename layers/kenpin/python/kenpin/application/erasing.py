"""Carries erasures out: deletes the bytes that nobody needs any more, again and again until it has."""

from collections.abc import Callable

from msgspec import Struct

from kenpin.domain.ids import ImageId
from kenpin.ports import ObjectStore


class Wanted(Struct, frozen=True):
    """An image whose bytes a dataset erased, and the masks that were drawn on it."""

    dataset_id: str
    image_id: ImageId
    masks: frozenset[str]


def names_to_delete(image: Wanted, held: Callable[[set[str]], set[str]]) -> list[str]:
    """`held`: those digests that an image or mask which is not erased has, in any dataset: these bytes stay."""
    digests = {image.image_id, *image.masks}
    gone = digests - held(digests)
    return sorted(name for digest in gone for name in (f"images/{digest}", f"thumbnails/{digest}.webp"))


def carry_out(image: Wanted, held: Callable[[set[str]], set[str]], objects: ObjectStore) -> int:
    """How many objects may be gone by this. Twice is the same as once."""
    names = names_to_delete(image, held)
    objects.erase(names)
    return len(names)
