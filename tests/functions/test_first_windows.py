"""The first deep grey of a camera gives its window, from a sample, as an event of the system."""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from host.gateway import call
from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform
from kenpin.pictures.limits import Limits
from tests.functions.conftest import Api, sent

PLATES = Path(__file__).parents[1] / "cases" / "02-deep-grey" / "in"


def plate(name: str) -> bytes:
    return (PLATES / name).read_bytes()


def deep(top: int, seed: int) -> bytes:
    body = BytesIO()
    values = np.random.default_rng(seed).integers(0, top + 1, (40, 40))
    Image.fromarray(values.astype(np.uint16)).save(body, "PNG")
    return body.getvalue()


def arrive(api: Api, bodies: Mapping[bytes, str | None]) -> None:
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


def thumbnail_of(api: Api, image_id: str, as_of: str = "") -> str:
    url = api.get(f"/v1/datasets/cookies/images/{image_id}{as_of}").json["thumbnail_url"]
    name: str = url.partition("/files/")[2].partition("?")[0]
    return name


def test_thumbnails_are_seen_through_the_window_of_their_camera(api: Api, cookies: list[str]) -> None:
    bodies = {deep(4095, 1): "cam-12", deep(65_535, 1): "cam-16"}
    arrive(api, bodies)
    contrast = []
    for body in bodies:
        name = thumbnail_of(api, sha256(body).hexdigest())
        call("thumbnails", {"Records": [{"s3": {"object": {"key": name}}}]})
        with platform().objects.open(name) as made, Image.open(made) as picture:
            contrast.append(np.asarray(picture.convert("L"), float).std())
    assert contrast[0] == pytest.approx(contrast[1], rel=0.1)
    assert contrast[0] > 40


def test_another_window_is_another_thumbnail_and_erasure_deletes_both(api: Api, cookies: list[str]) -> None:
    body = deep(4095, 1)
    image_id = sha256(body).hexdigest()
    arrive(api, {body: None})
    version = api.get("/v1/datasets/cookies").json["version"]
    first = thumbnail_of(api, image_id)
    api.post("/v1/datasets/cookies/windows", {"low": 0, "high": 100})
    names = [first, thumbnail_of(api, image_id)]
    assert names[1].endswith(".w0.0_100.0.webp") and names[0] != names[1]
    assert thumbnail_of(api, image_id, f"?as_of={version}") == first
    for name in names:
        call("thumbnails", {"Records": [{"s3": {"object": {"key": name}}}]})
    assert platform().objects.has(names) == set(names)
    api.post("/v1/datasets/cookies/erasures", {"image_ids": [image_id], "reason": "a face"})
    call("erasures", {})
    assert platform().objects.has(names) == set()


def test_a_damaged_picture_gets_no_thumbnail(api: Api, cookies: list[str]) -> None:
    platform().objects.erase([f"images/{cookies[0]}"])
    platform().objects.put(f"images/{cookies[0]}", BytesIO(deep(4095, 1)))
    assert not make_thumbnail(platform().objects, f"images/{cookies[0]}", Limits())
