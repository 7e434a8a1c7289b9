"""Review and agreement on the command line: what is sent, and what people read."""

import json

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
A, B = "a" * 64, "b" * 64
TASKS = "/v1/datasets/d/agreement-tasks"
TASK = {
    "dataset_id": "d",
    "task_id": "t1",
    "version": 7,
    "images": 2,
    "people": ["hanako", "taro"],
    "open_to": None,
    "note": "rim or crack?",
    "opened_by": "lead",
    "opened_at": "2026-01-01T00:00:00Z",
    "closed": True,
    "closed_by": "lead",
    "closed_at": "2026-01-02T00:00:00Z",
    "close_reason": "",
    "progress": [{"person": "hanako", "done": 2}, {"person": "taro", "done": 1}],
}
NOTHING = {"part": 0, "whole": 0, "rate": None, "low": None, "high": None}


def test_annotations_are_accepted_and_returned_with_what_was_mixed_up(platform: Platform) -> None:
    platform.answer("POST /v1/datasets/d/reviews", ACCEPTED)
    assert kenpin("review", "accept", "d", A, B) == 0
    returned = ("--reason", "look at the rim", "--class", "crack", "--class", "burn")
    assert kenpin("review", "return", "d", A, *returned) == 0
    accepted, back = platform.bodies("POST /v1/datasets/d/reviews")
    assert accepted == {"reviews": [{"image_id": i, "outcome": "accepted", "reason": ""} for i in (A, B)]}
    said = {"outcome": "returned", "reason": "look at the rim", "confused": ["crack", "burn"]}
    assert back == {"reviews": [{"image_id": A, **said}]}


def test_nothing_waits(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/reviews", {"items": []})
    assert kenpin("review", "list", "d", "--doubtful", "--not-mine", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert platform.asked[-1].url.params["order"] == "doubtful"
    assert platform.asked[-1].url.params["not_mine"] == "true"


def test_own_annotations_are_refused_in_one_line(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/datasets/d/reviews", {"detail": "the annotation is your own"}, 409)
    assert kenpin("review", "accept", "d", A) == 2
    assert capsys.readouterr().err == "kenpin: the annotation is your own\n"


def test_two_people_are_asked_for_by_policy(platform: Platform, capsys: Capture) -> None:
    platform.answer("PUT /v1/projects/p/review-policy", ACCEPTED)
    assert kenpin("review", "policy", "p", "--two-person", "--reason", "the customer") == 0
    (body,) = platform.bodies("PUT /v1/projects/p/review-policy")
    assert body == {"two_person": True, "hide_verdict": False, "reason": "the customer"}
    assert "p asks for two people" in capsys.readouterr().out


def test_a_task_is_opened_answered_and_closed(platform: Platform) -> None:
    platform.answer(f"POST {TASKS}", ACCEPTED)
    platform.answer(f"POST {TASKS}/t1/answers", ACCEPTED)
    platform.answer(f"POST {TASKS}/t1/closure", ACCEPTED)
    people = ("--person", "hanako", "--person", "taro", "--note", "cracks", "--id", "t1")
    assert kenpin("agreement", "open", "d", A, B, *people) == 0
    assert kenpin("agreement", "answer", "d", "t1", A, "ng", "--class", "crack") == 0
    assert kenpin("agreement", "close", "d", "t1", "--reason", "all are through") == 0
    (opened,) = platform.bodies(f"POST {TASKS}")
    assert opened == {
        "task_id": "t1",
        "image_ids": [A, B],
        "people": ["hanako", "taro"],
        "open_to": None,
        "note": "cracks",
    }
    (answer,) = platform.bodies(f"POST {TASKS}/t1/answers")
    assert answer == {"image_id": A, "verdict": "NG", "defect_classes": ["crack"]}


def test_a_result_has_its_rates_with_counts_and_bounds(platform: Platform, capsys: Capture) -> None:
    missed = {"part": 1, "whole": 50, "rate": 0.02, "low": 0.00354, "high": 0.10495}
    person = {"person": "hanako", "images": 60, "holds": 3, "missed": missed, "false_alarms": NOTHING}
    pair = {"first": "hanako", "second": "taro", "images": 60, "same": 50, "kappa": 0.57142}
    result = {"task": TASK, "fleiss": 0.54545, "pairs": [pair], "people": [person], "without_truth": 1}
    platform.answer(f"GET {TASKS}/t1/result", result | {"images": [], "as_of": 9})
    assert kenpin("agreement", "show", "d", "t1") == 0
    shown = capsys.readouterr().out
    assert "2, 1 with an accepted truth" in shown
    assert "1 of 50 (2.0%, 95 % within 0.4%–10.5%)" in shown
    assert "no truth yet" in shown
    assert "0.5714" in shown


def test_tasks_are_listed_with_how_far_people_have_come(platform: Platform, capsys: Capture) -> None:
    platform.answer(f"GET {TASKS}", {"items": [TASK]})
    assert kenpin("agreement", "list", "d") == 0
    assert "hanako 2, taro 1" in capsys.readouterr().out


def test_a_run_says_what_it_leaves_out(platform: Platform, capsys: Capture) -> None:
    queued = ACCEPTED | {"accepted_only": True, "left_out": 14}
    platform.answer("POST /v1/runs", queued)
    assert kenpin("train", "d", "--no-follow") == 0
    assert "14 images left out" in capsys.readouterr().err
