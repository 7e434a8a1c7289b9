"""A pack that the platform writes for a browser: the same as the command's, for who may see everything."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from functions.runtime.event import Json
from host.audit.pack import write_pack
from host.audit.scope import streams_of
from host.cli.client import Client
from host.gateway import call
from kenpin.bootstrap import platform
from tests.audit.conftest import verified
from tests.functions.conftest import Api
from tests.silent_progress import SilentProgress

PACKS = "/v1/proof/packs"


def asked(api: Api, **scope: object) -> str:
    reply = api.post(PACKS, scope)
    assert reply.status == 202, reply.json
    return str(reply.json["pack_id"])


def made(api: Api, pack_id: str, seconds: float = 900) -> Json:
    request = {"s3": {"object": {"key": f"export-requests/AuditPack.{pack_id}"}}}
    call("exports", {"Records": [request]}, seconds)
    return api.get(f"{PACKS}/{pack_id}").json


def files_of(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(pack)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_it_is_the_pack_of_the_command(api: Api, factory: list[str], client: Client, tmp_path: Path) -> None:
    chosen = streams_of(client, "cookies", None)
    write_pack(client, tmp_path / "own.zip", chosen, factory[1:2], "local", SilentProgress())
    pack_id = asked(api, dataset_id="cookies", images=["写真1.png"])
    pack = made(api, pack_id)
    assert (pack["state"], pack["percent"], pack["contents"]["images"]) == ("done", 100, 1)
    with platform().objects.open(f"exports/AuditPack.{pack_id}.zip") as body:
        content = body.read()
    (tmp_path / "pack.zip").write_bytes(content)
    assert verified(tmp_path / "pack.zip").code == 0
    files, own = files_of(content), files_of((tmp_path / "own.zip").read_bytes())
    assert {f"images/{factory[1]}", "streams/dataset-cookies.jsonl"} <= set(files)
    assert set(files) == set(own)
    assert all(files[name] == own[name] for name in files if name.startswith(("streams/", "images/")))


def test_a_pack_that_takes_too_long_says_so(api: Api, factory: list[str]) -> None:
    pack = made(api, asked(api), seconds=30)
    assert (pack["state"], pack["failed"], pack["url"]) == ("failed", "too_late", None)


@pytest.mark.parametrize("method", ["ask", "look"])
def test_a_pack_is_for_who_may_see_everything(api: Api, factory: list[str], method: str) -> None:
    api.grant("ito", "auditor", "p")
    if method == "ask":
        assert api.post(PACKS, {}, kenpin_actor="ito").status == 403
    else:
        assert api.get(f"{PACKS}/{asked(api)}", "ito").status == 403


def test_what_is_not_there_is_named(api: Api, factory: list[str]) -> None:
    gone = api.post(PACKS, {"dataset_id": "cookies", "images": ["写真9.png"]})
    assert (gone.status, gone.json["parameters"]) == (404, {"thing": "image", "name": "写真9.png"})
    assert api.get(f"{PACKS}/none").json["parameters"] == {"thing": "audit_pack", "name": "none"}
