"""Reads the layout of the casting data set: `ok_front` and `def_front`, below `train` and `test` or not."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace

from kenpin.domain.ids import Verdict
from kenpin.importing.entry import SourceEntry
from kenpin.importing.formats import folder
from kenpin.importing.tree import Tree

TITLE: Final = "casting"
FOLDERS: Final[dict[str, Verdict]] = {"ok_front": "OK", "def_front": "NG"}


def recognises(tree: Tree) -> bool:
    paths = folder.images(tree)
    return bool(paths) and all(PurePosixPath(path).parent.name in FOLDERS for path in paths)


def read(tree: Tree) -> Iterator[SourceEntry]:
    """Yield one entry per image, judged by its folder."""
    for entry in folder.entries(tree):
        yield replace(entry, words=(), verdict=FOLDERS[PurePosixPath(entry.path).parent.name])
