"""Reads Label Studio JSON: rectangles, ellipses, polygons, brushes and choices of a task's newest annotation."""

import re
from collections.abc import Iterator
from functools import partial
from posixpath import basename
from urllib.parse import parse_qs, unquote, urlsplit

from kenpin.importing.entry import DefectShape, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem, part_of
from kenpin.importing.gathering import attempt, read_files, verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import (
    Json,
    count_of,
    list_of,
    number_in,
    number_of,
    numbers_of,
    object_at,
    object_of,
    points_of,
)
from kenpin.importing.runs import label_studio_runs
from kenpin.importing.shapes import ellipse, turned_box
from kenpin.importing.splits import split_in_path
from kenpin.importing.texts import contains, json_in
from kenpin.importing.tree import Tree

TITLE = "Label Studio JSON"
UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")
"""Label Studio puts this before the name of an uploaded file."""
RESULTS = (b'"annotations"', b'"completions"')
PASSED_OVER = {"textarea", "rating", "number", "datetime", "relation"}


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per task: NG with its regions; choices are words that may say a verdict or class."""
    return read_files(tree, _files(tree), _entries)


def _files(tree: Tree) -> Iterator[str]:
    for path in tree.paths():
        if (
            path.lower().endswith(".json")
            and contains(tree, path, b'"data"')
            and (any(contains(tree, path, b'"result"', results) for results in RESULTS))
        ):
            yield path


def _entries(tree: Tree, path: str, images: ImageIndex) -> Iterator[SourceEntry | Problem]:
    for number, each in enumerate(list_of(json_in(tree, path)), 1):
        name = each.get("id") if isinstance(each, dict) else None
        place = part_of(Fault.IN_TASK, name=name or number)
        yield attempt(path, images, partial(_entry, each, path, images), place)


def _entry(each: object, path: str, images: ImageIndex) -> SourceEntry:
    task = object_of(each)
    image = _image(object_of(task.get("data"), "data"), path, images)
    results = [
        object_at(each, Fault.IN_RESULT, number) for number, each in enumerate(_newest_results(task), 1)
    ]
    words = [word for each in results if each.get("type") == "choices" for word in _names(each, "choices")]
    regions = [each for each in results if each.get("type") not in {"choices", *PASSED_OVER}]
    defects = tuple(shape for each in regions for shape in _shapes(each))
    return SourceEntry(
        path=image,
        name=basename(image),
        verdict=verdict_by(defects, words),
        words=tuple(words),
        defects=defects,
        split=split_in_path(image),
    )


def _image(data: Json, path: str, images: ImageIndex) -> str:
    """Return the image of the first field of `data` that names one."""
    references = [value for value in data.values() if isinstance(value, str) and value]
    problem = InvalidItem(Fault.NO_IMAGE_NAMED)
    for reference in references:
        local = parse_qs(urlsplit(reference).query).get("d", [""])[0] if "?" in reference else ""
        plain = local or unquote(reference.partition("?")[0])
        folder, slash, name = plain.rpartition("/")
        for each in (plain, folder + slash + UPLOADED.sub("", name)):
            try:
                return images.find(each, path)
            except InvalidItem as bad:
                problem = bad
    raise problem


def _newest_results(task: Json) -> list[object]:
    annotations = [
        object_at(each, Fault.IN_ANNOTATION, number)
        for number, each in enumerate(
            list_of(task.get("annotations", task.get("completions", [])), "annotations"), 1
        )
    ]
    kept = [each for each in annotations if each.get("was_cancelled") is not True]
    if not kept:
        return []
    newest = max(kept, key=lambda each: str(each.get("updated_at") or each.get("created_at") or ""))
    return list_of(newest.get("result"), "result")


def _names(result: Json, kind: str) -> list[str]:
    names = list_of(object_of(result.get("value"), "value").get(kind), kind)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise InvalidItem(Fault.NO_CLASS_NAMED, name=kind)
    return [str(name) for name in names]


def _shapes(result: Json) -> list[DefectShape]:
    kind = str(result.get("type"))
    try:
        return [_understood(name, kind, result) for name in _names(result, kind)]
    except InvalidItem as bad:
        raise bad.within(Fault.IN_RESULT, number=result.get("id")) from None


def _understood(name: str, kind: str, result: Json) -> DefectShape:
    value = object_of(result.get("value"), "value")
    width, height = (count_of(result.get(key), key) for key in ("original_width", "original_height"))
    if number_of(result.get("image_rotation") or 0, "image_rotation") % 360:
        raise InvalidItem(Fault.TURNED_IMAGE)
    match kind:
        case "rectanglelabels":
            return _boxed(name, value, width / 100, height / 100)
        case "polygonlabels":
            points = [number for each in list_of(value.get("points"), "points") for number in _pair(each)]
            corners = points_of(points, "points")
            return DefectShape(name, polygon=tuple((x * width / 100, y * height / 100) for x, y in corners))
        case "ellipselabels":
            return _ellipse(name, value, width / 100, height / 100)
        case "brushlabels":
            if value.get("format") != "rle":
                raise InvalidItem(Fault.BRUSH_FORMAT, format=value.get("format"))
            packed = [count_of(each, "rle") for each in list_of(value.get("rle"), "rle")]
            return DefectShape(name, mask=label_studio_runs(packed, width, height))
    raise InvalidItem(Fault.TYPE_NOT_READ, type=kind)


def _boxed(name: str, value: Json, per_x: float, per_y: float) -> DefectShape:
    x, width = (number_in(value, key) * per_x for key in ("x", "width"))
    y, height = (number_in(value, key) * per_y for key in ("y", "height"))
    degrees = _rotation(value)
    if degrees:
        return DefectShape(name, polygon=turned_box(x, y, width, height, degrees, (x, y)))
    return DefectShape(name, box=(x, y, width, height))


def _ellipse(name: str, value: Json, per_x: float, per_y: float) -> DefectShape:
    x, radius_x = (number_in(value, key) * per_x for key in ("x", "radiusX"))
    y, radius_y = (number_in(value, key) * per_y for key in ("y", "radiusY"))
    return DefectShape(name, polygon=ellipse(x, y, radius_x, radius_y, _rotation(value)))


def _rotation(value: Json) -> float:
    return number_of(value.get("rotation") or 0, "rotation") % 360


def _pair(value: object) -> list[float]:
    pair = numbers_of(value, "points")
    if len(pair) != 2:
        raise InvalidItem(Fault.POINT_NO_PAIR, name="points")
    return pair
