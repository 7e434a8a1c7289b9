"""Exports of Kenpin are read again: verdicts, splits, classes and shapes, as far as the format carries them."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from kenpin.importing.entry import DefectShape, SourceEntry
from kenpin.importing.mask import png_of
from kenpin.importing.recognise import ANNOTATED, annotations_in
from kenpin.importing.shapes import in_pixels
from kenpin.importing.tree import MemoryTree
from tests.exporting.sample import HEIGHT, SHAPES, WIDTH, mask, written
from tests.importing.readers import entries

READERS = {"yolo-segmentation": "yolo"}


def read_again(format: str) -> tuple[MemoryTree, dict[str, SourceEntry]]:
    tree = MemoryTree("export", written(format))
    (name,) = annotations_in(tree)
    assert name == READERS.get(format, format)
    return tree, {entry.name: entry for entry in entries(ANNOTATED[name].read, tree).values()}


def pixels(png: bytes | None) -> list[list[int]]:
    assert png is not None
    with Image.open(BytesIO(png)) as image:
        return np.argwhere(np.asarray(image)).tolist()


def shape_of(tree: MemoryTree, shape: DefectShape) -> tuple[str, object]:
    """Return the class and the box, the polygon or the pixels."""
    shape = in_pixels(shape, WIDTH, HEIGHT)
    place = shape.box or shape.polygon or shape.mask
    return shape.class_name, pixels(png_of(tree, shape.mask, (WIDTH, HEIGHT))) if shape.mask else place


WHOLE = [(shape.class_name, shape.box or shape.polygon or None) for shape in SHAPES]
WHOLE[2] = "stain", pixels(mask())  # type: ignore[assignment]  # pixels take the place of a box


@pytest.mark.parametrize("format", ["csv", "jsonl", "labelme", "datumaro", "cvat", "coco", "lookout"])
def test_shapes_come_back(format: str) -> None:
    tree, found = read_again(format)
    shapes = [shape_of(tree, shape) for shape in found["a.png"].defects]
    assert [shape for shape in shapes if shape in WHOLE][:1] == WHOLE[:1]
    assert WHOLE[2] in shapes
    if format != "lookout":
        assert shapes[:3] == WHOLE[:3]


@pytest.mark.parametrize("format", ["csv", "jsonl", "labelme", "datumaro", "cvat"])
def test_verdicts_come_back(format: str) -> None:
    found = read_again(format)[1]
    verdicts = {name: entry.verdict for name, entry in found.items()}
    assert verdicts == {"a.png": "NG", "b.png": "OK", "c.png": "HOLD", "d.png": None, "e.png": "NG"}


@pytest.mark.parametrize("format", ["yolo", "yolo-segmentation", "voc"])
def test_classes_and_splits_come_back(format: str) -> None:
    found = read_again(format)[1]
    first = found["a.png"]
    assert (first.verdict, first.split, found["b.png"].split) == ("NG", "train", "test")
    assert {shape.class_name for shape in first.defects} == {shape.class_name for shape in SHAPES}


@pytest.mark.parametrize("format", ["csv", "jsonl", "datumaro"])
def test_groups_and_capture_conditions_come_back(format: str) -> None:
    found = read_again(format)[1]["a.png"]
    assert (found.group, found.capture, found.split) == ("part 7", {"line": "L1"}, "train")
