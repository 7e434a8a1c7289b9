"""The single node: starts PostgreSQL and Kenpin's processes, starts again what dies, and stops them all."""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from host.embedded_postgres import EmbeddedPostgres, PostgresFailed
from host.issuer.accounts import Accounts
from kenpin.bootstrap import prepare, wire
from kenpin.ports import Unavailable
from kenpin.settings import Settings

RESTART_DELAYS_S: Final = (0.0, 0.2, 1.0, 5.0)
"""Delays before the first, second, … restart of a process that keeps failing; the last one repeats."""
STABLE_AFTER_S: Final = 30.0
"""A process that ran this long is stable: its next failure counts as the first."""
STOP_TIMEOUT_S: Final = 5.0
"""Time that a process has to stop before it is killed."""
WORKER_STOP_TIMEOUT_S: Final = 40.0
"""The same for a training worker, which first saves a checkpoint of its run."""
PORT_RELEASE_TIMEOUT_S: Final = 2.0
"""Time to wait for the port: the processes of a killed Kenpin release it when they end."""


class NodeFailed(Exception):
    """The node cannot start; the message says why and what to do."""


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
        if (
            self.process is None
            and now >= self.started + RESTART_DELAYS_S[min(self.failures, len(RESTART_DELAYS_S) - 1)]
        ):
            self._start(now)

    def _note_exit(self, now: float) -> None:
        assert self.process is not None
        log_line(f"{self.name} ended with {self.process.returncode}; starting it again")
        self.failures = 1 if now - self.started > STABLE_AFTER_S else self.failures + 1
        self.process, self.started = None, now

    def _start(self, now: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=sys.stderr,
            pass_fds=self.pass_fds,
            start_new_session=True,
        )
        self.started = now

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


def log_line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _database_errors_as_node_failed() -> Iterator[None]:
    """Raise NodeFailed for a failure of the database."""
    try:
        yield
    except (PostgresFailed, Unavailable) as reason:
        raise NodeFailed(str(reason)) from reason


class Node:
    """A running node: `with Node(settings) as node: node.run()`. Raises NodeFailed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = address_of(settings.host, settings.port)
        self.children: list[ChildProcess] = []
        self.database_url = settings.database_url
        self._postgres: EmbeddedPostgres | None = None
        self._stopping = threading.Event()
        self._stack = ExitStack()

    @_database_errors_as_node_failed()
    def __enter__(self) -> "Node":
        with ExitStack() as stack:
            stack.enter_context(lock_data_dir(self.settings.data_dir))
            sockets = _listening_sockets(self.settings.host, self.settings.port, self.settings.http_workers)
            socket_fds = [stack.enter_context(opened).fileno() for opened in sockets]
            url = self.settings.database_url or stack.enter_context(self._embedded_postgres()).url
            prepare(url)
            self.database_url = url
            self.children = self._child_processes(socket_fds, url)
            stack.callback(self._stop_children)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _embedded_postgres(self) -> EmbeddedPostgres:
        self._postgres = EmbeddedPostgres(self.settings.data_dir / "postgres")
        return self._postgres

    def _child_processes(self, socket_fds: Sequence[int], url: str) -> list[ChildProcess]:
        environment = {**os.environ, **_environment_of(self.settings), "KENPIN_DATABASE_URL": url}
        quiet = {**environment, "POWERTOOLS_LOG_LEVEL": environment.get("POWERTOOLS_LOG_LEVEL", "WARNING")}
        http = [
            ChildProcess(f"http {n}", ("host.http", str(fd)), quiet, (fd,)) for n, fd in enumerate(socket_fds)
        ]
        training = [
            ChildProcess(
                f"training {n}", ("kenpin_training",), environment, stop_timeout_s=WORKER_STOP_TIMEOUT_S
            )
            for n in range(self.settings.training_workers)
        ]
        return [ChildProcess("projector", ("host.projector",), quiet), *http, *training]

    def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Run until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop())
        self.watch(tick)

    @_database_errors_as_node_failed()
    def watch(self, tick: Callable[[], None] = lambda: None) -> None:
        """Keep every process running until `stop`."""
        while not self._stopping.is_set():
            if self._postgres is not None:
                self._postgres.ensure_running()
            for child in self.children:
                child.keep_alive()
            tick()
            self._stopping.wait(0.1)

    def stop(self) -> None:
        self._stopping.set()

    def _stop_children(self) -> None:
        for child in self.children:
            child.stop()
        stop_asked_at = time.monotonic()
        for child in self.children:
            child.wait(max(0.0, stop_asked_at + child.stop_timeout_s - time.monotonic()))

    @property
    def running_settings(self) -> Settings:
        """The settings with the address of the running database."""
        return self.settings.model_copy(update={"database_url": self.database_url})

    def first_admin_link(self) -> str | None:
        """Return the link for the first administrator; None when there is one or another issuer signs people in."""
        from host.issuer.links import first_admin_link

        if self.settings.oidc_issuer:
            return None
        platform = wire(self.running_settings)
        try:
            return None if Accounts(platform.database).have_admin() else first_admin_link(self.settings)
        finally:
            platform.close()

    def is_ready(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.address}/v1/health", timeout=2, trust_env=False).is_success
        return False


def _environment_of(settings: Settings) -> dict[str, str]:
    """Return the settings as the environment of a child process, with absolute paths."""
    values = settings.model_dump(mode="json") | {"data_dir": str(settings.data_dir.absolute())}
    return {f"KENPIN_{name.upper()}": str(value) for name, value in values.items()}


def address_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def lock_data_dir(folder: Path) -> Iterator[None]:
    """Lock a data folder for one node; the lock ends with the process. Raises NodeFailed when it is taken."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "node.lock").open("wb")
    except OSError as error:
        raise NodeFailed(f"cannot keep data in {folder} ({error.strerror}); take --data-dir") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            reason = f"another Kenpin runs on {folder}; stop it first, or take --data-dir"
            raise NodeFailed(reason) from None
        yield


def _listening_sockets(host: str, port: int, workers: int) -> list[socket.socket]:
    """Open one socket per worker: on a shared socket the first worker to wake takes all connections."""
    deadline = time.monotonic() + PORT_RELEASE_TIMEOUT_S
    while True:
        try:
            _check_port_is_free(host, port)
            if sys.platform != "linux":
                return [_bound_socket(host, port)] * workers
            return [_bound_socket(host, port, socket.SO_REUSEPORT) for _ in range(workers)]
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise NodeFailed(
                    f"cannot listen on {host}:{port} ({error.strerror}); stop what is there or take --port"
                ) from error
        time.sleep(0.05)


def _check_port_is_free(host: str, port: int) -> None:
    """Raise OSError when the port is taken. Sockets with SO_REUSEPORT would share another node's port."""
    _bound_socket(host, port).close()


def _bound_socket(host: str, port: int, *options: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        for option in (socket.SO_REUSEADDR, *options):
            bound.setsockopt(socket.SOL_SOCKET, option, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind((host, port))
        bound.listen(256)
    except OSError:
        bound.close()
        raise
    return bound
