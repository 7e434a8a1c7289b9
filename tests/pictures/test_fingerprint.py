"""Fingerprints: copies of a picture are found, other pictures of the same set-up are not."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from kenpin.pictures.fingerprint import SIZE, fingerprint, near_duplicates, stacked

COOKIES = sorted((Path(__file__).parents[2] / "host/sample/cookies").rglob("*.jpg"))


def jpeg(picture: Image.Image) -> Image.Image:
    body = BytesIO()
    picture.save(body, "JPEG", quality=60)
    return Image.open(body)


CHANGES = {
    "another encoding": jpeg,
    "half the size": lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.2),
}


def prints_of(pictures: list[Image.Image]) -> list[bytes]:
    found = [fingerprint(picture) for picture in pictures]
    return [each for each in found if each is not None]


@pytest.fixture(scope="module")
def cookies() -> list[Image.Image]:
    return [Image.open(path).convert("RGB") for path in COOKIES]


def test_of_all_cookies_two_show_the_same_one(cookies: list[Image.Image]) -> None:
    assert len(near_duplicates(stacked(prints_of(cookies)))) == 1


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_copy_is_found(change: object, cookies: list[Image.Image]) -> None:
    assert callable(change)
    some = cookies[:30]
    found = near_duplicates(stacked(prints_of([*some, *map(change, some)])))
    assert {(one, other) for one, other, _ in found} == {(n, n + 30) for n in range(30)}


def test_parts_on_one_line_differ_although_most_of_the_picture_is_the_same() -> None:
    random = np.random.default_rng(3)
    shared = np.kron(random.integers(0, 255, (16, 16)), np.ones((8, 8)))
    shots = [shared + np.kron(random.normal(0, 12, (32, 32)), np.ones((4, 4))) for _ in range(60)]
    again = [shot + random.normal(0, 3, shot.shape) for shot in shots[:5]]
    pictures = [Image.fromarray(np.clip(shot, 0, 255).astype(np.uint8)) for shot in (*shots, *again)]
    found = near_duplicates(stacked(prints_of(pictures)))
    assert {(one, other) for one, other, _ in found} == {(n, n + 60) for n in range(5)}


def test_a_picture_without_detail_has_no_fingerprint() -> None:
    assert fingerprint(Image.new("RGB", (64, 48), "grey")) is None
    assert near_duplicates(stacked([])) == []


def test_two_pictures_alone_are_found() -> None:
    body = np.random.default_rng(0).integers(-127, 127, SIZE).astype(np.int8).tobytes()
    [(one, other, likeness)] = near_duplicates(stacked([body, body]))
    assert (one, other) == (0, 1)
    assert likeness == pytest.approx(1.0)


def test_the_cost_grows_with_the_number_of_pictures() -> None:
    """All alike, which would be the square of the number: each is compared with a few neighbours."""
    body = np.random.default_rng(0).integers(-127, 127, SIZE).astype(np.int8).tobytes()
    found = near_duplicates(stacked([body] * 1_000))
    assert 999 <= len(found) <= 50 * 1_000
