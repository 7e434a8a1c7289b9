"""Reads a folder of images, with verdicts, classes and splits in the names of its folders.

`train`, `val` and `test` assign the split at any depth. Folders of a date, a lot or a camera say nothing.
Every other folder is a word for the plan: `ng/scratch/2026-11-28/a.png` is NG of the class scratch.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from kenpin.importing.entry import Problem, SourceEntry, unreadable
from kenpin.importing.faults import Fault
from kenpin.importing.tree import Tree
from kenpin.importing.unread import unread_annotations
from kenpin.importing.words import folded, is_context, split_of
from kenpin.pictures.kinds import ALL_SUFFIXES

TITLE: Final = "folders"
MASK_FOLDERS: Final = frozenset({"ground truth", "groundtruth", "mask", "masks"})
NEUTRAL: Final = frozenset({"image", "images", "img", "imgs", "data", "dataset", "画像"})
"""Names of folders that only say that there are images."""


def recognises(tree: Tree) -> bool:
    return bool(images(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image file, by path, and the annotation files that cannot be read. Raises Unreadable."""
    yield from entries(tree)
    yield from unread_annotations(tree)


def entries(tree: Tree) -> Iterator[SourceEntry]:
    """Yield one entry per image file, by path; other files are passed over. Raises Unreadable."""
    paths = images(tree)
    if not paths:
        raise unreadable(Fault.NO_IMAGES, name=tree.name, kinds=", ".join(sorted(ALL_SUFFIXES)))
    for path in map(PurePosixPath, paths):
        if not MASK_FOLDERS.intersection(map(folded, path.parent.parts)):
            yield _entry(path)


def images(tree: Tree) -> Sequence[str]:
    """Return the paths of all files that are named like images."""
    return [path for path in tree.paths() if is_image(path)]


def is_image(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in ALL_SUFFIXES


def _entry(path: PurePosixPath) -> SourceEntry:
    folders = path.parent.parts
    splits = [split for split in map(split_of, folders) if split]
    words = tuple(name for name in folders if not _says_nothing(name))
    return SourceEntry(path=str(path), name=path.name, words=words, split=splits[0] if splits else None)


def _says_nothing(name: str) -> bool:
    return split_of(name) is not None or is_context(name) or folded(name) in NEUTRAL
