"""Trees in memory and shorthands for tests of readers."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

import numpy as np
from PIL import Image

from kenpin.importing.entry import Problem, SourceEntry
from kenpin.importing.tree import MemoryTree, Tree

Reader = Callable[[Tree], Iterator[SourceEntry | Problem]]


def png(width: int = 8, height: int = 6) -> bytes:
    out = BytesIO()
    Image.fromarray(np.zeros((height, width), np.uint8)).save(out, "PNG")
    return out.getvalue()


def tree_of(images: str, files: Mapping[str, bytes | str]) -> MemoryTree:
    """Return a tree of empty images, named with blanks between, and of files."""
    texts = {name: body if isinstance(body, bytes) else body.encode() for name, body in files.items()}
    return MemoryTree("source", {**dict.fromkeys(images.split(), png()), **texts})


def entries(read: Reader, tree: Tree) -> dict[str, SourceEntry]:
    """Return the entries by path. Fails where the reader has a problem."""
    found = list(read(tree))
    assert not (problems := [each for each in found if isinstance(each, Problem)]), problems
    return {each.path: each for each in found if isinstance(each, SourceEntry)}


def problems(read: Reader, tree: Tree) -> dict[str, str]:
    """Return what is wrong, by place."""
    return {each.where: each.what for each in read(tree) if isinstance(each, Problem)}
