"""`kenpin model inspect`: scores of new images over the API, and what it says where there are none."""

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

RESULT: dict[str, object] = {
    "inspection_id": "i",
    "model_id": "m",
    "dataset_id": "cookies",
    "dataset_version": 9,
    "threshold": 0.5,
    "predictions": "c" * 64,
    "images": 2,
    "judged_ng": 1,
    "unfamiliar": 1,
    "left_out": 1,
    "remaining": 3,
    "grey_from": 0.1,
    "grey": 1,
    "inspected_at": "2026-03-02T08:17:00Z",
}


def prediction(image_id: str, score: float, unfamiliar: float | None) -> dict[str, object]:
    size = {"width": 40, "height": 30}
    return size | {
        "image_id": image_id * 64,
        "split": None,
        "truth": None,
        "score": score,
        "unfamiliar": unfamiliar,
        "thumbnail_url": None,
    }


@pytest.fixture
def inspecting(platform: Platform) -> Platform:
    """A platform whose model m scores two images."""
    queued = {"inspection_id": "i", "model_id": "m", "job_id": "inspect-i"}
    platform.answer("POST /v1/models/m/inspections", queued, 202)
    answer = {"inspection_id": "i", "model_id": "m", "state": "done", "failed": "", "result": RESULT}
    platform.answer("GET /v1/models/m/inspections/i", answer)
    scores = [prediction("a", 0.75, 1.5), prediction("b", 0.125, None)]
    platform.answer("GET /v1/models/m/inspections/i/predictions", {"items": scores, "next_cursor": None})
    platform.answer("GET /v1/models/m/inspections", {"items": [RESULT], "next_cursor": None})
    return platform


def test_new_images_are_scored_and_listed(inspecting: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert kenpin("model", "inspect", "m") == 0
    assert inspecting.bodies("POST /v1/models/m/inspections") == [{"image_ids": []}]
    shown = capsys.readouterr().out
    assert "2 images, 1 judged NG, 1 in the grey zone, 1 unfamiliar" in shown
    assert "1 left out" in shown and "3 are left for another inspection" in shown
    assert "aaaaaaaaaaaa" in shown and "1.5" in shown


def test_only_named_images_are_asked_for(inspecting: Platform) -> None:
    assert kenpin("model", "inspect", "m", "--image", "a" * 64, "--json") == 0
    assert inspecting.bodies("POST /v1/models/m/inspections") == [{"image_ids": ["a" * 64]}]


def test_inspections_are_listed(inspecting: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert kenpin("model", "inspections", "m") == 0
    header, counts = (line.split() for line in capsys.readouterr().out.splitlines()[:2])
    assert header[2:] == ["images", "OK", "grey", "zone", "NG", "unfamiliar", "left", "out"]
    assert counts[-6:] == ["2", "0", "1", "1", "1", "1"]


def test_an_inspection_that_failed_says_why(inspecting: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    failed = {"inspection_id": "i", "model_id": "m", "state": "failed", "failed": "train it anew"}
    inspecting.answer("GET /v1/models/m/inspections/i", failed)
    assert kenpin("model", "inspect", "m") != 0
    assert "model m inspected nothing: train it anew" in capsys.readouterr().err


def test_drift_is_a_table_by_day_and_line(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    distances = {"images": 50, "median": 1.5, "high": 1.75, "unfamiliar": 50}
    day = {
        "day": "2026-03-03",
        "value": "line-7",
        "images": 50,
        "judged_ng": 4,
        "labelled": 10,
        "labelled_ng": 3,
        "distances": distances,
        "gap": 0.875,
        "is_small": False,
        "has_drifted": True,
    }
    found = {"model_id": "m", "dataset_id": "d", "by": "line", "threshold": 0.5, "reference": distances}
    platform.answer("GET /v1/models/m/drift", found | {"days": [day]})
    assert kenpin("model", "drift", "m", "--by", "line") == 0
    shown = capsys.readouterr().out
    assert "training images: 50, distance 1.5 in the middle" in shown
    assert "line-7" in shown and "3 of 10" in shown and "drifted" in shown


def test_a_project_turns_automatic_inspection_on(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.answer("PUT /v1/projects/p/automatic-inspection", ACCEPTED)
    assert kenpin("project", "automatic-inspection", "p") == 2
    assert "say --on or --off" in capsys.readouterr().err
    assert kenpin("project", "automatic-inspection", "p", "--on", "--reason", "day and night") == 0
    (body,) = platform.bodies("PUT /v1/projects/p/automatic-inspection")
    assert body == {"is_on": True, "reason": "day and night"}
    assert "the models in production inspect what arrives" in capsys.readouterr().out
