"""Failed work from the command line: listed with its reason, and tried again."""

import json

import pytest

from tests.cli.conftest import Platform, kenpin

Capture = pytest.CaptureFixture[str]
AT = "2026-05-01T09:00:00Z"


def test_the_queue_says_where_to_see_what_is_dead(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/queue", {"ready": 1, "running": 2, "dead": 3})
    assert kenpin("queue", "list") == 0
    assert capsys.readouterr().out == "1 waiting, 2 running, 3 dead\nsee them with: kenpin queue dead\n"


def test_dead_letters_are_listed_and_redriven_by_source(platform: Platform, capsys: Capture) -> None:
    letter = {"source": "intake", "id": "m-1", "kind": "arrival", "subject": "m-1", "attempts": None}
    letters = [letter | {"reason": "never came", "details": "{}", "dead_at": AT}]
    platform.answer("GET /v1/dead-letters", {"items": letters})
    assert kenpin("queue", "dead") == 0
    assert "never came" in capsys.readouterr().out
    for source, said in (("intake", "m-1 was delivered\n"), ("jobs", "m-1 waits again\n")):
        platform.answer(f"POST /v1/dead-letters/{source}/m-1/redrive", {"source": source, "id": "m-1"}, 202)
        assert kenpin("queue", "redrive", "m-1", "--source", source) == 0
        assert capsys.readouterr().out == said


def test_a_parked_stream_says_why_and_is_tried_now(platform: Platform, capsys: Capture) -> None:
    place = {"reader": "gallery", "stream": "dataset-d"}
    stuck = {
        "version": 7,
        "error": "KeyError",
        "message": "'lot'",
        "since": AT,
        "attempts": 2,
        "next_try": AT,
    }
    platform.answer("GET /v1/parked", {"items": [place | stuck]})
    assert kenpin("parked", "list") == 0
    assert "KeyError: 'lot'" in capsys.readouterr().out
    platform.answer("POST /v1/parked/gallery/dataset-d/retry", place, 202)
    assert kenpin("parked", "retry", "gallery", "dataset-d") == 0
    assert capsys.readouterr().out == "gallery tries dataset-d again\n"


def test_sources_and_rejected_arrivals_are_listed(platform: Platform, capsys: Capture) -> None:
    source = {
        "source": "/lines/1",
        "last_at": AT,
        "registered": 40,
        "known": 2,
        "rejected": 1,
        "tested": 0,
        "dropped": 9,
    }
    camera = {"project_id": "p", "line": "L1", "camera": "cam-2", "last_at": AT, "is_silent": True}
    camera |= {"per_minute_hour": 0.0, "per_minute_day": 1.25, "lag_seconds": 42.4}
    camera |= {"out_of_order": 3, "ahead_seconds": 3600.2}
    platform.answer("GET /v1/intake", {"sources": [source], "cameras": [camera], "rejected": 1})
    assert kenpin("intake", "sources") == 0
    shown = capsys.readouterr().out
    assert all(
        text in shown for text in ("1 rejected arrivals wait", "cam-2", "1.25", "42 s", "60 min", "silent")
    )
    arrival = {"rejected_id": "r1", "source": "/lines/1", "event_id": "e1", "actor": "factory", "attempts": 2}
    differences = [{"field": "line", "first": None, "now": "L2"}]
    more = {"reason": "no such dataset", "body": {"id": "e1"}, "first_at": AT, "last_at": AT}
    platform.answer("GET /v1/intake/rejected", {"items": [arrival | more | {"differences": differences}]})
    assert kenpin("intake", "list") == 0
    assert "line: – → L2" in capsys.readouterr().out
    assert kenpin("intake", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["reason"] == "no such dataset"


def test_an_arrival_that_is_rejected_again_ends_with_1(platform: Platform, capsys: Capture) -> None:
    again = {"id": "e1", "outcome": "rejected", "detail": "no such dataset"}
    platform.answer("POST /v1/intake/rejected/r1/retry", again, 202)
    assert kenpin("intake", "retry", "r1") == 1
    assert capsys.readouterr().err == "kenpin: r1 was rejected again: no such dataset\n"
    platform.answer("POST /v1/intake/rejected/r1/retry", again | {"outcome": "registered"}, 202)
    assert kenpin("intake", "retry", "r1") == 0


def test_an_arrival_is_set_aside(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/intake/rejected/r1/dismiss", {"rejected_id": "r1"})
    assert kenpin("intake", "dismiss", "r1") == 0
    assert capsys.readouterr().out == "r1 is set aside\n"
