"""A Kenpin of one's own, started as people start it, and every process that belongs to it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Self

import httpx

import host
from functions.runtime.event import Json
from host.issuer.mint import Minting, mint
from kenpin.settings import Settings

CHECKOUT: Final = Path(host.__file__).parent.parent
WAIT_TIMEOUT_S: Final = 40.0
"""Generous, for a machine under load."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = WAIT_TIMEOUT_S) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {timeout_s} seconds"
        time.sleep(0.05)


def environment(**settings: object) -> dict[str, str]:
    """Return this process's environment with these settings of Kenpin alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KENPIN_")}
    return kept | {f"KENPIN_{name.upper()}": str(value) for name, value in settings.items()}


class RunningNode:
    """`with RunningNode(folder) as node: node.http.get("/v1/health")`."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder.with_name(f"{folder.name}.log")
        self.start_output: Json = {}
        self.auth = Minting(Settings(data_dir=folder, public_url=self.url), "kenpin")
        """Authentication of the node's own requests, for programs that can read its data folder."""
        self.http = httpx.Client(base_url=self.url, auth=self.auth, timeout=10, trust_env=False)
        self._settings = {"data_dir": folder, "training_workers": 0, **settings}
        self._supervisor: subprocess.Popen[bytes] | None = None

    @property
    def token(self) -> str:
        return mint(Settings(data_dir=self.folder, public_url=self.url), "kenpin")

    def start(self) -> None:
        """Start the node and wait until it prints its address."""
        out = self.folder.with_name(f"{self.folder.name}.out")
        with out.open("wb") as output, self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "host.cli", "up", "--json", "--port", str(self.port)],
                cwd=CHECKOUT,
                env=environment(**self._settings),
                stdout=output,
                stderr=log,
            )
        wait_until(lambda: out.read_bytes().endswith(b"\n") or not self.is_running(), "the node is up")
        assert self.is_running(), self.log.read_text()
        self.start_output = json.loads(out.read_bytes())

    def is_running(self) -> bool:
        return self._supervisor is not None and self._supervisor.poll() is None

    def stop(self, number: int = signal.SIGTERM, timeout_s: float = WAIT_TIMEOUT_S) -> int:
        """Ask it to stop; return its exit status."""
        assert self._supervisor is not None
        self._supervisor.send_signal(number)
        return self._supervisor.wait(timeout_s)

    def kill(self) -> None:
        """Kill the supervisor alone, as the operating system does when memory is short."""
        assert self._supervisor is not None
        self._supervisor.kill()
        self._supervisor.wait()

    def processes(self, *words: str) -> list[int]:
        """Return the running processes of this node with all these words in their command."""
        return [pid for pid in _belonging_to(self.folder) if {*words} <= set(_command(pid))]

    def postmaster(self) -> int:
        return int((self.folder / "postgres/cluster/postmaster.pid").read_text().split()[0])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the node; fail when a process of it is left."""
        self.http.close()
        if self.is_running():
            self.stop()
        try:
            wait_until(lambda: not self.processes(), "every process is gone", 10)
        finally:
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)


def _belonging_to(folder: Path) -> Iterator[int]:
    """Yield processes with this folder in their environment, and PostgreSQL's, which run in it."""
    setting = f"KENPIN_DATA_DIR={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environ = (process / "environ").read_bytes().split(b"\0")
            works_in = (process / "cwd").readlink()
            if setting in environ or works_in.is_relative_to(folder):
                yield int(process.name)


def _command(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []
