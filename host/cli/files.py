"""Files to send from this machine: media type, size and digest. No file is held in memory as a whole."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import BinaryIO, Final

from msgspec import Struct

from kenpin.application.digest import sha256_of
from kenpin.importing.entry import Problem, SourceEntry
from kenpin.importing.tree import Tree
from kenpin.pictures.kinds import HEAD_BYTES, TITLES, media_type_of

THREADS: Final = 8


class Blob(Struct, frozen=True):
    """Bytes to send: from a file, or made here."""

    digest: str
    size: int
    media_type: str
    open: Callable[[], BinaryIO]
    """Raises OSError."""


class LocalImage(Struct, frozen=True):
    """An entry whose file was read."""

    entry: SourceEntry
    blob: Blob


def digested(tree: Tree, entries: Iterable[SourceEntry]) -> Iterator[LocalImage | Problem]:
    """Read every file once, in the order of the entries; those that are no image become problems."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(partial(local_image, tree), entries)


def local_image(tree: Tree, entry: SourceEntry) -> LocalImage | Problem:
    """Read the file of an entry; one that is no image becomes a problem."""
    try:
        with tree.open(entry.path) as file:
            media_type = media_type_of(file.read(HEAD_BYTES))
            if media_type is None:
                return Problem(entry.path, f"is no {TITLES}")
            file.seek(0)
            digest = sha256_of(file)
            return LocalImage(entry, Blob(digest, file.tell(), media_type, partial(tree.open, entry.path)))
    except OSError as error:
        return Problem(entry.path, f"cannot be read: {error.strerror}")


def blob_of(content: bytes, media_type: str) -> Blob:
    return Blob(hashlib.sha256(content).hexdigest(), len(content), media_type, partial(BytesIO, content))
