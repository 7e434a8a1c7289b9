"""The process of one job: it gets the job on its standard input, writes its log, and ends with the worker."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from kenpin.ports import Job

LOG_TAIL_CHARACTERS: Final = 8_000
"""Characters of a log that are stored with a failure."""
Child = subprocess.Popen[bytes]


def start(command: Sequence[str], job: Job, log: Path) -> Child:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=partial(_die_with_parent, os.getpid()) if sys.platform == "linux" else None,
        )
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin:
        child.stdin.write(msgspec.json.encode(job))
    return child


def stop(child: Child, timeout_s: float) -> None:
    """Send SIGTERM, and SIGKILL after `timeout_s` seconds."""
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout_s)
    end(child)


def end(child: Child) -> None:
    child.kill()
    child.wait()


def tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-LOG_TAIL_CHARACTERS:]


def _die_with_parent(parent: int) -> None:
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the request above
        os._exit(1)
