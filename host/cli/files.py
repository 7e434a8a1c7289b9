"""Image files on this machine: media type, size and digest."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from msgspec import Struct

from kenpin.importing.entry import Problem, SourceEntry
from kenpin.importing.tree import Tree
from kenpin.pictures.kinds import HEAD_BYTES, TITLES, media_type_of

THREADS: Final = 8


class Blob(Struct, frozen=True):
    """Bytes to send: from a file, or made here."""

    digest: str
    size: int
    media_type: str
    read: Callable[[], bytes]


class LocalImage(Struct, frozen=True):
    """An entry whose file was read."""

    entry: SourceEntry
    blob: Blob


def digested(
    tree: Tree, entries: Iterable[SourceEntry], on_file: Callable[[], None] = lambda: None
) -> tuple[list[LocalImage], list[Problem]]:
    """Read every file once; those that are no image become problems. Calls `done` after each."""
    images, problems = [], []
    with ThreadPoolExecutor(THREADS) as pool:
        for outcome in pool.map(partial(_read_image, tree), entries):
            if isinstance(outcome, LocalImage):
                images.append(outcome)
            else:
                problems.append(outcome)
            on_file()
    return images, problems


def blob_of(content: bytes, media_type: str) -> Blob:
    return Blob(hashlib.sha256(content).hexdigest(), len(content), media_type, lambda: content)


def _read_image(tree: Tree, entry: SourceEntry) -> LocalImage | Problem:
    try:
        content = _content(tree, entry.path)
    except OSError as error:
        return Problem(entry.path, f"cannot be read: {error.strerror}")
    media_type = media_type_of(content[:HEAD_BYTES])
    if media_type is None:
        return Problem(entry.path, f"is no {TITLES}")
    digest = hashlib.sha256(content).hexdigest()
    return LocalImage(entry, Blob(digest, len(content), media_type, partial(_content, tree, entry.path)))


def _content(tree: Tree, path: str) -> bytes:
    with tree.open(path) as file:
        return file.read()
