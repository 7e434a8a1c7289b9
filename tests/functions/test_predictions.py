"""The predictions of a run through the API: maps, regions and suspects, and files from before there were any."""

from base64 import b64decode

from functions.runtime.event import Json
from kenpin_training.pipeline.regions import Region
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.test_decisions import scored, trained

PNG = b"\x89PNG a map"
REGION = Region((8.0, 16.0, 24.0, 8.0), 160.0, 25.3, 0.9, "crack")


def mapped(api: Api, ids: list[str]) -> str:
    """A run with a map of the first image, and the second as suspect."""
    rows = [
        PredictionRow(ids[0], "test", "NG", 0.9, heatmap=PNG, regions=[REGION]),
        PredictionRow(ids[1], "train", "OK", 0.6, 0.8, is_suspect=True, unfamiliar=1.25),
        PredictionRow(ids[2], "train", "OK", 0.1, 0.2, unfamiliar=0.5),
    ]
    return scored(api, to_parquet(rows), len(rows), 0.5)


def items(api: Api, path: str) -> list[Json]:
    reply = api.get(path)
    assert reply.status == 200, reply.json
    found: list[Json] = reply.json["items"]
    return found


def test_maps_come_when_they_are_asked_for(api: Api, labelled: list[str]) -> None:
    path = f"/v1/runs/{mapped(api, labelled)}/predictions"
    first, second, _ = items(api, f"{path}?maps=true")
    assert b64decode(first["heatmap"]) == PNG
    assert first["regions"] == [
        {"box": [8.0, 16.0, 24.0, 8.0], "area": 160.0, "length": 25.3, "score": 0.9, "class_id": "crack"}
    ]
    assert (second["heatmap"], second["regions"]) == (None, [])
    (image,) = items(api, f"/v1/datasets/cookies/images?limit=1&image_id={labelled[0]}")[:1]
    assert (first["width"], first["height"]) == (image["width"], image["height"])
    assert all((item["heatmap"], item["regions"]) == (None, []) for item in items(api, path))


def test_one_image_and_the_suspects_are_found(api: Api, labelled: list[str]) -> None:
    path = f"/v1/runs/{mapped(api, labelled)}/predictions"
    assert [item["score"] for item in items(api, f"{path}?image_id={labelled[2]}")] == [0.1]
    assert [item["image_id"] for item in items(api, f"{path}?suspects=true")] == [labelled[1]]


def test_unfamiliar_images_are_found_and_come_first(api: Api, labelled: list[str]) -> None:
    path = f"/v1/runs/{mapped(api, labelled)}/predictions"
    assert [item["unfamiliar"] for item in items(api, f"{path}?order=unfamiliar")] == [1.25, 0.5, None]
    assert [item["image_id"] for item in items(api, f"{path}?unfamiliar_from=1")] == [labelled[1]]


def test_a_file_from_before_there_were_maps_is_read(api: Api, labelled: list[str]) -> None:
    path = f"/v1/runs/{trained(api, {labelled[0]: 0.8}, 0.5)}/predictions"
    (item,) = items(api, f"{path}?maps=true")
    assert (item["score"], item["heatmap"], item["regions"]) == (0.8, None, [])
    assert items(api, f"{path}?suspects=true") == []
    assert items(api, f"{path}?unfamiliar_from=0") == []
    assert items(api, f"{path}?order=unfamiliar")[0]["unfamiliar"] is None


def test_an_erased_image_keeps_its_score_but_no_map(api: Api, labelled: list[str]) -> None:
    path = f"/v1/runs/{mapped(api, labelled)}/predictions?maps=true"
    body = {"image_ids": [labelled[0]], "reason": "a person can be seen"}
    assert api.post("/v1/datasets/cookies/erasures", body).status == 201
    first = items(api, path)[0]
    assert (first["score"], first["heatmap"], first["regions"]) == (0.9, None, [])
