"""Folders: a file is taken when it is whole, with what its name and the files beside it tell."""

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from kenpin_edge.capture import CaptureProblem, capture_of
from kenpin_edge.config import Sampling, Station
from kenpin_edge.folder import SCAN_SECONDS, FolderWatch
from kenpin_edge.spool import Spool


@contextmanager
def watched(station: Station, spool: Spool) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=FolderWatch(station, spool).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def names(spool: Spool) -> list[str]:
    return [item.name for item in spool.next(1000)]


@pytest.fixture
def share(station: Station, tmp_path: Path) -> Iterator[Path]:
    """The station's folder, mounted at another place."""
    mounted = tmp_path / "share"
    mounted.mkdir()
    if subprocess.run(["mount", "--bind", station.folder, mounted], capture_output=True).returncode:
        pytest.skip("this machine may not mount a folder")
    yield mounted
    subprocess.run(["umount", mounted], check=True)


@pytest.mark.parametrize("way", ["changes", "polling", "share"])
def test_a_file_that_grows_slowly_is_taken_whole(
    station: Station, spool: Spool, way: str, request: pytest.FixtureRequest
) -> None:
    camera = station.folder
    station = replace(station, polling=way != "changes")
    if way == "share":
        station = replace(station, folder=request.getfixturevalue("share"))
    (camera / "before.png").write_bytes(b"was there")
    with watched(station, spool), (camera / "slow.png").open("wb") as file:
        for _ in range(8):
            file.write(b"x" * 100)
            file.flush()
            time.sleep(0.1)
            assert "slow.png" not in names(spool)
        until(lambda: {*names(spool)} == {"before.png", "slow.png"})
    assert {item.size for item in spool.next(9)} == {800, len(b"was there")}
    assert {path.name for path in station.folder.iterdir()} == {"before.png", "slow.png"}


def test_with_rename_a_file_is_taken_at_once_under_its_last_name(station: Station, spool: Spool) -> None:
    station = replace(station, accept="rename", stable_seconds=1000)
    with watched(station, spool):
        for n in range(3):
            draft = station.folder / f"{n}.tmp"
            draft.write_bytes(f"picture {n}".encode())
            draft.rename(station.folder / f"{n}.png")
        until(lambda: sorted(names(spool)) == ["0.png", "1.png", "2.png"])


def test_a_file_is_taken_once_and_again_when_its_picture_changes(station: Station, spool: Spool) -> None:
    path = station.folder / "last.png"
    path.write_bytes(b"one")
    with watched(station, spool):
        until(lambda: len(names(spool)) == 1)
    with watched(station, spool):  # the agent was started again
        time.sleep(0.8)
        assert len(names(spool)) == 1
        path.write_bytes(b"number two")
        until(lambda: len(names(spool)) == 2)
    first, second = spool.next(9)
    assert first.id != second.id


def test_a_full_spool_leaves_files_where_they_are(station: Station, spool: Spool) -> None:
    spool.quota_bytes = 5
    for name in ("a", "b"):
        (station.folder / f"{name}.png").write_bytes(name.encode() * 5)
    with watched(station, spool):
        until(lambda: len(names(spool)) == 1)
        time.sleep(0.6)
        spool.sent(spool.next(1)[0].key)
        until(lambda: len(names(spool)) == 1)
    assert spool.drops() == {}


def test_what_is_no_picture_of_the_camera_is_passed_over(
    station: Station, spool: Spool, tmp_path: Path
) -> None:
    (tmp_path / "outside.png").write_bytes(b"secret")
    (station.folder / "link.png").symlink_to(tmp_path / "outside.png")
    (station.folder / "notes.txt").write_text("notes")
    Path(os.fsdecode(os.fsencode(station.folder) + b"/\xff.png")).write_bytes(b"picture")
    (station.folder / "deep").mkdir()
    (station.folder / "deep" / "A.PNG").write_bytes(b"picture")
    with watched(station, spool):
        until(lambda: names(spool) == ["deep/A.PNG"])
        (station.folder / "lot 2" / "tray 1").mkdir(parents=True)
        (station.folder / "lot 2" / "tray 1" / "b.png").write_bytes(b"another")
        began = time.monotonic()
        until(lambda: len(names(spool)) == 2)
        assert time.monotonic() - began < SCAN_SECONDS / 2


def test_a_folder_that_is_not_there_is_told_and_tried_again(
    station: Station, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_edge.folder.AGAIN_SECONDS", 0.2)
    station.folder.rmdir()
    with watched(station, spool):
        until(lambda: spool.noted("trouble /lines/1") != "")
        station.folder.mkdir()
        (station.folder / "a.png").write_bytes(b"picture")
        until(lambda: names(spool) == ["a.png"])
    assert spool.noted("trouble /lines/1") == ""


def test_a_picture_without_its_sidecar_waits_then_is_told_and_can_be_tried_again(
    station: Station, spool: Spool
) -> None:
    station = replace(station, sidecar="json", sidecar_seconds=0.6)
    for name in ("early", "never"):
        (station.folder / f"{name}.png").write_bytes(name.encode())
    with watched(station, spool):
        (station.folder / "early.json").write_text(json.dumps({"part": "P7", "verdict": "NG", "x": 1}))
        until(lambda: len(spool.seen("/lines/1")) == 2)
    [item] = spool.next(9)
    assert item.capture == {"part": "P7", "line": "1"}
    [problem] = [each.problem for each in spool.seen("/lines/1").values() if each.problem]
    assert problem == "never.json is missing"
    (station.folder / "never.json").write_text("{}")
    assert spool.retry() == 1
    with watched(station, spool):
        until(lambda: len(names(spool)) == 2)


def test_drops_by_sampling_are_counted_once(station: Station, spool: Spool) -> None:
    station = replace(station, sampling=Sampling(per_day=2))
    for n in range(5):
        (station.folder / f"{n}.png").write_bytes(f"picture {n}".encode())
    for _ in range(2):
        with watched(station, spool):
            until(lambda: len(spool.seen("/lines/1")) == 5)
    assert len(names(spool)) == 2
    assert spool.drops() == {"/lines/1": 3}


def picture(exif: Image.Exif) -> bytes:
    out = BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_conditions_come_from_exif_name_and_sidecar(station: Station) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Basler", "ace 2"
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: "2026:03:02 08:15:04",
            ExifTags.Base.OffsetTimeOriginal: "+09:00",
            ExifTags.Base.ExposureTime: 0.004,
        }
    )
    path = station.folder / "round" / "L12_0142.jpg"
    path.parent.mkdir()
    path.with_suffix(".csv").write_text("lot,verdict,other\nL13,NG,x\n", encoding="utf-8-sig")
    read = replace(
        station,
        exif=True,
        sidecar="csv",
        pattern=re.compile(r"(?P<product>\w+)/(?P<lot>[^_]+)_(?P<part>\d+)"),
    )
    assert capture_of(read, path, picture(exif)) == {
        "captured_at": "2026-03-02T08:15:04+09:00",
        "camera": "Basler ace 2",
        "exposure": "0.004 s",
        "product": "round",
        "lot": "L13",
        "part": "0142",
        "verdict": "NG",
    }
    assert capture_of(replace(station, exif=True), path, b"no picture") == {}
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    assert "captured_at" not in capture_of(replace(station, exif=True), path, picture(exif))
    with pytest.raises(CaptureProblem, match="does not match"):
        capture_of(read, station.folder / "x.jpg", b"")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("[1]", "must be a JSON object"),
        ("[" * 100_000, "is no JSON"),
        ('{"part": "' + "x" * 65 + '"}', "part has more than 64 characters"),
        ('{"part": {"a": 1}}', "part must be a text or a number"),
        ('{"captured_at": "yesterday"}', "captured_at must be a time of ISO 8601"),
    ],
)
def test_a_bad_sidecar_has_a_reason(station: Station, text: str, why: str) -> None:
    path = station.folder / "a.png"
    path.with_suffix(".json").write_text(text)
    with pytest.raises(CaptureProblem, match=rf"^a\.json:? {why}"):
        capture_of(replace(station, sidecar="json"), path, b"")
