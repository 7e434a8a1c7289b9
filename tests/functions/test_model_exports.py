"""Exports of models over the API: asked for, made by the training container, and found."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from kenpin.application.failure_notes import note_failure
from kenpin.application.model_exports import object_of
from kenpin.bootstrap import platform
from kenpin.domain.model.commands import ReportExport
from kenpin.domain.model.decider import model
from kenpin.domain.run.commands import StartRun, SucceedRun
from kenpin.domain.run.decider import run
from tests.functions.conftest import Api
from tests.functions.training import IDENTITY, WORKER


@pytest.fixture
def model_id(api: Api, run_id: str) -> str:
    for command in (
        StartRun(attempt=1, identity=IDENTITY),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=0.25, seconds=3.5),
    ):
        platform().commands.execute(run, run_id, command, by=WORKER)
    api.catch_up()
    api.catch_up()
    return run_id


def test_an_export_is_a_job_whose_end_is_an_event_with_a_file(api: Api, model_id: str) -> None:
    queued = api.post(f"/v1/models/{model_id}/exports", {"format": "onnx"})
    assert queued.status == 202
    export_id, path = queued.json["export_id"], f"/v1/models/{model_id}/exports/{queued.json['export_id']}"
    delivery = platform().jobs.receive(30)
    while delivery is not None and delivery.job.kind != "export_model":
        platform().jobs.done(delivery)
        delivery = platform().jobs.receive(30)
    assert delivery is not None
    assert (delivery.job.subject, delivery.job.arguments) == (
        model_id,
        {"export_id": export_id, "format": "onnx"},
    )
    assert (api.get(path).json["state"], api.get(path).json["file"]) == ("making", None)
    assert api.get(f"/v1/models/{model_id}/exports").json["items"] == []
    zipped = BytesIO()
    with ZipFile(zipped, "w") as archive:
        archive.writestr("MODEL_CARD.md", "# Model\n\n## Data\n")
    platform().objects.put(object_of("b" * 64), BytesIO(zipped.getvalue()))
    report = ReportExport(
        export_id=export_id,
        format="onnx",
        digest="b" * 64,
        size=3,
        images=32,
        largest_difference=0.0,
        tolerance=0.001,
    )
    platform().commands.execute(model, model_id, report, by=WORKER)
    found = api.get(path).json
    assert (found["state"], found["file"]["digest"], found["file"]["images"]) == ("done", "b" * 64, 32)
    assert f"models/{'b' * 64}.zip" in found["url"]
    (listed,) = api.get(f"/v1/models/{model_id}/exports").json["items"]
    assert (listed["export_id"], listed["file"], listed["by"]) == (export_id, found["file"], WORKER.actor)
    assert api.get(f"/v1/models/{model_id}/exports?as_of=1").json["items"] == []
    assert api.get(f"{path}/card").json["text"] == "# Model\n\n## Data\n"
    assert api.get(f"/v1/models/{model_id}/exports/other/card").status == 404


def test_the_card_of_a_damaged_file_is_refused(api: Api, model_id: str) -> None:
    platform().objects.put(object_of("c" * 64), BytesIO(b"no zip"))
    sizes = {"size": 6, "images": 32, "largest_difference": 0.0, "tolerance": 0.001}
    report = ReportExport.model_validate({"export_id": "e1", "format": "onnx", "digest": "c" * 64, **sizes})
    platform().commands.execute(model, model_id, report, by=WORKER)
    assert api.get(f"/v1/models/{model_id}/exports/e1/card").json["code"] == "UnusableExport"


def test_an_export_that_failed_says_why(api: Api, model_id: str) -> None:
    export_id = api.post(f"/v1/models/{model_id}/exports", {"format": "tflite-int8"}).json["export_id"]
    note_failure(platform().objects, model_id, export_id, "it answers 0.4 otherwise")
    found = api.get(f"/v1/models/{model_id}/exports/{export_id}").json
    assert (found["state"], found["failed"], found["url"]) == ("failed", "it answers 0.4 otherwise", None)


def test_what_cannot_be_exported_is_refused(api: Api, model_id: str) -> None:
    assert api.post("/v1/models/nothing/exports", {"format": "onnx"}).status == 404
    assert api.post(f"/v1/models/{model_id}/exports", {"format": "word"}).status == 422
    assert api.post(f"/v1/models/{model_id}/retirement", {"reason": "worn out"}).status == 201
    reply = api.post(f"/v1/models/{model_id}/exports", {"format": "onnx"})
    assert (reply.status, reply.json["code"]) == (409, "ModelIsRetired")
