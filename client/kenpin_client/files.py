"""Pictures on this machine: found in folders, told by their first bytes, named by their SHA-256."""

import base64
import codecs
import contextlib
import csv
import errno
import hashlib
import io
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"}
    | {".pnm", ".pbm", ".pgm", ".ppm", ".avif", ".jp2", ".j2k"}
)
"""Of the files that are taken from a folder."""
CHUNK_BYTES: Final = 262_144
"""Bytes of a file that are in memory at once while it is sent."""
SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    *((b"P%d" % number, "image/x-portable-anymap") for number in range(1, 7)),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
)


class Blob(msgspec.Struct, frozen=True):
    """Bytes to upload, such as a file or a member of an archive. They are read while they are sent."""

    digest: str
    """SHA-256 in hex"""
    size: int
    media_type: str
    open: Callable[[], BinaryIO]
    """Raises OSError."""

    def headers(self) -> dict[str, str]:
        """Return the headers of its upload; by the digest S3 checks the bytes."""
        digest = base64.b64encode(bytes.fromhex(self.digest)).decode()
        return {
            "Content-Type": self.media_type,
            "Content-Length": str(self.size),
            "x-amz-checksum-sha256": digest,
        }


class LocalFile(msgspec.Struct, frozen=True):
    """A picture of this machine to upload."""

    path: Path
    blob: Blob


def found(given: Paths) -> list[Path]:
    """Return the files that are given, and the pictures of each folder that is given, in order of their names."""
    paths = [given] if isinstance(given, str | os.PathLike) else given
    return [file for path in paths for file in _files(Path(path))]


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def read_file(path: Path) -> LocalFile | None:
    """Read the file once. Return None where it is no picture that the platform reads. Raises OSError."""
    with path.open("rb") as file:
        media_type = media_type_of(file.read(32))
        if media_type is None:
            return None
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return LocalFile(path, Blob(digest, file.tell(), media_type, lambda: path.open("rb")))


def next_chunk(file: BinaryIO, left: int) -> bytes:
    """Return the next bytes of a file of which so many are left. Raises OSError where it has become shorter."""
    chunk = file.read(min(CHUNK_BYTES, left))
    if left and not chunk:
        raise OSError(errno.EIO, "it became shorter while it was sent")
    return chunk


def media_type_of(head: bytes) -> str | None:
    """Return the media type by the first 32 bytes of a file, never by its name."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and any(brand in head[8:] for brand in (b"avif", b"avis")):
        return "image/avif"
    return next((media_type for signature, media_type in SIGNATURES if head.startswith(signature)), None)


def decoded(content: bytes) -> str:
    """Return the text of a table in UTF-8, UTF-16 with a byte order mark, or CP932. Raises UnicodeDecodeError."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932")


def named_in(table: str, names: Iterable[str]) -> list[str]:
    """Return the names whose ends are those of cells of the table, whatever separates its columns."""
    cells = set[str]()
    for delimiter in ",;\t":
        with contextlib.suppress(csv.Error):  # a long cell, where this is not the separator
            for row in csv.reader(io.StringIO(table, newline=""), delimiter=delimiter):
                cells |= {_end(cell) for cell in row}
    return [name for name in names if name and _end(name) in cells]


def missing_columns(table: str) -> list[str]:
    """Return the columns of labels that the first line of a table lacks."""
    head = table.partition("\n")[0]
    separator = next((each for each in "\t;," if each in head), ",")
    columns = {cell.strip().strip('"').lower() for cell in head.split(separator)}
    needed = ({"file"}, {"verdict", "class"})
    return [" or ".join(sorted(each, reverse=True)) for each in needed if not each & columns]


def _end(path: str) -> str:
    """Return the last part of a path, as names are compared."""
    last = path.strip().replace("\\", "/").rpartition("/")[2]
    return unicodedata.normalize("NFC", last).casefold()
