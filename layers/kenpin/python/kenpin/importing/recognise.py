"""Recognises the format of a source: the formats that kenpin reads, in the order they are tried."""

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from kenpin.importing.entry import Problem, SourceEntry, Unreadable, unreadable
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.formats import (
    casting,
    coco,
    csv_manifest,
    cvat,
    datumaro,
    folder,
    jsonl_manifest,
    label_studio,
    labelme,
    lookout_manifest,
    mvtec,
    visa,
    voc,
    yolo,
)
from kenpin.importing.tree import ARCHIVE, ARCHIVE_SUFFIXES, PassedOver, PassedOverFiles, Tree
from kenpin.pictures.kinds import ALL_SUFFIXES


class Format(Protocol):
    """A reader of one format; each module of `formats` is one."""

    @property
    def TITLE(self) -> str: ...

    def recognises(self, tree: Tree) -> bool: ...

    def read(self, tree: Tree) -> Iterator[SourceEntry | Problem]:
        """Yield one entry or problem per image. Raises Unreadable."""
        ...


ANNOTATED: Final[dict[str, Format]] = {
    "coco": coco,
    "yolo": yolo,
    "voc": voc,
    "cvat": cvat,
    "datumaro": datumaro,
    "labelme": labelme,
    "label-studio": label_studio,
    "lookout": lookout_manifest,
    "csv": csv_manifest,
    "jsonl": jsonl_manifest,
}
"""Formats with annotation files; a source of two of them needs a person's choice."""
LAYOUTS: Final[dict[str, Format]] = {"visa": visa, "mvtec": mvtec, "casting": casting, "folder": folder}
"""Layouts of folders; the first that fits is taken."""
FORMATS: Final = {**ANNOTATED, **LAYOUTS}


def recognise(tree: Tree, name: str = "") -> Format:
    """Return the format with this name, or the one that recognises the tree. Raises Unreadable."""
    if name:
        return _named(name)
    annotated = annotations_in(tree)
    if len(annotated) > 1:
        raise unreadable(Fault.TWO_FORMATS, name=tree.name, formats=", ".join(annotated))
    if annotated:
        return ANNOTATED[annotated[0]]
    for layout in LAYOUTS.values():
        if layout.recognises(tree):
            return layout
    raise _nothing_found(tree)


def annotations_in(tree: Tree) -> list[str]:
    """Return the formats whose annotation files a tree has."""
    return [name for name, each in ANNOTATED.items() if each.recognises(tree)]


def _named(name: str) -> Format:
    if name not in FORMATS:
        raise unreadable(Fault.NO_FORMAT, name=name, formats=", ".join(FORMATS))
    return FORMATS[name]


def _nothing_found(tree: Tree) -> Unreadable:
    bad = InvalidItem(
        Fault.NOTHING_FOUND,
        name=tree.name,
        files=len(tree.paths()),
        kinds=", ".join(sorted(ALL_SUFFIXES)),
        formats=", ".join(ANNOTATED),
    )
    passed = [
        InvalidItem(Fault.PASSED_OVER, path=each.examples[0], why=each.why)
        for each in (*tree.passed_over.values(), *archives_in(tree.paths()))
    ]
    parts = [part for each in (bad, *passed) for part in each.parts]
    return Unreadable("; ".join(map(str, (bad, *passed))), tuple(parts))


def archives_in(paths: Iterable[str]) -> list[PassedOver]:
    """Return the archives of a source, which are not read, as one item; none where there is none."""
    passed = PassedOverFiles()
    for path in paths:
        if path.lower().endswith(ARCHIVE_SUFFIXES):
            passed.note(path, ARCHIVE)
    return list(passed.values())
