"""A child process with its time and its peak memory."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bench.report import stopwatch


class Child(Struct, frozen=True):
    """A process that has ended."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: bytes


def run_child(command: Sequence[str | Path], environment: Mapping[str, str]) -> Child:
    """Run a command to its end. Raises CalledProcessError."""
    with (
        stopwatch() as clock,
        subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE) as child,
    ):
        assert child.stdout is not None
        output = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    return Child(clock.seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output)
