"""The formats with annotation files, by the names that people choose them with."""

from collections.abc import Iterator
from typing import Final, Protocol

from kenpin.importing.entry import Problem, SourceEntry
from kenpin.importing.formats import (
    coco,
    csv_manifest,
    cvat,
    datumaro,
    jsonl_manifest,
    label_studio,
    labelme,
    lookout_manifest,
    voc,
    yolo,
)
from kenpin.importing.tree import Tree


class AnnotationFormat(Protocol):
    """A reader of one format; each module of `formats` is one."""

    TITLE: str

    def recognises(self, tree: Tree) -> bool: ...

    def read(self, tree: Tree) -> Iterator[SourceEntry | Problem]:
        """Yield one entry or problem per image. Raises Unreadable."""
        ...


ANNOTATED: Final[dict[str, AnnotationFormat]] = {
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


def recognised(tree: Tree) -> list[str]:
    """Return the formats whose annotation files a tree has."""
    return [name for name, reader in ANNOTATED.items() if reader.recognises(tree)]
