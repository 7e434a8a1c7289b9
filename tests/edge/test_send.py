"""Sending: each picture arrives, however the platform fails; what it refuses is kept with the reason."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from kenpin_edge.config import EdgeConfig
from kenpin_edge.send import Sender, SendLater
from kenpin_edge.spool import Spool
from kenpin_edge.status import status_of
from tests.edge.platform_stub import NOTHING, PlatformStub
from tests.edge.test_folder import until


def add(spool: Spool, n: int, source: str = "/lines/1") -> str:
    body = f"picture {n}".encode()
    assert spool.add(source, f"id-{n}", f"{n}.png", body, {"line": "1"}) == "kept"
    return sha256(body).hexdigest()


def states(spool: Spool) -> list[tuple[str, str]]:
    return [(row["state"], row["why"]) for row in spool.rows("select state, why from picture order by key")]


def arrived(stub: PlatformStub) -> set[tuple[str, str]]:
    return {(event["source"], event["id"]) for event in [*stub.events]}


@pytest.fixture
def sender(config: EdgeConfig, spool: Spool) -> Iterator[Sender]:
    with closing(Sender(config, spool)) as sender:
        yield sender


@contextmanager
def sending(config: EdgeConfig, spool: Spool) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=Sender(config, spool).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_pictures_are_uploaded_and_announced(
    sender: Sender, config: EdgeConfig, spool: Spool, platform_stub: PlatformStub
) -> None:
    digests = [add(spool, n) for n in range(3)]
    assert sender.send_some() == 3
    assert platform_stub.events[0] == {
        "specversion": "1.0",
        "type": "kenpin.image.captured.v1",
        "source": "/lines/1",
        "id": "id-0",
        "data": {
            "dataset_id": "parts",
            "digest": digests[0],
            "name": "0.png",
            "capture": {"line": "1"},
        },
    }
    assert states(spool) == [("sent", "")] * 3
    assert [*(config.spool / "pictures").iterdir()] == []
    assert sender.send_some() == 0


@pytest.mark.parametrize("place", ["uploads", "put", "intake"])
@pytest.mark.parametrize("fault", [(429, "7"), (500, ""), (503, "1"), (401, ""), (NOTHING, "")])
def test_a_platform_that_fails_gets_the_picture_later(
    sender: Sender, spool: Spool, platform_stub: PlatformStub, place: str, fault: tuple[int, str]
) -> None:
    add(spool, 1)
    platform_stub.faults = [(place, *fault)]
    with pytest.raises(SendLater) as later:
        sender.send_some()
    assert later.value.after == (float(fault[1]) if fault[1] else None)
    assert [state for state, _ in states(spool)] == ["waiting"]
    sender.send_some()
    sender.send_broken()
    assert states(spool) == [("sent", "")]
    assert len(platform_stub.events) == 1


def test_retry_after_is_waited_for(config: EdgeConfig, spool: Spool, platform_stub: PlatformStub) -> None:
    platform_stub.faults = [("", 429, "2")]
    add(spool, 1)
    began = time.monotonic()
    with sending(config, spool):
        until(lambda: len(platform_stub.asked) == 1)
        until(lambda: "429" in spool.noted("trouble"))
        until(lambda: states(spool) == [("sent", "")])
        assert time.monotonic() - began >= 2
        until(lambda: spool.noted("trouble") == "")


def test_what_is_refused_is_kept_with_its_reason_and_can_be_retried(
    sender: Sender, spool: Spool, platform_stub: PlatformStub
) -> None:
    digests = [add(spool, n) for n in range(4)]
    add(spool, 5, "/elsewhere")
    platform_stub.refused[digests[1]] = "the bytes cannot be read as an image"
    platform_stub.malformed.add(digests[2])
    sender.send_some()
    assert states(spool) == [
        ("sent", ""),
        ("rejected", "the bytes cannot be read as an image"),
        ("rejected", "/v1/intake answered 422: an event is malformed"),
        ("sent", ""),
        ("rejected", "the configuration has no station with source /elsewhere"),
    ]
    platform_stub.refused.clear()
    platform_stub.malformed.clear()
    assert spool.retry() == 3
    sender.send_some()
    assert [state for state, _ in states(spool)] == ["sent"] * 4 + ["rejected"]


def test_a_picture_at_which_the_platform_breaks_does_not_hold_up_the_others(
    sender: Sender, spool: Spool, platform_stub: PlatformStub
) -> None:
    digests = [add(spool, n) for n in range(3)]
    platform_stub.breaks_at = {digests[0]}
    why = "/v1/intake answered 500: something broke"
    assert sender.send_some() == 3
    assert sorted(states(spool)) == [("sent", ""), ("sent", ""), ("waiting", why)]
    add(spool, 3)
    assert sender.send_some() == 1
    sender.send_broken()
    assert sorted(states(spool)) == [*[("sent", "")] * 3, ("waiting", why)]
    assert status_of(spool).trouble == [f"/lines/1 0.png: {why}"]
    platform_stub.breaks_at.clear()
    sender.send_broken()
    assert len(platform_stub.events) == 4
    assert status_of(spool).trouble == []


def test_pictures_at_which_the_platform_broke_are_sent_once_it_is_mended(
    config: EdgeConfig, spool: Spool, platform_stub: PlatformStub
) -> None:
    platform_stub.breaks_at = {add(spool, 0), add(spool, 1)}
    with sending(config, spool):
        until(lambda: status_of(spool).broken == 2)
        platform_stub.breaks_at.clear()
        until(lambda: states(spool) == [("sent", "")] * 2)


def test_drops_are_reported_once_for_each_count(
    sender: Sender, spool: Spool, platform_stub: PlatformStub
) -> None:
    for count in (2, 1):
        for _ in range(count):
            spool.count("/lines/1", "share")
        sender.report_drops()
        sender.report_drops()
    assert [event["data"]["dropped"] for event in platform_stub.reports] == [2, 3]
    platform_stub.faults = [("intake", 503, "")]
    spool.count("/lines/1", "disk")
    with pytest.raises(SendLater):
        sender.report_drops()
    platform_stub.faults = [("intake", 422, "")]
    sender.report_drops()
    assert spool.noted("reported /lines/1") == "4"


def test_an_address_that_is_not_kenpin_loses_nothing(config: EdgeConfig, spool: Spool) -> None:
    add(spool, 1)
    for address in ("http://127.0.0.1:9", "http://no.such.host.invalid"):
        with (
            closing(Sender(replace(config, address=address), spool)) as sender,
            pytest.raises(SendLater, match="no answer from"),
        ):
            sender.send_some()
    assert states(spool) == [("waiting", "")]


def test_an_agent_that_is_killed_sends_everything(
    config: EdgeConfig, tmp_path: Path, platform_stub: PlatformStub
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(
        f"""address = "{config.address}"
        token_file = "token"
        spool = "spool"
        status_port = 0
        [[stations]]
        source = "/lines/1"
        dataset = "parts"
        folder = "{config.stations["/lines/1"].folder}"
        stable_seconds = 0.1
        """
    )
    folder = config.stations["/lines/1"].folder
    for round, wanted in enumerate((1, 60, 110, 200)):
        for n in range(50 * round, 50 * round + 50):
            (folder / f"{n}.png").write_bytes(f"picture {n}".encode())
        command = [sys.executable, "-m", "kenpin_edge", "run", "--config", str(file)]
        with subprocess.Popen(command) as agent:
            until(lambda: len(arrived(platform_stub)) >= wanted)  # noqa: B023
            os.kill(agent.pid, signal.SIGTERM if wanted == 200 else signal.SIGKILL)
    assert agent.returncode == 0
    assert len(arrived(platform_stub)) == 200
    assert platform_stub.stored.keys() == {sha256(f"picture {n}".encode()).hexdigest() for n in range(200)}
    assert len([*folder.iterdir()]) == 200
