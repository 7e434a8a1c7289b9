"""COCO as its authors publish it: boxes, polygons, both forms of RLE, held against pycocotools."""

import json
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from kenpin.importing.entry import DefectShape, MaskRuns
from kenpin.importing.formats import coco
from kenpin.importing.mask import png_of
from kenpin.importing.tree import MemoryTree
from tests.importing.readers import entries, problems, tree_of

BOX = [1.5, 2, 3, 4]
TRIANGLE = [1, 1, 4, 1, 4, 5]


def annotation(image_id: object = 1, **fields: object) -> dict[str, object]:
    return {"id": 7, "image_id": image_id, "category_id": 3, "bbox": BOX, "iscrowd": 0, **fields}


def document(*annotations: object, names: str = "a.png b.png") -> str:
    images = [
        {"id": number, "file_name": name, "width": 8, "height": 6}
        for number, name in enumerate(names.split(), 1)
    ]
    categories = [{"id": 3, "name": "キズ", "supercategory": "defect"}]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories})


def tree(*annotations: object) -> MemoryTree:
    return tree_of("images/a.png images/b.png", {"coco.json": document(*annotations)})


@pytest.mark.parametrize(
    ("fields", "shapes"),
    [
        ({}, [DefectShape("キズ", box=(1.5, 2, 3, 4))]),
        ({"segmentation": []}, [DefectShape("キズ", box=(1.5, 2, 3, 4))]),
        ({"bbox": [], "segmentation": None}, [DefectShape("キズ")]),
        ({"segmentation": [TRIANGLE]}, [DefectShape("キズ", polygon=((1, 1), (4, 1), (4, 5)))]),
        (
            {"segmentation": [TRIANGLE, TRIANGLE[::-1]]},
            [
                DefectShape("キズ", polygon=((1, 1), (4, 1), (4, 5))),
                DefectShape("キズ", polygon=((5, 4), (1, 4), (1, 1))),
            ],
        ),
        (
            {"segmentation": {"counts": [6, 12, 30], "size": [6, 8]}, "iscrowd": 1},
            [DefectShape("キズ", mask=MaskRuns(8, 6, (6, 12, 30)))],
        ),
    ],
)
def test_each_form_of_an_annotation_is_read(fields: dict[str, object], shapes: list[DefectShape]) -> None:
    found = entries(coco.read, tree(annotation(**fields)))
    assert found["images/a.png"].verdict == "NG"
    assert list(found["images/a.png"].defects) == shapes


def test_an_image_without_annotations_is_unjudged() -> None:
    found = entries(coco.read, tree(annotation()))["images/b.png"]
    assert (found.verdict, found.defects) == (None, ())


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of pycocotools
@pytest.mark.parametrize("seed", range(20))
def test_compressed_runs_are_the_pixels_that_pycocotools_decodes(seed: int) -> None:
    random = np.random.default_rng(seed)
    pixels = random.random((37, 53)) < random.random()
    pixels[5:20, 10:40] = True
    rle = coco_mask.encode(np.asfortranarray(pixels, np.uint8))
    written = {"counts": rle["counts"].decode(), "size": list(rle["size"])}
    found = entries(coco.read, tree(annotation(segmentation=written)))["images/a.png"]
    assert found.defects[0].mask is not None
    png = png_of(MemoryTree("none", {}), found.defects[0].mask, (53, 37))
    assert png is not None
    with Image.open(BytesIO(png)) as image:
        assert (np.asarray(image) == coco_mask.decode(rle).astype(bool)).all()


def test_files_of_several_splits_are_read_with_images_of_the_same_name() -> None:
    files = {
        "annotations/instances_train2017.json": document(annotation(), names="a.png"),
        "annotations/instances_val2017.json": document(names="a.png"),
        "annotations/captions_val2017.json": json.dumps({"images": [], "annotations": [{"caption": "x"}]}),
    }
    found = entries(coco.read, tree_of("train2017/a.png val2017/a.png", files))
    assert (found["train2017/a.png"].split, found["train2017/a.png"].verdict) == ("train", "NG")
    assert (found["val2017/a.png"].split, found["val2017/a.png"].verdict) == ("validation", None)


def test_annotations_of_one_image_in_two_files_come_together_once() -> None:
    both = {
        "boxes.json": document(annotation()),
        "again.json": document(annotation(), annotation(bbox=[0, 0, 1, 1])),
    }
    found = entries(coco.read, tree_of("a.png b.png", both))["a.png"]
    assert {shape.box for shape in found.defects} == {(1.5, 2, 3, 4), (0, 0, 1, 1)}


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"category_id": 4}, "annotation 7: category_id 4 is not in categories"),
        ({"bbox": [1, 2, 3]}, "annotation 7: bbox has not four numbers"),
        ({"bbox": [1, 2, float("nan"), 3]}, "annotation 7: bbox is no usable number"),
        (
            {"segmentation": [[1, 2, 3, 4, 5]]},
            "annotation 7: segmentation has 5 numbers; a polygon has an even",
        ),
        (
            {"segmentation": {"counts": [1, 2], "size": [6, 8]}},
            "annotation 7: the runs of the mask cover 3 pixels",
        ),
        (
            {"segmentation": {"counts": "~~", "size": [6, 8]}},
            "annotation 7: the compressed runs of the mask are",
        ),
        ({"segmentation": {"counts": [1], "size": [6]}}, "annotation 7: size has not two numbers"),
        ({"segmentation": "x"}, "annotation 7: segmentation is neither"),
    ],
)
def test_a_bad_annotation_rejects_its_image_alone(fields: dict[str, object], what: str) -> None:
    source = tree(annotation(**fields), annotation(2))
    ((where, found),) = problems(coco.read, source).items()
    assert where == "coco.json image a.png"
    assert found.startswith(what)
    assert [each.path for each in coco.read(source) if hasattr(each, "path")] == ["images/b.png"]


def test_annotations_of_nothing_are_named() -> None:
    found = problems(coco.read, tree(annotation(9), {"bbox": BOX}))
    assert found == {
        "coco.json annotation 2": "image_id is missing",
        "coco.json": "1 annotation names the image id 9, which is not listed",
    }


def test_a_damaged_file_lets_no_image_in_without_its_labels() -> None:
    source = tree_of("a.png b.png", {"coco.json": document(annotation())[:-9]})
    assert list(coco.read(source))[1:] == []
    assert problems(coco.read, source)["coco.json"].startswith("not JSON: ")
