"""Zip and tar archives as trees: nothing is unpacked to disk by name, and no path leads outside."""

import bz2
import gzip
import lzma
import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from io import BufferedIOBase, BytesIO
from pathlib import Path
from threading import Lock
from typing import IO, BinaryIO, Final
from weakref import finalize

from kenpin.importing.litter import litter
from kenpin.importing.tree import PassedOverFiles, ReadNotes, readable

MAX_FILES: Final = 5_000_000
MAX_FILE_BYTES: Final = 1024**3
MAX_RATIO: Final = 200
SMALL: Final = 16 * 1024**2
"""Bytes up to which a file may be packed at any ratio."""
UTF8_FLAG: Final = 0x800
TAR_SUFFIXES: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")

PACKERS: Final[dict[bytes, Callable[[Path], BufferedIOBase]]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}


class BadArchive(Exception):
    """The archive as a whole cannot be read."""


class _Archive:
    """The readable members of an archive, by their readable paths."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.passed_over, self.notes = PassedOverFiles(), ReadNotes()
        self._members: dict[str, zipfile.ZipInfo | tarfile.TarInfo] = {}

    def paths(self) -> Sequence[str]:
        return sorted(self._members)

    def has(self, path: str) -> bool:
        return path in self._members

    def _add(self, path: str, member: zipfile.ZipInfo | tarfile.TarInfo, reason: str) -> None:
        clean = path.replace("\\", "/").removeprefix("./")
        outside = clean.startswith("/") or ".." in clean.split("/") or re.match(r"[A-Za-z]:", clean)
        why = "its path leads outside of the archive" if outside else reason or litter(clean)
        if why or clean in self._members:
            self.passed_over.note(clean, why or "a second file of the same path")
        else:
            self._members[clean] = member
        if len(self._members) > MAX_FILES:
            raise BadArchive(f"it holds more than {MAX_FILES:,} files; unpack it and import the folder")


class ZipTree(_Archive):
    """A zip archive."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise BadArchive(f"{path.name} is no readable zip archive ({error})") from None
        for info in self._zip.infolist():
            if not info.is_dir():
                self._add(_zip_name(info), info, _zip_reason(info))

    def open(self, path: str) -> BinaryIO:
        member = self._members.get(path)
        if not isinstance(member, zipfile.ZipInfo):
            raise FileNotFoundError(2, "no such file", path)
        try:
            with self._zip.open(member) as file:
                return BytesIO(file.read(MAX_FILE_BYTES))
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
            raise OSError(5, f"damaged in the archive ({error})", path) from None


class TarTree(_Archive):
    """A tar archive; a compressed one is unpacked once into a nameless temporary file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._reading = Lock()
        """Members are read one at a time: all of them share one file and its position."""
        try:
            plain = _plain_tar(path)
            finalize(self, plain.close)
            self._tar = tarfile.open(fileobj=plain)  # noqa: SIM115 - open as long as the tree
            members = self._tar.getmembers()
        except (tarfile.TarError, lzma.LZMAError, OSError, EOFError, zlib.error) as error:
            raise BadArchive(f"{path.name} is no readable tar archive ({error})") from None
        for member in members:
            if not member.isdir():
                self._add(readable(member.name), member, _tar_reason(member))

    def open(self, path: str) -> BinaryIO:
        member = self._members.get(path)
        file = self._tar.extractfile(member) if isinstance(member, tarfile.TarInfo) else None
        if file is None:
            raise FileNotFoundError(2, "no such file", path)
        with self._reading, file:
            return BytesIO(file.read())


def archive_tree(path: Path) -> ZipTree | TarTree | None:
    """Return the archive as a tree; None where the file is none. Raises BadArchive."""
    if path.name.lower().endswith(TAR_SUFFIXES):
        return TarTree(path)
    if path.suffix.lower() == ".zip":
        return ZipTree(path)
    return None


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Windows writes Shift-JIS names without saying so; Python reads such names as CP437."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename
    raw = info.filename.encode("cp437", "surrogateescape")
    return readable(raw.decode("utf-8", "surrogateescape"))


def _zip_reason(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x1:
        return "is encrypted; unpack it first"
    return _size_reason(info.file_size, info.compress_size)


def _size_reason(size: int, packed: int) -> str:
    if size > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES // 1024**2} MB unpacked"
    if size > SMALL and size > MAX_RATIO * packed:
        return f"packed more than {MAX_RATIO} times (a zip bomb)"
    return ""


def _tar_reason(member: tarfile.TarInfo) -> str:
    if not member.isfile():
        return "a link or a device in the archive"
    return _size_reason(member.size, member.size)


def _plain_tar(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        head = file.read(6)
    opener = next((opener for magic, opener in PACKERS.items() if head.startswith(magic)), None)
    if opener is None:
        return path.open("rb")
    plain = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the tree
    try:
        _unpack(opener, path, plain)
    except BaseException:
        plain.close()
        raise
    plain.seek(0)
    return plain


def _unpack(opener: Callable[[Path], BufferedIOBase], path: Path, plain: IO[bytes]) -> None:
    limit = max(SMALL, MAX_RATIO * path.stat().st_size)
    with opener(path) as packed:
        while chunk := packed.read(1024**2):
            plain.write(chunk)
            if plain.tell() > limit:
                raise BadArchive(f"{path.name} is packed more than {MAX_RATIO} times; unpack it yourself")
