"""Reads manifests of SageMaker Ground Truth and Amazon Lookout for Vision: one JSON object a line.

All label attributes of a line are read: image classification (one class or several), semantic segmentation and
object detection. Of two jobs of one type the later one's label counts, and the earlier one's is not kept.
"""

from collections.abc import Iterator
from functools import partial
from posixpath import basename
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.entry import Colour, DefectShape, MaskFile, Problem, SourceEntry, Unreadable
from kenpin.importing.faults import Fault, InvalidItem, part_of
from kenpin.importing.gathering import attempt, read_files, verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import Json, list_of, number_in, object_at, object_of, text_of
from kenpin.importing.splits import split_in, split_in_path
from kenpin.importing.texts import head_of, json_from, lines_of, text_in
from kenpin.importing.tree import Tree
from kenpin.importing.words import verdict_of

TITLE = "SageMaker Ground Truth or Lookout for Vision manifest"
SUFFIXES: Final = (".manifest", ".jsonl", ".json")
OWN_WORDS: Final[dict[str, Verdict]] = {"normal": "OK", "anomaly": "NG"}
"""Class names that Lookout for Vision prescribes. Every other name is a word for the plan, or a class of ANOMALY."""
ANOMALY: Final = "anomaly-label"
"""The label of Lookout for Vision: 1 is an anomaly, whose name may be a class."""
BACKGROUND: Final = "background"
Label = tuple[list[str], list[DefectShape], Verdict | None]
"""Words, shapes, and the verdict that an anomaly or having no box at all says."""


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image of all manifests; a manifest named for a split assigns it."""
    return read_files(
        tree,
        _files(tree),
        lambda tree, path, images: _entries(tree, path, images, split_in(basename(path))),
    )


def read_manifest(tree: Tree, manifest: str, split: Split | None = None) -> Iterator[SourceEntry | Problem]:
    """Yield one entry or problem per line of one manifest; `split` is given to all. Raises Unreadable."""
    try:
        yield from _entries(tree, manifest, ImageIndex(tree), split)
    except InvalidItem as bad:
        raise Unreadable(f"the manifest {manifest} {bad}; is it a JSON-lines file?") from None


class Manifest(Struct, frozen=True):
    """The reader of one manifest; files are found without a list of the tree."""

    path: str
    TITLE: str = TITLE

    def recognises(self, tree: Tree) -> bool:
        return tree.has(self.path)

    def read(self, tree: Tree) -> Iterator[SourceEntry | Problem]:
        return read_manifest(tree, self.path)


def _files(tree: Tree) -> Iterator[str]:
    for path in tree.paths():
        if path.lower().endswith(SUFFIXES) and b'"source-ref"' in head_of(tree, path):
            yield path


def _entries(
    tree: Tree, path: str, images: ImageIndex, split: Split | None
) -> Iterator[SourceEntry | Problem]:
    for number, line in enumerate(lines_of(text_in(tree, path)), 1):
        if line.strip():
            place = part_of(Fault.IN_LINE, number=number)
            yield attempt(basename(path), images, partial(_entry, line, path, images, split), place)


def _entry(text: str, path: str, images: ImageIndex, split: Split | None) -> SourceEntry:
    line = object_of(json_from(text))
    image = images.find(text_of(line, "source-ref"), path, split)
    words: list[str] = []
    defects: list[DefectShape] = []
    verdict: Verdict | None = None
    for key in _labels_that_count(line):
        said, shapes, found = _label(line, key, path, images)
        words += said
        defects += shapes
        verdict = found or verdict
    own = [OWN_WORDS[word.strip().lower()] for word in words if word.strip().lower() in OWN_WORDS]
    if defects and "OK" in own:
        raise InvalidItem(Fault.NORMAL_WITH_DEFECTS)
    if words and verdict == "OK":
        verdict = None
    judged = own[0] if own else verdict_by(defects, words) or verdict
    entry = SourceEntry(path=image, name=basename(image), verdict=judged, words=tuple(words))
    return replace(entry, defects=tuple(defects), split=split or split_in_path(image))


def _labels_that_count(line: Json) -> list[str]:
    """Return the labels of the last job of each type, in the order of the line.

    Jobs are chained in that order: a job adds its label at the end of the line. Dates decide where both have one.
    """
    last: dict[str, str] = {}
    for key in line:
        if key.endswith("-metadata"):
            kind = _type(line, key)
            if kind not in last or not _is_older(line, key, last[kind]):
                last[kind] = key
    return [key.removesuffix("-metadata") for key in line if key in last.values()]


def _type(line: Json, key: str) -> str:
    kind = object_of(line[key], key).get("type")
    if kind == "groundtruth/image-classification-multilabel":
        return "groundtruth/image-classification"
    return str(kind)


def _is_older(line: Json, key: str, other: str) -> bool:
    created, others = _created(line, key), _created(line, other)
    return bool(created and others) and created < others


def _created(line: Json, key: str) -> str:
    return str(object_of(line[key], key).get("creation-date") or "")


def _label(line: Json, name: str, path: str, images: ImageIndex) -> Label:
    metadata = object_of(line[f"{name}-metadata"], f"{name}-metadata")
    match metadata.get("type"):
        case "groundtruth/image-classification":
            word = text_of(metadata, "class-name")
            is_class = name == ANOMALY and line.get(name) == 1 and verdict_of(word) is None
            return [word], [], "NG" if is_class else None
        case "groundtruth/image-classification-multilabel":
            names = object_of(metadata.get("class-map"), "class-map")
            return [str(each) for each in names.values()], [], None
        case "groundtruth/semantic-segmentation":
            return [], _segmentation(metadata, images.find(text_of(line, name), path)), None
        case "groundtruth/object-detection":
            boxes = _boxes(metadata, object_of(line.get(name), name))
            return [], boxes, None if boxes else "OK"
        case "groundtruth/label-verification":
            return [], [], None
        case other:
            raise InvalidItem(Fault.TYPE_NOT_UNDERSTOOD, name=name, type=other)


def _segmentation(metadata: Json, mask: str) -> list[DefectShape]:
    """Return a shape per class of the colour map; those that the mask does not have are left out when it is read."""
    listed = [
        object_of(colour, "internal-color-map")
        for colour in object_of(metadata.get("internal-color-map"), "internal-color-map").values()
    ]
    colours = [(text_of(each, "class-name"), _colour(text_of(each, "hex-color"))) for each in listed]
    return [
        DefectShape(name, mask=MaskFile(mask, colour, others=tuple(c for _, c in colours if c != colour)))
        for name, colour in colours
        if name.strip().lower() != BACKGROUND
    ]


def _boxes(metadata: Json, detection: Json) -> list[DefectShape]:
    names = object_of(metadata.get("class-map"), "class-map")
    shapes = []
    for number, each in enumerate(list_of(detection.get("annotations"), "annotations"), 1):
        box = object_at(each, Fault.IN_BOX, number)
        name = str(names.get(str(box.get("class_id")), box.get("class_id")))
        x, y, width, height = (number_in(box, key) for key in ("left", "top", "width", "height"))
        shapes.append(DefectShape(name, box=(x, y, width, height)))
    return shapes


def _colour(hexadecimal: str) -> Colour:
    digits = hexadecimal.removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        raise InvalidItem(Fault.NO_COLOUR, colour=hexadecimal) from None
    return red, green, blue
