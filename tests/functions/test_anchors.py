"""Scheduled anchors: the key comes first, unchanged history is not signed again, and the mirror gets a copy."""

from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from host.gateway import call
from kenpin.adapters.aws import clients
from kenpin.bootstrap import platform
from kenpin.ports.errors import MirrorDiffers
from tests.functions.conftest import Api


def test_the_key_can_be_noted_before_anything_happens(api: Api) -> None:
    assert call("anchors", {}) == {"taken": 0}
    (key,) = api.get("/v1/proof/keys").json["items"]
    assert len(bytes.fromhex(key["public"])) == 32
    assert api.get("/v1/proof/anchors").json["items"] == []


def test_an_anchor_is_taken_when_something_happened_and_then_no_more(api: Api, cookies: list[str]) -> None:
    assert [call("anchors", {}) for _ in range(2)] == [{"taken": 1}, {"taken": 0}]
    (anchor,) = api.get("/v1/proof/anchors").json["items"]
    (key,) = api.get("/v1/proof/keys").json["items"]
    assert anchor["key_id"] == key["key_id"]
    heads = api.get("/v1/streams").json["items"]
    assert (anchor["streams"], anchor["events"]) == (len(heads), sum(head["version"] for head in heads))


class Mirror:
    """A folder that is the mirror, and what it holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def mirror(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    folder = tmp_path / "mirror"
    folder.mkdir()
    set_to(monkeypatch, anchor_mirror=str(folder))
    return Mirror(folder)


def set_to(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    changed = platform().settings.model_copy(update=settings)
    monkeypatch.setattr(platform(), "settings", changed)


def something_happens(api: Api, name: str) -> None:
    api.post("/v1/projects", {"project_id": name, "name": name})


def test_the_mirror_gets_what_it_lacks_once(api: Api, cookies: list[str], mirror: Mirror) -> None:
    mirror.folder.rmdir()
    with pytest.raises(ExceptionGroup, match="the anchor is taken"):
        call("anchors", {})
    assert len(api.get("/v1/proof/anchors").json["items"]) == 1
    mirror.folder.mkdir()
    assert api.post("/v1/proof/anchors", {}).status == 201
    assert mirror.names() == ["anchor-00000001.json", "key-00000001.json"]
    written = [(mirror.folder / name).stat().st_mtime_ns for name in mirror.names()]
    assert call("anchors", {}) == {"taken": 0}
    assert [(mirror.folder / name).stat().st_mtime_ns for name in mirror.names()] == written
    assert all(
        (mirror.folder / name).read_bytes() == platform().anchor_records.read(name) for name in mirror.names()
    )


@pytest.mark.parametrize("damage", ["changed", "removed here"])
def test_a_mirror_that_differs_is_an_alarm_and_stays_as_it_is(
    api: Api, cookies: list[str], mirror: Mirror, damage: str
) -> None:
    call("anchors", {})
    copy = mirror.folder / "anchor-00000001.json"
    if damage == "changed":
        copy.chmod(0o600)
        copy.write_bytes(b"another anchor")
    else:
        copy.rename(mirror.folder / "anchor-00000003.json")
    before = {name: (mirror.folder / name).read_bytes() for name in mirror.names()}
    something_happens(api, "later")
    with pytest.raises(ExceptionGroup) as alarm:
        call("anchors", {})
    (found,) = alarm.value.exceptions
    assert isinstance(found, MirrorDiffers)
    assert {name: (mirror.folder / name).read_bytes() for name in mirror.names()} == before
    assert len(api.get("/v1/proof/anchors").json["items"]) == 2


def test_a_bucket_is_a_mirror_below_its_prefix(
    api: Api, cookies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(monkeypatch, anchor_mirror="s3://auditor/kenpin/line-1")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-central-1")
        s3.create_bucket(Bucket="auditor", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        monkeypatch.setattr(clients, "s3", lambda: s3)
        call("anchors", {})
        names = [each["Key"] for each in s3.list_objects_v2(Bucket="auditor")["Contents"]]
        assert names == [f"kenpin/line-1/{name}-00000001.json" for name in ("anchor", "key")]
        s3.put_object(Bucket="auditor", Key=names[0], Body=b"another anchor")
        with pytest.raises(ExceptionGroup) as alarm:
            call("anchors", {})
        assert "has other bytes in the mirror" in str(alarm.value.exceptions[0])
        assert s3.get_object(Bucket="auditor", Key=names[0])["Body"].read() == b"another anchor"
