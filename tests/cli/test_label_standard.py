"""The label standard from the command line: the book, limit samples, re-adjudication."""

import json

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
AT = "2026-05-01T09:00:00Z"
IMAGE = "a" * 64
RULE = {"counts": "an open line", "limits": "over 5 mm"}
CLASS = {"class_id": "crack", "name": "Crack", "name_ja": "割れ", "key": 1, "description": "", "rule": RULE,
         "examples": [], "retired": None, "valid_from": 4, "samples": []}  # fmt: skip
BOOK = {
    "project_id": "p",
    "revision": 3,
    "as_of": 4,
    "revised_at": AT,
    "rules": "In doubt: hold.",
    "classes": [CLASS],
}
REQUEST = {"readjudication_id": "r1", "dataset_id": "d", "version": 9, "class_id": "crack", "sample_id": None,
           "cause": {"what": "class_retired", "text": "split in two", "by": "qa-lead"}, "run_id": None,
           "label_book_revision": 3, "size": 4, "requested_at": AT, "open": 1, "kept": 1, "changed": 2, "gone": 0,
           "last_answered_at": AT, "seconds_spent": 6.5}  # fmt: skip
CHANGE = {"old_verdict": "NG", "old_classes": ["crack"], "new_verdict": "OK", "new_classes": [], "images": 2}


def test_the_book_is_shown_with_what_counts(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/projects/p/label-book", BOOK)
    assert kenpin("label-book", "show", "p", "--revision", "3") == 0
    shown = capsys.readouterr().out
    assert "In doubt: hold." in shown and "over 5 mm" in shown
    assert platform.asked[-1].url.params["revision"] == "3"


def test_a_part_of_a_rule_is_said_anew_and_the_rest_stays(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/projects/p/label-book", BOOK)
    platform.answer("POST /v1/projects/p/defect-classes", ACCEPTED, 201)
    assert kenpin("label-book", "revise", "p", "--class", "crack", "--limits", "over 6 mm") == 0
    (body,) = platform.bodies("POST /v1/projects/p/defect-classes")
    assert body["rule"] == {"counts": "an open line", "limits": "over 6 mm"}
    assert (body["name_ja"], body["key"]) == ("割れ", 1)
    assert kenpin("label-book", "revise", "p", "--class", "dent", "--limits", "any") == 2
    assert "p has no class dent" in capsys.readouterr().err


def test_the_rules_for_every_class_are_said_anew(platform: Platform, capsys: Capture) -> None:
    platform.answer("PUT /v1/projects/p/label-book", ACCEPTED)
    assert kenpin("label-book", "revise", "p", "--rules", "In doubt: hold.") == 0
    assert platform.bodies("PUT /v1/projects/p/label-book") == [{"rules": "In doubt: hold.", "reason": ""}]
    assert kenpin("label-book", "revise", "p") == 2
    assert "say what to revise" in capsys.readouterr().err


def test_the_history_of_the_book(platform: Platform, capsys: Capture) -> None:
    revision = {"revision": 3, "version": 4, "what": "DefectClassRetired", "class_id": "crack",
                "sample_id": None, "reason": "split in two", "by": "qa-lead", "at": AT}  # fmt: skip
    platform.answer("GET /v1/projects/p/label-book/revisions", {"items": [revision]})
    assert kenpin("label-book", "history", "p", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["by"] == "qa-lead"


def test_a_limit_sample_is_approved_listed_and_withdrawn(platform: Platform, capsys: Capture) -> None:
    dataset = {"dataset_id": "d", "project_id": "p", "name": "D", "version": 3, "hash": "ab", "images": 1,
               "excluded": 0, "counts": {}, "tags": [], "suggested": 0, "created_at": AT, "updated_at": AT}  # fmt: skip
    platform.answer("GET /v1/datasets/d", dataset)
    project = {"project_id": "p", "name": "P", "version": 2, "datasets": 1, "label_book_revision": 1,
               "defect_classes": [], "products": [], "policy": None, "created_at": AT,
               "time_zone": "Asia/Tokyo"}  # fmt: skip
    platform.answer("GET /v1/projects/p", project)
    platform.answer("POST /v1/projects/p/limit-samples", ACCEPTED | {"id": "s1"}, 201)
    assert kenpin("limit-sample", "approve", "d", IMAGE, "--class", "crack", "--side", "rejected") == 0
    assert capsys.readouterr().out == "aaaaaaaaaaaa is limit sample s1 of crack (rejected)\n"
    (body,) = platform.bodies("POST /v1/projects/p/limit-samples")
    assert (body["image_id"], body["side"], body["valid_until"]) == (IMAGE, "rejected", None)
    platform.answer("POST /v1/projects/p/limit-samples/s1/withdrawal", ACCEPTED, 201)
    assert kenpin("limit-sample", "withdraw", "p", "s1", "--reason", "faded") == 0
    platform.answer("GET /v1/projects/p/limit-samples", {"items": []})
    assert kenpin("limit-sample", "list", "p") == 0
    assert capsys.readouterr().out.endswith("none\n")


def test_old_decisions_are_asked_for_and_counted(platform: Platform, capsys: Capture) -> None:
    path = "/v1/datasets/d/readjudications"
    platform.answer(f"POST {path}", {"job_id": "readjudicate-r1", "readjudication_id": "r1"}, 202)
    platform.answer(f"GET {path}", {"items": [REQUEST]})
    assert kenpin("readjudicate", "start", "d", "--class", "crack") == 0
    assert capsys.readouterr().out.startswith("1 decisions of d are in question")
    assert kenpin("readjudicate", "list", "d") == 0
    assert "split in two" in capsys.readouterr().out
    classes = [{"class_id": "crack", "kept": 1, "gained": 0, "lost": 2}]
    more = {"changes": [CHANGE], "classes": classes, "seconds_taken": 90.0, "as_of": 12}
    platform.answer(f"GET {path}/r1", REQUEST | more)
    assert kenpin("readjudicate", "summary", "d") == 0
    shown = capsys.readouterr().out
    assert "NG" in shown and "crack" in shown and "1.5" in shown


def test_nothing_was_asked_for_yet(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/readjudications", {"items": []})
    assert kenpin("readjudicate", "summary", "d") == 2
    assert "nothing in d was asked for anew" in capsys.readouterr().err


def test_a_class_comes_with_its_rule_and_examples_and_goes_with_a_reason(platform: Platform) -> None:
    platform.answer("POST /v1/projects/p/defect-classes", ACCEPTED, 201)
    platform.answer("POST /v1/projects/p/defect-classes/crack/retirement", ACCEPTED, 201)
    assert kenpin("project", "class", "p", "chip", "--limits", "over 2 mm", "--example", f"d/{IMAGE}") == 0
    (body,) = platform.bodies("POST /v1/projects/p/defect-classes")
    assert body["rule"] == {"counts": "", "counts_not": "", "limits": "over 2 mm"}
    assert body["examples"] == [{"dataset_id": "d", "image_id": IMAGE}]
    assert kenpin("label-book", "retire", "p", "crack", "--reason", "split in two") == 0
    (body,) = platform.bodies("POST /v1/projects/p/defect-classes/crack/retirement")
    assert body == {"reason": "split in two"}
