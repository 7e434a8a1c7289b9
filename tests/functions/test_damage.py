"""Damaged files over the API and the intake: each is taken or rejected by name, and its neighbours come in.

`PICTURE_DAMAGES=120` sends more than 5,000 pictures, `KENPIN_DAMAGED_FILES=600` more than 6,000 annotation files.
"""

import json
import random
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

import pytest

from functions.runtime.event import Json
from host.gateway import call
from kenpin.bootstrap import platform
from tests.functions.conftest import Api, picture, sent
from tests.importing.formats import test_damage as annotations
from tests.importing.formats import test_yolo
from tests.pictures.test_damage import DAMAGES, FILES, damages

DATASET: Final = "/v1/datasets/cookies"
CHUNK: Final = 99
YOLO: Final = ("a.txt", "data.yaml")
Results = dict[str, tuple[str, str]]
"""Digest → outcome and detail"""
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(1_800)]


@pytest.fixture
def dataset(api: Api) -> Api:
    api.post("/v1/projects", {"project_id": "cookies", "name": "Cookies"})
    api.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"})
    return api


def over_api(api: Api, bodies: Sequence[bytes]) -> Results:
    images = [{"digest": sent(body), "name": f"{place}.bin"} for place, body in enumerate(bodies)]
    reply = api.post(f"{DATASET}/images", {"images": images})
    assert reply.status == 201, reply.json
    return {item["digest"]: (item["outcome"], item["detail"]) for item in reply.json["items"]}


def over_intake(api: Api, bodies: Sequence[bytes]) -> Results:
    events: list[Json] = []
    for body in bodies:
        data = {"dataset_id": "cookies", "digest": sent(body), "name": "1.bin"}
        kind: Json = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1"}
        events.append(kind | {"id": data["digest"], "data": data})
    records = [{"messageId": event["id"], "body": json.dumps(event)} for event in events]
    assert call("deliveries", {"Records": records}) == {"batchItemFailures": []}
    api.catch_up()
    listed = api.get("/v1/intake/rejected?limit=200").json["items"]
    reasons = {item["event_id"]: item["reason"] for item in listed}
    ids = [event["id"] for event in events]
    return {id: ("rejected", reasons[id]) if id in reasons else ("registered", "") for id in ids}


@pytest.mark.parametrize(("send", "seed"), [(over_api, 1), (over_intake, 2)], ids=["api", "intake"])
def test_damaged_pictures_stop_no_neighbour(
    dataset: Api,
    send: Callable[[Api, Sequence[bytes]], Results],
    seed: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    damaged = [body for make in FILES.values() for body in damages(make(), max(1, DAMAGES // 2), seed)]
    random.Random(seed).shuffle(damaged)
    taken = 0
    for place in range(0, len(damaged), CHUNK):
        good = picture(place)
        results = send(dataset, [*dict.fromkeys(damaged[place : place + CHUNK]), good])
        assert results.pop(sha256(good).hexdigest()) == ("registered", "")
        for digest, (outcome, detail) in results.items():
            check(digest, outcome, detail)
            taken += outcome == "registered"
    assert 0 < taken < len(damaged)
    assert "Traceback" not in "".join(capfd.readouterr())


def check(digest: str, outcome: str, detail: str) -> None:
    """A picture that was taken has a thumbnail; a rejected one has a reason without paths and names of objects."""
    assert outcome in ("registered", "known", "rejected")
    if outcome == "rejected":
        assert detail.startswith("the bytes cannot be read as an image: ")
        assert not any(each in detail for each in ("\n", "<", " at 0x", str(platform().settings.data_dir)))
        return
    assert call("thumbnails", {"Records": [{"s3": {"object": {"key": f"images/{digest}"}}}]}) == {"made": 1}


@pytest.mark.parametrize("name", annotations.FILES)
def test_a_damaged_annotation_file_is_planned_or_refused(dataset: Api, name: str) -> None:
    _, text = annotations.FILES[name]
    texts = {"data.yaml": test_yolo.YAML, "a.txt": "0 .5 .5 .5 .5"} if name in YOLO else {}
    for body in annotations.damaged(text.encode(), annotations.INPUTS, random.Random(name)):
        files = {**texts, name: body.decode("utf-8", "replace")}
        asked = {"source": "line", "files": ["a.png", "b.png", "m.png", *files], "texts": files}
        headers = {"kenpin-actor": "inspector", "content-type": "application/json"}
        reply = dataset.send("POST", f"{DATASET}/imports/plan", asked, headers)
        assert reply.status in (200, 422), reply.json
        assert "Traceback" not in json.dumps(reply.json)
