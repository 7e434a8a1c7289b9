"""Reads YOLO detection and segmentation: a text file per image, class names in data.yaml or classes.txt."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from posixpath import basename

import yaml

from kenpin.importing.entry import DefectShape, Problem, SourceEntry, Unreadable
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.gathering import attempt_file, gathered
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import number_from, points_of
from kenpin.importing.splits import split_in_path
from kenpin.importing.texts import head_of, text_in
from kenpin.importing.tree import Tree

TITLE = "YOLO detection or segmentation"
NAME_FILES = {"classes.txt", "obj.names", "labels.txt", "predefined_classes.txt"}
OTHER_TEXTS = re.compile(
    r"(^|/)(readme[^/]*|license[^/]*|requirements[^/]*|train|val|valid|test)\.txt$", re.IGNORECASE
)
LINE = re.compile(rb"\A\s*\d+(\s+-?\d*\.?\d+(e-?\d+)?){4,}\s*$", re.IGNORECASE | re.MULTILINE)


def recognises(tree: Tree) -> bool:
    """Return True where a text file begins with a class number and coordinates."""
    return any(LINE.search(head_of(tree, path)[:4096]) for path in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image: NG with its lines, unjudged without any. Raises Unreadable without class names."""
    images, names = ImageIndex(tree), _names(tree)
    found = (attempt_file(path, images, partial(_entry, tree, path, names, images)) for path in _files(tree))
    yield from gathered(found, images)


def _files(tree: Tree) -> Iterator[str]:
    for path in tree.paths():
        if (
            path.lower().endswith(".txt")
            and not OTHER_TEXTS.search(path)
            and basename(path) not in NAME_FILES
        ):
            yield path


def _names(tree: Tree) -> Mapping[int, str]:
    """Return the class names of the first file that has them. Raises Unreadable."""
    problem = InvalidItem(Fault.NO_CLASS_NAMES)
    for path in sorted(tree.paths(), key=lambda path: path.count("/")):
        try:
            if basename(path) in NAME_FILES:
                lines = text_in(tree, path).splitlines()
                return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
            if path.lower().endswith((".yaml", ".yml")) and (names := _yaml_names(text_in(tree, path))):
                return names
        except InvalidItem as bad:
            problem = bad.within(Fault.IN_FILE, path=path)
    found = problem.within(Fault.IN_FILE, path=tree.name)
    raise Unreadable(str(found), found.parts)


def _yaml_names(text: str) -> Mapping[int, str]:
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InvalidItem(Fault.NO_YAML) from None
    match document:
        case {"names": list(names)}:
            return {number: _class_name(name) for number, name in enumerate(names)}
        case {"names": dict(names)} if all(isinstance(number, int) for number in names):
            return {number: _class_name(name) for number, name in names.items()}
    return {}


def _class_name(name: object) -> str:
    """Return a name of `names:` as text. YAML reads an unquoted `no` as false, and nothing as null."""
    if isinstance(name, bool) or not isinstance(name, str | int | float):
        raise InvalidItem(Fault.NAME_NO_TEXT).within(Fault.IN_NAMES)
    return str(name)


def _entry(tree: Tree, path: str, names: Mapping[int, str], images: ImageIndex) -> SourceEntry:
    image = images.find_beside(path)
    defects = tuple(_shapes(text_in(tree, path), names))
    return SourceEntry(
        path=image,
        name=basename(image),
        verdict="NG" if defects else None,
        defects=defects,
        split=split_in_path(image) or split_in_path(path),
    )


def _shapes(text: str, names: Mapping[int, str]) -> Iterator[DefectShape]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield _shape(line.split(), names)
            except InvalidItem as bad:
                raise bad.within(Fault.IN_LINE, number=number) from None


def _shape(fields: list[str], names: Mapping[int, str]) -> DefectShape:
    """Return a box of five fields or a polygon of seven or more; coordinates are shares of the image."""
    name = (
        names.get(int(fields[0]))
        if fields[0].isascii() and fields[0].isdigit() and len(fields[0]) < 9
        else None
    )
    if name is None:
        raise InvalidItem(Fault.NO_CLASS_NUMBER, number=fields[0][:20], count=len(names))
    numbers = [_coordinate(each) for each in fields[1:]]
    if len(numbers) == 5:
        raise InvalidItem(Fault.HAS_CONFIDENCE)
    if any(abs(number) > 2 for number in numbers):
        raise InvalidItem(Fault.COORDINATES_IN_PIXELS)
    if len(numbers) == 4:
        x, y, width, height = numbers
        return DefectShape(name, box=(x - width / 2, y - height / 2, width, height), unit="share")
    if len(numbers) % 2 or len(numbers) < 6:
        raise InvalidItem(Fault.ODD_COORDINATES, count=len(numbers))
    return DefectShape(name, polygon=points_of(numbers, "points"), unit="share")


def _coordinate(text: str) -> float:
    try:
        return number_from(text, "coordinate")
    except InvalidItem:
        raise InvalidItem(Fault.COORDINATE_NO_NUMBER, text=text[:40]) from None
