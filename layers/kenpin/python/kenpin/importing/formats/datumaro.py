"""Reads Datumaro JSON: `annotations/<subset>.json` with boxes, polygons, ellipses, masks and labels."""

from collections.abc import Iterator
from functools import partial
from posixpath import basename, splitext

from kenpin.importing.entry import DefectShape, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem, part_of
from kenpin.importing.formats.manifest_row import CAPTURE
from kenpin.importing.gathering import attempt, read_files, verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import (
    Json,
    count_of,
    list_of,
    numbers_of,
    object_at,
    object_of,
    points_of,
    text_of,
)
from kenpin.importing.runs import coco_runs
from kenpin.importing.shapes import box_between, ellipse, turned_box
from kenpin.importing.splits import split_in
from kenpin.importing.texts import contains, json_in
from kenpin.importing.tree import Tree

TITLE = "Datumaro"
PASSED_OVER = {"caption"}


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per item: NG with its shapes; labels are words that may say a verdict or class."""
    return read_files(tree, _files(tree), _entries)


def _files(tree: Tree) -> Iterator[str]:
    for path in tree.paths():
        if path.lower().endswith(".json") and contains(tree, path, b'"items"', b'"categories"'):
            yield path


def _entries(tree: Tree, path: str, images: ImageIndex) -> Iterator[SourceEntry | Problem]:
    document = object_of(json_in(tree, path))
    names = _names(document)
    for number, each in enumerate(list_of(document.get("items"), "items"), 1):
        name = each.get("id") if isinstance(each, dict) else None
        place = part_of(Fault.IN_ITEM, name=name or number)
        yield attempt(path, images, partial(_entry, each, path, names, images), place)


def _names(document: Json) -> list[str]:
    categories = object_of(document.get("categories"), "categories")
    labels = list_of(object_of(categories.get("label", {"labels": []}), "label").get("labels"), "labels")
    return [text_of(object_at(each, Fault.IN_LABEL, number), "name") for number, each in enumerate(labels, 1)]


def _entry(each: object, path: str, names: list[str], images: ImageIndex) -> SourceEntry:
    item = object_of(each)
    split = split_in(splitext(basename(path))[0])
    image = images.find(_reference(item), path, split)
    attributes = object_of(item.get("attr") or {}, "attr")
    words: list[str] = []
    defects: list[DefectShape] = []
    for number, given in enumerate(list_of(item.get("annotations", []), "annotations"), 1):
        annotation = object_at(given, Fault.IN_ANNOTATION, number)
        if annotation.get("type") == "label":
            words.append(_name(annotation, names))
        elif annotation.get("type") not in PASSED_OVER:
            defects.append(_shape(number, annotation, names))
    return SourceEntry(
        path=image,
        name=basename(image),
        verdict=verdict_by(defects, words),
        words=tuple(words),
        defects=tuple(defects),
        split=split,
        group=str(attributes.get("group") or ""),
        capture={
            name: str(value)
            for name in CAPTURE
            if isinstance(value := attributes.get(name), str | int | float)
        },
    )


def _reference(item: Json) -> str:
    """Return the path of the picture, or the item's id where it has none."""
    for key in ("image", "media"):
        match item.get(key):
            case {"path": str(path)} if path:
                return path
    return text_of(item, "id")


def _name(annotation: Json, names: list[str]) -> str:
    label = count_of(annotation.get("label_id"), "label_id")
    if label >= len(names):
        raise InvalidItem(Fault.NO_CATEGORY, name="label_id", number=label)
    return names[label]


def _shape(number: int, annotation: Json, names: list[str]) -> DefectShape:
    try:
        return _understood(_name(annotation, names), annotation)
    except InvalidItem as bad:
        raise bad.within(Fault.IN_ANNOTATION, number=annotation.get("id", number)) from None


def _understood(name: str, annotation: Json) -> DefectShape:
    match annotation.get("type"):
        case "bbox":
            return _boxed(name, annotation)
        case "polygon":
            return DefectShape(name, polygon=points_of(_points(annotation), "points"))
        case "ellipse":
            left, top, width, height = box_between(*_four(annotation, "points"))
            outline = ellipse(left + width / 2, top + height / 2, width / 2, height / 2)
            return DefectShape(name, polygon=outline)
        case "mask":
            return DefectShape(name, mask=coco_runs(object_of(annotation.get("rle"), "rle")))
        case other:
            raise InvalidItem(Fault.TYPE_NO_AREA, type=other)


def _boxed(name: str, annotation: Json) -> DefectShape:
    """Return the box; CVAT writes the angle of a turned one beside it."""
    x, y, width, height = _four(annotation, "bbox")
    match annotation.get("attributes"):
        case {"rotation": int() | float() as degrees} if degrees % 360:
            pivot = x + width / 2, y + height / 2
            return DefectShape(name, polygon=turned_box(x, y, width, height, degrees, pivot))
    return DefectShape(name, box=(x, y, width, height))


def _points(annotation: Json) -> list[float]:
    return numbers_of(annotation.get("points"), "points")


def _four(annotation: Json, key: str) -> tuple[float, float, float, float]:
    match numbers_of(annotation.get(key), key):
        case [first, second, third, fourth]:
            return first, second, third, fourth
    raise InvalidItem(Fault.NO_FOUR_NUMBERS, name=key)
