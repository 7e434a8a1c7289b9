"""The image sets of `bench anomaly`: what is learnt from, the NG images to mix in, and what is tested."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct
from PIL import Image

from bench.drawn_defects import draw
from kenpin.pictures.marks import Marked, marked_pixels

COOKIES: Final = Path("host/sample/cookies")
BALLSCREW: Final = Path("host/sample/ballscrew")
MIXED_COOKIES: Final = 8
"""Cracked cookies that are mixed into the OK ones; the others are tested."""
DRAWN_SIZE: Final = (480, 352)


class TestedImage(Struct, frozen=True):
    """An image of a set."""

    body: bytes
    is_ng: bool
    group: str
    marked: Marked | None = None
    """Its defects in pixels; None where nobody marked them"""


class ImageSet(Struct, frozen=True):
    """A set, or one part of a set whose parts are tested in turn."""

    name: str
    ok: list[TestedImage]
    """Learnt from"""
    ng: list[TestedImage]
    """Some of them are learnt from as if they were OK"""
    test: list[TestedImage]


def cookies() -> ImageSet:
    """Return the bundled cookies, each a group by itself; the masks of the test photos are not known."""
    cracked = [_cookie(path) for path in sorted(COOKIES.glob("training-images/anomaly-*.jpg"))]
    normal = [_cookie(path) for path in sorted(COOKIES.glob("training-images/normal-*.jpg"))]
    test = [_cookie(path) for path in sorted(COOKIES.glob("test-images/*.jpg"))]
    return ImageSet("cookies", normal, cracked[:MIXED_COOKIES], [*cracked[MIXED_COOKIES:], *test])


def _cookie(path: Path) -> TestedImage:
    mask, marked = COOKIES / "mask-images" / f"{path.stem}.png", None
    if mask.exists():
        with Image.open(mask) as image:
            pixels = np.asarray(image.convert("RGB"))
        marked = (pixels != pixels[0, 0]).any(axis=2)
    return TestedImage(path.read_bytes(), "anomaly" in path.stem, path.stem, marked)


def ballscrew(places: int, early: int) -> Iterator[ImageSet]:
    """Yield a set for each of the first places: it is tested, the others are learnt from.

    OK are the earliest photos of a place that have no polygon: pitting that nobody drew may be on them.
    """
    with (BALLSCREW / "captures.csv").open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["captured_at"])
    by_place: dict[str, list[TestedImage]] = {}
    for row in rows:
        by_place.setdefault(row["part"], []).append(_pitted(BALLSCREW / row["file"], row["part"]))
    for place in sorted(by_place)[:places]:
        others = [images for name, images in by_place.items() if name != place]
        ok = [image for images in others for image in _ok(images, early)]
        ng = [image for images in others for image in images if image.is_ng]
        tested = [*_ok(by_place[place], 20), *(image for image in by_place[place] if image.is_ng)]
        yield ImageSet(f"ball screw without {place}", ok, ng, tested)


def _ok(images: Sequence[TestedImage], count: int) -> list[TestedImage]:
    return [image for image in images if not image.is_ng][:count]


def _pitted(path: Path, place: str) -> TestedImage:
    body, label = path.read_bytes(), BALLSCREW / "labels" / f"{path.stem}.json"
    with Image.open(BytesIO(body)) as image:
        width, height = image.size
    marked = np.zeros((height, width), bool)
    shapes = json.loads(label.read_text("utf-8"))["shapes"] if label.exists() else []
    for shape in shapes:
        marked |= marked_pixels(height, width, polygon=tuple((x, y) for x, y in shape["points"]))
    return TestedImage(body, bool(shapes), place, marked)


def drawn(ok: int, test: int) -> ImageSet:
    """Return synthetic pictures with three defects on each NG one; each is a group by itself."""
    photos = sorted(COOKIES.glob("training-images/normal-*.jpg"))
    made = [_drawn(seed, photos, 0) for seed in range(ok)]
    mixed = [_drawn(1_000 + seed, photos, 3) for seed in range(ok)]
    tested = [_drawn(2_000 + seed, photos, 3 * (seed // 4 % 2)) for seed in range(test)]
    return ImageSet("synthetic", made, mixed, tested)


def _drawn(seed: int, photos: list[Path], defects: int) -> TestedImage:
    picture = draw(seed, DRAWN_SIZE, photos, defects)
    marked = np.zeros(DRAWN_SIZE[::-1], bool)
    for mask in picture.masks.values():
        marked |= marked_pixels(DRAWN_SIZE[1], DRAWN_SIZE[0], mask)
    return TestedImage(picture.picture, bool(picture.defects), str(seed), marked)
