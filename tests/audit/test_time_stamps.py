"""Time stamps on anchors: asked for, tried again, and checked by whoever has the authority's certificates."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from functions.audit_pack.order import PackSummary
from host.audit.pack import write_pack
from host.audit.time_stamps import trusted_certificates
from host.cli.client import Client
from host.cli.commands.verify import check_time_stamps
from host.cli.failures import Refused
from host.gateway import call
from kenpin.bootstrap import platform
from tests.audit.time_stamp_authority import StampingAuthority, running
from tests.functions.conftest import Api
from tests.silent_progress import SilentProgress

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="the authority of the tests is openssl")
FIRST, SECOND = "anchor-00000001.json", "anchor-00000002.json"


@pytest.fixture
def authority(
    factory: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StampingAuthority]:
    """The authority that stamps the anchors of the factory."""
    folder = tmp_path / "authority"
    folder.mkdir()
    with running(folder) as authority:
        changed = platform().settings.model_copy(update={"tsa_url": authority.url})
        monkeypatch.setattr(platform(), "settings", changed)
        yield authority


def test_an_anchor_is_stamped_and_the_stamp_holds(
    authority: StampingAuthority, client: Client, api: Api
) -> None:
    call("anchors", {})
    times, findings = check_time_stamps(client, authority.root, None)
    assert findings == []
    assert times is not None
    assert abs(datetime.fromisoformat(times[FIRST]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert check_time_stamps(client, None, None) == (None, [])
    (shown,) = api.get("/v1/proof/anchors").json["items"]
    assert datetime.fromisoformat(shown["stamped_at"]) == datetime.fromisoformat(times[FIRST])


def test_an_authority_that_does_not_answer_stops_no_anchor_and_is_asked_again(
    authority: StampingAuthority, client: Client, api: Api
) -> None:
    authority.answers = False
    with pytest.raises(ExceptionGroup, match="the anchor is taken") as alarm:
        call("anchors", {})
    assert "did not answer" in str(alarm.value.exceptions[0])
    assert api.post("/v1/proof/anchors", {}).status == 201
    assert check_time_stamps(client, authority.root, None) == ({}, [])
    authority.answers = True
    assert call("anchors", {}) == {"taken": 0}
    times, _ = check_time_stamps(client, authority.root, None)
    assert times is not None
    assert times.keys() == {FIRST}


def test_a_stamp_of_another_anchor_or_authority_is_found(
    authority: StampingAuthority, client: Client, api: Api, tmp_path: Path
) -> None:
    call("anchors", {})
    api.post("/v1/projects", {"project_id": "later", "name": "Later"})
    call("anchors", {})
    kept = tmp_path / "kept"
    shutil.copytree(platform().settings.data_dir / "anchors", kept)
    shutil.copyfile(kept / "anchor-00000001.tsr", tmp_path / "first")
    (kept / "anchor-00000002.tsr").unlink()
    shutil.copyfile(tmp_path / "first", kept / "anchor-00000002.tsr")
    _, findings = check_time_stamps(client, authority.root, kept)
    assert [(found.stream, found.version) for found in findings] == [(f"{kept}/anchor-00000002.tsr", 0)]
    (other := tmp_path / "other").mkdir()
    _, findings = check_time_stamps(client, StampingAuthority(other).root, None)
    assert [found.stream for found in findings] == ["anchor-00000001.tsr", "anchor-00000002.tsr"]
    with pytest.raises(Refused, match="no root"):
        check_time_stamps(client, authority.folder / "tsa.pem", None)
    with pytest.raises(Refused, match="no file of certificates"):
        trusted_certificates(tmp_path / "first")


def test_a_pack_holds_the_stamps_which_openssl_checks_without_kenpin(
    authority: StampingAuthority, client: Client, tmp_path: Path
) -> None:
    """The command of docs/guides/audit.md."""
    pack = tmp_path / "pack"
    summary = write_pack(client, pack, None, [], "local", SilentProgress())
    assert isinstance(summary, PackSummary)
    assert summary.anchors == 1
    command = ["openssl", "ts", "-verify", "-data", FIRST, "-in", FIRST.replace("json", "tsr")]
    done = subprocess.run(
        [*command, "-CAfile", str(authority.root)], cwd=pack / "anchors", capture_output=True, text=True
    )
    assert "Verification: OK" in done.stdout + done.stderr
    shown = checked(pack)
    assert "1 time stamps, the newest of 2" in shown
    assert "everything holds" in shown
    assert "not checked: who signed the time stamps" in shown
    [stamp] = (pack / "anchors").glob("*.tsr")
    digest = hashlib.sha256(stamp.with_suffix(".json").read_bytes()).digest()
    stamp.write_bytes(stamp.read_bytes().replace(digest, hashlib.sha256().digest()))
    assert f"{stamp.name}: it is no time stamp of its anchor" in checked(pack)


def checked(pack: Path) -> str:
    """Return what verify_pack.py prints about a pack."""
    command = [sys.executable, "-I", "verify_pack.py"]
    done = subprocess.run(command, cwd=pack, capture_output=True, text=True)
    return done.stdout + done.stderr
