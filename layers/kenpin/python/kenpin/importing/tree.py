"""Trees: the files of a source, by their paths below its root."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol


class Tree(Protocol):
    """The files of a source. A path is relative, with `/` between its parts."""

    name: str
    """The name of the source, for messages."""

    def paths(self) -> Sequence[str]:
        """Return the path of every file, sorted."""
        ...

    def has(self, path: str) -> bool: ...

    def open(self, path: str) -> BinaryIO:
        """Open a file of `paths`. Raises OSError."""
        ...


class FolderTree:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.name = folder, folder.name

    def paths(self) -> Sequence[str]:
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self._folder).as_posix() for path in files)

    def has(self, path: str) -> bool:
        return (self._folder / path).is_file()

    def open(self, path: str) -> BinaryIO:
        return (self._folder / path).open("rb")


class MemoryTree:
    """Files that are in memory."""

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.name, self._files = name, files

    def paths(self) -> Sequence[str]:
        return sorted(self._files)

    def has(self, path: str) -> bool:
        return path in self._files

    def open(self, path: str) -> BinaryIO:
        try:
            return BytesIO(self._files[path])
        except KeyError:
            raise FileNotFoundError(path) from None
