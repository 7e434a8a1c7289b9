"""Near-duplicates of a dataset: pairs that no group holds together, and the groups that would. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from kenpin.domain.ids import ImageId, Split


class ComparedImage(Struct, frozen=True, gc=False):
    """An image that was compared with others."""

    image_id: ImageId
    name: str
    split: Split | None
    group: str | None
    """None: a group by itself"""


class DuplicatePair(Struct, frozen=True):
    """Two images that look alike, in two groups."""

    one: ComparedImage
    other: ComparedImage
    likeness: float

    @property
    def is_across(self) -> bool:
        """Return True when one is in another split than the other; what is in none is learnt from."""
        return (self.one.split or "train") != (self.other.split or "train")


def apart(pairs: Iterable[DuplicatePair]) -> list[DuplicatePair]:
    """Return the pairs that no group holds together, those across splits first."""
    loose = [pair for pair in pairs if pair.one.group is None or pair.one.group != pair.other.group]
    return sorted(loose, key=lambda pair: not pair.is_across)


def joined(images: Sequence[ComparedImage], pairs: Iterable[DuplicatePair]) -> dict[str, list[ImageId]]:
    """Return group → images to put into it, so that near-duplicates share a group with all of their groups.

    A joined group has the name of its largest part, or of its first image where none has a name.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while (above := parent.get(key, key)) != key:
            parent[key] = parent.get(above, above)
            key = above
        return key

    for pair in pairs:
        parent[root(_key(pair.other))] = root(_key(pair.one))
    members: defaultdict[str, list[ComparedImage]] = defaultdict(list)
    touched = {root(key) for key in parent}
    for image in images:
        if (key := root(_key(image))) in touched:
            members[key].append(image)
    moves = ((_name(group), group) for group in members.values())
    return {
        name: ids for name, group in moves if (ids := [each.image_id for each in group if each.group != name])
    }


def _key(image: ComparedImage) -> str:
    return f"image {image.image_id}" if image.group is None else f"group {image.group}"


def _name(images: Sequence[ComparedImage]) -> str:
    sizes = Counter(image.group for image in images if image.group is not None)
    return max(sorted(sizes), key=sizes.__getitem__) if sizes else f"alike-{images[0].image_id[:12]}"
