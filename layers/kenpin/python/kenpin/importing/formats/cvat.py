"""Reads CVAT for images 1.1: one XML with boxes, polygons, ellipses, masks and tags of many images."""

from collections.abc import Iterator
from functools import partial
from posixpath import basename
from xml.etree.ElementTree import Element

from kenpin.importing.entry import DefectShape, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem, part_of
from kenpin.importing.gathering import attempt, read_files, verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import count_of, number_from, points_of
from kenpin.importing.runs import placed_runs
from kenpin.importing.shapes import box_between, ellipse, turned_box
from kenpin.importing.splits import split_in, split_in_path
from kenpin.importing.texts import contains, xml_in
from kenpin.importing.tree import Tree

TITLE = "CVAT for images 1.1"
NO_SHAPES = {"tag", "attribute"}


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image: NG with its shapes; tags are words that may say a verdict or class."""
    return read_files(tree, _files(tree), _entries)


def _files(tree: Tree) -> Iterator[str]:
    for path in tree.paths():
        if path.lower().endswith(".xml") and contains(tree, path, b"<annotations"):
            yield path


def _entries(tree: Tree, path: str, images: ImageIndex) -> Iterator[SourceEntry | Problem]:
    root = xml_in(tree, path)
    if root.tag != "annotations":
        raise InvalidItem(Fault.NO_CVAT, tag=root.tag[:40])
    if root.find("track") is not None:
        raise InvalidItem(Fault.CVAT_VIDEO)
    for number, each in enumerate(root.findall("image"), 1):
        place = part_of(Fault.IN_IMAGE, name=each.get("name") or number)
        yield attempt(path, images, partial(_entry, each, path, images), place)


def _entry(element: Element, path: str, images: ImageIndex) -> SourceEntry:
    split = split_in(element.get("subset") or "") or split_in_path(path) or split_in(basename(path))
    image = images.find(_attribute(element, "name"), path, split)
    words = tuple(_attribute(each, "label") for each in element.findall("tag"))
    defects = tuple(
        _shape(number, each, element) for number, each in enumerate(element, 1) if each.tag not in NO_SHAPES
    )
    return SourceEntry(
        path=image,
        name=basename(image),
        verdict=verdict_by(defects, words),
        words=words,
        defects=defects,
        split=split or split_in_path(image),
    )


def _shape(number: int, element: Element, image: Element) -> DefectShape:
    try:
        return _understood(_attribute(element, "label"), element, image)
    except InvalidItem as bad:
        raise bad.within(Fault.IN_ELEMENT, kind=element.tag, number=number) from None


def _understood(name: str, element: Element, image: Element) -> DefectShape:
    match element.tag:
        case "box":
            return _boxed(name, element)
        case "polygon":
            return DefectShape(name, polygon=points_of(_points(element), "points"))
        case "ellipse":
            center = _numbers(element, "cx", "cy", "rx", "ry")
            return DefectShape(name, polygon=ellipse(*center, _rotation(element)))
        case "mask":
            return _masked(name, element, image)
    raise InvalidItem(Fault.NO_AREA)


def _boxed(name: str, element: Element) -> DefectShape:
    x, y, width, height = box_between(*_numbers(element, "xtl", "ytl", "xbr", "ybr"))
    degrees = _rotation(element)
    if degrees:
        pivot = x + width / 2, y + height / 2
        return DefectShape(name, polygon=turned_box(x, y, width, height, degrees, pivot))
    return DefectShape(name, box=(x, y, width, height))


def _masked(name: str, element: Element, image: Element) -> DefectShape:
    left, top, width, height = (
        count_of(each, "mask") for each in _numbers(element, "left", "top", "width", "height")
    )
    counts = [count_of(number_from(each, "rle"), "rle") for each in _attribute(element, "rle").split(",")]
    size = [count_of(number_from(_attribute(image, key), key), key) for key in ("width", "height")]
    return DefectShape(name, mask=placed_runs(counts, (left, top, width, height), (size[0], size[1])))


def _points(element: Element) -> list[float]:
    pairs = _attribute(element, "points").split(";")
    return [number_from(number, "points") for pair in pairs for number in pair.split(",")]


def _rotation(element: Element) -> float:
    return number_from(element.get("rotation") or "0", "rotation") % 360


def _numbers(element: Element, *keys: str) -> tuple[float, float, float, float]:
    first, second, third, fourth = (number_from(_attribute(element, key), key) for key in keys)
    return first, second, third, fourth


def _attribute(element: Element, key: str) -> str:
    value = element.get(key)
    if not value:
        raise InvalidItem(Fault.MISSING, name=key)
    return value
