"""Pages end early where their items are large, and their cursor leads to the rest."""

import json
from collections.abc import Iterator

import pytest

from functions.http import paging
from functions.http.paging import PAGE_BYTES, fitting
from functions.runtime.event import Json
from tests.functions.bodies import QUERIES
from tests.functions.conftest import Api
from tests.functions.test_cursors import LISTS
from tests.functions.test_decisions import trained
from tests.functions.world import World

LAMBDA_BYTES = 6 * 1024 * 1024
"""An answer may have so many, in the JSON that the function answers with"""
BY_VERSION = ("commits", "events")
"""Lists of a stream that go on after a version"""


def pages(api: Api, path: str, parameter: str = "cursor") -> Iterator[list[Json]]:
    place = ""
    while True:
        page = api.get(f"{path}{place}").json
        yield page["items"]
        if page["next_cursor"] is None:
            return
        place = f"&{parameter}={page['next_cursor']}"


def test_items_are_taken_up_to_the_one_that_fills_the_page() -> None:
    items = ["x" * (PAGE_BYTES // 2)] * 5
    assert len(fitting(items)) == 2
    assert len(fitting(["x" * PAGE_BYTES * 2] * 5)) == 1
    assert fitting([]) == []


OF_SCORES = ("/predictions", "/comparison/images", "/label-review", "/drift/images")
"""Lists of a run that has scored its images; that of the world has not."""


def test_a_full_page_is_followed_by_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for operation in (each for each in LISTS if not each.endswith(OF_SCORES)):
        path = world.ours.fill(f"{operation.removeprefix('GET ')}?{QUERIES.get(operation, '')}")
        whole = [item for page in pages(world.api, path) for item in page]
        with monkeypatch.context() as small:
            small.setattr(paging, "PAGE_BYTES", 1)
            one_by_one = list(pages(world.api, path))
        assert [item for page in one_by_one for item in page] == whole, operation
        if operation != "GET /v1/streams":  # its items are a name and a hash: a thousand of them always fit
            assert all(len(page) <= 1 for page in one_by_one), operation


@pytest.mark.parametrize("kind", BY_VERSION)
def test_history_is_read_on_after_a_full_page(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = f"/v1/streams/dataset-{world.ours.dataset_id}/{kind}?limit=1000"
    (whole,) = pages(world.api, path, "after")
    monkeypatch.setattr(paging, "PAGE_BYTES", 1)
    some = list(pages(world.api, path, "after"))
    assert [item for page in some for item in page] == whole and len(some) > 3


def test_predictions_are_read_on_after_a_full_page(
    api: Api, labelled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/runs/{trained(api, {id: 0.5 for id in labelled}, 0.5)}/predictions?"
    (whole,) = pages(api, path)
    monkeypatch.setattr(paging, "PAGE_BYTES", 1)
    assert list(pages(api, path)) == [[item] for item in whole]


def test_a_page_of_images_with_many_shapes_fits_into_the_answer_of_a_function(
    api: Api, cookies: list[str]
) -> None:
    polygon = [[n / 8.1, n / 11.3] for n in range(500)]
    shapes = [{"class_id": "cracked", "polygon": polygon} for _ in range(10)]
    ids = [*cookies, *more_images(api, 24)]
    for id in ids:
        judgement = {"image_id": id, "verdict": "NG", "defects": shapes}
        body = {"annotations": [judgement]}
        assert api.send("POST", "/v1/datasets/cookies/annotations", body, WRITE).status == 201
    api.catch_up()
    shown = list(pages(api, "/v1/datasets/cookies/images?limit=1000"))
    assert [image["image_id"] for page in shown for image in page] == ids
    assert len(shown) > 1
    assert max(len(json.dumps(json.dumps(page))) for page in shown) < LAMBDA_BYTES


WRITE = {"kenpin-actor": "inspector", "content-type": "application/json"}


def more_images(api: Api, count: int) -> list[str]:
    ids = [api.image(1000 + n) for n in range(count)]
    body = {"images": [{"digest": id} for id in ids]}
    assert api.post("/v1/datasets/cookies/images", body).status == 201
    return ids
