"""The embedded server starts anywhere, stops with us, and keeps what it acknowledged whatever is killed."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from host import embedded_postgres
from host.embedded_postgres import EmbeddedPostgres, PostgresFailed

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="about the user that root gives the server")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("shared")) as server:
        yield server


def ask(server: EmbeddedPostgres, sql: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(sql).fetchone()
        return row and row[0]


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


def kill(server: EmbeddedPostgres) -> None:
    pid = postmaster(server)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


class Writer(threading.Thread):
    """Inserts until the server is gone, and remembers the last row that was acknowledged."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.acknowledged = url, 0

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("create table if not exists written (n int primary key)")
                while True:
                    connection.execute("insert into written values (%s)", (self.acknowledged + 1,))
                    self.acknowledged += 1
        except psycopg.OperationalError:
            return

    def wait_for(self, rows: int) -> None:
        deadline = time.monotonic() + 20
        while self.acknowledged < rows and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.acknowledged >= rows


def test_it_is_a_durable_utf8_server_with_checksums_and_no_network(server: EmbeddedPostgres) -> None:
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
    }
    assert {name: ask(server, f"show {name}") for name in wanted} == wanted
    assert ask(server, "select 'x' < 'y' and 'Z' < 'a'") is True  # locale C: sorted by code point


def test_only_we_may_enter_the_folder_of_the_socket(server: EmbeddedPostgres) -> None:
    assert server.cluster.stat().st_mode & 0o077 == 0
    assert (server.cluster / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0


def test_a_second_start_finds_the_data(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server, psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 7 as n")
    with EmbeddedPostgres(folder) as server:
        assert ask(server, "select n from kept") == 7


def test_a_warm_start_takes_a_moment(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        pass
    began = time.monotonic()
    with EmbeddedPostgres(folder) as server:
        assert ask(server, "select 1") == 1
        assert time.monotonic() - began < 5


def test_a_deep_folder_has_a_short_way_to_its_socket_that_stays_when_the_server_dies(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "検品" / ("deep" * 30)) as server:
        url = server.url
        kill(server)
        server.ensure_running()
        assert ask(server, "select 1") == 1
        assert server.url == url


def test_a_second_kenpin_on_the_same_folder_is_told_so(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_postgres, "LOCK_TIMEOUT_S", 0.1)
    with pytest.raises(PostgresFailed, match="another Kenpin"):
        EmbeddedPostgres(server.folder).start()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        (server.cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresFailed, match="compatible"):
        EmbeddedPostgres(folder).start()


def test_a_pid_file_of_a_machine_that_lost_power_is_no_obstacle(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        pass
    (server.cluster / "postmaster.pid").write_text(f"{os.getppid()}\n/proc/self/cwd\n1\n5432\n")
    with EmbeddedPostgres(folder) as server:
        assert ask(server, "select 1") == 1


def test_kill_9_of_the_server_loses_no_acknowledged_row(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        writer = Writer(server.url)
        writer.start()
        writer.wait_for(50)
        kill(server)
        writer.join()
        server.ensure_running()
        assert ask(server, "select count(*) from written") >= writer.acknowledged  # type: ignore[operator]


PARENT = """
import sys, pathlib
from host.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))
server.start()
print(server.url, flush=True)
sys.stdin.read()
"""


def test_kill_9_of_the_parent_stops_the_server_and_loses_no_acknowledged_row(folder: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(folder)]
    root = Path(embedded_postgres.__file__).parent.parent
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        writer = Writer(parent.stdout.readline().strip())
        writer.start()
        writer.wait_for(50)
        parent.kill()
        writer.join(10)
        assert not writer.is_alive(), "the server outlived its parent"
    with EmbeddedPostgres(folder) as server:
        assert ask(server, "select count(*) from written") >= writer.acknowledged  # type: ignore[operator]


KILLED_AS_THE_SERVER_STARTS = """
import os, pathlib, signal, subprocess, sys
from host.embedded_postgres import EmbeddedPostgres
start = subprocess.Popen
def start_and_die(command, **options):
    process = start(command, **options)
    if command[1] == "-D" and command[0].endswith("/postgres"):
        print(process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return process
server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))
subprocess.Popen = start_and_die
server.start()
"""


def test_kill_9_of_the_parent_while_the_server_starts_stops_the_server(folder: Path) -> None:
    command = [sys.executable, "-c", KILLED_AS_THE_SERVER_STARTS, str(folder)]
    root = Path(embedded_postgres.__file__).parent.parent
    server = int(subprocess.run(command, cwd=root, stdout=subprocess.PIPE, timeout=60).stdout)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{server}/cmdline").exists() and Path(f"/proc/{server}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the server outlived its parent"
        time.sleep(0.05)


@AS_ROOT
def test_root_hands_the_server_to_a_user_who_may_do_nothing_else(server: EmbeddedPostgres) -> None:
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == server.user.pw_uid != 0
    assert server.cluster.stat().st_uid == server.user.pw_uid


@AS_ROOT
def test_root_may_keep_the_data_in_its_own_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with EmbeddedPostgres(home / "data" / "postgres") as server:
        assert ask(server, "select 1") == 1


@AS_ROOT
def test_root_may_keep_its_environment_in_its_own_home(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_postgres, "SHARED_BINARIES", Path("/var/lib") / f"kenpin-test-{os.getpid()}")
    monkeypatch.setattr(embedded_postgres, "_can_run", lambda binaries, user: False)
    try:
        with EmbeddedPostgres(folder) as server:
            assert server.binaries.is_relative_to(embedded_postgres.SHARED_BINARIES)
            assert ask(server, "select 1") == 1
    finally:
        shutil.rmtree(embedded_postgres.SHARED_BINARIES)


@AS_ROOT
def test_binaries_behind_a_closed_door_are_found_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "postgres").symlink_to("/bin/true")
    closed.chmod(0o700)
    nobody = pwd.getpwnam("nobody")
    assert not embedded_postgres._can_run(closed, nobody)
