"""The node as a whole: how it starts, what it says when it cannot, what it starts again, and that it stops."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from host.child_process import ChildProcess
from host.node import Node, NodeFailed
from kenpin.settings import Settings
from tests.host.running import CHECKOUT, RunningNode, environment, free_port, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node that tests may hurt, as long as it heals."""
    with RunningNode(tmp_path_factory.mktemp("node") / "data", http_workers=2) as node:
        yield node


def up(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "host.cli", "up", *map(str, arguments)]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment(**settings), capture_output=True, text=True, timeout=40
    )


def test_it_says_where_it_is_once_it_answers(running: RunningNode) -> None:
    assert (running.start_output["url"], running.start_output["data_dir"]) == (
        running.url,
        str(running.folder),
    )
    assert running.http.get("/v1/health").json()["status"] == "ok"


def test_a_port_in_use_is_one_line_and_exit_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = up("--port", port, "--data-dir", tmp_path / "data")
    assert ended.returncode == 2
    assert ended.stderr == (
        f"kenpin: cannot listen on 127.0.0.1:{port} (Address already in use); stop what is there or take --port\n"
    )
    assert ended.stdout == ""


def test_a_second_node_on_the_same_folder_is_one_line_and_exit_2(running: RunningNode) -> None:
    ended = up("--port", free_port(), "--data-dir", running.folder)
    assert ended.returncode == 2
    reason = f"another Kenpin runs on {running.folder}; stop it first, or take --data-dir"
    assert ended.stderr == f"kenpin: {reason}\n"
    assert running.http.get("/v1/projects").status_code == 200


def test_a_second_node_on_the_same_folder_is_told_at_once(running: RunningNode) -> None:
    settings = Settings(data_dir=running.folder, port=free_port())
    began = time.monotonic()
    with pytest.raises(NodeFailed, match="another Kenpin"), Node(settings):
        pass
    assert time.monotonic() - began < 3


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(NodeFailed, match=r"cannot keep data in .*take --data-dir"),
        Node(Settings(data_dir=tmp_path / "file" / "data", port=free_port())),
    ):
        pass


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, port=free_port(), database_url=f"postgresql:///x?host={tmp_path}&connect_timeout=2"
    )
    with pytest.raises(NodeFailed, match="PostgreSQL does not answer"), Node(settings):
        pass


@pytest.mark.parametrize("module", ["host.http", "host.projector", "host.exports", "host.webhooks"])
def test_a_process_that_dies_is_started_again(running: RunningNode, module: str) -> None:
    before = set(running.processes(module))
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    def healed() -> bool:
        now = set(running.processes(module))
        return len(now) == len(before) and not now & before

    wait_until(healed, f"{module} runs again")
    assert running.http.get("/v1/health").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_clients_go_on_with_the_other_worker_at_once(running: RunningNode, number: int) -> None:
    wait_until(lambda: len(running.processes("host.http")) == 2, "both workers run")
    lost = running.processes("host.http")[0]
    os.kill(lost, number)
    for _ in range(20):  # a connection that the lost one had taken would break when it is replaced
        assert httpx.get(f"{running.url}/config.json", timeout=30, trust_env=False).is_success
    wait_until(
        lambda: lost not in running.processes("host.http"), "a worker that does not answer is replaced"
    )


def test_a_database_that_dies_is_started_again(running: RunningNode) -> None:
    assert running.http.get("/v1/projects").status_code == 200
    before = running.postmaster()
    os.kill(before, signal.SIGKILL)

    def is_new() -> bool:
        with suppress(FileNotFoundError, IndexError):  # it says its pid a moment after it starts
            return running.postmaster() != before
        return False

    wait_until(is_new, "another server was started")
    wait_until(lambda: running.http.get("/v1/projects").status_code == 200, "it answers from the database")


def test_it_stops_soon_and_whole_whoever_is_still_connected(tmp_path: Path) -> None:
    with RunningNode(tmp_path / "data", http_workers=2) as node:
        assert {node.postmaster(), *node.processes("host.http")} < {*node.processes()}
        node.http.get("/v1/health")  # a connection that is kept
        with socket.create_connection(("127.0.0.1", node.port)) as half:
            half.sendall(b"POST /v1/projects HTTP/1.1\r\nHost: localhost\r\n")
            half.sendall(f"Authorization: Bearer {node.token}\r\n".encode())
            half.sendall(b"Content-Length: 100\r\n\r\n{")
            began = time.monotonic()
            assert node.stop(signal.SIGTERM) == 0
            assert time.monotonic() - began < 10
        wait_until(lambda: not node.processes(), "nothing of it is left", 2)


def test_a_process_that_keeps_dying_is_left_alone_for_longer_and_longer(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    now = [1000.0]
    monkeypatch.setattr("host.child_process.time.monotonic", lambda: now[0])
    child, starts = ChildProcess("broken", ("kenpin.no_such_module",), environment()), list[float]()
    while len(starts) < 5:
        child.keep_alive()
        if child.process is not None:
            starts.append(now[0])
            child.process.wait()
            child.process.stdin.close()  # type: ignore[union-attr]
        now[0] += 0.1
        assert now[0] < 1020
    waits = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert waits == pytest.approx([0.1, 0.3, 1.1, 5.1], abs=0.15)
    assert "broken ended with 1; starting it again" in capfd.readouterr().err


def test_a_worker_whose_supervisor_is_killed_while_it_imports_ends(tmp_path: Path) -> None:
    with RunningNode(tmp_path / "data", training_workers=1) as node:
        (worker,) = node.processes("kenpin_training")
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: bool({*node.processes("kenpin_training")} - {worker}), "another one was started")
        node.kill()
        wait_until(lambda: not node.processes(), "nothing of it is left", 10)


def test_a_database_that_cannot_start_again_is_tried_until_it_can(running: RunningNode) -> None:
    version = running.folder / "postgres/cluster/PG_VERSION"
    text = version.read_text()
    version.write_text("9\n")
    os.kill(running.postmaster(), signal.SIGKILL)
    wait_until(lambda: "trying again in 5 s" in running.log.read_text(), "it is tried again")
    assert running.is_running()
    version.write_text(text)
    wait_until(lambda: running.http.get("/v1/projects").status_code == 200, "it answers from the database")
