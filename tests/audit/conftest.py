"""A factory with a history, the command line's client in front of its real handlers, and packs of it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from functions.audit_pack.order import PackSummary
from functions.http.answers import Accepted
from host.audit.pack import write_pack
from host.cli.client import Client
from host.gateway import Request, function_for, respond
from kenpin.bootstrap import platform
from kenpin.ports import NotFound
from tests.functions.conftest import Api, api
from tests.silent_progress import SilentProgress

__all__ = ["api"]


def handle(request: httpx.Request) -> httpx.Response:
    """A request as the node's gateway would carry it out."""
    if request.url.path.startswith("/files/"):
        return stored(request.url.path.removeprefix("/files/"))
    function = function_for(request.method, request.url.path)
    assert function is not None, request.url
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = request.url.query.decode()
    given = Request(request.method, request.url.path, query, headers, request.content, {"sub": "inspector"})
    answer = respond(function, given)
    return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)


def stored(name: str) -> httpx.Response:
    try:
        with platform().objects.open(name) as body:
            return httpx.Response(200, content=body.read())
    except NotFound:
        return httpx.Response(404, json={"detail": f"there is no {name}"})


@pytest.fixture
def client(api: Api) -> Client:
    return Client("http://kenpin.test", httpx.Auth(), httpx.MockTransport(handle))


@pytest.fixture
def factory(api: Api) -> list[str]:
    """Two projects with a dataset each; answers the images of the first."""
    for project, dataset in (("p", "cookies"), ("q", "parts")):
        api.post("/v1/projects", {"project_id": project, "name": project.upper()})
        api.post("/v1/datasets", {"dataset_id": dataset, "project_id": project, "name": "クッキー"})
    ids = [api.image(n, project_id="p") for n in range(4)]
    images = [{"digest": id, "name": f"写真{n}.png", "split": "train"} for n, id in enumerate(ids)]
    api.post("/v1/datasets/cookies/images", {"images": images})
    for n, id in enumerate(ids):
        judged = {"image_id": id, "verdict": "OK" if n % 2 else "NG", "reason": "<b>傷</b>"}
        api.post("/v1/datasets/cookies/annotations", {"annotations": [judged]})
    api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7})
    api.post("/v1/datasets/cookies/exclusions", {"image_ids": ids[:1], "reason": "blurred"})
    return ids


@dataclass(frozen=True)
class Verdict:
    """Return the output of the pack's own verifier."""

    code: int
    findings: list[str]
    summary: str


def verified(pack: Path, *options: object) -> Verdict:
    """In a process of its own that can import nothing but the standard library."""
    program = pack / "verify_pack.py" if pack.is_dir() else Path("functions/audit_pack/verify_pack.py")
    command = [sys.executable, "-I", "-S", "-B", "-W", "error", program, pack, *options]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    return Verdict(done.returncode, done.stderr.splitlines(), done.stdout)


@pytest.fixture
def pack(factory: list[str], client: Client, tmp_path: Path) -> Path:
    """Everything, with two anchors."""
    write_pack(client, tmp_path / "first", None, [], "local", SilentProgress())
    client.ask("/datasets/cookies/tags", {"name": "v1"}, Accepted)
    exported = write_pack(client, tmp_path / "pack", None, factory[:1], "local", SilentProgress())
    assert isinstance(exported, PackSummary)
    return tmp_path / "pack"
