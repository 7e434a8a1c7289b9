"""A platform that fails on demand, and the agent's configuration for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kenpin_edge.config import EdgeConfig, Station
from kenpin_edge.spool import Spool
from tests.edge.platform_stub import PlatformStub, running_stub


@pytest.fixture
def platform_stub() -> Iterator[PlatformStub]:
    with running_stub() as found:
        yield found


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool", 10_000_000)
    yield spool
    spool.close()


@pytest.fixture
def station(tmp_path: Path) -> Station:
    folder = tmp_path / "camera"
    folder.mkdir()
    return Station("/lines/1", "parts", folder, {"line": "1"}, stable_seconds=0.3)


@pytest.fixture
def config(tmp_path: Path, platform_stub: PlatformStub, station: Station) -> EdgeConfig:
    (tmp_path / "token").write_text("secret\n")
    return EdgeConfig(platform_stub.address, tmp_path / "token", tmp_path / "spool", {"/lines/1": station})
