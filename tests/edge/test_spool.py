"""The spool: each picture once, nothing lost, whenever the process is killed."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenpin_edge.spool import ANOTHER, Spool

ADDING: str = """
import sys
from pathlib import Path
from kenpin_edge.spool import Spool
spool = Spool(Path(sys.argv[1]), 10**9)
spool.recover()
for n in range(int(sys.argv[2])):
    assert spool.add("s", str(n), f"{n}.png", f"picture {n}".encode() * 1000, {}) in ("kept", "known")
    print(n, flush=True)
    if n % 3 == 0 and (items := spool.next(1)):
        spool.sent(items[0].key)
"""
steps = st.lists(
    st.tuples(
        st.sampled_from(("add", "add", "add", "sent", "failed", "retry", "reopen")),
        st.sampled_from(("a", "b")),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    max_size=30,
)


@settings(max_examples=30)
@given(steps)
def test_each_picture_is_sent_once_or_kept(steps: list[tuple[str, str, int, int]]) -> None:
    """The model: pictures by (source, id, body), those that wait in the order in which they came."""
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder), 10**6)
        waiting: list[tuple[str, str, bytes]] = []
        rejected: list[tuple[str, str, bytes]] = []
        order: list[tuple[str, str, bytes]] = []
        for step, source, id, body in steps:
            picture = (source, str(id), f"{id} {body}".encode())
            if step == "add":
                known = picture in order
                other = any(each[:2] == picture[:2] for each in order)
                assert spool.add(*picture[:2], "p.png", picture[2], {}) == ("known" if known else "kept")
                if not known:
                    order.append(picture)
                    (rejected if other else waiting).append(picture)
            elif step == "retry":
                assert spool.retry() == len(rejected)
                waiting, rejected = sorted(waiting + rejected, key=order.index), []
            elif step == "reopen":
                spool.close()
                spool = Spool(Path(folder), 10**6)
                spool.recover()
            elif waiting:
                [item] = spool.next(1)
                first = waiting.pop(0)
                if step == "sent":
                    spool.sent(item.key)
                else:
                    spool.failed(item.key, "no")
                    rejected.append(first)
            found = [(item.source, item.id, item.path.read_bytes()) for item in spool.next(100)]
            assert found == waiting
            assert len([*(Path(folder) / "pictures").iterdir()]) == len(waiting) + len(rejected)
        spool.close()


def test_nothing_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    chance, added, pictures = random.Random(7), set[str](), 400
    for _ in range(6):
        command = [sys.executable, "-c", ADDING, str(tmp_path), str(pictures)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 60)):
                added.add(process.stdout.readline().strip())
            os.kill(process.pid, signal.SIGKILL)
            added |= {*process.stdout.read().split()}
    spool = Spool(tmp_path, 10**9)
    spool.recover()
    rows = spool.rows("select id, state from picture")
    assert added and added - {""} <= {row["id"] for row in rows}
    waiting = spool.next(pictures)
    assert [item.path.read_bytes() for item in waiting] == [
        f"picture {item.id}".encode() * 1000 for item in waiting
    ]
    assert {*(tmp_path / "pictures").iterdir()} == {item.path for item in waiting}
    assert {row["state"] for row in rows} == {"sent", "waiting"}
    spool.close()


def test_another_picture_under_the_same_id_is_kept_as_rejected(spool: Spool) -> None:
    assert spool.add("s", "1", "a.png", b"one", {}) == "kept"
    assert spool.add("s", "1", "a.png", b"two", {}) == "kept"
    assert [item.path.read_bytes() for item in spool.next(9)] == [b"one"]
    assert [row["why"] for row in spool.rows("select why from picture where state = 'rejected'")] == [ANOTHER]


def test_what_is_dismissed_makes_room_in_the_running_agent(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_edge.spool.SUM_SECONDS", 0)
    spool.quota_bytes = 10
    assert spool.add("s", "1", "a.png", b"x" * 10, {}) == "kept"
    spool.failed(spool.next(1)[0].key, "no")
    assert not spool.has_room(1)
    command = Spool(tmp_path / "spool", 10)
    assert command.dismiss() == 1
    command.close()
    assert spool.has_room(10)
    assert spool.drops() == {"s": 1}
    assert spool.add("s", "1", "a.png", b"x" * 10, {}) == "known"
    assert [*(tmp_path / "spool" / "pictures").iterdir()] == []


def test_a_picture_beyond_the_quota_is_dropped_and_counted(spool: Spool) -> None:
    spool.quota_bytes = 10
    assert spool.add("s", "1", "a.png", b"x" * 10, {}) == "kept"
    assert spool.add("s", "2", "b.png", b"y", {}) == "dropped"
    assert spool.drops() == {"s": 1}
    spool.sent(spool.next(1)[0].key)
    assert spool.add("s", "2", "b.png", b"y", {}) == "kept"
