"""Undo, decision chains and field returns from the command line."""

import json

import httpx
import pytest

from tests.cli.conftest import Platform, kenpin

Capture = pytest.CaptureFixture[str]
IMAGE = "a" * 64
PREVIEW = {
    "from_version": 5,
    "to_version": 7,
    "batch_id": None,
    "restores": None,
    "touched": 2,
    "leave_test": 0,
    "as_of": 9,
    "items": [
        {
            "image_id": IMAGE,
            "thumbnail_url": "t",
            "goes_back": [{"respect": "judged", "was": "NG", "becomes": "OK", "by": "aya"}],
            "stays": [{"respect": "split", "why": "decided_later", "since": 8, "by": "ken", "at": None}],
        }
    ],
}
DONE = {"stream": "dataset-d", "version": 12, "undo_id": "r1", "images": 450, "kept": 1}


def test_a_preview_says_what_goes_back_and_what_stays_and_does_nothing(
    platform: Platform, capsys: Capture
) -> None:
    platform.answer("GET /v1/datasets/d/undos/preview", PREVIEW)
    assert kenpin("undo", "d", "5-7", "--preview") == 0
    said = capsys.readouterr().out
    assert "judged 1" in said
    assert "decided later 1" in said
    assert "decided later in version 8, by ken" in said
    assert [request.method for request in platform.asked] == ["GET"]


def test_a_preview_names_both_states_of_an_image_that_comes_out(platform: Platform, capsys: Capture) -> None:
    back = {"respect": "excluded", "was": None, "becomes": "", "by": None}
    item = {"image_id": IMAGE, "thumbnail_url": "t", "goes_back": [back], "stays": []}
    platform.answer("GET /v1/datasets/d/undos/preview", {**PREVIEW, "items": [item]})
    assert kenpin("undo", "d", "5-7", "--preview") == 0
    assert capsys.readouterr().out.splitlines()[-1].split("  ")[-2:] == ["takes part", "excluded"]


def test_a_large_undo_takes_several_requests_and_says_how_to_undo_it(
    platform: Platform, capsys: Capture
) -> None:
    answers = iter([{**DONE, "next_cursor": "c1"}, {**DONE, "images": 5, "kept": 0, "version": 13}])
    platform.answers["POST /v1/datasets/d/undos"] = lambda _: httpx.Response(201, json=next(answers))
    assert kenpin("undo", "d", "import-1", "--reason", "wrong folder") == 0
    said = capsys.readouterr().out
    assert "455 images put back, 1 kept as decided since; version 13" in said
    assert "kenpin undo d r1" in said
    first, second = platform.bodies("POST /v1/datasets/d/undos")
    assert first == {"batch_id": "import-1", "reason": "wrong folder"}
    assert (second["cursor"], second["undo_id"]) == ("c1", "r1")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("7", {"from_version": 7, "to_version": 7}),
        ("dataset-d@7", {"event_id": "dataset-d@7"}),
        ("import-7", {"batch_id": "import-7"}),
    ],
)
def test_what_is_typed_names_one_change(platform: Platform, typed: str, asked: dict[str, object]) -> None:
    platform.answer("POST /v1/datasets/d/undos", DONE, 201)
    assert kenpin("undo", "d", typed, "--reason", "slip", "--json") == 0
    assert platform.bodies("POST /v1/datasets/d/undos") == [{**asked, "reason": "slip"}]


def test_a_tag_is_returned_to(platform: Platform) -> None:
    platform.answer("POST /v1/datasets/d/undos", DONE, 201)
    assert kenpin("return", "d", "good", "--reason", "old standard") == 0
    [sent] = platform.bodies("POST /v1/datasets/d/undos")
    assert sent == {"return_to": "good", "reason": "old standard"}


def test_a_chain_is_a_table(platform: Platform, capsys: Capture) -> None:
    links = [
        {"kind": "judged", "at": "2026-03-02T08:15:00Z", "version": 6, "by": "aya", "becomes": "NG",
         "classes": ["crack"], "reason": "long"},
        {"kind": "field_return", "at": "2026-09-14T08:15:00Z", "was": "OK", "becomes": "NG", "escape": True},
    ]  # fmt: skip
    chain = {"dataset_id": "d", "image_id": IMAGE, "as_of": 9, "links": links}
    platform.answer(f"GET /v1/datasets/d/images/{IMAGE}/decisions", chain)
    assert kenpin("image", "chain", "d", IMAGE) == 0
    said = capsys.readouterr().out
    assert "– → NG, crack" in said
    assert "OK → NG, ESCAPE" in said


def test_a_reason_of_the_browser_is_shown_as_text_and_is_a_code_in_json(
    platform: Platform, capsys: Capture
) -> None:
    links = [{"kind": "reverted", "at": "2026-03-02T08:15:00Z", "version": 6, "by": "aya", "reason": "ui:undo"},
             {"kind": "split", "at": "2026-03-02T08:15:00Z", "version": 7, "by": "aya",
              "reason": "ui:assign_by_hand"}]  # fmt: skip
    chain = {"dataset_id": "d", "image_id": IMAGE, "as_of": 9, "links": links}
    platform.answer(f"GET /v1/datasets/d/images/{IMAGE}/decisions", chain)
    assert kenpin("image", "chain", "d", IMAGE) == 0
    shown = capsys.readouterr().out
    assert "by hand" in shown and "ui:" not in shown
    assert kenpin("image", "chain", "d", IMAGE, "--json") == 0
    assert '"ui:assign_by_hand"' in capsys.readouterr().out


def test_a_field_return_is_reported_and_shown(platform: Platform, capsys: Capture) -> None:
    platform.answer(
        "POST /v1/datasets/d/field-returns", {"stream": "s", "version": 3, "hash": "h", "id": "f1"}, 201
    )
    told = ["--found-at", "2026-09-14", "--found-by", "customer", "--class", "crack"]
    assert kenpin("field-return", "report", "d", IMAGE, *told) == 0
    [sent] = platform.bodies("POST /v1/datasets/d/field-returns")
    assert (sent["verdict"], sent["found_by"], sent["class_id"]) == ("NG", "customer", "crack")
    model = {"model_id": "m1", "run_id": "m1", "stage": "production", "threshold": 0.5, "how": "run"}
    answered = {
        "field_return": {**sent, "return_id": "f1", "version": 3, "reported_at": "2026-09-15T00:00:00Z",
                         "reported_by": "lead", "judged": "OK", "judged_by": "aya", "escape": True,
                         "thumbnail_url": "t"},
        "day": "2026-03-02T00:00:00Z", "day_is": "captured", "then": None,
        "now": {**model, "score": 0.9, "verdict": "NG"},
    }  # fmt: skip
    platform.answer("GET /v1/datasets/d/field-returns/f1", answered)
    assert kenpin("field-return", "show", "d", "f1") == 0
    said = capsys.readouterr().out
    assert "no model was in production" in said
    assert "NG by m1: 0.9, NG from 0.5" in said
    assert "yes, found late" in said


def test_decisions_of_a_model_are_listed(platform: Platform, capsys: Capture) -> None:
    item = {
        "image_id": IMAGE, "name": "a.png", "used_as": "train", "verdict": "NG", "classes": ["crack"],
        "by": "aya", "at": "2026-03-02T08:15:00Z", "version": 6, "label_book_revision": 2, "reason": "",
        "review": None, "thumbnail_url": "t",
    }  # fmt: skip
    platform.answer("GET /v1/models/m1/decisions", {"items": [item]})
    assert kenpin("model", "decisions", "m1", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["by"] == "aya"
