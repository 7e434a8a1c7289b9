"""Datumaro, labelme and Label Studio, on the examples of their authors."""

import json
from base64 import b64encode

import numpy as np
import pytest

from kenpin.importing.entry import DefectShape, MaskRuns
from kenpin.importing.formats import datumaro, label_studio, labelme
from tests.importing.readers import entries, png, problems, tree_of

TRIANGLE = ((1.0, 1.0), (4.0, 1.0), (4.0, 5.0))
FLAT = [1.0, 1.0, 4.0, 1.0, 4.0, 5.0]


def datumaro_file(*annotations: dict[str, object]) -> str:
    labels: dict[str, object] = {
        "labels": [{"name": name, "parent": "", "attributes": []} for name in ("良品", "傷")]
    }
    items = [
        {"id": "a", "annotations": annotations, "image": {"path": "a.png", "size": [6, 8]}},
        {"id": "b", "annotations": [], "attr": {"frame": 1}},
    ]
    return json.dumps({"info": {}, "categories": {"label": labels}, "items": items})


@pytest.mark.parametrize(
    ("annotation", "shape"),
    [
        ({"type": "bbox", "bbox": [1, 2, 3, 4]}, DefectShape("傷", box=(1, 2, 3, 4))),
        ({"type": "polygon", "points": FLAT}, DefectShape("傷", polygon=TRIANGLE)),
        (
            {"type": "mask", "rle": {"counts": "6<n0", "size": [6, 8]}},
            DefectShape("傷", mask=MaskRuns(8, 6, (6, 12, 30))),
        ),
    ],
)
def test_datumaro(annotation: dict[str, object], shape: DefectShape) -> None:
    text = datumaro_file({"id": 0, "label_id": 1, "group": 0, "attributes": {}, **annotation})
    source = tree_of("images/test/a.png images/test/b.png", {"annotations/test.json": text})
    assert datumaro.recognises(source)
    found = entries(datumaro.read, source)
    first = found["images/test/a.png"]
    assert (first.verdict, first.defects, first.split) == ("NG", (shape,), "test")
    assert found["images/test/b.png"].verdict is None


def test_labels_of_datumaro_are_words() -> None:
    text = datumaro_file(
        {"id": 0, "type": "label", "label_id": 0}, {"id": 1, "type": "caption", "caption": "x"}
    )
    found = entries(datumaro.read, tree_of("a.png b.png", {"default.json": text}))["a.png"]
    assert (found.words, found.verdict) == (("良品",), None)


@pytest.mark.parametrize(
    ("annotation", "what"),
    [
        (
            {"type": "bbox", "label_id": 2, "bbox": [1, 2, 3, 4]},
            "annotation 5: label_id 2 is not in categories",
        ),
        ({"type": "bbox", "label_id": None, "bbox": [1, 2, 3, 4]}, "annotation 5: label_id is missing"),
        ({"type": "polyline", "label_id": 1, "points": FLAT}, "annotation 5: is of the type polyline"),
    ],
)
def test_a_bad_annotation_of_datumaro_rejects_its_image_alone(
    annotation: dict[str, object], what: str
) -> None:
    text = datumaro_file({"id": 5, **annotation})
    ((where, found),) = problems(datumaro.read, tree_of("a.png b.png", {"default.json": text})).items()
    assert where == "default.json item a"
    assert found.startswith(what)


def labelme_file(shape: dict[str, object], **fields: object) -> str:
    shapes = [{"label": "Pitting", "group_id": None, "flags": {}, **shape}]
    size = {"imageHeight": 6, "imageWidth": 8}
    image = {"imagePath": "..\\images\\a.png", "imageData": None}
    return json.dumps({"version": "5.5.0", "flags": {}, "shapes": shapes, **image, **size, **fields})


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"shape_type": "polygon", "points": TRIANGLE}, DefectShape("Pitting", polygon=TRIANGLE)),
        ({"points": TRIANGLE}, DefectShape("Pitting", polygon=TRIANGLE)),
        ({"shape_type": "rectangle", "points": [[4, 5], [1, 2]]}, DefectShape("Pitting", box=(1, 2, 3, 3))),
        (
            {"shape_type": "mask", "points": [[2, 1], [3, 2]], "mask": b64encode(png(2, 2)).decode()},
            DefectShape("Pitting", mask=MaskRuns(8, 6, (48,))),
        ),
    ],
)
def test_labelme(shape: dict[str, object], expected: DefectShape) -> None:
    source = tree_of("images/a.png images/b.png", {"labels/a.json": labelme_file(shape)})
    assert labelme.recognises(source)
    found = entries(labelme.read, source)
    assert (found["images/a.png"].verdict, found["images/a.png"].defects) == ("NG", (expected,))
    assert found["images/b.png"].verdict is None


def test_a_circle_of_labelme_is_a_polygon_around_its_first_point() -> None:
    text = labelme_file({"shape_type": "circle", "points": [[4, 3], [4, 5]]})
    outline = entries(labelme.read, tree_of("a.png", {"a.json": text}))["a.png"].defects[0].polygon or ()
    assert {round((x - 4) ** 2 + (y - 3) ** 2, 6) for x, y in outline} == {4}


def test_flags_of_labelme_are_words() -> None:
    text = labelme_file({"points": TRIANGLE}, flags={"NG": True, "blurred": False})
    found = entries(labelme.read, tree_of("a.png", {"a.json": text}))["a.png"]
    assert (found.words, found.verdict) == (("NG",), "NG")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (labelme_file({"points": TRIANGLE[:2]}), "shape 1: points has 4 numbers"),
        (labelme_file({"shape_type": "line", "points": TRIANGLE[:2]}), "shape 1: is a line of 2 points"),
        (
            labelme_file({"shape_type": "mask", "points": [[0, 0], [1, 1]], "mask": "eA=="}),
            "shape 1: the mask cannot be read: it is no picture",
        ),
        (
            labelme_file({"shape_type": "mask", "points": [[0, 0], [1, 1]], "mask": "e"}),
            "shape 1: the mask is no base64",
        ),
        (labelme_file({"points": TRIANGLE}, shapes=3), "shapes is missing or no list"),
        (labelme_file({"points": TRIANGLE})[:20], "not JSON: "),
    ],
)
def test_a_bad_file_of_labelme_rejects_its_image_alone(text: str, what: str) -> None:
    source = tree_of("a.png b.png", {"a.json": text})
    assert problems(labelme.read, source)["a.json"].startswith(what)
    assert [each.path for each in labelme.read(source) if hasattr(each, "path")] == ["b.png"]


def region(kind: str, *names: str, **value: object) -> dict[str, object]:
    size = {"original_width": 200, "original_height": 100, "image_rotation": 0}
    return {
        "id": "r1",
        "type": kind,
        "from_name": "tag",
        "to_name": "img",
        **size,
        "value": {kind: list(names or ("Moonwalker",)), **value},
    }


def task(*results: dict[str, object], image: str = "/data/upload/1/1a2b3c4d-a.png") -> str:
    old = {"id": 1, "result": [region("choices", "bad")], "updated_at": "2021-03-09T22:16:08Z"}
    new = {"id": 2, "result": results, "was_cancelled": False, "updated_at": "2021-03-10T22:16:08Z"}
    skipped = {"id": 3, "result": [], "was_cancelled": True, "updated_at": "2022-03-10T22:16:08Z"}
    return json.dumps(
        [{"id": 1, "data": {"image": image}, "annotations": [old, new, skipped], "predictions": []}]
    )


PERCENT = {"x": 50, "y": 10, "width": 12.5, "height": 20, "rotation": 0}


@pytest.mark.parametrize(
    ("result", "shape"),
    [
        (region("rectanglelabels", **PERCENT), DefectShape("Moonwalker", box=(100, 10, 25, 20))),
        (
            region("polygonlabels", points=[[10, 10], [20, 10], [20, 50]]),
            DefectShape("Moonwalker", polygon=((20, 10), (40, 10), (40, 50))),
        ),
        (
            region("rectanglelabels", **{**PERCENT, "rotation": 90}),
            DefectShape("Moonwalker", polygon=((100, 10), (100, 35), (80, 35), (80, 10))),
        ),
    ],
)
def test_label_studio(result: dict[str, object], shape: DefectShape) -> None:
    source = tree_of("a.png b.png", {"project-1.json": task(result)})
    assert label_studio.recognises(source)
    found = entries(label_studio.read, source)["a.png"]
    (defect,) = found.defects
    assert found.verdict == "NG"
    assert (defect.class_name, defect.box) == (shape.class_name, shape.box)
    assert np.allclose(defect.polygon or (), shape.polygon or ())


@pytest.mark.parametrize(
    "image",
    [
        "a.png",
        "s3://bucket/images/a.png",
        "https://x.example/y/a.png?sig=1",
        "/data/local-files/?d=images%2Fa.png",
    ],
)
def test_label_studio_names_an_image_in_many_ways(image: str) -> None:
    found = entries(
        label_studio.read, tree_of("images/a.png", {"x.json": task(region("choices", "良品"), image=image)})
    )
    assert found["images/a.png"].words == ("良品",)


def packed(values: np.typing.NDArray[np.uint8]) -> list[int]:
    """Pack as @thi.ng/rle-pack does, with literal words only."""
    bits = f"{len(values):032b}{7:05b}" + "".join(f"{size - 1:04b}" for size in (3, 4, 8, 16))
    for start in range(0, len(values), 8):
        words = values[start : start + 8]
        bits += "0" + "00" + f"{len(words) - 1:03b}" + "".join(f"{word:08b}" for word in words)
    bits += "0" * (-len(bits) % 8)
    return [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]


def test_a_brush_of_label_studio_is_its_alpha() -> None:
    alpha = np.zeros((6, 8), np.uint8)
    alpha[1:3, 2:5], alpha[4, 4] = 255, 60
    rgba = np.repeat(alpha.ravel(), 4)
    brush = {
        **region("brushlabels", format="rle", rle=packed(rgba)),
        "original_width": 8,
        "original_height": 6,
    }
    found = entries(label_studio.read, tree_of("a.png", {"x.json": task(brush)}))["a.png"]
    assert found.defects[0].mask == MaskRuns(8, 6, (13, 2, 4, 2, 4, 2, 21))


@pytest.mark.parametrize(
    ("result", "what"),
    [
        (region("keypointlabels", x=1, y=1), "result r1: is of the type keypointlabels, which is not read"),
        (region("brushlabels", format="rle", rle=[1, 2]), "result r1: rle is damaged: it ends too early"),
        (region("rectanglelabels", **{**PERCENT, "x": None}), "result r1: x is missing or no number"),
        (
            {**region("rectanglelabels", **PERCENT), "image_rotation": 90},
            "result r1: was drawn on a turned image",
        ),
    ],
)
def test_a_bad_region_of_label_studio_rejects_its_image_alone(result: dict[str, object], what: str) -> None:
    ((where, found),) = problems(label_studio.read, tree_of("a.png", {"x.json": task(result)})).items()
    assert where == "x.json task 1"
    assert found.startswith(what)
