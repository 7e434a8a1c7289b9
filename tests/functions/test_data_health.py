"""Data health through the API: odd pictures are found, and conditions are counted as they stand."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.functions.conftest import Api, sent

DATASET = "/v1/datasets/cookies"


def pictures(count: int) -> list[bytes]:
    """Return pictures with noise; the last is blurred."""
    random = np.random.default_rng(3)
    bodies = []
    for number in range(count):
        picture = Image.fromarray(random.integers(60, 180, (90, 120), dtype=np.uint8))
        if number == count - 1:
            picture = picture.filter(ImageFilter.GaussianBlur(4))
        out = BytesIO()
        picture.save(out, "PNG")
        bodies.append(out.getvalue())
    return bodies


@pytest.fixture
def photos(api: Api, cookies: list[str]) -> list[str]:
    ids = [sent(body) for body in pictures(12)]
    images = [
        {"digest": id, "name": f"photo {n}", "capture": {"camera": "left"} | ({"line": "L9"} if n else {})}
        for n, id in enumerate(ids)
    ]
    assert api.post(f"{DATASET}/images", {"images": images}).status == 201
    judged = [{"image_id": id, "verdict": "NG"} for id in ids[:3]]
    assert api.post(f"{DATASET}/annotations", {"annotations": judged}).status == 201
    return ids


def test_a_blurred_picture_and_a_missing_condition_are_found(api: Api, photos: list[str]) -> None:
    found = api.post(f"{DATASET}/health", {}).json
    assert [(each["name"], each["oddity"]) for each in found["pictures"]] == [("photo 11", "blurred")]
    assert {"kind": "blurred", "images": 1, "about": ""} in found["findings"]
    lines = {each["value"]: each for each in found["slices"] if each["field"] == "line"}
    assert (lines["L9"]["ok"], lines["L9"]["ng"], lines["L9"]["others"]) == (0, 2, 9)
    assert found["verdicts"]["NG"] == sum(lines[value]["ng"] for value in lines)


def test_an_excluded_picture_takes_no_part(api: Api, photos: list[str]) -> None:
    excluded = {"image_ids": [photos[11]], "reason": "out of focus"}
    assert api.post(f"{DATASET}/exclusions", excluded).status == 201
    found = api.post(f"{DATASET}/health", {}).json
    assert found["pictures"] == []


def test_a_check_goes_on_where_it_stopped(
    api: Api, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.api.data_health.commands.SECONDS", 0.0)
    monkeypatch.setattr("kenpin.application.duplicates.PAGE", 25)
    answer = api.post(f"{DATASET}/health", {}).json
    while answer["next_cursor"]:
        answer = api.post(f"{DATASET}/health", {"cursor": answer["next_cursor"]}).json
    assert [each["name"] for each in answer["pictures"]] == ["photo 11"]
