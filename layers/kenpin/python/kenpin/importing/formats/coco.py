"""Reads COCO: one JSON of images, annotations and categories; boxes, polygons and both forms of RLE."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from kenpin.domain.ids import Split
from kenpin.importing.entry import DefectShape, Problem, SourceEntry, problem_of
from kenpin.importing.faults import Fault, InvalidItem, part_of
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
from kenpin.importing.runs import coco_runs
from kenpin.importing.splits import split_in, split_in_path
from kenpin.importing.texts import contains, json_in
from kenpin.importing.tree import Tree

TITLE = "COCO"


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image: NG with its annotations, unjudged without any."""
    return read_files(tree, _files(tree), lambda tree, path, images: _File(tree, path).entries(images))


def _files(tree: Tree) -> Iterator[str]:
    """Captions and other files without categories are passed over."""
    for path in tree.paths():
        if path.lower().endswith(".json") and contains(tree, path, b'"images"', b'"categories"'):
            yield path


class _File:
    """One JSON file of a COCO data set."""

    def __init__(self, tree: Tree, path: str) -> None:
        document = object_of(json_in(tree, path))
        self._path = path
        self._split: Split | None = split_in_path(path) or split_in(path.rpartition("/")[2])
        self._images = list_of(document.get("images"), "images")
        self._names = _names(list_of(document.get("categories"), "categories"))
        self._annotations = defaultdict[object, list[Json]](list)
        self._unplaced: list[Problem] = []
        for number, each in enumerate(list_of(document.get("annotations", []), "annotations"), 1):
            self._place(number, each)

    def entries(self, images: ImageIndex) -> Iterator[SourceEntry | Problem]:
        yield from self._unplaced
        for number, each in enumerate(self._images, 1):
            name = each.get("file_name", "") if isinstance(each, dict) else ""
            place = part_of(Fault.IN_IMAGE, name=name or number)
            yield attempt(self._path, images, partial(self._entry, each, images), place)
        ids = {_hashable(each.get("id")) for each in self._images if isinstance(each, dict)}
        for image_id in self._annotations.keys() - ids:
            count = len(self._annotations[image_id])
            fault = Fault.UNLISTED_IMAGE_ONCE if count == 1 else Fault.UNLISTED_IMAGE
            yield problem_of(self._path, InvalidItem(fault, count=count, number=image_id))

    def _place(self, number: int, each: object) -> None:
        if isinstance(each, dict) and "image_id" in each:
            self._annotations[_hashable(each["image_id"])].append(each)
        else:
            place = part_of(Fault.IN_ANNOTATION, number=number)
            self._unplaced.append(problem_of(self._path, InvalidItem(Fault.MISSING, name="image_id"), place))

    def _entry(self, each: object, images: ImageIndex) -> SourceEntry:
        image = object_of(each)
        path = images.find(text_of(image, "file_name"), self._path, self._split)
        annotations = self._annotations.get(_hashable(image.get("id")), [])
        defects = tuple(shape for annotation in annotations for shape in self._shapes(annotation))
        return SourceEntry(
            path=path,
            name=path.rpartition("/")[2],
            verdict="NG" if defects else None,
            defects=defects,
            split=self._split,
        )

    def _shapes(self, annotation: Json) -> list[DefectShape]:
        try:
            name = self._names.get(_hashable(annotation.get("category_id")))
            if name is None:
                raise InvalidItem(Fault.NO_CATEGORY, name="category_id", number=annotation.get("category_id"))
            return _shapes(name, annotation)
        except InvalidItem as bad:
            raise bad.within(Fault.IN_ANNOTATION, number=annotation.get("id")) from None


def _names(categories: list[object]) -> dict[object, str]:
    """Return the name of each category id. Raises InvalidItem when one id has two names."""
    names: dict[object, str] = {}
    for number, each in enumerate(categories, 1):
        category = object_at(each, Fault.IN_CATEGORY, number)
        name = text_of(category, "name")
        if names.setdefault(_hashable(category.get("id")), name) != name:
            raise InvalidItem(Fault.CATEGORY_TWICE, number=category.get("id"))
    return names


def _shapes(name: str, annotation: Json) -> list[DefectShape]:
    """Return a mask, a polygon for each part, or the box where there is no outline."""
    match annotation.get("segmentation"):
        case dict(rle):
            return [DefectShape(name, mask=coco_runs(rle))]
        case [_, *_] as parts:
            outlines = [points_of(numbers_of(part, "segmentation"), "segmentation") for part in parts]
            return [DefectShape(name, polygon=outline) for outline in outlines]
        case None | []:
            return [_boxed(name, annotation)]
    raise InvalidItem(Fault.NO_SEGMENTATION)


def _boxed(name: str, annotation: Json) -> DefectShape:
    """Return the box, or the class alone where the annotation is of the whole image."""
    if annotation.get("bbox") in (None, []):
        return DefectShape(name)
    match numbers_of(annotation["bbox"], "bbox"):
        case [x, y, width, height]:
            return DefectShape(name, box=(x, y, width, height))
    raise InvalidItem(Fault.NO_FOUR_NUMBERS, name="bbox")


def _hashable(value: object) -> object:
    return value if isinstance(value, str | int | float) else None
