"""The first deep grey of a camera gives its window, from a sample, as an event of the system."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.functions.conftest import Api, sent

PLATES = Path(__file__).parents[1] / "cases" / "02-deep-grey" / "in"


def plate(name: str) -> bytes:
    return (PLATES / name).read_bytes()


def deep(top: int, seed: int) -> bytes:
    body = BytesIO()
    values = np.random.default_rng(seed).integers(0, top + 1, (40, 40))
    Image.fromarray(values.astype(np.uint16)).save(body, "PNG")
    return body.getvalue()


def arrive(api: Api, bodies: dict[bytes, str | None]) -> None:
    for body in bodies:
        sent(body)
    images = [
        {"digest": sha256(body).hexdigest(), "capture": {"camera": camera} if camera else {}}
        for body, camera in bodies.items()
    ]
    reply = api.post("/v1/datasets/cookies/images", {"images": images})
    assert [item["outcome"] for item in reply.json["items"]] == ["registered"] * len(bodies)
    assert api.get("/v1/datasets/cookies").json["version"] == reply.json["version"]


def windows(api: Api) -> dict[str | None, tuple[float, float, str, str]]:
    found = api.get("/v1/datasets/cookies").json["windows"]
    return {each["camera"]: (each["low"], each["high"], each["how"], each["by"]) for each in found}


def test_each_camera_gets_a_window_of_its_own(api: Api, cookies: list[str]) -> None:
    names = ("12bit.png", "16bit.tif", "float-mm.tif", "8bit.png")
    arrive(api, {plate(name): name for name in names})
    assert windows(api) == {
        "12bit.png": (0, 4095, "sample", "kenpin"),
        "16bit.tif": (0, 65_535, "sample", "kenpin"),
        "float-mm.tif": (0, 5, "sample", "kenpin"),
    }


def test_later_images_do_not_move_the_window(api: Api, cookies: list[str]) -> None:
    arrive(api, {deep(4095, 1): None})
    first = windows(api)
    arrive(api, {deep(60_000, 2): None})
    assert windows(api) == first
    assert first[None][2:] == ("sample", "kenpin")


def test_a_window_that_a_person_set_is_kept(api: Api, cookies: list[str]) -> None:
    api.post("/v1/datasets/cookies/windows", {"low": 5, "high": 6})
    arrive(api, {deep(4095, 1): None, deep(4095, 2): "cam-2"})
    assert windows(api) == {None: (5, 6, "person", "inspector")}


@pytest.mark.parametrize("names", [("8bit.png",), ("12bit.png", "16bit.png", "float-mm.tif")])
def test_eight_bits_and_a_mix_of_depths_set_none(
    api: Api, cookies: list[str], names: tuple[str, ...]
) -> None:
    arrive(api, {plate(name): None for name in names})
    assert windows(api) == {}
