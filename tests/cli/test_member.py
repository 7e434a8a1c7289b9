"""`kenpin member`: the first administrator without a browser, links, and erasure."""

import json
import re
from pathlib import Path

import httpx
import pytest

from host.issuer.mint import SYSTEM, mint
from tests.cli.conftest import Platform, kenpin
from tests.cli.first_admin import PASSWORD, first_admin
from tests.host.conftest import Worker, worker

__all__ = ["worker"]
Capture = pytest.CaptureFixture[str]


def test_who_can_read_the_data_folder_becomes_the_first_administrator(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    mint(worker.settings, SYSTEM)  # as a node does when it starts
    folder = ("--data-dir", str(worker.settings.data_dir))
    assert first_admin(worker, monkeypatch, "short", *folder) == 2
    refused = capsys.readouterr().err
    assert "10 to 200 characters" in refused and worker.url in refused
    assert first_admin(worker, monkeypatch, PASSWORD, *folder, "--json") == 0
    actor = json.loads(capsys.readouterr().out)["actor"]
    assert re.fullmatch("[a-z2-7]{12}", actor)
    with worker.client() as own:
        history = own.get(f"/v1/streams/member-{actor}/events").json()["items"]
    assert [(event["type"], event["data"]) for event in history] == [
        ("RoleGranted", {"project_id": "*", "role": "admin"})
    ]


def test_a_folder_that_no_node_used_makes_nobody_an_administrator(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: object
) -> None:
    assert first_admin(worker, monkeypatch, PASSWORD, "--data-dir", str(tmp_path)) == 2
    assert "no Kenpin has run in" in capsys.readouterr().err


def test_a_folder_whose_node_is_stopped_is_said(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "issuer.keys").touch()
    assert first_admin(worker, monkeypatch, PASSWORD, "--data-dir", str(tmp_path)) == 2
    assert f"no Kenpin runs in {tmp_path}; start it with" in capsys.readouterr().err


def test_a_link_is_printed_and_a_person_erased(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("KENPIN_URL", worker.url)
    monkeypatch.setenv("KENPIN_TOKEN", mint(worker.settings, SYSTEM))
    assert kenpin("member", "link", "ren000000000", "--email", "ren@factory.example") == 0
    link = re.search(r"/issuer/invitation\?link=[\w-]+", capsys.readouterr().out)
    assert link and httpx.get(worker.url + link[0], trust_env=False).status_code == 200
    assert kenpin("member", "erase", "ren000000000") == 0
    assert httpx.get(worker.url + link[0], trust_env=False).status_code == 410


def test_nobody_asks_without_signing_in(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: object
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("KENPIN_URL", "http://kenpin.test")
    for name in ("TOKEN", "CLIENT_ID"):
        monkeypatch.delenv(f"KENPIN_{name}", raising=False)
    assert kenpin("project", "list") == 2
    assert "run `kenpin login`" in capsys.readouterr().err


def test_every_command_speaks_json(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/people", {"items": [{"actor": "ren", "name": "Ren Abe", "email": None}]})
    platform.answer("POST /v1/people/ren/erasure", {"actor": "ren"}, 201)
    assert kenpin("member", "erase", "Ren Abe", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"actor": "ren"}
