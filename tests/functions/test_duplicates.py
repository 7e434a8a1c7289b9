"""Near-duplicates through the API: copies in two splits are listed and joined into a group."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from host.gateway import call
from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform
from kenpin.pictures.limits import Limits
from tests.functions.conftest import Api, sent

DATASET = "/v1/datasets/cookies"
SEARCH = f"{DATASET}/duplicates"


def photographs() -> list[bytes]:
    """Thirty pictures, and the first two in another encoding."""
    random = np.random.default_rng(1)
    pictures = [Image.fromarray(random.integers(0, 255, (48, 64), dtype=np.uint8)) for _ in range(30)]
    bodies = []
    for picture, kind in (
        *((each, "PNG") for each in pictures),
        (pictures[0], "WEBP"),
        (pictures[1], "WEBP"),
    ):
        out = BytesIO()
        picture.resize((256, 192)).save(out, kind)
        bodies.append(out.getvalue())
    return bodies


@pytest.fixture
def photos(api: Api, cookies: list[str]) -> list[str]:
    ids = [sent(body) for body in photographs()]
    images = [{"digest": id, "name": f"photo {n}", "capture": {}} for n, id in enumerate(ids)]
    assert api.post(f"{DATASET}/images", {"images": images}).status == 201
    assert all(make_thumbnail(platform().objects, id, Limits()) for id in ids[::2])
    api.post(f"{DATASET}/splits", {"image_ids": [ids[0]], "split": "test", "rule": "by hand"})
    return ids


def test_copies_are_listed_those_across_splits_first(api: Api, photos: list[str]) -> None:
    found = api.post(SEARCH, {}).json
    assert [(i["one"]["name"], i["other"]["name"], i["across"]) for i in found["items"]] == [
        ("photo 0", "photo 30", True),
        ("photo 1", "photo 31", False),
    ]
    assert (found["pairs"], found["across"], found["compared"], found["unseen"]) == (2, 1, 32, 0)
    assert found["next_cursor"] is None


def test_joined_copies_are_news_no_more_and_stay_together(api: Api, photos: list[str]) -> None:
    api.post(SEARCH, {})
    done = api.post(f"{SEARCH}/groups", None, kenpin_batch="join-1")
    assert (done.status, done.json["images"]) == (201, 4)
    assert api.post(SEARCH, {}).json["pairs"] == 0
    plan = api.post(f"{DATASET}/splits/plan", {"by": "group", "test": 0.1}).json
    assert (plan["in_test"], plan["follow"]) == (1, 1)
    assert api.post(f"{DATASET}/undos", {"batch_id": "join-1", "reason": "not alike"}).json["images"] == 4
    assert api.post(SEARCH, {}).json["pairs"] == 2


def test_a_search_goes_on_where_it_stopped(
    api: Api, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.api.splits.duplicates.SECONDS", 0.0)
    monkeypatch.setattr("kenpin.application.duplicates.PAGE", 25)
    first = api.post(SEARCH, {}).json
    assert first["next_cursor"]
    second = api.post(SEARCH, {"cursor": first["next_cursor"]}).json
    third = api.post(SEARCH, {"cursor": second["next_cursor"]}).json
    assert (third["pairs"], third["next_cursor"]) == (2, None)


def test_an_erased_image_leaves_no_fingerprint(api: Api, photos: list[str]) -> None:
    api.post(SEARCH, {})
    with platform().database.reading() as sql:
        before = sql.execute("select count(*) as n from picture_note").fetchone()
    api.post(f"{DATASET}/erasures", {"image_ids": [photos[30]], "reason": "a face"})
    call("erasures", {})
    with platform().database.reading() as sql:
        after = sql.execute("select count(*) as n from picture_note").fetchone()
    assert before and after and before["n"] - after["n"] == 1
