"""Reads manifests of SageMaker Ground Truth and Amazon Lookout for Vision: one JSON object a line.

It understands image classification, semantic segmentation and object detection. A `source-ref` may be
relative to the manifest (or its parent folder), absolute, or s3:// when `root` is the bucket's folder.
"""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.entry import Colour, DefectShape, MaskFile, Problem, SourceEntry, Unreadable, slug
from kenpin.importing.tree import Tree

NORMAL = {"normal", "ok", "good", "no-anomaly", "0"}
UNSPECIFIC_DEFECTS = {"anomaly", "ng", "bad", "defective", "1"}
"""Class names that say NG without naming a defect."""

Json = dict[str, object]


def read(tree: Tree, manifest: str, split: Split | None = None) -> Iterator[SourceEntry | Problem]:
    """One SourceEntry or Problem per line of the tree's manifest; `split` is given to all. Raises Unreadable."""
    try:
        with tree.open(manifest) as file:
            lines = file.read().decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"cannot read the manifest {manifest}: {error}; is it a JSON-lines file?") from None
    path, files = PurePosixPath(manifest), _Files(tree, manifest)
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _entry_or_problem(line, f"{path.name} line {number}", files, split)


def _entry_or_problem(line: str, where: str, files: "_Files", split: Split | None) -> SourceEntry | Problem:
    try:
        return _entry(_object(json.loads(line), "the line"), files, split)
    except json.JSONDecodeError as error:
        return Problem(where, f"not JSON: {error.msg} at column {error.colno}")
    except InvalidLine as bad:
        return Problem(where, str(bad))


def _entry(line: Json, files: "_Files", split: Split | None) -> SourceEntry:
    path = files.find(_text(line, "source-ref"))
    verdict, defects = None, list[DefectShape]()
    for key, metadata in line.items():
        if key.endswith("-metadata"):
            labelled, shapes = _label(line, key.removesuffix("-metadata"), _object(metadata, key), files)
            verdict = labelled or verdict
            defects += shapes
    if verdict == "OK" and defects:
        raise InvalidLine("labelled normal and yet with defects; correct one of the two")
    return SourceEntry(
        path=path,
        name=PurePosixPath(path).name,
        verdict=verdict or ("NG" if defects else None),
        defects=tuple(defects),
        split=split,
    )


def _label(
    line: Json, name: str, metadata: Json, files: "_Files"
) -> tuple[Verdict | None, list[DefectShape]]:
    match metadata.get("type"):
        case "groundtruth/image-classification":
            return _classification(_text(metadata, "class-name"))
        case "groundtruth/semantic-segmentation":
            return None, _segmentation(metadata, files.find(_text(line, name)))
        case "groundtruth/object-detection":
            boxes = _boxes(metadata, _object(line.get(name), name))
            return ("NG" if boxes else "OK"), boxes
        case other:
            raise InvalidLine(f"{name} is of type {other}, which is not understood; remove it from the line")


def _classification(name: str) -> tuple[Verdict, list[DefectShape]]:
    class_id = slug(name)
    if class_id in NORMAL:
        return "OK", []
    return "NG", [] if class_id in UNSPECIFIC_DEFECTS else [DefectShape(name)]


def _segmentation(metadata: Json, mask: str) -> list[DefectShape]:
    colours = _object(metadata.get("internal-color-map"), "internal-color-map")
    classes = [_object(colour, "internal-color-map") for colour in colours.values()]
    names = [(_text(each, "class-name"), _text(each, "hex-color")) for each in classes]
    return [
        DefectShape(name, mask=MaskFile(mask, _colour(hexadecimal)))
        for name, hexadecimal in names
        if slug(name) != "background"
    ]


def _boxes(metadata: Json, detection: Json) -> list[DefectShape]:
    names = _object(metadata.get("class-map"), "class-map")
    found = detection.get("annotations")
    if not isinstance(found, list):
        raise InvalidLine("annotations is missing or no list")
    shapes = []
    for each in found:
        box = _object(each, "annotations")
        name = str(names.get(str(box.get("class_id")), box.get("class_id")))
        x, y, width, height = (_number(box, key) for key in ("left", "top", "width", "height"))
        shapes.append(DefectShape(name, box=(x, y, width, height)))
    return shapes


class _Files:
    """The files of the tree that a manifest may name."""

    def __init__(self, tree: Tree, manifest: str) -> None:
        folder = PurePosixPath(manifest).parent
        self._tree, self._folders = tree, [folder, folder.parent]

    def find(self, reference: str) -> str:
        """Return the path of a file beside the manifest, one folder up, or of the longest end of the reference."""
        parts = PurePosixPath(reference.removeprefix("s3://")).parts
        below = [str(folder / reference) for folder in self._folders] if "://" not in reference else []
        ends = [str(PurePosixPath(*parts[start:])) for start in range(1, len(parts))]
        for path in (*below, *ends):
            if self._tree.has(path):
                return path
        raise InvalidLine(
            f"{reference} is not in {self._tree.name}; put it there or name its folder with --root"
        )


class InvalidLine(Exception):
    """A problem with one line of the manifest."""


def _object(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise InvalidLine(f"{name} is missing or no JSON object")
    return value


def _text(owner: Json, key: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidLine(f"{key} is missing or no text")
    return value


def _number(owner: Json, key: str) -> float:
    value = owner.get(key)
    if not isinstance(value, int | float):
        raise InvalidLine(f"{key} is missing or no number")
    return float(value)


def _colour(hexadecimal: str) -> Colour:
    digits = hexadecimal.removeprefix("#")
    try:
        return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    except ValueError:
        raise InvalidLine(f"hex-color {hexadecimal} is no colour such as #23A436") from None
