"""The writers: which files each format has, and what they say of images, verdicts and shapes."""

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.mask import decode

from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.losses import Loss, losses_of
from tests.exporting.sample import CLASSES, HEIGHT, IMAGES, PICTURES, WIDTH, image, mask, written

ALL, CLEAR = set(PICTURES.values()), {PICTURES["a.png"], PICTURES["b.png"]}
FILES = {
    "coco": {
        "annotations/instances_train.json",
        "annotations/instances_test.json",
        "images/train/a.png",
        "images/test/b.png",
    },
    "yolo": {
        "data.yaml",
        "images/train/a.png",
        "images/test/b.png",
        "labels/train/a.txt",
        "labels/test/b.txt",
    },
    "voc": {
        "JPEGImages/a.png",
        "JPEGImages/b.png",
        "Annotations/a.xml",
        "Annotations/b.xml",
        "ImageSets/Main/train.txt",
        "ImageSets/Main/test.txt",
    },
    "mvtec": {
        "test/combined/a.png",
        "ground_truth/combined/a_mask.png",
        "test/good/b.png",
        "test/stain/e.png",
    },
    "cvat": {"annotations.xml", *(f"images/{name}" for name in PICTURES)},
    "csv": {"images.csv", "masks/a-3.png", *(f"images/{name}" for name in PICTURES)},
    "jsonl": {"images.jsonl", "masks/a-3.png", *(f"images/{name}" for name in PICTURES)},
    "lookout": {
        *(f"{split}.manifest" for split in ("train", "val", "test", "default")),
        "masks/a.png",
        *(f"images/{name}" for name in PICTURES),
    },
    "labelme": {
        *("train/a.png", "train/a.json", "test/b.png", "test/b.json", "test/e.png", "test/e.json"),
        *("val/c.png", "val/c.json", "default/d.png"),
    },
    "datumaro": {
        *(f"annotations/{split}.json" for split in ("train", "val", "test", "default")),
        *("images/train/a.png", "images/test/b.png", "images/val/c.png", "images/default/d.png"),
        "images/test/e.png",
    },
}
FILES["yolo-segmentation"] = FILES["yolo"]
FILES["croissant"] = FILES["csv"] | {"metadata.json"}


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_has_its_files_and_the_bytes_of_images_as_stored(format: str) -> None:
    files = written(format)
    assert set(files) == FILES[format]
    assert all(files[path] == PICTURES[path.rpartition("/")[2]] for path in files if files[path] in ALL)


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_of_nothing_is_no_fault(format: str) -> None:
    assert all(isinstance(content, bytes) for content in written(format, []).values())


@pytest.mark.parametrize("format", FORMATS)
def test_images_that_would_seem_good_are_left_out(format: str) -> None:
    pictures = {content for content in written(format).values() if content in ALL}
    effects = FORMATS[format].effects
    assert pictures == {
        *CLEAR,
        *([] if effects.get("hold") == "left_out" else [PICTURES["c.png"]]),
        *([] if effects.get("unjudged") == "left_out" else [PICTURES["d.png"]]),
        *([] if effects.get("unplaced_images") == "left_out" else [PICTURES["e.png"]]),
    }


def test_losses_are_those_of_the_format_that_occur() -> None:
    counts = {"hold": 2, "unjudged": 0, "masks": 3, "captures": 4}
    assert losses_of(FORMATS["yolo"].effects, counts) == [
        Loss("hold", "left_out", 2),
        Loss("captures", "without", 4),
        Loss("masks", "as_box", 3),
    ]
    assert losses_of(FORMATS["jsonl"].effects, counts) == []


def test_coco_has_boxes_polygons_and_runs() -> None:
    document = json.loads(written("coco")["annotations/instances_train.json"])
    assert [each["name"] for each in document["categories"]] == list(CLASSES)
    assert document["images"] == [{"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}]
    box, polygon, runs = document["annotations"]
    assert (box["bbox"], box["category_id"], box["area"]) == ([1, 2, 3.5, 4], 1, 14)
    assert (polygon["segmentation"], polygon["bbox"], polygon["area"]) == (
        [[0, 0, 3, 0, 3, 3]],
        [0, 0, 3, 3],
        4.5,
    )
    counts = [34, 3, 5, 1, 1, 1, 5, 3, 43]
    assert (runs["segmentation"], runs["area"]) == ({"size": [HEIGHT, WIDTH], "counts": counts}, 8)


def test_coco_separates_several_images_and_annotations() -> None:
    images = [
        image(name, verdict="NG", split="train", defects=IMAGES[0].defects) for name in ("a.png", "b.png")
    ]
    document = json.loads(written("coco", images)["annotations/instances_train.json"])
    assert [each["image_id"] for each in document["annotations"]] == [1, 1, 1, 2, 2, 2]
    assert len({each["id"] for each in document["annotations"]}) == 6


def test_yolo_has_shares_of_the_picture_and_quoted_names() -> None:
    files = written("yolo")
    first, *_ = files["labels/train/a.txt"].decode().splitlines()
    number, *shares = first.split()
    assert number == "0"
    wanted = [2.75 / WIDTH, 4 / HEIGHT, 3.5 / WIDTH, 4 / HEIGHT]
    assert [float(share) for share in shares] == pytest.approx(wanted)
    assert files["labels/test/b.txt"] == b""
    assert '  1: "chip & <dent>"\n' in files["data.yaml"].decode()
    assert "train: images/train\ntest: images/test\n" in files["data.yaml"].decode()


def test_yolo_segmentation_has_outlines() -> None:
    _, _, ring = written("yolo-segmentation")["labels/train/a.txt"].decode().splitlines()
    values = list(map(float, ring.split()[1:]))
    corners = [(round(x * WIDTH), round(y * HEIGHT)) for x, y in zip(values[::2], values[1::2], strict=True)]
    assert corners == [(4, 2), (7, 2), (7, 5), (4, 5)]


def test_voc_has_corners() -> None:
    root = ElementTree.fromstring(written("voc")["Annotations/a.xml"])
    assert [each.findtext("name") for each in root.iter("object")] == [*CLASSES]
    first = root.find("object/bndbox")
    assert first is not None
    assert [each.text for each in first] == ["1", "2", "4.5", "6"]


def test_cvat_has_tags_boxes_polygons_and_masks() -> None:
    root = ElementTree.fromstring(written("cvat")["annotations.xml"])
    first, second, *_ = root.iter("image")
    assert (first.get("subset"), [tag.get("label") for tag in first.iter("tag")]) == (
        "train",
        ["NG", "stain"],
    )
    assert [tag.get("label") for tag in second.iter("tag")] == ["OK"]
    ring = first.find("mask")
    assert ring is not None
    assert (ring.get("rle"), ring.get("left"), ring.get("width")) == ("0, 4, 1, 4", "4", "3")


def test_mvtec_marks_all_defects_in_one_mask() -> None:
    files = written("mvtec")
    with Image.open(BytesIO(files["ground_truth/combined/a_mask.png"])) as stored:
        assert (stored.mode, stored.size) == ("1", (WIDTH, HEIGHT))
        pixels = np.asarray(stored)
    assert pixels[2, 4]
    assert pixels[5, 3]
    assert pixels[0, 2]
    assert not pixels[7, 11]


def test_labelme_counts_the_last_pixel_of_a_mask_in() -> None:
    document = json.loads(written("labelme")["train/a.json"])
    assert document["flags"] == {"NG": True}
    rectangle, polygon, ring = document["shapes"]
    assert (rectangle["shape_type"], rectangle["points"]) == ("rectangle", [[1, 2], [4.5, 6]])
    assert (polygon["shape_type"], polygon["points"]) == ("polygon", [[0, 0], [3, 0], [3, 3]])
    assert (ring["shape_type"], ring["points"]) == ("mask", [[4, 2], [6, 4]])


def test_a_table_has_a_row_per_defect_and_the_stored_mask() -> None:
    files = written("csv")
    rows = list(csv.DictReader(StringIO(files["images.csv"].decode("utf-8-sig"))))
    assert [(row["file"], row["class"]) for row in rows[:4]] == [
        ("images/a.png", name) for name in (*CLASSES, "stain")
    ]
    assert [rows[0][name] for name in ("x", "y", "width", "height")] == ["1", "2", "3.5", "4"]
    assert (rows[1]["polygon"], rows[0]["line"], rows[0]["group"]) == ("0,0;3,0;3,3", "L1", "part 7")
    assert files[rows[2]["mask"]] == mask()


def test_a_lookout_line_has_a_label_for_each_kind_of_shape() -> None:
    files = written("lookout")
    line = json.loads(files["train.manifest"])
    assert line["anomaly-label-metadata"]["class-name"] == "anomaly"
    assert line["defect-box"]["annotations"] == [
        {"class_id": 0, "left": 1, "top": 2, "width": 3.5, "height": 4}
    ]
    colours = line["anomaly-mask-ref-metadata"]["internal-color-map"]
    assert [each["class-name"] for each in colours.values()] == ["BACKGROUND", *CLASSES[1:]]
    named_only = [json.loads(text) for text in files["test.manifest"].splitlines()][1]
    assert named_only["anomaly-label-metadata"]["class-name"] == "stain"
    assert list(json.loads(files["val.manifest"])) == ["source-ref"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_boxes_polygons_and_masks(tmp_path: Path) -> None:
    file = tmp_path / "instances.json"
    file.write_bytes(written("coco")["annotations/instances_train.json"])
    coco = COCO(str(file))
    box, polygon, ring = coco.loadAnns(coco.getAnnIds())
    assert (box["bbox"], coco.annToMask(polygon).shape) == ([1, 2, 3.5, 4], (HEIGHT, WIDTH))
    with Image.open(BytesIO(mask())) as stored:
        assert np.array_equal(coco.annToMask(ring), np.asarray(stored))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_the_masks_of_datumaro() -> None:
    items = json.loads(written("datumaro")["annotations/train.json"])["items"]
    [runs] = [each["rle"] for each in items[0]["annotations"] if each["type"] == "mask"]
    with Image.open(BytesIO(mask())) as stored:
        assert np.array_equal(decode(runs), np.asarray(stored))
