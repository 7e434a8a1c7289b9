"""Models as files: exported into a folder, and run on pictures of this machine."""

import hashlib
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import numpy as np
import pytest
from PIL import Image

from host.cli.commands import inspect_images
from kenpin_inspect.model_file import NAME, read_model_file
from tests.cli.conftest import Platform, kenpin
from tests.training.mean_model import write_mean_model

MADE = {
    "format": "onnx",
    "size": 3,
    "images": 32,
    "largest_difference": 0.000002,
    "tolerance": 0.001,
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stored(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A platform that exports the model m with a mean of the picture as its score."""
    folder, body = tmp_path_factory.mktemp("made"), BytesIO()
    write_mean_model(folder)
    with ZipFile(body, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    digest = hashlib.sha256(body.getvalue()).hexdigest()
    platform.answer(
        "POST /v1/models/m/exports", {"export_id": "e", "model_id": "m", "job_id": "export-e"}, 202
    )
    found = {"export_id": "e", "model_id": "m", "state": "done", "failed": ""}
    file = {**MADE, "digest": digest}
    platform.answer(
        "GET /v1/models/m/exports/e", {**found, "file": file, "url": "http://kenpin.test/files/m"}
    )
    platform.answers["GET /files/m"] = httpx.Response(200, content=body.getvalue())
    model = {
        "model_id": "m",
        "project_id": "p",
        "dataset_id": "d",
        "dataset_version": 3,
        "run_id": "m",
        "artifact": "a" * 64,
        "threshold": 0.9,
        "grey_from": 0.7,
        "threshold_reason": None,
        "stage": "candidate",
        "stage_reason": None,
        "staged_by": None,
        "evaluation": None,
        "recipe": None,
        "registered_at": "2026-03-02T08:17:00Z",
        "version": 1,
    }
    platform.answer("GET /v1/models/m", model)
    return platform


def pictures(folder: Path) -> Path:
    folder.mkdir()
    for name, level in (("dark.png", 10), ("light.png", 200)):
        Image.new("RGB", (40, 30), (level, level, level)).save(folder / name)
    return folder


def test_a_model_is_unpacked_into_a_new_folder(
    stored: Platform, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kenpin("model", "export", "m", "--format", "onnx", "--out", "line-3") == 0
    assert stored.bodies("POST /v1/models/m/exports") == [{"format": "onnx"}]
    assert sorted(path.name for path in (here / "line-3").iterdir()) == ["model.json", "model.onnx"]
    assert "on 32 images its answers differ by 0.000002 at most" in capsys.readouterr().out
    assert kenpin("model", "export", "m", "--out", "line-3") == 2
    assert "line-3 is there already" in capsys.readouterr().err


def test_an_export_that_fails_says_by_how_much(
    stored: Platform, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = {"state": "failed", "failed": "the file answers 0.4 otherwise", "file": None, "url": None}
    stored.answer("GET /v1/models/m/exports/e", {"export_id": "e", "model_id": "m", **failed})
    assert kenpin("model", "export", "m") == 1
    assert "the file answers 0.4 otherwise" in capsys.readouterr().err
    assert not list(here.iterdir())


def test_a_damaged_download_is_not_unpacked(
    stored: Platform, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored.answers["GET /files/m"] = httpx.Response(200, content=b"other")
    assert kenpin("model", "export", "m") == 2
    assert "another digest" in capsys.readouterr().err and not list(here.iterdir())


def test_pictures_are_judged_by_the_threshold_and_grey_zone_that_stand(
    stored: Platform, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pictures(here / "pictures")
    assert kenpin("inspect", "m", str(folder), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["verdict"] for each in found] == ["OK", "grey"], "200 / 255 is from 0.7 up to 0.9"
    assert kenpin("inspect", "m", str(folder), "--json") == 0
    assert len(stored.bodies("POST /v1/models/m/exports")) == 1, "the second time it is there"


def test_scores_of_classes_are_columns_and_the_highest_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pictures(here / "pictures")
    write_mean_model(here / "model")
    described = replace(read_model_file(here / "model"), defect_classes=("dent", "rust"))
    (here / "model" / NAME).write_text(described.to_json(), "utf-8")
    answer = np.array([[0.9, 0.25, 0.75]], np.float32)
    monkeypatch.setattr(inspect_images, "open_graph", lambda *_: lambda pixels: answer)
    assert kenpin("inspect", "model", str(folder / "dark.png"), "--csv") == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head == "file,verdict,score,dent,rust,problem"
    assert row.split(",")[3:] == ["0.25", "0.75", ""]
    assert kenpin("inspect", "model", str(folder / "dark.png")) == 0
    assert "rust" in capsys.readouterr().out


def test_a_folder_needs_no_platform_and_a_bad_file_stops_no_other(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pictures(here / "pictures")
    (folder / "bad.png").write_bytes(b"no picture")
    write_mean_model(here / "model")
    assert kenpin("inspect", "model", "pictures", "--csv", "--heatmaps", "maps") == 1
    shown = capsys.readouterr()
    assert [row.split(",")[:2] for row in shown.out.splitlines()[1:]] == [
        ["pictures/bad.png", ""],
        ["pictures/dark.png", "OK"],
        ["pictures/light.png", "NG"],
    ]
    assert "1 of 3 files were not judged" in shown.err and "this model makes no maps" in shown.err
    assert kenpin("inspect", "pictures", "pictures") == 2
    assert "no model.json" in capsys.readouterr().err
