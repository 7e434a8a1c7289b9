"""HTTP workers of one node: each worker's share of the connections, and the pause of writers when one dies or hangs."""

import itertools
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from bench.report import Report, Scale, print_progress
from host.child_process import MonitoredProcess
from host.issuer.mint import SYSTEM, Minting
from host.node import Node
from host.temporary_node import temporary_node

REPEATS: Final[dict[Scale, int]] = {"small": 3, "full": 10}
WRITERS: Final = 16
THINK_S: Final = 0.5
NOTES: Final = [
    "a whole node with two HTTP workers; 16 writers, each on a kept connection, create projects twice a second",
    "pause: the longest time between two acknowledged writes of any writer, beyond its own half second",
]


class Writer(threading.Thread):
    """Creates projects on a kept connection and notes when each was acknowledged."""

    def __init__(self, node: Node, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.acknowledged = [time.monotonic()]
        auth = Minting(node.settings, SYSTEM)
        self._http = httpx.Client(base_url=node.address, auth=auth, timeout=30, trust_env=False)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(THINK_S):
            project = {"project_id": f"{self.name}-{len(self.acknowledged)}", "name": "A project"}
            while not self._stopped.is_set():
                with suppress(httpx.TransportError):
                    self._http.post("/v1/projects", json=project)
                    self.acknowledged.append(time.monotonic())
                    break

    def finish(self) -> None:
        self._stopped.set()
        self.join(40)
        self._http.close()

    def longest_pause_s(self) -> float:
        return max(later - earlier for earlier, later in itertools.pairwise(self.acknowledged)) - THINK_S


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    report.sizes |= {"writers": WRITERS, "workers": 2}
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        temporary_node(Path(folder), training_workers=0, http_workers=2) as node,
    ):
        shares: list[float] = []
        undisturbed = _pauses(node, "u", signal.SIGCONT, 1, 3, shares)
        killed = _pauses(node, "k", signal.SIGKILL, REPEATS[scale], 3, shares)
        stopped = _pauses(node, "s", signal.SIGSTOP, 1, 9, shares)
    report.add("connections of the worker with fewer", "%", shares)
    for name, pauses in (("nothing", undisturbed), ("kill -9", killed), ("SIGSTOP", stopped)):
        report.add(f"longest pause, {name}", "s", pauses)
    report.claim_at_most("longest pause, kill -9 less nothing, s", max(killed) - max(undisturbed), 1)
    report.claim_at_most("longest pause, SIGSTOP less nothing, s", max(stopped) - max(undisturbed), 6)


def _pauses(
    node: Node, name: str, hurt: int, repeats: int, seconds: float, shares: list[float]
) -> list[float]:
    pauses = []
    for repeat in range(repeats):
        print_progress(f"signal {hurt}, {repeat + 1} of {repeats}")
        time.sleep(3)  # a worker that was replaced is there again
        with _writing(node, f"{name}{repeat}") as writers:
            time.sleep(2)
            pids = [
                child.process.pid
                for child in node.children
                if isinstance(child, MonitoredProcess) and child.process
            ]
            sockets = [_open_sockets(pid) for pid in pids]
            shares.append(100 * min(sockets) / sum(sockets))
            os.kill(pids[0], hurt)
            time.sleep(seconds)
        pauses.append(max(writer.longest_pause_s() for writer in writers))
    return pauses


@contextmanager
def _writing(node: Node, name: str) -> Iterator[list[Writer]]:
    writers = [Writer(node, f"{name}-{n}") for n in range(WRITERS)]
    for writer in writers:
        writer.start()
        time.sleep(THINK_S / WRITERS)
    try:
        yield writers
    finally:
        for writer in writers:
            writer.finish()


def _open_sockets(pid: int) -> int:
    links = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()]
    return sum(link.startswith("socket:") for link in links)
