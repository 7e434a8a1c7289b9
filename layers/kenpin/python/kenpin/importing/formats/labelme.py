"""Reads labelme: one JSON beside each image, with polygons, rectangles, circles and masks."""

from base64 import b64decode
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from posixpath import basename

import numpy as np

from kenpin.importing.entry import DefectShape, MaskRuns, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.gathering import attempt_file, gathered, verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import (
    Json,
    Point,
    count_of,
    list_of,
    numbers_of,
    object_at,
    object_of,
    points_of,
    text_of,
)
from kenpin.importing.runs import canvas, runs_of
from kenpin.importing.shapes import box_between, ellipse
from kenpin.importing.splits import split_in_path
from kenpin.importing.texts import contains, json_in
from kenpin.importing.tree import Tree
from kenpin.pictures.decode import read_mask
from kenpin.pictures.limits import Limits, UnreadablePicture

TITLE = "labelme"


def recognises(tree: Tree) -> bool:
    return any(contains(tree, path, b'"shapes"', b'"imagePath"') for path in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image: NG with its shapes; flags are words that may say a verdict or class."""
    images = ImageIndex(tree)
    found = (attempt_file(path, images, partial(_entry, tree, path, images)) for path in _files(tree))
    yield from gathered(found, images)


def _files(tree: Tree) -> Iterator[str]:
    return (path for path in tree.paths() if path.lower().endswith(".json"))


def _entry(tree: Tree, path: str, images: ImageIndex) -> SourceEntry:
    document = object_of(json_in(tree, path))
    image = images.find(text_of(document, "imagePath"), path)
    flags = object_of(document.get("flags") or {}, "flags")
    words = tuple(name for name, is_set in flags.items() if is_set is True)
    defects = tuple(
        _shape(number, object_at(each, Fault.IN_SHAPE, number), document)
        for number, each in enumerate(list_of(document.get("shapes"), "shapes"), 1)
    )
    return SourceEntry(
        path=image,
        name=basename(image),
        verdict=verdict_by(defects, words),
        words=words,
        defects=defects,
        split=split_in_path(image),
    )


def _shape(number: int, shape: Json, document: Json) -> DefectShape:
    try:
        return _understood(text_of(shape, "label"), shape, document)
    except InvalidItem as bad:
        raise bad.within(Fault.IN_SHAPE, number=number) from None


def _understood(name: str, shape: Json, document: Json) -> DefectShape:
    points = [_point(each) for each in list_of(shape.get("points"), "points")]
    match shape.get("shape_type", "polygon"), points:
        case "polygon", _:
            return DefectShape(
                name, polygon=points_of([value for each in points for value in each], "points")
            )
        case "rectangle", [(x1, y1), (x2, y2)]:
            return DefectShape(name, box=box_between(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
        case "rectangle", [_, _, _, _]:
            return DefectShape(name, polygon=tuple(points))
        case "circle", [(x, y), (edge_x, edge_y)]:
            radius = float(np.hypot(edge_x - x, edge_y - y))
            return DefectShape(name, polygon=ellipse(x, y, radius, radius))
        case "mask", [corner, _]:
            return DefectShape(name, mask=_masked(text_of(shape, "mask"), corner, document))
        case kind, _:
            raise InvalidItem(Fault.POINTS_NO_AREA, type=kind, count=len(points))


def _point(value: object) -> Point:
    match numbers_of(value, "points"):
        case [x, y]:
            return x, y
    raise InvalidItem(Fault.POINT_NO_PAIR, name="points")


def _masked(encoded: str, corner: Point, document: Json) -> MaskRuns:
    """Return the part that is stored as PNG, at its corner of the picture."""
    size = (
        count_of(document.get("imageWidth"), "imageWidth"),
        count_of(document.get("imageHeight"), "imageHeight"),
    )
    whole, part = canvas(*size), _picture(encoded)
    x, y = int(corner[0]), int(corner[1])
    if x < 0 or y < 0 or x + part.shape[1] > size[0] or y + part.shape[0] > size[1]:
        raise InvalidItem(Fault.MASK_LEAVES, width=size[0], height=size[1])
    whole[y : y + part.shape[0], x : x + part.shape[1]] = part
    return runs_of(whole)


def _picture(encoded: str) -> np.typing.NDArray[np.bool_]:
    try:
        content = b64decode(encoded, validate=True)
    except ValueError:
        raise InvalidItem(Fault.MASK_NO_BASE64) from None
    try:
        return np.asarray(read_mask(BytesIO(content), Limits()).colours.any(axis=2))
    except UnreadablePicture as bad:
        raise InvalidItem(Fault.MASK_UNREADABLE_INSIDE, error=bad) from None
