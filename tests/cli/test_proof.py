"""Anchors, packs and erasure from the command line."""

import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from host.cli.resolve import check_known
from tests.cli.conftest import ACCEPTED, Platform, kenpin
from tests.cli.histories import CREATED, serve, stored

Capture = pytest.CaptureFixture[str]
IMAGE = "a" * 64
RECORD = {
    "name": "anchor-00000001.json",
    "digest": "d" * 64,
    "at": "2026-04-01T08:00:00+00:00",
    "tenant": "local",
    "key_id": "k1",
    "public": None,
    "streams": 3,
    "events": 1200,
}
DATASET = {
    **{"dataset_id": "d", "project_id": "p", "name": "D", "version": 2, "hash": "0" * 64, "images": 2},
    **{"excluded": 0, "counts": {}, "tags": [], "suggested": 0},
    **{"created_at": "2026-04-01T08:00:00Z", "updated_at": "2026-04-01T08:00:00Z"},
}
LINK = {"kind": "run", "at": "2026-04-01T08:00:00Z", "run_id": "r1", "used_as": "test"}
CHAIN = {"dataset_id": "d", "image_id": "b" * 64, "links": [LINK], "as_of": 2}
KEY = RECORD | {"name": "key-00000001.json", "public": "ab" * 32, "streams": 0, "events": 0}


def image_of(digest: str) -> dict[str, object]:
    """A gallery's answer about an image without a judgement."""
    nothing = ("verdict", "split", "excluded", "annotation", "suggestion", "thumbnail_url")
    return {
        **{"image_id": digest, "name": "x.png", "ordinal": 2, "revision": 2, "defects": [], "capture": {}},
        **{"width": 1, "height": 1, "size": 4, "media_type": "image/png"},
        **{"registered_at": "2026-04-01T08:00:00Z", "image_url": f"/files/{digest}"},
        **dict.fromkeys(nothing),
    }


def gallery_of(*digests: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        held = digests if request.url.params["excluded"] == "false" else ()
        return httpx.Response(200, json={"items": [image_of(digest) for digest in held]})

    return answer


def test_an_anchor_is_taken_and_listed(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/proof/anchors", RECORD, 201)
    platform.answer("GET /v1/proof/anchors", {"items": [RECORD]})
    assert kenpin("anchor") == 0
    assert capsys.readouterr().out == "anchor-00000001.json: 3 streams, 1,200 events, by key k1\n"
    assert kenpin("anchor", "list") == 0
    assert "anchor-00000001.json" in capsys.readouterr().out


def test_keys_are_lines_that_verify_reads(platform: Platform, capsys: Capture, tmp_path: Path) -> None:
    platform.answer("GET /v1/proof/keys", {"items": [KEY]})
    assert kenpin("anchor", "keys") == 0
    (file := tmp_path / "keys.txt").write_text(capsys.readouterr().out)
    serve(platform, stored([CREATED]), 1)
    assert kenpin("verify", "--keys", str(file)) == 0


def test_objects_that_are_not_intact_end_with_1_and_are_named(
    platform: Platform, capsys: Capture, tmp_path: Path
) -> None:
    good, lost = sha256(b"good").hexdigest(), "b" * 64
    platform.answer("GET /v1/datasets", {"items": [DATASET]})
    platform.answers["GET /v1/datasets/d/images"] = gallery_of(good, lost)
    platform.answer("GET /v1/datasets/d/images/" + lost, image_of(lost))
    platform.answer(f"GET /v1/datasets/d/images/{lost}/decisions", CHAIN)
    platform.answers[f"GET /files/{good}"] = httpx.Response(200, content=b"good")
    platform.answer("GET /v1/streams/dataset-d/commits", {"items": []})
    assert kenpin("verify", "--objects", "--state", str(tmp_path / "state")) == 1
    said = capsys.readouterr().err
    assert f"{lost}: missing: image {lost[:12]}… (x.png) of d; runs: r1 (test)" in said
    assert "1 of 2 stored objects are not intact" in said


def test_where_the_api_has_no_key_the_refusal_is_one_line(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/proof/anchors", {"detail": "the key is not here; a schedule signs"}, 409)
    assert kenpin("anchor", "--json") == 2
    assert capsys.readouterr().err == "kenpin: the key is not here; a schedule signs\n"


def test_a_key_is_changed_only_when_somebody_says_yes(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    platform.answer("POST /v1/proof/keys", KEY, 201)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert kenpin("anchor", "rotate") == 2
    assert "nothing was done; --yes goes ahead" in capsys.readouterr().err
    assert platform.asked == []
    assert kenpin("anchor", "rotate", "--yes") == 0
    assert capsys.readouterr().out.startswith("ab" * 32)


def test_an_image_is_erased_only_when_somebody_says_yes(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.answer("POST /v1/datasets/d/erasures", ACCEPTED, 201)
    asked = ("image", "erase", "d", IMAGE, "--reason", "a face")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert kenpin(*asked) == 2
    assert platform.asked == []
    assert kenpin(*asked, "--yes") == 0
    assert platform.bodies("POST /v1/datasets/d/erasures") == [{"image_ids": [IMAGE], "reason": "a face"}]


def test_a_pack_is_of_one_thing_and_overwrites_nothing(
    platform: Platform, tmp_path: Path, capsys: Capture
) -> None:
    assert kenpin("audit", "export", "--out", str(tmp_path / "pack")) == 2
    assert kenpin("audit", "export", "--all", "--dataset", "d", "--out", str(tmp_path / "pack")) == 2
    assert kenpin("audit", "export", "--all", "--out", str(tmp_path)) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "kenpin: say what to take: --dataset ID, --project ID or --all"
    assert said[2] == f"kenpin: {tmp_path} is there already; name another with --out"


@pytest.mark.parametrize("scope", [("--project", "p"), ("--all",), ("--dataset", "d")])
def test_a_pack_reports_only_on_images_of_what_it_takes(
    scope: tuple[str, ...], platform: Platform, tmp_path: Path, capsys: Capture
) -> None:
    platform.answer_label_book()
    for route in ("runs", "models"):
        platform.answer(f"GET /v1/{route}", {"items": []})
    platform.answer("GET /v1/datasets", {"items": [DATASET]})
    platform.answers["GET /v1/datasets/d/images"] = gallery_of(IMAGE)
    for unknown in ("nope", "b" * 64, "bbbbbb"):
        assert kenpin("audit", "export", *scope, "--images", unknown, "--out", str(tmp_path / "pack")) == 2
        assert unknown in capsys.readouterr().err
    assert not (tmp_path / "pack").exists()
    check_known(platform.client(), ["d"], [IMAGE, IMAGE[:6].upper()])


def test_a_pack_that_could_not_be_anchored_says_so(
    platform: Platform, tmp_path: Path, capsys: Capture
) -> None:
    serve(platform, stored([CREATED]), 1)
    platform.answer("POST /v1/proof/anchors", {"detail": "a schedule signs"}, 409)
    assert kenpin("audit", "export", "--all", "--out", str(tmp_path / "pack")) == 0
    shown = capsys.readouterr()
    assert "not anchored now (a schedule signs)" in shown.err
    assert shown.out.splitlines()[1].split() == ["streams", "1"]
    assert (tmp_path / "pack" / "verify_pack.py").exists()


def test_a_proof_is_not_written_over_a_file_nor_under_another_ending(
    platform: Platform, capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "there.json").touch()
    for out in ("there.json", "proof.zip"):
        assert kenpin("audit", "prove", "d", IMAGE, "--out", str(tmp_path / out)) == 2
        assert "is there already, or does not end with .json" in capsys.readouterr().err


def test_a_pack_that_cannot_be_written_is_refused(
    platform: Platform, capsys: Capture, tmp_path: Path
) -> None:
    serve(platform, stored([CREATED]), 1)
    (tmp_path / "file").touch()
    assert kenpin("audit", "export", "--all", "--out", str(tmp_path / "file" / "pack")) == 2
    assert "file/pack cannot be written: " in capsys.readouterr().err


def test_a_proof_that_cannot_be_written_is_refused(
    platform: Platform, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.cli.commands.audit.prove", lambda *_: {"version": 1})
    (tmp_path / "file").touch()
    assert kenpin("audit", "prove", "d", IMAGE, "--out", str(tmp_path / "file" / "proof.json")) == 2
    assert "proof.json cannot be written: " in capsys.readouterr().err
