"""Verification and replay on this machine find what the platform's answers do not agree on."""

import json

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from host.audit.folding import differences_of
from kenpin.domain.anchor import Key, anchored, key_id, next_anchor, written
from kenpin.domain.commit import Head
from tests.cli.conftest import Platform, kenpin
from tests.cli.histories import CREATED, EXCLUDED, IMAGE, REGISTERED, STREAM, serve, stored

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


def test_an_untouched_history_verifies(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    serve(platform, stored([CREATED], [REGISTERED, EXCLUDED]), 3)
    assert kenpin("verify") == 0
    assert capsys.readouterr().out == "verify: intact, 1 streams, 3 events, none of them anchored yet\n"


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


def test_rows_that_say_what_history_says_are_identical(platform: Platform) -> None:
    serve(platform, stored([CREATED], [REGISTERED, EXCLUDED]), 3)
    serve_rows(platform, ROW | {"excluded": "blurred"})
    assert differences_of(platform.client(), "d") == []


def test_a_fold_to_the_middle_of_a_commit_stops_there(platform: Platform) -> None:
    serve(platform, stored([CREATED], [REGISTERED, EXCLUDED]), 3)
    serve_rows(platform, ROW)
    assert differences_of(platform.client(), "d", 2) == []


def test_differences_are_named(platform: Platform) -> None:
    serve(platform, stored([CREATED], [REGISTERED]), 2)
    serve_rows(platform, ROW | {"split": "test"}, ROW | {"image_id": "b" * 64})
    assert differences_of(platform.client(), "d") == [
        "aaaaaaaaaaaa split: history says None, the rows say test",
        "bbbbbbbbbbbb: in the rows, not in history",
    ]


def test_a_replay_says_what_it_is_to_replay(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert kenpin("replay") == 2
    assert capsys.readouterr().err == "kenpin: say what to replay: a DATASET, --project ID or --all\n"
    assert kenpin("replay", "d", "--to", "yesterday") == 2
    serve(platform, stored([CREATED]), 1)
    assert kenpin("replay", "d", "--to", "yesterday") == 2
    assert "is no version and no time" in capsys.readouterr().err
    assert kenpin("replay", "--all", "--to", "7") == 2


def test_a_stream_that_anchors_know_and_that_is_gone_is_found(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    first = Key(1, "local", "2026-01-01T00:00:00+00:00", key_id(public), public.hex(), "")
    commits = stored([CREATED])
    heads = anchored(
        [Head(STREAM, 1, bytes.fromhex(str(commits[0]["hash"]))), Head("dataset-e", 4, b"x" * 32)]
    )
    anchor = next_anchor("local", None, key_id(public), "2026-01-02T00:00:00+00:00", heads)
    texts = {
        "anchor-00000001.json": written(anchor, key.sign, heads),
        "key-00000001.json": written(first, key.sign),
    }
    serve(platform, commits, 1)
    records = [{"name": name, "text": body.decode()} for name, body in texts.items()]
    platform.answer("GET /v1/proof/records", {"items": records})
    assert kenpin("verify") == 1
    assert "dataset-e: anchors know it up to version 4, and it is not there" in capsys.readouterr().err
    assert kenpin("verify", "dataset-d") == 0
    assert capsys.readouterr().out == "verify: intact, 1 streams, 1 events, 1 of them anchored\n"
