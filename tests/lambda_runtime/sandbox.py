"""An execution environment of Lambda: the real runtime interface client, with a function's own layers alone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Empty
from typing import Final

from functions.manifest import Function
from functions.runtime.event import Json
from tests.lambda_runtime.runtime_api import InvocationResult, listening

CLIENT: Final = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
INTERPRETER: Final = (
    Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
)
"""Started without `site`, so that it imports nothing from the environment of the tests."""
INIT_SECONDS: Final = 60.0
"""Lambda gives ten; the machine of the tests may be busy."""


class FunctionError(Exception):
    """The function answered no event: it raised, its answer was too large, or it could not be loaded."""


class TimedOut(Exception):
    """The function was ended at its deadline."""


def client_folder(folder: Path) -> Path:
    """Fill a folder with the runtime interface client and what it imports, as /var/runtime has it."""
    folder.mkdir()
    for module in CLIENT:
        spec = find_spec(module)
        assert spec and spec.origin, module
        path = Path(spec.origin)
        source = path.parent if path.name == "__init__.py" else path
        (folder / source.name).symlink_to(source)
    return folder


class Sandbox:
    """One function at a time: it is frozen between calls, and replaced after a time-out or a crash."""

    def __init__(
        self, function: Function, task: Path, path: str, settings: Mapping[str, str], log: Path
    ) -> None:
        """`task`: the folder of the code; `path`: where Python finds the layers and the client."""
        self._function, self._task, self._log = function, task, log
        self._environment = {**_environment(function, task), "PYTHONPATH": path, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    @contextmanager
    def running(self) -> Iterator["Sandbox"]:
        with listening() as self._api:
            try:
                yield self
            finally:
                self._end()

    def invoke(self, event: Json, seconds: float | None = None) -> Json:
        """Return the answer. Raises FunctionError or TimedOut; `seconds`: the function's own by default."""
        limit = seconds or self._function.timeout_seconds
        self.start()
        self._signal(signal.SIGCONT)
        self._api.send(event, limit)
        try:
            outcome = self._outcome(limit)
        except Empty:
            self._end()
            raise TimedOut(f"{self._function.name} after {limit} seconds") from None
        self._freeze()
        if outcome.error_type:
            raise FunctionError(outcome.error_type, outcome.body.decode())
        answer: Json = json.loads(outcome.body)
        return answer

    def start(self) -> None:
        """Start the process unless it lives, and wait until it asks for an event."""
        if self._process is not None and self._process.poll() is None:
            return
        self._api.ready.clear()
        self.starts += 1
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [INTERPRETER, "-S", "-m", "awslambdaric", f"{self._function.handler}.handler"],
                cwd=self._task,
                env={**self._environment, "AWS_LAMBDA_RUNTIME_API": self._api.address},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + INIT_SECONDS
        while not self._api.ready.wait(0.02):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise FunctionError("Runtime.ExitError", self._log.read_text())

    def _outcome(self, limit: float) -> InvocationResult:
        """Wait for what the client posts. Raises Empty at the deadline."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            with suppress(Empty):
                return self._api.outcomes.get(timeout=0.1)
            if self._process is None or self._process.poll() is not None:
                return InvocationResult(self._log.read_bytes(), "Runtime.ExitError")
        raise Empty

    def _freeze(self) -> None:
        """Stop the process when it waits for the next event; one that ended instead is left alone."""
        assert self._process is not None
        while not self._api.ready.wait(0.01):
            if self._process.poll() is not None:
                return
        self._signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def is_frozen(self) -> bool:
        """Ask the kernel (state T of proc(5))."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "T"

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            os.kill(self._process.pid, number)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _environment(function: Function, task: Path) -> dict[str, str]:
    """Return what Lambda itself sets."""
    return {
        "_HANDLER": f"{function.handler}.handler",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": "eu-central-1",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "LAMBDA_TASK_ROOT": str(task),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin/:/bin",
        "TZ": ":UTC",
    }
