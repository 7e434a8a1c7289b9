"""HTTP workers share one socket: each gets its part, and when one dies or hangs the others serve its clients."""

import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.host.running import RunningNode, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
CONNECTIONS: Final = 40
WRITERS: Final = 8
LATE_S: Final = 2.0
"""Delay beyond the intended one that a machine under load may add."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with RunningNode(tmp_path_factory.mktemp("workers") / "data", http_workers=2) as node:
        yield node


class ProjectWriter(threading.Thread):
    """Creates project after project on a kept connection, and notes when each was acknowledged."""

    def __init__(self, node: RunningNode, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.acknowledged = [time.monotonic()]
        self._http = httpx.Client(base_url=node.url, auth=node.auth, timeout=30, trust_env=False)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(0.02):
            project = {"project_id": f"{self.name}-{len(self.acknowledged)}", "name": "A project"}
            with suppress(httpx.TransportError):
                self._http.post(
                    "/v1/projects", json=project, headers={"Idempotency-Key": project["project_id"]}
                )
                self.acknowledged.append(time.monotonic())

    def finish(self) -> None:
        self._stopped.set()
        self.join(40)
        self._http.close()

    def longest_pause_s(self) -> float:
        times = self.acknowledged
        return max(later - earlier for earlier, later in itertools.pairwise(times))


def longest_pause_s(node: RunningNode, hurt: int, seconds: float) -> float:
    """Return the longest pause of any writer while a signal meets one worker."""
    wait_until(lambda: len(serving(node)) == 2, "both workers serve")
    writers = [ProjectWriter(node, f"w{hurt}-{int(time.time() * 10) % 10**6}-{n}") for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        wait_until(lambda: all(len(each.acknowledged) > 3 for each in writers), "all writers write")
        os.kill(serving(node)[0], hurt)
        time.sleep(seconds)
    finally:
        for writer in writers:
            writer.finish()
    return max(writer.longest_pause_s() for writer in writers)


def serving(node: RunningNode) -> list[int]:
    """Return the workers with an event loop, which has two sockets beside the one that it listens on."""
    return [pid for pid in node.processes("host.http") if open_sockets(pid) > 2]


def open_sockets(pid: int) -> int:
    links = []
    with suppress(FileNotFoundError):
        for fd in Path(f"/proc/{pid}/fd").iterdir():
            links.append(str(fd.readlink()))
    return sum(link.startswith("socket:") for link in links)


def test_each_worker_gets_its_part_of_the_connections(node: RunningNode) -> None:
    wait_until(lambda: len(serving(node)) == 2, "both workers serve")
    workers = serving(node)
    assert node.http.get("/v1/health").is_success
    before = {pid: open_sockets(pid) for pid in workers}
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            client = stack.enter_context(httpx.Client(base_url=node.url, trust_env=False))
            assert client.get("/config.json").is_success
        parts = [open_sockets(pid) - before[pid] for pid in workers]
    assert len(parts) == 2
    assert min(parts) >= CONNECTIONS / 4


@pytest.mark.parametrize("time_of_its_death", ["first", "second", "third"])
def test_writers_of_a_killed_worker_go_on_at_once(node: RunningNode, time_of_its_death: str) -> None:
    assert longest_pause_s(node, signal.SIGKILL, 2) < 1 + LATE_S


def test_a_worker_that_hangs_is_replaced(node: RunningNode) -> None:
    before = set(node.processes("host.http"))
    assert longest_pause_s(node, signal.SIGSTOP, 7 + LATE_S) < 6 + LATE_S
    wait_until(lambda: len(set(node.processes("host.http")) - before) == 1, "one worker is another")
    assert "has not answered for 5 s; replacing it" in node.log.read_text()
