"""The embedding map of a dataset through the API, and the images that are chosen on it."""

from kenpin.domain.dataset.values import Capture
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.test_decisions import scored

PATH = "/v1/datasets/cookies/embedding"


def test_the_map_is_that_of_the_newest_run_with_the_values_asked_for(api: Api, labelled: list[str]) -> None:
    assert api.get(PATH).json["run_id"] is None
    rows = [
        PredictionRow(labelled[0], "test", "NG", 0.9, capture=Capture(line="L1"), embedding=(0.5, -1)),
        PredictionRow(labelled[1], None, None, 0.4, embedding=(0, 2)),
        PredictionRow(labelled[2], "train", "OK", 0.3),
    ]
    run_id = scored(api, to_parquet(rows), len(rows), 0.5)
    found = api.get(PATH).json
    assert (found["run_id"], found["images"], found["image_ids"]) == (run_id, 3, labelled[:2])
    assert (found["x"], found["y"], found["values"]) == ([0.5, 0], [-1, 2], ["NG", None])
    assert api.get(f"{PATH}?by=line").json["values"] == ["L1", None]
    assert api.get(f"{PATH}?by=split").json["values"] == ["test", None]
    learnt_from = api.get(f"/v1/runs/{run_id}").json["dataset_version"]
    assert api.get(f"{PATH}?as_of={learnt_from}").json["run_id"] == run_id
    assert api.get(f"{PATH}?as_of={learnt_from - 1}").json["run_id"] is None
    assert api.get("/v1/datasets/never-there/embedding").status == 404


def test_a_run_from_before_there_were_maps_has_none(api: Api, labelled: list[str]) -> None:
    scored(api, to_parquet([PredictionRow(labelled[0], "test", "NG", 0.9)]), 1, 0.5)
    assert api.get(PATH).json["image_ids"] == []


def test_the_gallery_shows_chosen_images_by_the_beginning_of_their_ids(api: Api, labelled: list[str]) -> None:
    images = "/v1/datasets/cookies/images"
    chosen = labelled[2], labelled[0]
    among = ",".join(id[:12] for id in chosen)
    shown = api.get(f"{images}?among={among}").json["items"]
    assert {image["image_id"] for image in shown} == set(chosen)
    version = api.get("/v1/datasets/cookies").json["version"]
    assert len(api.get(f"{images}?among={among}&as_of={version}").json["items"]) == 2
    assert api.get(f"{images}?among={among}&verdict=HOLD").json["items"] == []
    assert api.get(f"{images}?among=nonsense").status == 422
    plan = api.get(f"/v1/datasets/cookies/exports/plan?among={among}").json
    assert plan["images"] == 2
