"""Trees: the files of a source, by their paths below its root."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from errno import ENODATA, ENOENT
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from msgspec import Struct, field

from kenpin.importing.litter import file_litter, folder_litter, litter
from kenpin.pictures.kinds import ALL_SUFFIXES

EXAMPLES: Final = 5
ARCHIVE: Final = "is an archive; unpack it first"
ARCHIVE_SUFFIXES: Final = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz")


class PassedOver(Struct):
    """Files of a source that are not read, for one reason."""

    why: str
    files: int = 0
    examples: list[str] = []

    def add(self, path: str) -> None:
        self.files += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(path)


class PassedOverFiles(dict[str, PassedOver]):
    """Files that are not read, by the reason."""

    def note(self, path: str, why: str) -> None:
        self.setdefault(why, PassedOver(why, examples=[])).add(path)


class ReadNotes(Struct):
    """Notes of readers on a tree: the annotation files that were read, and the images and masks that they name."""

    annotations: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)


class OpenFiles(Protocol):
    """Files that can be opened by their paths."""

    def open(self, path: str) -> BinaryIO:
        """Open a file. Raises OSError."""
        ...


class Tree(OpenFiles, Protocol):
    """The files of a source. A path is relative, with `/` between its parts."""

    name: str
    """The name of the source, for messages."""

    @property
    def passed_over(self) -> Mapping[str, PassedOver]:
        """Litter, links and unreadable files, which `paths` does not list; complete after the first `paths`."""
        ...

    @property
    def notes(self) -> ReadNotes: ...

    def paths(self) -> Sequence[str]:
        """Return the path of every file, sorted."""
        ...

    def has(self, path: str) -> bool: ...


class FolderTree:
    """A folder on this machine. Links are followed, each target once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.name = folder, folder.absolute().name
        self.passed_over, self.notes = PassedOverFiles(), ReadNotes()
        self._paths: Sequence[str] | None = None
        self._renamed: dict[str, Path] = {}
        """Readable path → path on disk, where the two differ."""

    def paths(self) -> Sequence[str]:
        if self._paths is None:
            self._paths = sorted(_Walk(self).files(self._folder))
        return self._paths

    def has(self, path: str) -> bool:
        return self._place(path).is_file()

    def open(self, path: str) -> BinaryIO:
        return self._place(path).open("rb")

    def _place(self, path: str) -> Path:
        return self._renamed.get(path) or self._folder / path

    def named(self, place: Path) -> str:
        """Return the readable path of a place on disk, unlike that of any other place."""
        path = place.relative_to(self._folder).as_posix()
        shown = readable(path)
        if shown == path:
            return path
        while shown in self._renamed or (self._folder / shown).exists():
            shown += "~"
        self._renamed[shown] = place
        return shown


class _Walk:
    """One walk through a folder: litter and links that lead nowhere new are noted."""

    def __init__(self, tree: FolderTree) -> None:
        self._tree, self._seen = tree, set[tuple[int, int]]()

    def files(self, folder: Path) -> Iterator[str]:
        try:
            self._seen.add(_identity(folder))
            entries = sorted(os.scandir(folder), key=lambda each: (each.is_symlink(), each.name))
        except OSError as error:
            self._tree.passed_over.note(self._tree.named(folder), f"cannot be read: {error.strerror}")
            return
        yield from self._each(entries)

    def _each(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[str]:
        for entry in entries:
            place = Path(entry.path)
            if why := self._reason(entry):
                self._tree.passed_over.note(self._tree.named(place), why)
            elif place.is_dir():
                yield from self.files(place)
            elif place.is_file():
                yield self._tree.named(place)

    def _reason(self, entry: os.DirEntry[str]) -> str:
        place = Path(entry.path)
        is_folder = place.is_dir()
        if why := (folder_litter if is_folder else file_litter)(entry.name):
            return why
        if not entry.is_symlink():
            return ""
        if not is_folder and not place.is_file():
            return "a link to nothing"
        seen, target = self._seen, _identity(place)
        if target in seen:
            return (
                "a link to a folder that is read already (a loop)" if is_folder else "a second link to a file"
            )
        if not is_folder:
            seen.add(target)
        return ""


class MemoryTree:
    """Files that are in memory."""

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.name, self._files = name, files
        self.passed_over, self.notes = PassedOverFiles(), ReadNotes()
        for path in files:
            if why := litter(path):
                self.passed_over.note(path, why)

    def paths(self) -> Sequence[str]:
        return sorted(path for path in self._files if not litter(path))

    def has(self, path: str) -> bool:
        return path in self._files

    def open(self, path: str) -> BinaryIO:
        try:
            return BytesIO(self._files[path])
        except KeyError:
            raise FileNotFoundError(2, "no such file", path) from None


class ListedTree(MemoryTree):
    """A source of which the paths are known, and the content of its annotation files."""

    def __init__(self, name: str, paths: Iterable[str], texts: Mapping[str, str]) -> None:
        self._texts = {path: text.encode() for path, text in texts.items()}
        super().__init__(name, dict.fromkeys((*paths, *texts), b""))

    def open(self, path: str) -> BinaryIO:
        if path in self._texts:
            return BytesIO(self._texts[path])
        if self.has(path):
            raise OSError(ENODATA, "only its path is known here, not its content", path)
        raise FileNotFoundError(ENOENT, "no such file", path)


class ChosenTree:
    """One chosen annotation file with the images of its folder. Only those that it names are brought in."""

    def __init__(self, tree: Tree, chosen: str) -> None:
        self._tree, self._chosen, self.name = tree, chosen, tree.name

    @property
    def passed_over(self) -> Mapping[str, PassedOver]:
        return self._tree.passed_over

    @property
    def notes(self) -> ReadNotes:
        return self._tree.notes

    def paths(self) -> Sequence[str]:
        return [
            path
            for path in self._tree.paths()
            if path == self._chosen or path.lower().endswith(tuple(ALL_SUFFIXES))
        ]

    def has(self, path: str) -> bool:
        return self._tree.has(path)

    def open(self, path: str) -> BinaryIO:
        return self._tree.open(path)


def readable(path: str) -> str:
    """Return a path whose bytes are no UTF-8 as the Shift-JIS (CP932) that Windows wrote, else with �."""
    try:
        path.encode()
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogateescape")
        return "/".join(_decoded(part) for part in raw.split(b"/"))
    return path


def _decoded(part: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return part.decode(encoding)
        except UnicodeDecodeError:
            continue
    return part.decode("utf-8", "replace")


def _identity(place: Path) -> tuple[int, int]:
    found = place.stat()
    return found.st_dev, found.st_ino
