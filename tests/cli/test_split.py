"""`kenpin dataset split --by` and groups: the plan first, then its requests as one batch."""

import json
from io import StringIO

import httpx
import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
PLAN = "POST /v1/datasets/d/splits/plan"
EXECUTION = "POST /v1/datasets/d/splits/execution"
COUNTS = {"images": 7, "moved": 7, "groups": 3, "verdicts": {"OK": 5, "NG": 2}, "classes": {"crack": 2}}
PLANNED = {
    "version": 12,
    "rule": "whole groups by part: test 0.2, validation 0, seed 7",
    "splits": {"train": COUNTS, "validation": COUNTS, "test": COUNTS},
    "in_test": 1,
    "follow": 2,
    "largest_group": 4,
}


def image(digest: str, name: str) -> dict[str, object]:
    nothing: dict[str, object] = dict.fromkeys(
        ("verdict", "split", "excluded", "annotation", "suggestion", "image_url", "thumbnail_url")
    )
    size = {"ordinal": 1, "revision": 1, "width": 4, "height": 4, "size": 9, "media_type": "image/png"}
    known: dict[str, object] = {"image_id": digest, "name": name, "defects": [], "capture": {}}
    return {**nothing, **size, **known, "registered_at": "2026-03-02T08:00:00Z"}


def test_a_dry_run_shows_the_plan_and_changes_nothing(platform: Platform, capsys: Capture) -> None:
    platform.answer(PLAN, PLANNED)
    platform.answer_label_book(crack="割れ")
    assert kenpin("dataset", "split", "d", "--by", "part", "--seed", "7", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "割れ" in shown and "whole groups by part" in shown
    assert "1 image of the test split; an image leaves it only by undo" in shown
    assert "2 images of the same groups go to test, too" in shown
    assert platform.bodies(PLAN) == [{"by": "part", "test": 0.2, "validation": 0.0, "seed": 7}]
    assert platform.bodies(EXECUTION) == []


def test_a_plan_is_carried_out_request_by_request_as_one_batch(platform: Platform, capsys: Capture) -> None:
    parts: list[dict[str, object]] = [{"images": 500, "next_cursor": "c1"}, {"images": 21}]
    platform.answer(PLAN, PLANNED)
    platform.answer_label_book(crack="割れ")
    platform.answers[EXECUTION] = lambda _: httpx.Response(
        201, json={"stream": "dataset-d", "version": 15, **parts.pop(0)}
    )
    assert kenpin("dataset", "split", "d", "--by", "part", "--yes") == 0
    first, second = platform.bodies(EXECUTION)
    assert (first["version"], second["version"], second["cursor"]) == (12, 12, "c1")
    (batch,) = {each.headers["Kenpin-Batch"] for each in platform.asked if each.method == "POST"}
    shown = capsys.readouterr().out
    assert "521 images moved; version 15" in shown
    assert f"kenpin undo d {batch}" in shown


def test_without_a_yes_nothing_is_split(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("n\n"))
    platform.answer(PLAN, PLANNED)
    platform.answer_label_book(crack="割れ")
    assert kenpin("dataset", "split", "d", "--by", "part") == 2
    assert platform.bodies(EXECUTION) == []


@pytest.mark.parametrize("arguments", [("d",), ("d", "test"), ("d", "test", "abc", "--by", "part")])
def test_a_split_by_hand_and_one_by_groups_are_not_mixed(
    arguments: tuple[str, ...], platform: Platform, capsys: Capture
) -> None:
    assert kenpin("dataset", "split", *arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_file_names_give_groups(platform: Platform, capsys: Capture) -> None:
    found = [image("a" * 64, "P1_top.png"), image("b" * 64, "P1_side.png"), image("c" * 64, "other.png")]
    platform.answer("GET /v1/datasets/d/images", {"items": found})
    platform.answer("POST /v1/datasets/d/groups", ACCEPTED, 201)
    assert kenpin("dataset", "group-by-name", "d", r"^(P\d+)_", "--json") == 0
    assert json.loads(capsys.readouterr().out)["groups"] == {"P1": 2}
    (body,) = platform.bodies("POST /v1/datasets/d/groups")
    assert body["groups"] == [{"group": "P1", "image_ids": ["a" * 64, "b" * 64]}]


@pytest.mark.parametrize("pattern", ["P1", "(P)(1)", "(P1"])
def test_a_pattern_names_exactly_one_group(pattern: str, platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/images", {"items": [image("a" * 64, "P1.png")]})
    assert kenpin("dataset", "group-by-name", "d", pattern) == 2
    assert pattern in capsys.readouterr().err


def test_near_duplicates_are_listed_and_joined(platform: Platform, capsys: Capture) -> None:
    one, other = (
        {
            "image_id": digest * 64,
            "name": f"{digest}.png",
            "split": split,
            "group": None,
            "thumbnail_url": None,
        }
        for digest, split in (("a", "train"), ("b", "test"))
    )
    pair = {"one": one, "other": other, "likeness": 0.994, "across": True}
    none = {"items": [], "pairs": 0, "across": 0, "compared": 0, "unseen": 0}
    answers = [
        none | {"next_cursor": "c1"},
        {"items": [pair], "pairs": 1, "across": 1, "compared": 40, "unseen": 2},
    ]
    platform.answers["POST /v1/datasets/d/duplicates"] = lambda _: httpx.Response(200, json=answers.pop(0))
    assert kenpin("dataset", "duplicates", "d") == 0
    shown = capsys.readouterr()
    assert "a.png" in shown.out and "1 pairs in two groups, 1 of them across splits" in shown.out
    assert "2 images could not be compared" in shown.err
    assert platform.bodies("POST /v1/datasets/d/duplicates")[1] == {"cursor": "c1"}
    answers[:] = [none]
    platform.answer(
        "POST /v1/datasets/d/duplicates/groups", {"stream": "dataset-d", "version": 9, "images": 3}, 201
    )
    assert kenpin("dataset", "duplicates", "d", "--join") == 0
    assert "3 images joined other groups; version 9" in capsys.readouterr().out


def test_data_health_is_told_in_sentences(platform: Platform, capsys: Capture) -> None:
    odd = {"image_id": "a" * 64, "name": "a.png", "oddity": "blurred", "thumbnail_url": None}
    answers = [
        {"next_cursor": "c1"},
        {
            "version": 7,
            "findings": [
                {"kind": "few_ng", "images": 3, "about": ""},
                {"kind": "missing_condition", "images": 2, "about": "line"},
            ],
            "verdicts": {"OK": 9, "NG": 3},
            "slices": [{"field": "line", "value": "L1", "ok": 9, "ng": 1, "others": 0}],
            "sizes": [{"width": 640, "height": 480, "images": 12}],
            "pictures": [odd | {"value": 3.0, "usual": 120.0}],
        },
    ]
    platform.answers["POST /v1/datasets/d/health"] = lambda _: httpx.Response(200, json=answers.pop(0))
    assert kenpin("dataset", "health", "d") == 0
    shown = capsys.readouterr().out
    assert "3 images are NG" in shown and "2 images do not say their line" in shown
    assert "a.png" in shown and "640" in shown


def test_rounds_say_what_peoples_time_bought(platform: Platform, capsys: Capture) -> None:
    figures = {"dataset_version": 9, "split": "test", "images": 22, "ng": 8, "ok": 14}
    work = {"policy": "hybrid-1", "judged": 9, "ng": 4, "timed": 8, "seconds": 20.0}
    item = {
        "method": "probe",
        "before": figures | {"run_id": "r1", "escapes": 3, "overkills": 2},
        "after": figures | {"run_id": "r2", "escapes": 1, "overkills": 2},
        "work": [work, work | {"policy": "", "timed": 0, "seconds": 0}],
    }
    platform.answer("GET /v1/datasets/d/rounds", {"items": [item]})
    assert kenpin("dataset", "rounds", "d") == 0
    shown = capsys.readouterr().out
    assert "3 of 8 → 1 of 8" in shown and "hybrid-1" in shown and "2.5" in shown and "people" in shown
    platform.answer("GET /v1/datasets/d/rounds", {"items": []})
    assert kenpin("dataset", "rounds", "d") == 0
    assert "judge images, and train again" in capsys.readouterr().out
