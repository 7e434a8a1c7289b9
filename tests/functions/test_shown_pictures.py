"""Pictures as browsers get them: upright sizes, renditions of what browsers cannot show, rejections by name."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from functions.http import pictures
from functions.runtime.event import Json
from host.gateway import call
from kenpin.application.renditions import picture_shown_as_stored
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import NewImage, RegisterImages
from kenpin.domain.dataset.decider import dataset as datasets
from kenpin.domain.dataset.values import ImageFile
from kenpin.domain.event import Context
from kenpin.pictures.limits import Limits
from tests.functions.conftest import Api, sent
from tests.pictures.samples import COLOURS, GREYS

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def dataset(api: Api) -> Api:
    api.post("/v1/projects", {"project_id": "cookies", "name": "Cookies"})
    api.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"})
    return api


def registered(api: Api, *bodies: bytes) -> list[Json]:
    images = [{"digest": sent(body), "name": f"{place}.bin"} for place, body in enumerate(bodies)]
    items: list[Json] = api.post("/v1/datasets/cookies/images", {"images": images}).json["items"]
    return items


def shown(api: Api, body: bytes) -> Json:
    call("sweeper", {})
    image: Json = api.get(f"/v1/datasets/cookies/images/{sha256(body).hexdigest()}").json
    return image


def made(name: str) -> Image.Image:
    assert call("thumbnails", {"Records": [{"s3": {"object": {"key": name}}}]}) == {"made": 1}
    with platform().objects.open(name) as file, Image.open(BytesIO(file.read())) as picture:
        picture.load()
        return picture


def test_the_size_of_a_turned_photo_is_the_upright_one(dataset: Api) -> None:
    body = (CASES / "01-exif-orientation" / "in" / "turned.jpg").read_bytes()
    registered(dataset, body)
    image = shown(dataset, body)
    assert (image["width"], image["height"]) == (32, 64)
    thumbnail = made(f"thumbnails/{image['image_id']}.webp")
    assert thumbnail.size == (32, 64)
    corner = thumbnail.convert("RGB").getpixel((28, 3))
    assert isinstance(corner, tuple) and corner[0] > 200 > 80 > corner[1]


def values(image_id: str) -> NDArray[np.generic]:
    key = f"renditions/{image_id}.npy.gz"
    assert call("thumbnails", {"Records": [{"s3": {"object": {"key": key}}}]}) == {"made": 1}
    with platform().objects.open(key) as file, gzip.open(file) as unpacked:
        array: NDArray[np.generic] = np.load(BytesIO(unpacked.read()))
        return array


@pytest.mark.parametrize("name", ["a.tif", "c.bmp", "d.jpg"])
def test_what_browsers_cannot_show_gets_a_rendition(dataset: Api, name: str) -> None:
    body = (CASES / "18-tiff-in-browser" / "in" / name).read_bytes()
    registered(dataset, body)
    image = shown(dataset, body)
    assert f"renditions/{image['image_id']}" in image["shown_url"]
    assert f"images/{image['image_id']}" in image["image_url"]
    rendition = made(f"renditions/{image['image_id']}.png")
    with Image.open(BytesIO(body)) as picture:
        assert np.array_equal(np.asarray(rendition.convert("RGB")), np.asarray(picture.convert("RGB")))


@pytest.mark.parametrize("name", ["8-bit PNG", "JPEG"])
def test_a_photo_is_shown_as_it_is_stored(dataset: Api, name: str) -> None:
    body = GREYS[name]()
    registered(dataset, body)
    image = shown(dataset, body)
    assert image["shown_url"] == image["image_url"]
    assert image["deep_grey"] is None


@pytest.mark.parametrize("name", ["12bit.png", "16bit.tif", "float-mm.tif"])
def test_viewers_get_the_values_of_deep_grey_and_the_window_of_its_camera(dataset: Api, name: str) -> None:
    body = (CASES / "02-deep-grey" / "in" / name).read_bytes()
    registered(dataset, body)
    image = shown(dataset, body)
    [window] = dataset.get("/v1/datasets/cookies").json["windows"]
    deep = image["deep_grey"]
    assert (deep["low"], deep["high"]) == (window["low"], window["high"])
    assert f"renditions/{image['image_id']}.npy.gz" in deep["values_url"]
    assert np.array_equal(values(image["image_id"]), np.asarray(Image.open(BytesIO(body))))


@pytest.mark.parametrize("kind", [GREYS["grey and alpha PNG"], COLOURS["16-bit PNG"]])
def test_a_rendition_of_no_deep_grey_has_no_values(dataset: Api, kind: Callable[[], bytes]) -> None:
    body = kind()
    registered(dataset, body)
    assert not values(sha256(body).hexdigest()).size


@pytest.mark.parametrize("name", ["12 bits in a 16-bit PNG", "grey and alpha PNG", "12-bit JPEG", "GIF"])
def test_a_file_of_a_type_that_browsers_show_gets_a_rendition_by_what_is_in_it(
    dataset: Api, name: str
) -> None:
    body = GREYS[name]()
    registered(dataset, body)
    assert f"renditions/{sha256(body).hexdigest()}" in shown(dataset, body)["shown_url"]


@pytest.mark.parametrize(
    "base, media_type, folder",
    [
        ("local", "image/png", "renditions"),
        ("local", "image/tiff", "renditions"),
        ("aws", "image/png", "images"),
        ("aws", "image/tiff", "renditions"),
    ],
)
def test_an_older_image_is_shown_by_its_media_type_or_made_on_request(
    dataset: Api, monkeypatch: pytest.MonkeyPatch, base: str, media_type: str, folder: str
) -> None:
    file = ImageFile(size=9, width=4, height=3, media_type=media_type)
    older = RegisterImages(images=(NewImage(image_id="a" * 64, file=file),))
    platform().commands.execute(datasets, "cookies", older, by=Context(actor="inspector"))
    call("sweeper", {})
    monkeypatch.setattr(pictures, "_is_made_on_request", lambda: base == "local")
    image = dataset.get(f"/v1/datasets/cookies/images/{'a' * 64}").json
    assert f"/{folder}/{'a' * 64}" in image["shown_url"]


def test_one_machine_sends_an_older_photo_as_it_is_stored(dataset: Api) -> None:
    body = GREYS["JPEG"]()
    registered(dataset, body)
    name = f"renditions/{sha256(body).hexdigest()}.png"
    sent_itself = picture_shown_as_stored(platform().objects, name, Limits())
    assert sent_itself is not None
    with sent_itself:
        assert sent_itself.read() == body


def test_no_rendition_is_kept_of_what_browsers_show(dataset: Api) -> None:
    body = (CASES / "18-tiff-in-browser" / "in" / "b.png").read_bytes()
    registered(dataset, body)
    key = f"renditions/{sha256(body).hexdigest()}.png"
    assert call("thumbnails", {"Records": [{"s3": {"object": {"key": key}}}]}) == {"made": 0}


def test_the_rendition_of_an_erased_image_goes_with_it(dataset: Api) -> None:
    body = (CASES / "18-tiff-in-browser" / "in" / "a.tif").read_bytes()
    registered(dataset, body)
    name = f"renditions/{sha256(body).hexdigest()}.png"
    made(name)
    values(sha256(body).hexdigest())
    order = {"image_ids": [sha256(body).hexdigest()], "reason": "a face"}
    dataset.post("/v1/datasets/cookies/erasures", order)
    call("sweeper", {})
    call("erasures", {})
    assert list(platform().objects.names(name.removesuffix(".png"))) == []


def test_damaged_pictures_are_rejected_one_by_one_and_their_neighbour_comes_in(dataset: Api) -> None:
    damaged = [file.read_bytes() for file in sorted((CASES / "05-flipped-bits" / "in").iterdir())]
    good = (CASES / "04-png-big-text" / "in" / "c-good.png").read_bytes()
    items = {item["digest"]: item for item in registered(dataset, *damaged, good)}
    assert items.pop(sha256(good).hexdigest())["outcome"] == "registered"
    assert len(items) == len(damaged)
    for item in items.values():
        assert item["outcome"] == "rejected"
        assert "cannot be read as an image" in item["detail"]


def test_one_unreadable_picture_of_200_events_is_listed_and_the_others_come_in(dataset: Api) -> None:
    bodies = [(CASES / "05-flipped-bits" / "in" / "png-arrive-ValueError-11.png").read_bytes()]
    for shade in range(199):
        file = BytesIO()
        Image.new("L", (8, 8), shade).save(file, "PNG")
        bodies.append(file.getvalue())
    records = []
    for place, body in enumerate(bodies):
        event: Json = {
            "specversion": "1.0",
            "type": "kenpin.image.captured.v1",
            "source": "/lines/1",
            "id": f"e{place}",
        }
        event["data"] = {"dataset_id": "cookies", "digest": sent(body), "name": f"{place}.png"}
        records.append({"messageId": str(place), "body": json.dumps(event)})
    assert call("deliveries", {"Records": records})["batchItemFailures"] == []
    call("sweeper", {})
    [rejected] = dataset.get("/v1/intake/rejected").json["items"]
    assert "cannot be read as an image" in str(rejected)
    assert "0.png" in str(rejected)
    assert len(list(platform().events.read("dataset-cookies"))) >= 2
    assert dataset.get("/v1/datasets/cookies/images?limit=200").json["items"][198]


def test_page_one_of_several_is_said(dataset: Api) -> None:
    [item] = registered(dataset, GREYS["TIFF of two pages"]())
    assert (item["outcome"], item["detail"]) == ("registered", "page 1 of 2 is the picture")


def test_every_screen_shows_deep_grey_through_the_window_of_its_camera(dataset: Api) -> None:
    body = GREYS["12 bits in a 16-bit PNG"]()
    registered(dataset, body)
    image_id = sha256(body).hexdigest()
    dataset.post("/v1/datasets/cookies/windows", {"low": 100, "high": 900, "reason": "the belt is black"})
    place = {"dataset_id": "cookies", "image_id": image_id}
    dataset.post(
        "/v1/projects/cookies/defect-classes", {"class_id": "dent", "name": "dent", "examples": [place]}
    )
    sample = {"sample_id": "s1", "class_id": "dent", "side": "rejected", **place}
    dataset.post("/v1/projects/cookies/limit-samples", sample, kenpin_actor="qa-lead")
    task = {"task_id": "t1", "image_ids": [image_id], "people": ["inspector", "taro"], "note": "dents"}
    version = dataset.post("/v1/datasets/cookies/agreement-tasks", task).json["version"]
    book = dataset.get("/v1/projects/cookies/label-book").json["classes"][0]
    assert (book["samples"][0]["width"], book["samples"][0]["height"]) == (64, 48)
    deep = book["samples"][0]["deep_grey"]
    assert f"renditions/{image_id}.npy.gz" in deep["values_url"]
    assert (deep["low"], deep["high"]) == (100, 900)
    screens = {
        "gallery": shown(dataset, body),
        "example": book["examples"][0],
        "sample": book["samples"][0],
        "blind": dataset.get("/v1/datasets/cookies/agreement-tasks/t1/images").json["items"][0],
        "diff": dataset.get(f"/v1/datasets/cookies/diff?from=0&to={version}").json["items"][0],
    }
    for screen, picture in screens.items():
        assert f"renditions/{image_id}.w100.0_900.0.png" in picture["shown_url"], screen
        assert f"thumbnails/{image_id}.w100.0_900.0.webp" in picture["thumbnail_url"], screen
