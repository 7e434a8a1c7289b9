"""A child process of the node: started again when it ends, and replaced when it no longer answers."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kenpin.settings import PARENT_PID

RESTART_DELAYS_S: Final = (0.0, 0.0, 0.2, 1.0, 5.0)
"""Delays before the first, second, … restart of a process that keeps failing; the last one repeats."""
STABLE_AFTER_S: Final = 30.0
"""A process that ran this long is stable: its next failure counts as the first."""
STOP_TIMEOUT_S: Final = 5.0
"""Time that a process has to stop before it is killed."""
START_TIMEOUT_S: Final = 30.0
"""Time until the first heartbeat of a process."""
HEARTBEAT_TIMEOUT_S: Final = 5.0
"""Time between two heartbeats after which a process is replaced."""


@dataclass
class ChildProcess:
    """One process of the node, started again whenever it ends."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    stop_timeout_s: float = STOP_TIMEOUT_S
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def keep_alive(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process is not None:
            self._note_exit(now)
        delay = RESTART_DELAYS_S[min(self.failures, len(RESTART_DELAYS_S) - 1)]
        if self.process is None and now >= self.started + delay:
            self.start(now)

    def _note_exit(self, now: float) -> None:
        assert self.process is not None
        log_line(f"{self.name} ended with {self.process.returncode}; starting it again")
        self.failures = 1 if now - self.started > STABLE_AFTER_S else self.failures + 1
        self.process, self.started = None, now

    def start(self, now: float) -> None:
        self._spawn(self.command, self.pass_fds)
        self.started = now

    def _spawn(self, command: Sequence[str], pass_fds: tuple[int, ...]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**self.environment, PARENT_PID: str(os.getpid())},
            stdin=subprocess.PIPE,
            stdout=sys.stderr,
            pass_fds=pass_fds,
            start_new_session=True,
        )

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


@dataclass
class MonitoredProcess(ChildProcess):
    """A process that writes heartbeats to a pipe: one that stops to do so is killed, and so replaced.

    The number of the pipe's file descriptor is the last argument of its command.
    """

    heartbeats: int | None = None
    heard: float = 0.0

    def keep_alive(self) -> None:
        if self.process is not None and self._is_silent(time.monotonic()):
            log_line(f"{self.name} has not answered for {HEARTBEAT_TIMEOUT_S:.0f} s; replacing it")
            self.process.kill()
            self.process.wait()
        super().keep_alive()

    def start(self, now: float) -> None:
        super().start(now)
        self.heard = now + START_TIMEOUT_S - HEARTBEAT_TIMEOUT_S

    def _spawn(self, command: Sequence[str], pass_fds: tuple[int, ...]) -> None:
        if self.heartbeats is not None:
            os.close(self.heartbeats)
        self.heartbeats, written = os.pipe()
        os.set_blocking(self.heartbeats, False)
        try:
            super()._spawn((*command, str(written)), (*pass_fds, written))
        finally:
            os.close(written)

    def _is_silent(self, now: float) -> bool:
        assert self.heartbeats is not None
        with suppress(BlockingIOError):
            if os.read(self.heartbeats, 4096):
                self.heard = now
        return now - self.heard > HEARTBEAT_TIMEOUT_S


def log_line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
