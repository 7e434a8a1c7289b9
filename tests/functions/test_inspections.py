"""Inspections over the API: asked for, made by the training container, and found."""

from io import BytesIO

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.model.commands import FailInspection, ReportInspection
from kenpin.domain.model.decider import model
from kenpin.ports import Job
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.test_decisions import trained
from tests.functions.training import WORKER


@pytest.fixture
def model_id(api: Api, labelled: list[str]) -> str:
    return trained(api, {labelled[0]: 0.8}, 0.5)


def inspect_job() -> Job:
    while (delivery := platform().jobs.receive(30)) is not None:
        platform().jobs.done(delivery)
        if delivery.job.kind == "inspect":
            return delivery.job
    raise AssertionError("no inspection is queued")


def inspected(api: Api, model_id: str, inspection_id: str, ids: list[str]) -> None:
    """Store scores of two images and report them, as the job does."""
    rows = [
        PredictionRow(ids[1], None, None, 0.7, unfamiliar=1.5),
        PredictionRow(ids[2], None, "OK", 0.1, unfamiliar=0.5),
    ]
    platform().objects.put(f"predictions/{'c' * 64}.parquet", BytesIO(to_parquet(rows)))
    report = ReportInspection(
        inspection_id=inspection_id,
        dataset_id="cookies",
        dataset_version=9,
        threshold=0.5,
        predictions="c" * 64,
        images=2,
        judged_ng=1,
        unfamiliar=1,
        left_out=0,
        remaining=3,
        grey_from=0.05,
        grey=1,
    )
    platform().commands.execute(model, model_id, report, by=WORKER)
    api.catch_up()


def test_an_inspection_is_a_job_whose_end_is_an_event_with_scores(
    api: Api, model_id: str, labelled: list[str]
) -> None:
    queued = api.post(f"/v1/models/{model_id}/inspections", {})
    assert queued.status == 202
    inspection_id, job = queued.json["inspection_id"], inspect_job()
    assert (job.subject, job.arguments["inspection_id"], job.arguments["image_ids"]) == (
        model_id,
        inspection_id,
        "",
    )
    path = f"/v1/models/{model_id}/inspections/{inspection_id}"
    assert (api.get(path).json["state"], api.get(path).json["result"]) == ("working", None)
    assert api.get(f"{path}/predictions").status == 404
    inspected(api, model_id, inspection_id, labelled)
    found = api.get(path).json
    assert (found["state"], found["result"]["images"], found["result"]["remaining"]) == ("done", 2, 3)
    shown = api.get(f"{path}/predictions").json["items"]
    assert [(one["image_id"], one["score"], one["unfamiliar"]) for one in shown] == [
        (labelled[1], 0.7, 1.5),
        (labelled[2], 0.1, 0.5),
    ]
    far = api.get(f"{path}/predictions?unfamiliar_from=1").json["items"]
    assert [one["image_id"] for one in far] == [labelled[1]]


def test_the_inspections_of_a_model_are_listed_newest_first(
    api: Api, model_id: str, labelled: list[str]
) -> None:
    for inspection_id in ("i1", "i2", "i3"):
        inspected(api, model_id, inspection_id, labelled)
    path = f"/v1/models/{model_id}/inspections?limit=2"
    first = api.get(path).json
    rest = api.get(f"{path}&cursor={first['next_cursor']}").json
    assert [one["inspection_id"] for one in first["items"] + rest["items"]] == ["i3", "i2", "i1"]


def test_named_images_are_asked_for_once_each(api: Api, model_id: str, labelled: list[str]) -> None:
    body = {"image_ids": [labelled[0], labelled[1], labelled[0]]}
    assert api.post(f"/v1/models/{model_id}/inspections", body).status == 202
    assert inspect_job().arguments["image_ids"] == f"{labelled[0]} {labelled[1]}"


def test_an_inspection_that_failed_says_why(api: Api, model_id: str) -> None:
    inspection_id = api.post(f"/v1/models/{model_id}/inspections", {}).json["inspection_id"]
    given_up = FailInspection(inspection_id=inspection_id, reason="this is no model of Kenpin")
    platform().commands.execute(model, model_id, given_up, by=WORKER)
    api.catch_up()
    found = api.get(f"/v1/models/{model_id}/inspections/{inspection_id}").json
    assert (found["state"], found["failed"]) == ("failed", "this is no model of Kenpin")


def test_what_cannot_be_inspected_is_refused(api: Api, model_id: str) -> None:
    assert api.post("/v1/models/nothing/inspections", {}).status == 404
    assert api.get("/v1/models/nothing/inspections").status == 404
    path = f"/v1/models/{model_id}/inspections"
    assert api.post(path, {"image_ids": ["photo.png"]}).status == 422
    assert api.post(path, {"image_ids": ["a" * 64] * 101}).status == 422
    assert api.post(f"/v1/models/{model_id}/retirement", {"reason": "worn out"}).status == 201
    reply = api.post(path, {})
    assert (reply.status, reply.json["code"]) == (409, "ModelIsRetired")


def test_the_inspections_of_a_dataset_are_listed_with_their_state(
    api: Api, model_id: str, labelled: list[str]
) -> None:
    done, failed, working = (
        api.post(f"/v1/models/{model_id}/inspections", {}).json["inspection_id"] for _ in range(3)
    )
    inspected(api, model_id, done, labelled)
    given_up = FailInspection(inspection_id=failed, reason="no memory")
    platform().commands.execute(model, model_id, given_up, by=WORKER)
    api.catch_up()
    first = api.get("/v1/datasets/cookies/inspections?limit=2").json
    rest = api.get(f"/v1/datasets/cookies/inspections?cursor={first['next_cursor']}").json
    shown = {one["inspection_id"]: one for one in first["items"] + rest["items"]}
    assert {id: (one["state"], one["failed"]) for id, one in shown.items()} == {
        working: ("working", ""),
        failed: ("failed", "no memory"),
        done: ("done", ""),
    }
    assert [shown[id]["requested_by"] for id in (done, failed)] == ["inspector", "inspector"]
    result = shown[done]["result"]
    assert (result["judged_ng"], result["grey_from"], result["grey"]) == (1, 0.05, 1)
    assert shown[failed]["result"] is None


def test_a_threshold_may_have_a_grey_zone_below_it(api: Api, model_id: str) -> None:
    path = f"/v1/models/{model_id}/threshold"
    refused = api.post(path, {"threshold": 0.5, "grey_from": 0.5, "reason": "unsure"})
    assert refused.status == 422 and "choose less than 0.5 for grey_from" in str(refused.json)
    assert api.post(path, {"threshold": 0.5, "grey_from": 0.2, "reason": "unsure"}).status == 201
    api.catch_up()
    shown = api.get(f"/v1/models/{model_id}").json
    assert (shown["threshold"], shown["grey_from"]) == (0.5, 0.2)
