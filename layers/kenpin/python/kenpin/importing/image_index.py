"""Finds the images that annotation files name, although their folders, letters or slashes differ."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from posixpath import join, normpath, splitext

from kenpin.domain.ids import Split
from kenpin.importing.entry import SourceEntry
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.splits import split_in_path
from kenpin.importing.tree import ChosenTree, Tree
from kenpin.pictures.kinds import ALL_SUFFIXES


class ImageIndex:
    """The images of a tree by their names. It remembers which of them were found."""

    def __init__(self, tree: Tree, without_folders: Container[str] = ()) -> None:
        self._tree, self._without = tree, without_folders
        self._named: set[str] = set()
        self._withheld: set[str] = set()
        self._searches: list[str | None] = []
        """The image that each search of the current item found"""

    @cached_property
    def paths(self) -> list[str]:
        """The tree is listed only where a path as written is not there, or when all images are asked for."""
        return [path for path in self._tree.paths() if self._is_image(path)]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return _grouped(self.paths, _name_key)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        return _grouped(self.paths, lambda path: splitext(_name_key(path))[0])

    def find(self, reference: str, near: str, split: Split | None = None) -> str:
        """Return the path of the image that a file of the tree, `near`, means. Raises InvalidItem.

        Taken is a path beside `near` or below the root; else the image that shares the longest end with the
        reference, then the split, then the folder of `near`. An image of another split is never taken.
        Masks are found like images, and then are none to be judged.
        """
        self._searches.append(None)
        plain = plain_path(reference)
        for path in (normpath(join(near, "..", plain)), normpath(plain)):
            if self._is_image(path) and self._tree.has(path):
                return self._found(path)
        candidates = self._candidates(plain)
        wanted = split_in_path(plain) or split
        fitting = [path for path in candidates if not wanted or split_in_path(path) in (wanted, None)]
        if not fitting:
            raise InvalidItem(Fault.NOT_IN_SOURCE, path=reference, source=self._tree.name)
        return self._found(_best(fitting, plain, near, wanted))

    def find_beside(self, annotation: str) -> str:
        """Return the image with the stem of an annotation file. Raises InvalidItem."""
        return self.find(splitext(annotation)[0], annotation)

    def start_item(self) -> None:
        """Forget what the item before this one looked for."""
        self._searches.clear()

    def withhold_item(self) -> bool:
        """Keep the images that the current item named out. Return False where it named none."""
        self._withheld.update(path for path in self._searches if path)
        return bool(self._searches)

    def withhold_beside(self, annotation: str) -> None:
        """Keep the image of an unreadable annotation file out, so that it does not come in without it."""
        with suppress(InvalidItem):
            self._withheld.add(self.find_beside(annotation))

    def is_withheld(self, path: str) -> bool:
        return path in self._withheld

    def without_annotation(self) -> Iterator[SourceEntry]:
        """Yield the images that nothing named, unjudged, in the splits of their folders.

        There is none beside a chosen annotation file.
        """
        if isinstance(self._tree, ChosenTree):
            return
        for path in self.paths:
            if path not in self._named:
                yield entry_at(path, split_in_path(path))

    def _found(self, path: str) -> str:
        self._named.add(path)
        self._searches[-1] = path
        self._tree.notes.named.add(path)
        return path

    def _candidates(self, plain: str) -> list[str]:
        name = _name_key(plain)
        stem, suffix = splitext(name)
        if suffix in ALL_SUFFIXES:
            return self._by_name.get(name, [])
        return self._by_stem.get(name) or self._by_stem.get(stem, [])

    def _is_image(self, path: str) -> bool:
        *folders, name = path.split("/")
        return splitext(name)[1].lower() in ALL_SUFFIXES and not any(
            each in self._without for each in folders
        )


def entry_at(path: str, split: Split | None = None) -> SourceEntry:
    """Return an entry that nobody has judged."""
    return SourceEntry(path=path, name=path.rpartition("/")[2], split=split)


def key_of(path: str) -> str:
    """Return what two spellings of one path share: composed characters (NFC) without case."""
    return unicodedata.normalize("NFC", path).casefold()


def _name_key(path: str) -> str:
    return key_of(path).rpartition("/")[2]


def _grouped(paths: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups = defaultdict[str, list[str]](list)
    for path in paths:
        groups[key(path)].append(path)
    return dict(groups)


def plain_path(reference: str) -> str:
    """Return a reference with `/`, without scheme, host, bucket, drive and leading `/`."""
    slashed = reference.strip().replace("\\", "/").replace("\0", "")
    without_host = re.sub(r"^[a-zA-Z][\w+.-]+://[^/]*/", "", slashed)
    return re.sub(r"^[a-zA-Z]:", "", without_host).lstrip("/")


def _best(fitting: Sequence[str], plain: str, near: str, split: Split | None) -> str:
    rank = {path: _rank(path, plain, near, split) for path in fitting}
    highest = max(rank.values())
    found = [path for path in fitting if rank[path] == highest]
    if len(found) > 1:
        raise InvalidItem(Fault.TWO_IMAGES, path=plain, first=found[0], second=found[1])
    return found[0]


def _rank(path: str, plain: str, near: str, split: Split | None) -> tuple[int, bool, int, bool]:
    ends = _shared(key_of(splitext(path)[0]).split("/")[::-1], key_of(splitext(plain)[0]).split("/")[::-1])
    same_split = split is not None and split_in_path(path) == split
    beside = _shared(path.split("/")[:-1], near.split("/")[:-1])
    return ends, same_split, beside, path.endswith(plain)


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many parts two sequences share from the start."""
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count
