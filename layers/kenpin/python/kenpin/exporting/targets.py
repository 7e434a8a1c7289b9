"""Targets of an export: a folder or a zip file that takes the pieces of a writer."""

import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self, cast

from kenpin.exporting.exported import ExportedImage, Part, Piece

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip, so that the same export has the same bytes."""
REFERENCES: Final = "references.csv"
READERS: Final = 16
"""Threads that read images."""
AHEAD: Final = 64
"""Pieces that are held while images are read."""
AHEAD_BYTES: Final = 64 * 1024 * 1024
"""Bytes of images that are read ahead; one larger image is read alone."""


class Target(Protocol):
    """A place that takes files."""

    def add(self, path: str, content: bytes) -> None:
        """Add a whole file."""
        ...

    def add_part(self, path: str, content: bytes) -> None:
        """Add the next bytes of a file."""
        ...


class FolderTarget:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, path: str, content: bytes) -> None:
        self.path_of(path).write_bytes(content)

    def add_part(self, path: str, content: bytes) -> None:
        with self.path_of(path).open("ab") as file:
            file.write(content)

    def path_of(self, path: str) -> Path:
        """Return the path of a file, whose folder is made."""
        found = self.folder / path
        found.parent.mkdir(parents=True, exist_ok=True)
        return found


class ZipTarget:
    """A zip file: pictures as they are, texts compressed. Files in parts are kept aside until the end."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._parts: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        with self._stack, self._zip:
            if kind is None:
                for path, file in self._parts.items():
                    self._copy(path, file)

    def add(self, path: str, content: bytes) -> None:
        is_text = path.endswith((".txt", ".xml", ".json", ".yaml", ".csv"))
        self._zip.writestr(_member(path), content, zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED)

    def add_part(self, path: str, content: bytes) -> None:
        if path not in self._parts:
            self._parts[path] = cast("BinaryIO", self._stack.enter_context(TemporaryFile()))  # noqa: SIM115 (the stack closes it)
        self._parts[path].write(content)

    def _copy(self, path: str, file: BinaryIO) -> None:
        member = _member(path)
        member.compress_type = zipfile.ZIP_DEFLATED
        file.seek(0)
        with self._zip.open(member, "w", force_zip64=True) as target:
            while chunk := file.read(1024 * 1024):
                target.write(chunk)


def _member(path: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(path, EPOCH)
    member.external_attr = 0o644 << 16
    return member


PlaceImage = Callable[[str, ExportedImage], None]
"""Brings the stored bytes of an image to a path of the target."""


class NotExportable(Exception):
    """The stored bytes of an image cannot be read, or are not those that were registered."""


def copy_into(
    target: Target,
    pieces: Iterator[Piece],
    read: Callable[[ExportedImage], bytes],
    on_image: Callable[[], None],
) -> list[str]:
    """Bring all pieces to the target. `read` returns the bytes of an image, and is called in threads, ahead.

    Return what is wrong, one sentence for each image that `read` refuses with NotExportable.
    """
    wrong: list[str] = []
    with ThreadPoolExecutor(READERS) as pool:
        for path, content, picture in _read_ahead(pieces, lambda image: pool.submit(read, image)):
            if picture is None:
                _add(target, path, content)
                continue
            try:
                target.add(path, picture.result())
            except NotExportable as reason:
                wrong.append(f"{path}: {reason}")
            on_image()
    return wrong


def place_into(
    target: Target, pieces: Iterator[Piece], place: PlaceImage, on_image: Callable[[], None]
) -> list[str]:
    """Bring all pieces to the target, with the images as `place` does it.

    Return what is wrong, one sentence for each image that `place` refuses with NotExportable.
    """
    wrong: list[str] = []
    for path, content in pieces:
        if not isinstance(content, ExportedImage):
            _add(target, path, content)
            continue
        try:
            place(path, content)
        except NotExportable as reason:
            wrong.append(f"{path}: {reason}")
        on_image()
    return wrong


def refer(target: Target) -> PlaceImage:
    """Return a placing that lists the images in `references.csv` and brings no bytes."""
    target.add_part(REFERENCES, b"path,sha256,bytes\n")
    return lambda path, image: target.add_part(
        REFERENCES, f'"{path}",{image.image_id},{image.size}\n'.encode()
    )


def _add(target: Target, path: str, content: bytes | Part | ExportedImage) -> None:
    match content:
        case Part(content=more):
            target.add_part(path, more)
        case bytes():
            target.add(path, content)


Held = tuple[str, bytes | Part | ExportedImage, Future[bytes] | None]


def _read_ahead(pieces: Iterator[Piece], submit: Callable[[ExportedImage], Future[bytes]]) -> Iterator[Held]:
    """Yield the pieces in their order; images that follow are read meanwhile, as far as AHEAD and AHEAD_BYTES allow."""
    held, size = deque[Held](), 0
    for path, content in pieces:
        held.append((path, content, submit(content) if isinstance(content, ExportedImage) else None))
        size += _size(content)
        while size > AHEAD_BYTES or len(held) > AHEAD:
            size -= _size(held[0][1])
            yield held.popleft()
    yield from held


def _size(content: bytes | Part | ExportedImage) -> int:
    return content.size if isinstance(content, ExportedImage) else 0
