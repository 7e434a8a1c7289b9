"""A picture in a request is judged by the exported model, and nothing is stored."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from functions.api.inspections import pictures
from kenpin.application.model_exports import object_of
from kenpin.application.picture_inspection import MAX_OPENED, ExportedModels
from kenpin.bootstrap import platform
from kenpin.domain.model.commands import ReportExport
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import ModelFormat
from kenpin.domain.model.refusals import UnusableExport
from kenpin.domain.run.commands import StartRun, SucceedRun
from kenpin.domain.run.decider import run
from kenpin_inspect.model_file import NAME, read_model_file
from kenpin_training.exporting.archive import zipped
from tests.functions.conftest import Api, ApiReply
from tests.functions.training import IDENTITY, WORKER
from tests.training.mean_model import write_mean_model

THRESHOLD = 0.25


@pytest.fixture
def model_id(api: Api, run_id: str) -> str:
    for command in (
        StartRun(attempt=1, identity=IDENTITY),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=THRESHOLD, seconds=3.5),
    ):
        platform().commands.execute(run, run_id, command, by=WORKER)
    api.catch_up()
    api.catch_up()
    return run_id


def stored(body: bytes) -> str:
    digest = sha256(body).hexdigest()
    platform().objects.put(object_of(digest), BytesIO(body))
    return digest


def archive(folder: Path, windows: dict[str, tuple[float, float]] | None = None) -> bytes:
    write_mean_model(folder)
    described = replace(read_model_file(folder), windows=windows or {})
    (folder / NAME).write_text(described.to_json(), "utf-8")
    return zipped(folder)


def report(model_id: str, digest: str, format: ModelFormat = "onnx") -> None:
    command = ReportExport(
        export_id=digest[:12], format=format, digest=digest, size=3, images=32, largest_difference=0.0, tolerance=0.001
    )  # fmt: skip
    platform().commands.execute(model, model_id, command, by=WORKER)


@pytest.fixture
def exported(model_id: str, tmp_path: Path) -> str:
    report(model_id, stored(archive(tmp_path / "model", {"": (0, 4095), "cam-2": (0, 1000)})))
    return model_id


def png(level: int, side: int = 40) -> bytes:
    return saved(Image.new("L", (side, side), level))


def saved(image: Image.Image, format: str = "PNG") -> bytes:
    body = BytesIO()
    image.save(body, format)
    return body.getvalue()


def compressed_tiff() -> bytes:
    body = BytesIO()
    Image.new("L", (40, 40), 9).save(body, "TIFF", compression="tiff_deflate")
    return body.getvalue()


def deep_tiff() -> bytes:
    body = BytesIO()
    tifffile.imwrite(body, np.full((30, 40), 1000, np.uint16))
    return body.getvalue()


def inspected(api: Api, model_id: str, content: bytes, query: str = "") -> ApiReply:
    return api.post(f"/v1/models/{model_id}/inspect{query}", {"image": b64encode(content).decode()})


@pytest.mark.parametrize(("level", "verdict"), [(10, "OK"), (63, "OK"), (65, "NG"), (250, "NG")])
def test_the_answer_is_the_verdict_by_the_threshold_of_the_model(
    api: Api, exported: str, level: int, verdict: str
) -> None:
    before = platform().events.head(f"model-{exported}")
    reply = inspected(api, exported, png(level))
    assert (reply.status, reply.json["verdict"]) == (200, verdict), reply.json
    assert reply.json["score"] == pytest.approx(level / 255, abs=1e-5)
    assert (reply.json["model_id"], reply.json["threshold"]) == (exported, THRESHOLD)
    assert platform().events.head(f"model-{exported}") == before


def test_a_chosen_threshold_counts_at_once(api: Api, exported: str) -> None:
    assert inspected(api, exported, png(100)).json["verdict"] == "NG"
    body = {"threshold": 0.5, "grey_from": 0.3, "reason": "too many NG"}
    assert api.post(f"/v1/models/{exported}/threshold", body).status == 201
    replies = [inspected(api, exported, png(level)).json for level in (70, 100, 130)]
    assert [(reply["verdict"], reply["in_grey_zone"], reply["threshold"]) for reply in replies] == [
        ("OK", False, 0.5),
        ("OK", True, 0.5),
        ("NG", False, 0.5),
    ]


def test_deep_grey_is_seen_by_the_window_of_the_camera(api: Api, exported: str) -> None:
    scores = {
        query: inspected(api, exported, deep_tiff(), query).json["score"] for query in ("", "?camera=cam-2")
    }
    assert scores == pytest.approx({"": 62 / 255, "?camera=cam-2": 1.0})


def test_the_newest_onnx_export_judges(api: Api, exported: str, tmp_path: Path) -> None:
    newer = stored(archive(tmp_path / "newer", {"": (0, 1000)}))
    report(exported, newer)
    report(exported, stored(b"another format"), "tflite")
    assert inspected(api, exported, png(10)).json["export"] == newer


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (lambda: b"no picture", 422, "image: it is no picture"),
        (lambda: png(10)[:60], 422, "damaged"),
        (lambda: png(10, 5001), 422, "5001×5001 pixels; 25,000,000 at most"),
        (compressed_tiff, 422, "compressed TIFF; send it uncompressed"),
        (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 422, "send PNG or JPEG"),
        (lambda: b"\0" * (pictures.MAX_PICTURE_BYTES + 3), 413, "more than 4,194,304 bytes; send it smaller"),
    ],
    ids=["no picture", "half a picture", "pixels", "compressed TIFF", "PostScript", "bytes"],
)
def test_a_picture_that_is_not_judged_is_refused_in_words(
    api: Api, exported: str, content: Callable[[], bytes], status: int, words: str
) -> None:
    reply = inspected(api, exported, content())
    assert (reply.status, words in reply.json["detail"]) == (status, True), reply.json
    assert "/tmp" not in reply.json["detail"]


@pytest.mark.parametrize("body", [{}, {"image": ""}, {"image": "no base64!"}, {"image": 3}])
def test_a_request_without_a_picture_is_refused(api: Api, exported: str, body: object) -> None:
    assert api.post(f"/v1/models/{exported}/inspect", body).status == 422


def test_without_an_onnx_export_the_answer_says_how_to_make_one(api: Api, model_id: str) -> None:
    report(model_id, stored(b"another format"), "tflite")
    reply = inspected(api, model_id, png(10))
    assert (reply.status, reply.json["code"]) == (409, "NoOnnxExport")
    assert f"kenpin model export {model_id} --format onnx" in reply.json["detail"]


@pytest.mark.parametrize(
    ("digest", "words"),
    [
        (lambda: "b" * 64, "missing"),
        (lambda: stored(b"no zip"), "incomplete"),
        (lambda: damaged(), "damaged"),
    ],
    ids=["missing", "no zip", "damaged"],
)
def test_an_export_that_is_not_intact_is_named(
    api: Api, model_id: str, digest: Callable[[], str], words: str
) -> None:
    report(model_id, digest())
    reply = inspected(api, model_id, png(10))
    assert (reply.status, reply.json["code"]) == (409, "UnusableExport")
    assert words in reply.json["detail"] and "export the model again" in reply.json["detail"]


def damaged() -> str:
    platform().objects.put(object_of("d" * 64), BytesIO(b"other bytes"))
    return "d" * 64


def test_only_models_that_are_there_and_not_retired_judge(api: Api, exported: str) -> None:
    assert inspected(api, "nothing", png(10)).status == 404
    assert api.post(f"/v1/models/{exported}/retirement", {"reason": "worn out"}).status == 201
    assert inspected(api, exported, png(10)).json["code"] == "ModelIsRetired"


def test_a_model_is_opened_once_and_few_stay_open(model_id: str, tmp_path: Path) -> None:
    models, objects = ExportedModels(), platform().objects
    digests = [stored(archive(tmp_path / str(n), {"": (0, n + 1)})) for n in range(MAX_OPENED + 1)]
    first = models.opened(objects, digests[0])
    assert models.opened(objects, digests[0]) is first
    for digest in digests[1:]:
        models.opened(objects, digest)
    assert models.opened(objects, digests[0]) is not first
    with pytest.raises(UnusableExport):
        models.opened(objects, "e" * 64)
