"""The doorbell between processes of one machine: who listens hears it, and who rings never waits."""

import sys
import time
from pathlib import Path

import pytest

from host.projector import rung, stream_event
from kenpin.adapters.filesystem.doorbell import SocketDoorbell

DEEP = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a socket's path has a limit")


@pytest.mark.parametrize("folder", ["data", pytest.param("検品/" + "deep" * 40, marks=DEEP)])
def test_who_listens_hears_each_stream_once_and_in_order(tmp_path: Path, folder: str) -> None:
    bell = SocketDoorbell(tmp_path / folder)
    with bell.listen("projector") as ears, bell.listen("other") as others:
        for stream in ("dataset-b", "dataset-a", "dataset-b"):
            bell.ring(stream)
        assert rung(ears, 1) == ["dataset-b", "dataset-a"]
        assert rung(others, 1) == ["dataset-b", "dataset-a"]


def test_who_rings_waits_for_nobody(tmp_path: Path) -> None:
    bell = SocketDoorbell(tmp_path)
    bell.ring("dataset-a")  # nobody ever listened
    bell.listen("dead").close()
    began = time.monotonic()
    with bell.listen("deaf") as deaf:
        for _ in range(2000):
            bell.ring("dataset-a")
        assert time.monotonic() - began < 10
        assert rung(deaf, 1) == ["dataset-a"]


def test_who_listens_again_takes_the_place_of_the_one_that_died(tmp_path: Path) -> None:
    bell = SocketDoorbell(tmp_path)
    with bell.listen("projector"), bell.listen("projector") as ears:
        bell.ring("run-1")
        assert rung(ears, 1) == ["run-1"]


def test_a_quiet_bell_is_given_up_after_the_patience(tmp_path: Path) -> None:
    with SocketDoorbell(tmp_path).listen("projector") as ears:
        began = time.monotonic()
        assert rung(ears, 0.1) == []
        assert rung(ears, -1) == []
        assert 0.1 <= time.monotonic() - began < 5


def test_rings_become_the_batch_that_a_dynamodb_stream_would_deliver() -> None:
    (record,) = stream_event(["dataset-a"])["Records"]
    assert record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[2] == "dataset-a"
