"""The pictures of `bench small` have the defects that they say, where they say."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from bench.drawn_defects import BINS, KINDS, SURFACES, DrawnPicture, draw

SIZE = (640, 480)


def drawn(seed: int, photo: Path, defects: int = 4) -> DrawnPicture:
    return draw(seed, SIZE, [photo], defects)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(90, 160, (60, 80, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.mark.parametrize("seed", range(len(SURFACES)))
def test_masks_hold_the_boxes_of_the_defects(seed: int, photo: Path) -> None:
    picture = drawn(seed, photo)
    boxes = []
    for kind in KINDS:
        mask = np.asarray(Image.open(BytesIO(picture.masks[kind])))
        assert mask.shape == SIZE[::-1]
        labels, _ = ndimage.label(mask, np.ones((3, 3)))
        boxes += [
            (x.start, y.start, x.stop - x.start, y.stop - y.start) for y, x in ndimage.find_objects(labels)
        ]
    assert sorted(boxes) == sorted(defect.box for defect in picture.defects)
    assert all(BINS[0][0] / 2 <= defect.size <= BINS[-1][1] * 1.05 for defect in picture.defects)


def test_an_ok_picture_has_no_defect_and_the_same_seed_gives_the_same_bytes(photo: Path) -> None:
    first = drawn(1, photo, 0)
    assert (first.masks, first.defects) == ({}, ())
    assert drawn(3, photo) == drawn(3, photo)


def test_a_defect_is_seen_in_the_picture(photo: Path) -> None:
    picture = drawn(2, photo)
    pixels = np.asarray(Image.open(BytesIO(picture.picture)).convert("L"), np.float32)
    for defect in picture.defects:
        x, y, wide, tall = defect.box
        mask = np.asarray(Image.open(BytesIO(picture.masks[defect.kind])))[y : y + tall, x : x + wide] > 0
        around = pixels[y - 6 : y + tall + 6, x - 6 : x + wide + 6]
        assert abs(pixels[y : y + tall, x : x + wide][mask].mean() - np.median(around)) > 8
