"""An audit pack is asked for, written into the store and downloaded by a signed address."""

from pathlib import Path

from host.gateway import call
from kenpin.bootstrap import platform
from tests.audit.conftest import verified
from tests.functions.conftest import Api


def test_a_pack_is_asked_for_written_and_downloaded(
    everywhere: Api, cookies: list[str], tmp_path: Path
) -> None:
    """`everywhere`: on one machine, and with DynamoDB and S3."""
    api = everywhere
    asked = api.post("/v1/proof/packs", {"dataset_id": "cookies", "images": ["3.png"]})
    path = f"/v1/proof/packs/{asked.json['pack_id']}"
    name = f"AuditPack.{asked.json['pack_id']}"
    assert api.get(path).json["state"] == "making"
    call("exports", {"Records": [{"s3": {"object": {"key": f"export-requests/{name}"}}}]}, None)
    pack = api.get(path).json
    assert (pack["state"], pack["contents"]["images"]) == ("done", 1)
    assert f"exports/{name}.zip" in pack["url"]
    with platform().objects.open(f"exports/{name}.zip") as body:
        (tmp_path / "pack.zip").write_bytes(body.read())
    assert verified(tmp_path / "pack.zip").code == 0
