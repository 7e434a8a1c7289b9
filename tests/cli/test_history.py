"""Verification and replay on this machine find what the platform's answers do not agree on."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from kenpin.domain.catalogue import seal
from kenpin.domain.commit import chain, genesis
from kenpin.domain.dataset.events import DatasetCreated, ImageExcluded, ImageRegistered
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.event import Context, Event
from tests.cli.conftest import Platform, kenpin

STREAM, IMAGE = "dataset-d", "a" * 64
CREATED = DatasetCreated(dataset_id="d", project_id="p", name="D")
REGISTERED = ImageRegistered(
    image_id=IMAGE, file=ImageFile(9, 4, 3, "image/png", "a.png"), capture=Capture(line="L1")
)
EXCLUDED = ImageExcluded(image_id=IMAGE, reason="blurred")
ROW = {
    "image_id": IMAGE,
    "name": "a.png",
    "ordinal": 2,
    "revision": 0,
    "verdict": None,
    "defects": [],
    "split": None,
    "excluded": None,
    "annotation": None,
    "capture": {"line": "L1"},
    "width": 4,
    "height": 3,
    "size": 9,
    "media_type": "image/png",
    "registered_at": "2026-01-01T00:00:00Z",
    "suggestion": None,
    "image_url": "",
    "thumbnail_url": "",
}


def stored(*commits: list[Event]) -> list[dict[str, object]]:
    """Commits as the API answers them."""
    answers: list[dict[str, object]] = []
    previous, first = genesis("local", STREAM), 1
    for events in commits:
        meta, body = seal(events, Context(actor="aya"), datetime(2026, 1, 1, tzinfo=UTC))
        previous = chain(previous, first, len(events), meta, body)
        text = {"meta": meta.decode(), "body": body.decode()}
        answers.append({"first": first, "count": len(events), "hash": previous.hex(), **text})
        first += len(events)
    return answers


def serve(platform: Platform, commits: list[dict[str, object]], version: int) -> None:
    head = {"stream": STREAM, "version": version, "hash": commits[-1]["hash"]}
    platform.answer("GET /v1/streams", {"items": [head]})
    platform.answer(f"GET /v1/streams/{STREAM}/commits", {"items": commits, "as_of": version})


def test_an_untouched_history_verifies(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    serve(platform, stored([CREATED], [REGISTERED, EXCLUDED]), 3)
    assert kenpin("verify") == 0
    assert capsys.readouterr().out == "verify: intact, 1 streams, 3 events\n"


def test_changed_bytes_are_found(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    commits = stored([CREATED], [REGISTERED])
    commits[0]["body"] = str(commits[0]["body"]).replace("D", "E")
    serve(platform, commits, 2)
    assert kenpin("verify", "--json") == 1
    shown = capsys.readouterr()
    (finding,) = json.loads(shown.out)["findings"]
    assert finding == {"stream": STREAM, "version": 1, "what": "the hash does not match the bytes stored"}
    assert shown.err.endswith("kenpin: history is not as it was appended: 1 findings\n")


def test_a_missing_end_is_found(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    commits = stored([CREATED], [REGISTERED])
    serve(platform, commits, 2)
    platform.answers[f"GET /v1/streams/{STREAM}/commits"] = lambda request: httpx.Response(
        200, json={"items": commits[:1] if request.url.params["after"] == "0" else []}
    )
    assert kenpin("verify") == 1
    assert "dataset-d version 1: the chain ends here, not at the head of version 2" in capsys.readouterr().err


def test_another_tenants_history_does_not_verify(platform: Platform) -> None:
    serve(platform, stored([CREATED]), 1)
    assert kenpin("verify", "--tenant", "other") == 1


def serve_rows(platform: Platform, *rows: dict[str, object]) -> None:
    dataset = {
        "dataset_id": "d",
        "project_id": "p",
        "name": "D",
        "version": 3,
        "hash": "",
        "images": 1,
        "excluded": 0,
        "counts": {},
        "tags": [],
        "suggested": 0,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    platform.answer("GET /v1/datasets/d", dataset)
    images = {
        excluded: [r for r in rows if (r["excluded"] is not None) == excluded] for excluded in (False, True)
    }
    platform.answers["GET /v1/datasets/d/images"] = lambda request: httpx.Response(
        200, json={"items": images[request.url.params["excluded"] == "true"]}
    )


def test_rows_that_say_what_history_says_are_identical(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(platform, stored([CREATED], [REGISTERED, EXCLUDED]), 3)
    serve_rows(platform, ROW | {"excluded": "blurred"})
    assert kenpin("replay", "d") == 0
    assert capsys.readouterr().out == "replay: identical, 1 image at version 3\n"


def test_a_replay_to_the_middle_of_a_commit_stops_there(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(platform, stored([CREATED], [REGISTERED, EXCLUDED]), 3)
    serve_rows(platform, ROW)
    assert kenpin("replay", "d", "--to", "2") == 0
    assert capsys.readouterr().out == "replay: identical, 1 image at version 2\n"


def test_differences_are_named(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    serve(platform, stored([CREATED], [REGISTERED]), 2)
    serve_rows(platform, ROW | {"split": "test"}, ROW | {"image_id": "b" * 64})
    assert kenpin("replay", "d") == 1
    assert capsys.readouterr().err == (
        "aaaaaaaaaaaa split: history says None, the rows say test\n"
        "bbbbbbbbbbbb: in the rows, not in history\n"
        "kenpin: replay: 2 differences at version 2\n"
    )


def test_a_version_that_does_not_exist_is_refused(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(platform, stored([CREATED]), 1)
    assert kenpin("replay", "d", "--to", "9") == 2
    assert capsys.readouterr().err == "kenpin: d has no version 9; its newest is 1\n"
