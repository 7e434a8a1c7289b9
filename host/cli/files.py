"""Files to send from this machine: media type, size and digest. No file is held in memory as a whole."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final

from msgspec import Struct

from kenpin.application.digest import sha256_of
from kenpin.importing.entry import Problem, SourceEntry
from kenpin.importing.faults import InvalidItem
from kenpin.importing.fitting import check_fit
from kenpin.importing.tree import Tree
from kenpin.pictures.decode import read_info
from kenpin.pictures.kinds import HEAD_BYTES, TITLES, media_type_of
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin_client import Blob

THREADS: Final = 8


class LocalImage(Struct, frozen=True):
    """An entry whose file was read."""

    entry: SourceEntry
    blob: Blob


def digested(tree: Tree, entries: Iterable[SourceEntry]) -> Iterator[LocalImage | Problem]:
    """Read every file once, in the order of the entries; those that are no image become problems."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(partial(local_image, tree), entries)


def local_image(tree: Tree, entry: SourceEntry) -> LocalImage | Problem:
    """Read the file of an entry; one that is no image, or that its defects do not fit, becomes a problem."""
    found = blob_at(tree, entry.path)
    if isinstance(found, Problem):
        return found
    try:
        _check_defects(tree, entry)
    except InvalidItem as bad:
        return Problem(entry.path, str(bad))
    except OSError as error:
        return Problem(entry.path, f"cannot be read: {error.strerror}")
    return LocalImage(entry, found)


def _check_defects(tree: Tree, entry: SourceEntry) -> None:
    """A picture that cannot be read is left to the platform, which says why. Raises InvalidItem and OSError."""
    if not entry.verdict or not any(shape.box or shape.polygon or shape.mask for shape in entry.defects):
        return
    with tree.open(entry.path) as file, suppress(UnreadablePicture):
        info = read_info(file, Limits())
        check_fit(entry, tree, (info.width, info.height))


def blob_at(tree: Tree, path: str) -> Blob | Problem:
    """Read a picture of the tree once, in parts."""
    try:
        with tree.open(path) as file:
            media_type = media_type_of(file.read(HEAD_BYTES))
            if media_type is None:
                return Problem(path, f"is no {TITLES}")
            file.seek(0)
            return Blob(sha256_of(file), file.tell(), media_type, partial(tree.open, path))
    except OSError as error:
        return Problem(path, f"cannot be read: {error.strerror}")
