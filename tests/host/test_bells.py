"""The doorbell between processes of one machine: who listens hears it, and who rings never waits."""

import sys
import time
from pathlib import Path

import pytest

from host.projector import stream_event, wait_for_streams
from kenpin.adapters.filesystem.doorbell import SocketDoorbell

DEEP = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a socket's path has a limit")


@pytest.mark.parametrize("folder", ["data", pytest.param("検品/" + "deep" * 40, marks=DEEP)])
def test_who_listens_hears_each_stream_once_and_in_order(tmp_path: Path, folder: str) -> None:
    doorbell = SocketDoorbell(tmp_path / folder)
    with doorbell.listen("projector") as ears, doorbell.listen("other") as others:
        for stream in ("dataset-b", "dataset-a", "dataset-b"):
            doorbell.ring(stream)
        assert wait_for_streams(ears, 1) == ["dataset-b", "dataset-a"]
        assert wait_for_streams(others, 1) == ["dataset-b", "dataset-a"]


def test_who_rings_waits_for_nobody(tmp_path: Path) -> None:
    doorbell = SocketDoorbell(tmp_path)
    doorbell.ring("dataset-a")  # nobody ever listened
    doorbell.listen("dead").close()
    began = time.monotonic()
    with doorbell.listen("deaf") as deaf:
        for _ in range(2000):
            doorbell.ring("dataset-a")
        assert time.monotonic() - began < 10
        assert wait_for_streams(deaf, 1) == ["dataset-a"]


def test_who_listens_again_takes_the_place_of_the_one_that_died(tmp_path: Path) -> None:
    doorbell = SocketDoorbell(tmp_path)
    with doorbell.listen("projector"), doorbell.listen("projector") as ears:
        doorbell.ring("run-1")
        assert wait_for_streams(ears, 1) == ["run-1"]


def test_a_quiet_bell_is_given_up_after_the_patience(tmp_path: Path) -> None:
    with SocketDoorbell(tmp_path).listen("projector") as ears:
        began = time.monotonic()
        assert wait_for_streams(ears, 0.1) == []
        assert wait_for_streams(ears, -1) == []
        assert 0.1 <= time.monotonic() - began < 5


def test_rings_become_the_batch_that_a_dynamodb_stream_would_deliver() -> None:
    (record,) = stream_event(["dataset-a"])["Records"]
    assert record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[2] == "dataset-a"
