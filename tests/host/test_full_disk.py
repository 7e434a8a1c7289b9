"""A full disk: uploads and judgements say so in plain words, health is degraded, and all goes on with new space."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

import httpx
import pytest

from kenpin.adapters.filesystem import object_store
from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
from kenpin.domain.disk_space import LOW_BYTES, RESERVED_BYTES, DiskSpace
from kenpin.ports import OutOfSpace
from tests.host.conftest import Worker
from tests.host.problems import PROJECTS, is_problem
from tests.host.running import RunningNode, wait_until

DISK: Final = "200m"
TERABYTE: Final = 1024**4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(64 * 1024))


def project(node: RunningNode, n: int) -> httpx.Response:
    body = {"project_id": f"p{n}", "name": "検品 " * 40}
    return node.http.post(PROJECTS, json=body, headers={"Idempotency-Key": f"k{n}"}, timeout=30)


@pytest.mark.timeout(240)
def test_a_node_on_a_full_disk_says_so_and_goes_on_with_new_space(small_disk: Path) -> None:
    with RunningNode(small_disk / "data", http_workers=1) as node:
        assert project(node, 0).status_code == 201
        fill(small_disk)
        refused = next(answer for n in range(1, 20_000) if (answer := project(node, n)).status_code != 201)
        assert is_problem(refused, 503)
        assert "retry-after" in refused.headers
        for word in ("insert", "select", "INSERT", "SELECT", "pg_", "base/"):
            assert word not in refused.json()["detail"]
        health = node.http.get("/v1/health").json()
        assert (health["status"], health["disk"]["state"]) == ("degraded", "full")
        assert "the disk is full" in health["cause"]
        (small_disk / "filler").unlink()
        wait_until(lambda: project(node, 30_000).status_code == 201, "it goes on")


def test_an_upload_without_room_is_answered_with_503(worker: Worker, client: httpx.Client) -> None:
    """The file is larger than any disk, so there is no room for it."""
    url = worker.objects.upload_url("p", "0" * 64, 2**50, "image/png")
    answer = client.put(url, content=b"a picture")
    assert is_problem(answer, 503)
    assert answer.headers["retry-after"] == "30"
    assert "the disk is full" in answer.json()["detail"]


def test_a_file_that_the_system_refuses_is_out_of_space(tmp_path: Path) -> None:
    store, (soft, hard) = (
        FilesystemObjectStore(tmp_path, "", b"key"),
        resource.getrlimit(resource.RLIMIT_FSIZE),
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024**2, hard))
    try:
        with pytest.raises(OutOfSpace):
            store.put("images/a0", BytesIO(bytes(2 * 1024**2)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not store.has(["images/a0"])
    assert list((tmp_path / "incoming").iterdir()) == []


def test_uploads_leave_space_for_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = DiskSpace(RESERVED_BYTES + 99, TERABYTE)
    monkeypatch.setattr(object_store, "disk_space", lambda folder: left)
    with pytest.raises(OutOfSpace):
        FilesystemObjectStore(tmp_path, "", b"key").accept("uploads/p.0", 100, BytesIO(bytes(100)))


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (RESERVED_BYTES - 1, TERABYTE, "full"),
        (RESERVED_BYTES, TERABYTE, "low"),
        (TERABYTE // 20 - 1, TERABYTE, "low"),
        (TERABYTE // 20 + 1, TERABYTE, "enough"),
        (LOW_BYTES - 1, LOW_BYTES * 2, "low"),
    ],
)
def test_space_is_low_before_it_is_gone(free: int, total: int, state: str) -> None:
    assert DiskSpace(free, total).state == state
