"""Importing into a real platform: whole, twice, with bad files, and never over a person's judgement."""

import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest
from PIL import Image as Picture

from functions.api.images.answers import Image
from functions.api.projects.answers import Project
from functions.api.runs.answers import Run
from functions.http.answers import Page
from host.cli.client import Client
from host.cli.transfer import Transfer
from host.issuer.mint import Minting, mint
from host.node import Node
from host.sample.load import NoProgress, load
from host.sample.photos import FOLDER
from kenpin.importing.entry import Problem, Source, SourceEntry
from kenpin.importing.tree import FolderTree
from kenpin.settings import Settings
from tests.cli.conftest import kenpin
from tests.host.running import CHECKOUT

Capture = pytest.CaptureFixture[str]
CASES = CHECKOUT / "tests/cases"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A node of its own, without training."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("node")
    settings = Settings(data_dir=folder, port=port, public_url=url, http_workers=1, training_workers=0)
    with Node(settings) as node:
        watching = threading.Thread(target=node.watch)
        watching.start()
        try:
            while not node.is_ready():
                time.sleep(0.05)
            yield settings
        finally:
            node.stop()
            watching.join()


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("KENPIN_URL", settings.public_url)
    monkeypatch.setenv("KENPIN_TOKEN", mint(settings, "kenpin"))
    return Client(settings.public_url, Minting(settings, "kenpin"))


@pytest.fixture
def dataset_id(client: Client, request: pytest.FixtureRequest) -> str:
    """An empty dataset in a project of the same name, both named by the test."""
    id = str(request.node.name).removeprefix("test_").replace("_", "-")[:40].strip("-")
    client.post("/projects", {"project_id": id, "name": id})
    client.post("/datasets", {"dataset_id": id, "project_id": id, "name": id})
    return id


def put(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.new("L", (8, 6), shade).save(path)


def put_unlike(path: Path, number: int) -> None:
    """Put a picture whose bytes no other number has."""
    put(path, number % 256)
    path.write_bytes(path.read_bytes() + f"{number}".encode())


def report_of(capsys: Capture) -> dict[str, object]:
    report: dict[str, object] = json.loads(capsys.readouterr().out)
    return report


def test_only_the_first_start_with_the_sample_asks_for_models(client: Client) -> None:
    assert load(client)
    assert not load(client)
    runs = client.get("/runs", Page[Run], dataset_id="cookies").items
    assert [run.recipe["method"] for run in runs] == ["segmentation", "anomaly", "probe"]


def test_the_sample_comes_in_whole_and_twice_is_once(
    client: Client, dataset_id: str, capsys: Capture
) -> None:
    arguments = ("import", dataset_id, str(FOLDER / "train.manifest"), "--json")
    assert kenpin(*arguments, "--captures", str(FOLDER / "captures.csv")) == 0
    report = report_of(capsys)
    assert (report["registered"], report["judged"], report["problems"]) == (63, 63, [])
    assert kenpin(*arguments) == 0
    again = report_of(capsys)
    assert (again["registered"], again["known"], again["already_judged"]) == (0, 63, 63)
    dataset = client.caught_up(dataset_id, 1)
    counts = dataset.counts["unassigned"]
    assert (dataset.version, counts.OK, counts.NG) == (report["version"], 31, 32)
    (defect_class,) = client.get(f"/projects/{dataset_id}", Project).defect_classes
    assert (defect_class.class_id, defect_class.key) == ("cracked", 1)
    cracked = next(client.images(dataset_id, verdict="NG"))
    assert cracked.capture.camera == "iPhone 13 Pro Max"
    assert cracked.annotation is not None
    assert cracked.annotation.reason == "imported from train.manifest"
    mask = httpx.get(client.url + cracked.annotation.mask_urls[0])
    assert mask.content.startswith(b"\x89PNG")
    assert kenpin("verify") == 0
    assert kenpin("replay", dataset_id) == 0


def test_bad_files_are_named_and_the_others_come_in(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    put(tmp_path / "ok" / "a.png", 1)
    put(tmp_path / "test" / "ng" / "dent" / "b.png", 2)
    (tmp_path / "ok" / "text.png").write_text("no image")
    (tmp_path / "ok" / "torn.png").write_bytes((tmp_path / "ok" / "a.png").read_bytes()[:40])
    assert kenpin("import", dataset_id, str(tmp_path)) == 1
    shown = capsys.readouterr()
    assert "text.png: is no PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF or JPEG 2000" in shown.err
    assert "torn.png: the bytes cannot be read as an image" in shown.err
    assert shown.err.endswith("2 images could not be imported; correct and import again\n")
    images = {image.name: image for image in client.images(dataset_id)}
    assert set(images) == {"a.png", "b.png"}
    assert (images["b.png"].split, images["b.png"].defects[0].class_id) == ("test", "dent")


def test_an_image_with_a_mask_of_another_size_stays_out(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    for name in "abc":
        put(tmp_path / f"{name}.png", ord(name))
    Picture.new("RGB", (3, 2), (255, 0, 0)).save(tmp_path / "mask.png")
    classes = {"class-map": {"0": "dent"}, "type": "groundtruth/object-detection"}
    box = {"class_id": 0, "left": 0, "top": 0, "width": 1, "height": 1}
    colours = {"1": {"class-name": "dent", "hex-color": "#ff0000"}}
    lines: list[dict[str, object]] = [
        {"source-ref": f"{name}.png", "b": {"annotations": [box]}, "b-metadata": classes} for name in "abc"
    ]
    lines[1] |= {
        "m-ref": "mask.png",
        "m-ref-metadata": {"internal-color-map": colours, "type": "groundtruth/semantic-segmentation"},
    }
    (tmp_path / "m.manifest").write_text("\n".join(map(json.dumps, lines)))
    assert kenpin("import", dataset_id, str(tmp_path / "m.manifest")) == 1
    assert "mask.png is 3×2, its image 8×6" in capsys.readouterr().err
    assert {image.name: image.verdict for image in client.images(dataset_id)} == {
        "a.png": "NG",
        "c.png": "NG",
    }


def test_an_unknown_word_is_asked_about(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    for name in "ab":
        put(tmp_path / f"{name}.png", ord(name))
    (tmp_path / "images.csv").write_text("file,verdict\na.png,beta\nb.png,良品\n")
    assert kenpin("import", dataset_id, str(tmp_path)) == 2
    refused = capsys.readouterr().err
    assert "beta (1 image, such as a.png): no known word for a verdict or a class" in refused
    assert f"kenpin import {dataset_id} {tmp_path} --map 'beta=OK|NG|NG:class|HOLD|none|skip'" in refused
    client.caught_up(dataset_id, 1)
    assert list(client.images(dataset_id)) == []
    assert kenpin("import", dataset_id, str(tmp_path), "--map", "beta=NG:欠け") == 0
    images = {image.name: image for image in client.images(dataset_id)}
    assert (images["b.png"].verdict, images["a.png"].verdict) == ("OK", "NG")
    assert images["a.png"].annotation is not None
    assert images["a.png"].annotation.reason.endswith("read as beta=NG:欠け")


def test_a_dry_run_stores_nothing(dataset_id: str, client: Client, tmp_path: Path, capsys: Capture) -> None:
    for name in ("良品/a.png", "ng/キズ/b.png", "mystery/c.png", "ok/._a.png"):
        put(tmp_path / name, len(name))
    assert kenpin("import", dataset_id, str(tmp_path), "--dry-run", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["layout"], plan["images"]) == ("folders", 3)
    assert [(count["verdict"], count["class_name"]) for count in plan["counts"]] == [
        ("NG", "キズ"),
        ("OK", ""),
    ]
    assert [question["word"] for question in plan["questions"]] == ["mystery"]
    assert [(passed["why"], passed["files"]) for passed in plan["passed_over"]] == [("left by macOS", 1)]
    assert kenpin("import", dataset_id, str(tmp_path), "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "passed over: left by macOS: 1, such as ok/._a.png" in shown
    assert "--map 'mystery=OK|NG|NG:class|HOLD|none|skip'" in shown
    client.caught_up(dataset_id, 1)
    assert list(client.images(dataset_id)) == []
    assert kenpin("import", dataset_id, str(tmp_path), "--map", "mystery=skip") == 0
    assert "passed over: left by macOS: 1, such as ok/._a.png" in capsys.readouterr().out


def test_a_dry_run_names_what_it_read_and_fails_where_an_image_could_not_come_in(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    for name in "abc":
        put(tmp_path / f"{name}.png", ord(name))
    (tmp_path / "l.csv").write_text("file,verdict\na.png,OK\n")
    assert kenpin("import", dataset_id, str(tmp_path / "l.csv"), "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "annotations: 1 read, such as l.csv" in shown
    assert "passed over: images without an entry (masks, or not listed): 2, such as b.png" in shown
    (tmp_path / "l.csv").write_text("file,verdict,x\na.png,OK,\nb.png,NG,7\n")
    assert kenpin("import", dataset_id, str(tmp_path / "l.csv"), "--dry-run") == 1
    shown = capsys.readouterr().out
    assert "rejected: l.csv line 3: x has a value, but class is empty" in shown


def test_one_bad_box_stops_no_other(dataset_id: str, client: Client, tmp_path: Path, capsys: Capture) -> None:
    for n in range(6):
        put(tmp_path / f"{n}.png", 40 + n)
    with Picture.open(tmp_path / "0.png") as picture:
        width, height = picture.size
    rows = [f"{n}.png,NG,chip,0,0,{width},{height}" for n in range(4)]
    rows += [f"4.png,NG,chip,0,0,{width + 1},{height}", f"5.png,NG,chip,{width + 5},0,3,3"]
    (tmp_path / "boxes.csv").write_text("file,verdict,class,x,y,width,height\n" + "\n".join(rows))
    assert kenpin("import", dataset_id, str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert f"4.png: a shape goes beyond the picture ({width}×{height}) and is cut off there" in said
    assert f"5.png: a box of chip lies outside of the picture ({width}×{height})" in said
    assert {image.name: image.verdict for image in client.images(dataset_id)} == {
        f"{n}.png": "NG" for n in range(5)
    }


def test_file_names_say_conditions_and_groups(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    put(tmp_path / "P1_L2_top.png", 91)
    put(tmp_path / "P1_L3_side.png", 92)
    put(tmp_path / "other.png", 93)
    (tmp_path / "lots.tsv").write_text("file\tline\nP1_L3_side.png\tL9\n")
    patterns = ("--capture-pattern", "_(?P<line>L[0-9])_", "--group-pattern", "^(P[0-9])_")
    arguments = ("import", dataset_id, str(tmp_path))
    assert kenpin(*arguments, *patterns, "--captures", str(tmp_path / "lots.tsv")) == 0
    assert capsys.readouterr().err.count("other.png: its name has nothing that fits") == 2
    found = {image.name: (image.group, image.capture.line) for image in client.images(dataset_id)}
    assert found == {"P1_L2_top.png": ("P1", "L2"), "P1_L3_side.png": ("P1", "L9"), "other.png": (None, None)}
    assert kenpin(*arguments, "--capture-pattern", "(?P<lne>L)") == 2
    assert "names lne; write (?P<lot>…) around each value" in capsys.readouterr().err


def test_answers_are_read_in_cp932_and_a_word_that_never_occurs_is_named(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    put(tmp_path / "source/欠け大/a.png", 97)
    (tmp_path / "words.txt").write_bytes("欠け大=NG:欠け\nカケ=OK\n".encode("cp932"))
    arguments = ("import", dataset_id, str(tmp_path / "source"), "--map-file", str(tmp_path / "words.txt"))
    assert kenpin(*arguments) == 0
    assert "--map カケ=OK: no image of source has the word カケ" in capsys.readouterr().err
    assert [image.verdict for image in client.images(dataset_id)] == ["NG"]


def test_a_class_is_found_by_id_and_names(dataset_id: str, client: Client, tmp_path: Path) -> None:
    known = {"class_id": "cracked", "name": "割れ", "name_ja": "割れ", "key": 1}
    client.post(f"/projects/{dataset_id}/defect-classes", known)
    put(tmp_path / "ng/cracked/a.png", 81)
    put(tmp_path / "ng/割れ/b.png", 82)
    assert kenpin("import", dataset_id, str(tmp_path)) == 0
    found = {defect.class_id for image in client.images(dataset_id) for defect in image.defects}
    assert found == {"cracked"}


def test_the_folder_that_one_stands_in_is_named(
    dataset_id: str, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "line-7/ok/a.png", 96)
    monkeypatch.chdir(tmp_path / "line-7")
    assert kenpin("import", dataset_id, ".") == 0
    (image,) = client.images(dataset_id)
    assert image.annotation is not None
    assert image.annotation.reason == "imported from line-7"


def test_an_annotation_file_takes_the_images_that_it_names(
    dataset_id: str, client: Client, tmp_path: Path
) -> None:
    for name in "abc":
        put(tmp_path / f"{name}.png", ord(name))
    (tmp_path / "one.csv").write_text("file,verdict\na.png,OK\n")
    (tmp_path / "two.jsonl").write_text('{"file": "b.png", "verdict": "OK"}\n')
    assert kenpin("import", dataset_id, str(tmp_path / "one.csv")) == 0
    assert [image.name for image in client.images(dataset_id)] == ["a.png"]


def test_an_archive_comes_in(dataset_id: str, client: Client, tmp_path: Path) -> None:
    put(tmp_path / "ok/a.png", 70)
    with zipfile.ZipFile(tmp_path / "line.zip", "w") as archive:
        archive.write(tmp_path / "ok/a.png", "ok/a.png")
        archive.writestr("../outside.png", b"x")
    assert kenpin("import", dataset_id, str(tmp_path / "line.zip")) == 0
    assert [(image.name, image.verdict) for image in client.images(dataset_id)] == [("a.png", "OK")]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere", "there is no file or folder"),
        ("empty", "no images in empty: 0 files"),
        ("bad.zip", "bad.zip is no readable zip"),
        ("inner.zip", "line.zip: is an archive; unpack it first"),
        ("locked.zip", "a.png: is encrypted; unpack it first"),
        ("x.rar", "x.rar is no source that kenpin reads. A source is a folder, an archive (.zip, .tar,"),
        ("notes.txt", "notes.txt is no source that kenpin reads"),
        ("words.csv", "words.csv is no source that kenpin reads"),
    ],
    ids=["nowhere", "empty", "broken", "zip in zip", "locked", "rar", "notes", "no manifest"],
)
def test_an_unreadable_source(client: Client, tmp_path: Path, capsys: Capture, name: str, why: str) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path / "a.png", 1)
    (tmp_path / "bad.zip").write_bytes(b"PK")
    for archive, member in (("inner.zip", "line.zip"), ("locked.zip", "a.png")):
        with zipfile.ZipFile(tmp_path / archive, "w") as file:
            file.writestr(member, b"")
    locked = bytearray((tmp_path / "locked.zip").read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    (tmp_path / "x.rar").write_bytes(b"Rar!")
    (tmp_path / "notes.txt").write_text("a.png")
    (tmp_path / "words.csv").write_text("name,word\na.png,OK\n")
    assert kenpin("import", "d", str(tmp_path / name)) == 2
    assert why in capsys.readouterr().err


def test_a_judgement_that_stands_is_not_overruled(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    put(tmp_path / "a.png", 3)
    assert kenpin("import", dataset_id, str(tmp_path)) == 0
    (image,) = client.images(dataset_id)
    assert kenpin("annotate", dataset_id, "hold", image.image_id[:8], "--reason", "ask Aya") == 0
    annotated = client.get(
        f"/datasets/{dataset_id}/images/{image.image_id}", Image, min_version=image.ordinal + 1
    )
    assert annotated.verdict == "HOLD"
    put(tmp_path / "ok" / "a.png", 3)
    (tmp_path / "a.png").unlink()
    capsys.readouterr()
    assert kenpin("import", dataset_id, str(tmp_path), "--json") == 0
    assert report_of(capsys)["already_judged"] == 1
    assert next(client.images(dataset_id)).verdict == "HOLD"


def test_what_the_source_says_otherwise_is_named(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    for name in "ab":
        put(tmp_path / f"{name}.png", ord(name))
    (tmp_path / "l.csv").write_text("file,verdict,split\na.png,NG,train\nb.png,OK,train\n")
    assert kenpin("import", dataset_id, str(tmp_path)) == 0
    (tmp_path / "l.csv").write_text("file,verdict,split\na.png,OK,test\nb.png,OK,train\n")
    capsys.readouterr()
    assert kenpin("import", dataset_id, str(tmp_path)) == 0
    shown = capsys.readouterr()
    assert "1 image of the source differs from what stands, which is kept:" in shown.err
    assert "a.png: is NG, the source says OK; is in train, the source says test" in shown.err
    assert "1, such as a.png: is NG" in shown.out
    assert "kenpin undo" not in shown.out


def test_excluded_images_stay_so_and_are_named(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    put(tmp_path / "ok/a.png", 11)
    put(tmp_path / "b.png", 12)
    assert kenpin("import", dataset_id, str(tmp_path), "--json") == 0
    assert kenpin("undo", dataset_id, str(report_of(capsys)["batch_id"]), "--reason", "wrong") == 0
    capsys.readouterr()
    assert kenpin("import", dataset_id, str(tmp_path)) == 0
    shown = capsys.readouterr()
    assert "excluded, and left so: 2 images of the source; list them" in shown.err
    assert f"kenpin image restore {dataset_id}" in shown.err
    assert "kenpin undo" not in shown.out


def test_copies_are_counted(dataset_id: str, client: Client, tmp_path: Path, capsys: Capture) -> None:
    for name in "ab":
        put(tmp_path / f"ok/{name}.png", 13)
    assert kenpin("import", dataset_id, str(tmp_path), "--dry-run") == 0
    assert "copies: 1, such as ok/b.png: same bytes as ok/a.png" in capsys.readouterr().out
    assert kenpin("import", dataset_id, str(tmp_path), "--json") == 0
    copies = [{"where": "ok/b.png", "what": "same bytes as ok/a.png", "parts": [], "place": []}]
    assert report_of(capsys)["copies"] == copies


def test_the_same_bytes_judged_differently_are_a_problem(
    dataset_id: str, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    put(tmp_path / "ng" / "a.png", 4)
    put(tmp_path / "ok" / "b.png", 4)
    assert kenpin("import", dataset_id, str(tmp_path)) == 1
    assert "b.png: same bytes as" in capsys.readouterr().err
    (image,) = client.images(dataset_id)
    assert image.verdict == "NG"


def heed_interrupts() -> None:
    """Undo what a shell does to jobs in the background: they, and the processes that they start, ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def end_in_the_middle(
    client: Client, dataset_id: str, arguments: Sequence[str], number: signal.Signals
) -> tuple[int, str]:
    """Start an import and send it a signal when some images are in; return its exit status and stderr."""
    command = [sys.executable, "-m", "host.cli", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts) as child:
        while child.poll() is None and client.caught_up(dataset_id, 1).images == 0:
            time.sleep(0.02)
        child.send_signal(number)
        return child.wait(), child.communicate()[1]


def test_an_interrupted_import_says_how_to_go_on_and_how_to_undo(
    client: Client, dataset_id: str, tmp_path: Path
) -> None:
    for n in range(400):
        put_unlike(tmp_path / f"ok/{n}.png", n)
    arguments = ("import", dataset_id, str(tmp_path))
    code, said = end_in_the_middle(client, dataset_id, arguments, signal.SIGINT)
    assert (code, said.count("\n")) == (130, 1)
    assert "the same command again brings in what is missing" in said
    assert f"kenpin undo {dataset_id} import-" in said


def test_an_import_that_was_killed_goes_on_where_it_ended(
    client: Client, dataset_id: str, tmp_path: Path, capsys: Capture
) -> None:
    for n in range(400):
        put_unlike(tmp_path / ("ng/dent" if n % 4 == 0 else "ok") / f"{n}.png", n)
    arguments = ("import", dataset_id, str(tmp_path), "--split", "train", "--json")
    end_in_the_middle(client, dataset_id, arguments, signal.SIGKILL)
    assert kenpin(*arguments) == 0
    report = report_of(capsys)
    assert (report["problems"], report["registered"]) == ([], 400 - int(str(report["known"])))
    assert report["known"] in range(1, 400)
    counts = client.caught_up(dataset_id, 1).counts
    assert (counts["train"].OK, counts["train"].NG) == (300, 100)
    again = kenpin(*arguments), report_of(capsys)
    assert (again[0], again[1]["version"], again[1]["judged"]) == (0, report["version"], 0)


def test_a_file_that_goes_away_while_it_is_sent_stops_no_other(
    client: Client, dataset_id: str, tmp_path: Path
) -> None:
    put(tmp_path / "ok/a.png", 1)
    put(tmp_path / "ok/b.png", 2)

    class Tree(FolderTree):
        def open(self, path: str) -> BinaryIO:
            file = super().open(path)
            if path == "ok/a.png":
                (tmp_path / path).unlink()
            return file

    entries = [SourceEntry(f"ok/{name}", name, verdict="OK") for name in ("a.png", "b.png")]
    report = Transfer(client, dataset_id, "line", NoProgress()).run(Source(Tree(tmp_path), entries, "given"))
    assert report.problems == [Problem("ok/a.png", "cannot be read: No such file or directory")]
    assert (report.registered, report.judged) == (1, 1)


def test_a_dataset_that_is_not_there_is_refused(client: Client, tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path / "a.png", 5)
    assert kenpin("import", "nowhere", str(tmp_path)) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_ball_screw_comes_in_with_polygons_and_is_split_by_place(
    dataset_id: str, client: Client, capsys: Capture
) -> None:
    """The commands of docs/guides/ballscrew.md."""
    sample = FOLDER.with_name("ballscrew")
    captures = str(sample / "captures.csv")
    assert kenpin("import", dataset_id, str(sample), "--captures", captures, "--json") == 0
    report = report_of(capsys)
    assert (report["registered"], report["judged"]) == (414, 141)
    images = list(client.images(dataset_id))
    assert {len(image.defects) > 0 for image in images if image.verdict == "NG"} == {True}
    assert all(defect.polygon for image in images for defect in image.defects)
    assert (
        kenpin("dataset", "split", dataset_id, "--by", "part", "--test", "0.34", "--seed", "7", "--yes") == 0
    )
    moved = re.search(r"414 images moved; version (\d+)", capsys.readouterr().out)
    assert moved is not None
    client.caught_up(dataset_id, int(moved[1]))
    places = {(image.capture.part, image.split) for image in client.images(dataset_id)}
    assert len(places) == 6
    assert [split for _, split in places].count("test") == 2


def test_every_command_of_the_migration_guide_does_what_the_page_shows(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    shutil.copytree(CASES / "migrate", tmp_path, dirs_exist_ok=True)
    for name in ("geti", "cvat"):
        shutil.make_archive(str(tmp_path / name), "zip", tmp_path / name)
    monkeypatch.chdir(tmp_path)
    page = (CHECKOUT / "docs/guides/migrate.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```\n(?:```text\n(.*?)^```)?", page, re.MULTILINE | re.DOTALL)
    for typed, shown in blocks:
        assert [kenpin(*shlex.split(each)[1:]) for each in typed.splitlines()] == [0] * typed.count("\n")
        printed = " ".join(capsys.readouterr().out.split())
        for line in shown.splitlines():
            assert " ".join(line.split()).removesuffix("…") in printed
    images = list(client.images("castings"))
    assert sorted(image.verdict or "" for image in images) == ["NG"] * 9 + ["OK"] * 6
    assert {len(image.defects) for image in images if image.verdict == "NG"} == {1}
    assert {image.name: image.split for image in images}["casting-01.png"] == "train"
