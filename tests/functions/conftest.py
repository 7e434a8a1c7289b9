"""The API as a client sees it, in this process: the gateway calls the real handlers over real PostgreSQL."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from functions.event import Json
from host.gateway import Request, call, function_for, respond
from kenpin import bootstrap
from kenpin.bootstrap import platform, prepare


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    json: Json


class Api:
    """Sends requests; after a write the doorbell rings, so that reads show it."""

    def get(self, path: str) -> Reply:
        return self.send("GET", path, None, {})

    def post(self, path: str, body: object, method: str = "POST", **headers: str) -> Reply:
        named = {"kenpin-actor": "inspector", "content-type": "application/json"}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self.send(method, path, body, named | sent)
        self.catch_up()
        return reply

    def catch_up(self) -> None:
        call("sweeper", {})

    def send(self, method: str, path: str, body: object, headers: dict[str, str]) -> Reply:
        path, _, query = path.partition("?")
        function = function_for(method, path)
        assert function is not None, f"no function takes {method} {path}"
        content = b"" if body is None else json.dumps(body).encode()
        actor = headers.get("kenpin-actor", "")
        claims = {"sub": actor} if actor else {}
        answer = respond(function, Request(method, path, query, headers, content, claims))
        return Reply(answer.status, answer.headers, json.loads(answer.body) if answer.body else {})

    def image(self, colour: int, size: tuple[int, int] = (64, 48)) -> str:
        """Store a picture and answer its digest."""
        out = BytesIO()
        Image.new("RGB", size, (colour % 256, colour // 256, 99)).save(out, "PNG")
        digest = sha256(out.getvalue()).hexdigest()
        platform().objects.put(f"images/{digest}", BytesIO(out.getvalue()))
        return digest


@pytest.fixture
def api(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    prepare(empty_database_url)
    monkeypatch.setenv("KENPIN_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("KENPIN_DATA_DIR", str(tmp_path / "data"))
    bootstrap.platform.cache_clear()
    yield Api()
    platform().close()
    bootstrap.platform.cache_clear()


@pytest.fixture
def cookies(api: Api) -> list[str]:
    """A project and a dataset called cookies with eight images; their ids in order."""
    api.post("/v1/projects", {"project_id": "cookies", "name": "Cookies"})
    api.post("/v1/projects/cookies/defect-classes", {"class_id": "cracked", "name": "cracked", "key": 1})
    api.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"})
    ids = [api.image(n) for n in range(8)]
    images = [
        {"digest": id, "name": f"{n}.png", "capture": {"line": f"L{n % 2}"}} for n, id in enumerate(ids)
    ]
    assert api.post("/v1/datasets/cookies/images", {"images": images}).status == 201
    return ids
