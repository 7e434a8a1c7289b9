"""The API in this process: the gateway calls the real handlers over real PostgreSQL."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from functions.runtime.event import Json
from host.gateway import Request, call, function_for, respond
from kenpin import bootstrap
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.ids import upload_name
from kenpin.domain.member.commands import GrantRole
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import Role
from kenpin.projections.catalogue import wait_for
from kenpin.read_models.catalogue import advance_stream
from tests.functions.aws import account
from tests.functions.world import World, build_world
from tests.postgres_server import name_of, new_database

__all__ = ["account"]


@dataclass(frozen=True)
class ApiReply:
    status: int
    headers: Mapping[str, str]
    json: Json


class Api:
    """Sends requests; after a write the doorbell rings, so that reads show it.

    `inspector` is admin of the installation, and so becomes whoever else is named and not `known`.
    """

    def __init__(self) -> None:
        self.known = {"inspector", "kenpin"}

    def get(self, path: str, actor: str = "inspector") -> ApiReply:
        return self.send("GET", path, None, {"kenpin-actor": actor})

    def post(self, path: str, body: object, method: str = "POST", **headers: str) -> ApiReply:
        reply = self.write(path, body, method, **headers)
        self.catch_up()
        return reply

    def write(self, path: str, body: object, method: str = "POST", **headers: str) -> ApiReply:
        """Send a write that is read with the next one: no doorbell rings."""
        named = {"kenpin-actor": "inspector", "content-type": "application/json"}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, path, body, named | sent)

    def catch_up(self) -> None:
        call("sweeper", {})

    def send(self, method: str, path: str, body: object, headers: dict[str, str]) -> ApiReply:
        path, _, query = path.partition("?")
        function = function_for(method, path)
        assert function is not None, f"no function takes {method} {path}"
        content = b"" if body is None else json.dumps(body).encode()
        actor = headers.get("kenpin-actor", "")
        if actor and actor not in self.known:
            self.grant(actor, "admin")
        claims = {"sub": actor} if actor else {}
        answer = respond(function, Request(method, path, query, headers, content, claims))
        return ApiReply(answer.status, answer.headers, json.loads(answer.body) if answer.body else {})

    def grant(self, actor: str, role: Role, project_id: str = "*", lines: tuple[str, ...] = ()) -> None:
        """From outside, as the installation does for its first admin."""
        self.known.add(actor)
        command = GrantRole(project_id=project_id, role=role, lines=lines)
        platform().commands.execute(member, actor, command, by=Context(actor="kenpin"))
        advance_stream(f"member-{actor}", platform().events, platform().database)

    def image(self, colour: int, size: tuple[int, int] = (64, 48), project_id: str = "cookies") -> str:
        """Send a picture for this project and answer its digest."""
        return sent(picture(colour, size), project_id)


def sent(body: bytes, project_id: str = "cookies") -> str:
    """The digest of bytes that were uploaded for the project."""
    digest = sha256(body).hexdigest()
    platform().objects.put(upload_name(project_id, digest), BytesIO(body))
    return digest


def picture(colour: int, size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (colour % 256, colour // 256, 99)).save(out, "PNG")
    return out.getvalue()


@contextmanager
def installed(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An installation over this prepared database, in this process."""
    monkeypatch.setenv("KENPIN_DATABASE_URL", database_url)
    monkeypatch.setenv("KENPIN_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("KENPIN_FIRST_ADMIN", "inspector")
    # Rows come by `catch_up` alone: who waits for them waits in vain.
    waiting = {**(wait_for.__kwdefaults__ or {}), "patience_s": 0.05}
    monkeypatch.setattr(wait_for, "__kwdefaults__", waiting)
    bootstrap.platform.cache_clear()
    yield Api()
    platform().close()
    bootstrap.platform.cache_clear()


@pytest.fixture
def api(prepared_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with installed(prepared_database_url, tmp_path, monkeypatch) as api:
        yield api


@dataclass(frozen=True)
class Built:
    """An installation with two factories, which nobody changes: tests get copies of its database and folder."""

    template: str
    folder: Path
    world: World


@pytest.fixture(scope="session")
def built(
    postgres_url: str, prepared_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("world")
    with new_database(postgres_url, prepared_template) as url:
        with pytest.MonkeyPatch.context() as monkeypatch, installed(url, folder, monkeypatch) as api:
            world = build_world(api)
        yield Built(name_of(url), folder, world)


@pytest.fixture
def world(
    built: Built, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    shutil.copytree(built.folder, tmp_path / "world")
    with (
        new_database(postgres_url, built.template) as url,
        installed(url, tmp_path / "world", monkeypatch) as api,
    ):
        api.known |= built.world.api.known
        yield replace(built.world, api=api)


@pytest.fixture
def api_on_aws(account: None, api: Api) -> Api:
    """The same, on DynamoDB, S3 and SQS."""
    return api


@pytest.fixture(params=["local", "aws"])
def everywhere(request: pytest.FixtureRequest) -> Api:
    if request.param == "aws":
        request.getfixturevalue("account")
    found: Api = request.getfixturevalue("api")
    return found


@pytest.fixture
def cookies(api: Api) -> list[str]:
    """A project and a dataset called cookies with eight images; their ids in order."""
    for path, body in (
        ("projects", {"project_id": "cookies", "name": "Cookies"}),
        ("projects/cookies/defect-classes", {"class_id": "cracked", "name": "cracked", "key": 1}),
        ("datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"}),
    ):
        assert api.write(f"/v1/{path}", body).status == 201
    ids = [api.image(n) for n in range(8)]
    images = [
        {"digest": id, "name": f"{n}.png", "capture": {"line": f"L{n % 2}"}} for n, id in enumerate(ids)
    ]
    assert api.post("/v1/datasets/cookies/images", {"images": images}).status == 201
    return ids


@pytest.fixture
def labelled(api: Api, cookies: list[str]) -> list[str]:
    """The dataset with two OK and two NG images to learn from."""
    verdicts = zip(cookies, ("OK", "OK", "NG", "NG"), strict=False)
    body = {"annotations": [{"image_id": id, "verdict": verdict} for id, verdict in verdicts]}
    assert api.post("/v1/datasets/cookies/annotations", body).status == 201
    return cookies


@pytest.fixture
def run_id(api: Api, labelled: list[str]) -> str:
    reply = api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7})
    assert reply.status == 202
    return str(reply.json["id"])
