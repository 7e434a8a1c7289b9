"""Objects as files in a folder: written to a temporary file, synced, then renamed."""

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import BinaryIO, Final

from kenpin.application.signed_urls import SignedUrls
from kenpin.domain.disk_space import DiskSpace
from kenpin.domain.ids import ProjectId, Sha256, upload_name
from kenpin.ports import NotFound, OutOfSpace, full_disk_as_out_of_space

NAME: Final = re.compile(r"([a-z][a-z0-9-]*)/([A-Za-z0-9][A-Za-z0-9._-]{1,199})")
CHUNK: Final = 1024 * 1024


class FilesystemObjectStore:
    """The object store in a folder: `images/<digest>` is `<root>/images/<first two characters>/<digest>`, read-only."""

    def __init__(self, root: Path, public_url: str, key: bytes) -> None:
        self._root = root
        self.addresses = SignedUrls(public_url.rstrip("/"), key)

    def put(self, name: str, body: BinaryIO) -> None:
        path = self._path(name)
        if path.exists():
            return
        with temporary_file_in(self._root) as aside:
            with aside.open("xb") as file:
                shutil.copyfileobj(body, file, CHUNK)
                sync(file)
            move_into_place(aside, path)

    def accept(self, name: str, size: int, body: BinaryIO) -> bool:
        """Store an upload if its bytes have the size and the digest that its URL was made for.

        Raises OutOfSpace before the disk is full: the rest is for events.
        """
        with temporary_file_in(self._root) as aside:
            if not disk_space(aside.parent).has_room_for(size):
                raise OutOfSpace
            with aside.open("xb") as file:
                actual, left = hashlib.sha256(), size
                while left >= 0 and (chunk := body.read(min(CHUNK, left + 1))):
                    actual.update(chunk)
                    left -= file.write(chunk)
                sync(file)
            if left != 0 or actual.hexdigest() != name.rpartition(".")[2]:
                return False
            move_into_place(aside, self._path(name))
            return True

    def open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise NotFound(name) from None

    def has(self, names: Sequence[str]) -> set[str]:
        return {name for name in names if self._path(name).exists()}

    def keep(self, name: str, under: str) -> None:
        """Give the file a second name by a hard link, which exists whole or not at all."""
        path = self._path(under)
        with full_disk_as_out_of_space():
            make_folders(path)
            try:
                path.hardlink_to(self._path(name))
            except FileExistsError:
                return
            except FileNotFoundError:
                raise NotFound(name) from None
            sync_folder(path.parent)

    def names(self, prefix: str) -> Iterator[str]:
        kind, _, leaf = prefix.partition("/")
        for folder in sorted((self._root / kind).glob(f"{leaf[:2]}*")):
            names = sorted(path.name for path in folder.iterdir())
            yield from (f"{kind}/{name}" for name in names if name.startswith(leaf))

    def notes(self, name: str) -> Mapping[str, str]:
        if not self.has([name]):
            raise NotFound(name)
        return {}

    def expire(self, prefix: str) -> None:
        first = self._path(prefix)
        alike = first.parent.glob(f"{escape(first.name)}*") if prefix.endswith(".") else [first]
        for path in alike:
            path.unlink(missing_ok=True)

    def expirable(self, prefix: str) -> Iterator[str]:
        return self.names(prefix)

    def erase(self, names: Sequence[str]) -> None:
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def download_url(self, name: str) -> str:
        return self.addresses.download(name)

    def upload_url(self, project_id: ProjectId, digest: Sha256, size: int, media_type: str) -> str:
        return self.addresses.upload(upload_name(project_id, digest), size, media_type)

    def verify(self, method: str, name: str, query: str) -> bool:
        """Return True when the URL was signed here for this method and has not expired."""
        return self.addresses.verify(method, name, query)

    def _path(self, name: str) -> Path:
        if not (parts := NAME.fullmatch(name)):
            raise NotFound(f"{name!r} is no name of an object")
        kind, leaf = parts.groups()
        return self._root / kind / leaf[:2] / leaf


def disk_space(folder: Path) -> DiskSpace:
    usage = shutil.disk_usage(folder)
    return DiskSpace(usage.free, usage.total)


@contextmanager
def temporary_file_in(root: Path) -> Iterator[Path]:
    """Yield the path of a temporary file, which is deleted at the end. Raises OutOfSpace."""
    folder = root / "incoming"
    path = folder / uuid.uuid4().hex
    with full_disk_as_out_of_space():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def move_into_place(aside: Path, path: Path) -> None:
    """Move the complete file to its path in one step, durably."""
    make_folders(path)
    aside.chmod(0o444)
    aside.replace(path)
    sync_folder(path.parent)


def make_folders(path: Path) -> None:
    """Make the two folders above an object's file, durably."""
    for folder in reversed(path.parents[:2]):
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(folder.parent)


def sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
