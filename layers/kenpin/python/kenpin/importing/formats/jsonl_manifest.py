"""Reads Kenpin's own JSON Lines manifest: one object per image.

Fields: file, verdict, defects (each class and box, polygon or mask), split, group and capture.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from kenpin.importing.entry import DefectShape, MaskFile, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem, part_of
from kenpin.importing.formats.manifest_row import CAPTURE, ManifestRow, entry_of, image_of
from kenpin.importing.gathering import attempt, read_files
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import (
    Json,
    list_of,
    numbers_of,
    object_at,
    object_of,
    points_of,
    text_of,
)
from kenpin.importing.texts import head_of, json_from, lines_of, text_in
from kenpin.importing.tree import Tree

TITLE = "JSON Lines manifest"
SUFFIXES: Final = (".jsonl", ".ndjson")
FIELDS: Final = {"file", "verdict", "defects", "split", "group", "capture"}


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per line. The word of `verdict` is left to the plan."""
    return read_files(tree, _files(tree), _entries)


def _files(tree: Tree) -> Iterator[str]:
    for path in tree.paths():
        if path.lower().endswith(SUFFIXES) and b'"file"' in head_of(tree, path):
            yield path


def _entries(tree: Tree, path: str, images: ImageIndex) -> Iterator[SourceEntry | Problem]:
    for number, line in enumerate(lines_of(text_in(tree, path)), 1):
        if line.strip():
            place = part_of(Fault.IN_LINE, number=number)
            yield attempt(path, images, partial(_entry, line, path, images), place)


def _entry(text: str, path: str, images: ImageIndex) -> SourceEntry:
    return entry_of(_row(text, path, images))


def _row(text: str, path: str, images: ImageIndex) -> ManifestRow:
    line = object_of(json_from(text))
    split = line.get("split")
    image = image_of(text_of(line, "file"), split if isinstance(split, str) else "", path, images)
    if unknown := sorted(line.keys() - FIELDS):
        raise InvalidItem(Fault.UNKNOWN_FIELD, name=unknown[0][:40], known=", ".join(sorted(FIELDS)))
    defects = [
        _defect(object_at(each, Fault.IN_DEFECT, number), path, images)
        for number, each in enumerate(list_of(line.get("defects") or [], "defects"), 1)
    ]
    return ManifestRow(
        path=image,
        verdict=_optional(line, "verdict"),
        defects=tuple(defects),
        split=_optional(line, "split"),
        group=_optional(line, "group"),
        capture=_capture(object_of(line.get("capture") or {}, "capture")),
    )


def _defect(defect: Json, path: str, images: ImageIndex) -> DefectShape:
    name = text_of(defect, "class")
    if defect.get("mask") is not None:
        return DefectShape(name, mask=MaskFile(images.find(text_of(defect, "mask"), path)))
    if defect.get("polygon") is not None:
        points = [
            number for each in list_of(defect["polygon"], "polygon") for number in numbers_of(each, "polygon")
        ]
        return DefectShape(name, polygon=points_of(points, "polygon"))
    if defect.get("box") is None:
        return DefectShape(name)
    match numbers_of(defect["box"], "box"):
        case [x, y, width, height]:
            return DefectShape(name, box=(x, y, width, height))
    raise InvalidItem(Fault.NO_FOUR_NUMBERS, name="box")


def _optional(line: Json, key: str) -> str:
    return text_of(line, key) if line.get(key) else ""


def _capture(given: Json) -> dict[str, str]:
    if unknown := sorted(given.keys() - set(CAPTURE)):
        bad = InvalidItem(Fault.UNKNOWN_FIELD, name=unknown[0][:40], known=", ".join(CAPTURE))
        raise bad.within(Fault.IN_CAPTURE)
    return {name: text_of(given, name) for name, value in given.items() if value is not None}
