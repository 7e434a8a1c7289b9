"""The single node: starts PostgreSQL and Kenpin's processes, starts again what dies, and stops them all."""

import errno
import fcntl
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from host.child_process import ChildProcess, MonitoredProcess, log_line
from host.data_folder import LOCK, closed_to_others, noted_address
from host.embedded_postgres import EmbeddedPostgres, PostgresFailed
from host.issuer.accounts import Accounts
from host.rows import bring_up_to_date
from kenpin.bootstrap import prepare, wire
from kenpin.ports import Unavailable
from kenpin.settings import Settings

WORKER_STOP_TIMEOUT_S: Final = 40.0
"""Time that a training worker has to stop: it first saves a checkpoint of its run."""
DATABASE_RETRY_S: Final = 5.0
"""Pause between two attempts to start the database again."""
PORT_RELEASE_TIMEOUT_S: Final = 2.0
"""Time to wait for the port: the processes of a killed Kenpin release it when they end."""

CONNECTION_QUEUE: Final = 256
"""Connections that wait until a worker accepts them."""

OWN_HOST: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""All addresses of the machine → the one at which it reaches itself."""


class NodeFailed(Exception):
    """The node cannot start; the message says why and what to do."""


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
        self.address = address_of(OWN_HOST.get(settings.host, settings.host), settings.port)
        self.children: list[ChildProcess] = []
        self.database_url = settings.database_url
        self._postgres: EmbeddedPostgres | None = None
        self._database_retry_at = 0.0
        self._stopping = threading.Event()
        self._stack = ExitStack()

    @_database_errors_as_node_failed()
    def __enter__(self) -> "Node":
        with ExitStack() as stack:
            stack.enter_context(closed_to_others(self.settings.data_dir))
            stack.enter_context(lock_data_dir(self.settings.data_dir))
            listening = stack.enter_context(_listening_socket(self.settings.host, self.settings.port))
            stack.enter_context(noted_address(self.settings.data_dir, self.address))
            url = self.settings.database_url or stack.enter_context(self._embedded_postgres()).url
            prepare(url)
            self.database_url = url
            bring_up_to_date(self.running_settings)
            self.children = self._child_processes(listening.fileno(), url)
            stack.callback(self._stop_children)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _embedded_postgres(self) -> EmbeddedPostgres:
        self._postgres = EmbeddedPostgres(self.settings.data_dir / "postgres")
        return self._postgres

    def _child_processes(self, socket_fd: int, url: str) -> list[ChildProcess]:
        environment = {**os.environ, **_environment_of(self.settings), "KENPIN_DATABASE_URL": url}
        quiet = {**environment, "POWERTOOLS_LOG_LEVEL": environment.get("POWERTOOLS_LOG_LEVEL", "WARNING")}
        http: list[ChildProcess] = [
            MonitoredProcess(f"http {n}", ("host.http", str(socket_fd)), quiet, (socket_fd,))
            for n in range(self.settings.http_workers)
        ]
        trainer = {**environment, "KENPIN_DATABASE_ROLE": "trainer"}
        training = [
            ChildProcess(f"training {n}", ("kenpin_training",), trainer, stop_timeout_s=WORKER_STOP_TIMEOUT_S)
            for n in range(self.settings.training_workers)
        ]
        names = ["projector", "exports", "webhooks", *(["mail"] if self.settings.smtp_host else [])]
        helpers = [ChildProcess(name, (f"host.{name}",), quiet) for name in names]
        return [*helpers, *http, *training]

    def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Run until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop())
        self.watch(tick)

    @_database_errors_as_node_failed()
    def watch(self, tick: Callable[[], None] = lambda: None) -> None:
        """Keep every process running until `stop`."""
        while not self._stopping.is_set():
            self._ensure_database()
            for child in self.children:
                child.keep_alive()
            tick()
            self._stopping.wait(0.1)

    def _ensure_database(self) -> None:
        """Start the database again when it has ended; while it cannot start, as on a full disk, try again."""
        if self._postgres is None or time.monotonic() < self._database_retry_at:
            return
        try:
            self._postgres.ensure_running()
        except (PostgresFailed, OSError) as reason:
            log_line(f"{reason}; trying again in {DATABASE_RETRY_S:g} s")
            self._database_retry_at = time.monotonic() + DATABASE_RETRY_S

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
        lock = (folder / LOCK).open("wb")
    except OSError as error:
        raise NodeFailed(f"cannot keep data in {folder} ({error.strerror}); take --data-dir") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            reason = f"another Kenpin runs on {folder}; stop it first, or take --data-dir"
            raise NodeFailed(reason) from None
        yield


def _listening_socket(host: str, port: int) -> socket.socket:
    """Open the socket that all HTTP workers accept from. Raises NodeFailed when the port is taken."""
    deadline = time.monotonic() + PORT_RELEASE_TIMEOUT_S
    while True:
        try:
            return _bound_socket(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise NodeFailed(
                    f"cannot listen on {host}:{port} ({error.strerror}); stop what is there or take --port"
                ) from error
        time.sleep(0.05)


def _bound_socket(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind((host, port))
        bound.listen(CONNECTION_QUEUE)
    except OSError:
        bound.close()
        raise
    return bound
