"""Exporting from a real platform, and round trips: export, import into an empty project, compare."""

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import httpx
import numpy as np
import pytest
from PIL import Image as Picture

from functions.api.exports.answers import ExportAnswer, ExportPlan, RequestedExport
from functions.api.images.answers import Image, Registered, Uploads
from functions.api.projects.answers import Project
from host.cli.client import Client
from host.cli.exporting import RemoteImages
from kenpin.exporting.targets import NotExportable
from kenpin.pictures.bit_png import bit_png
from kenpin.settings import Settings
from kenpin_client import Blob
from tests.blobs import blob_of
from tests.cli.conftest import Platform, kenpin, platform
from tests.cli.test_import import Capture, client, report_of, settings

__all__ = ["client", "platform", "settings"]

SIZE = (16, 12)
SOURCE = "exported"
NAMES = ("欠け 1.png", "b.png", "c.png", "d.png", "e.png", "f.png")


def picture(shade: int) -> Blob:
    out = BytesIO()
    Picture.new("L", SIZE, shade).save(out, "PNG")
    return blob_of(out.getvalue(), "image/png")


def mask() -> Blob:
    pixels = np.zeros((SIZE[1], SIZE[0]), np.bool_)
    pixels[3:6, 4:9] = True
    pixels[4, 5] = False
    return blob_of(bit_png(pixels), "image/png")


SHAPES: tuple[dict[str, object], ...] = (
    {"class_id": "chip", "box": [1, 2, 3.5, 4]},
    {"class_id": "dent", "polygon": [[0, 0], [9, 0], [9, 9]]},
    {"class_id": "chip", "mask": mask().digest},
)


@pytest.fixture(scope="module")
def source(settings: Settings) -> None:
    """A dataset with a box, a polygon and a mask, an OK, a HOLD and an unjudged image, and splits."""
    from host.issuer.mint import Minting

    client = Client(settings.public_url, Minting(settings, "kenpin"))
    client.post("/projects", {"project_id": SOURCE, "name": SOURCE})
    for class_id, name in (("chip", "欠け"), ("dent", "Dent & scratch")):
        body = {"class_id": class_id, "name": name}
        version = client.post(f"/projects/{SOURCE}/defect-classes", body).version
    client.get(f"/projects/{SOURCE}", Project, min_version=version)
    client.post("/datasets", {"dataset_id": SOURCE, "project_id": SOURCE, "name": SOURCE})
    path, pictures = f"/datasets/{SOURCE}", [picture(n) for n in range(6)]
    blobs = {blob.digest: blob for blob in (*pictures, mask())}
    files = [{"digest": b.digest, "size": b.size, "media_type": b.media_type} for b in blobs.values()]
    for upload in client.ask(f"{path}/uploads", {"files": files}, Uploads).uploads:
        client.upload(upload.url or "", blobs[upload.digest])
    images = [
        {"digest": blob.digest, "name": name, "capture": {"line": "L1"}}
        for blob, name in zip(pictures, NAMES, strict=True)
    ]
    registered = client.ask(f"{path}/images", {"images": images}, Registered)
    client.caught_up(SOURCE, registered.version)
    ids = [blob.digest for blob in pictures]
    judged = [
        *({"image_id": id, "verdict": "NG", "defects": [s]} for id, s in zip(ids, SHAPES, strict=False)),
        {"image_id": ids[3], "verdict": "OK"},
        {"image_id": ids[4], "verdict": "HOLD"},
    ]
    client.post(f"{path}/annotations", {"annotations": judged})
    for split, chosen in (("train", ids[:2]), ("test", ids[2:4])):
        assigned = {"image_ids": chosen, "split": split, "rule": "by hand"}
        version = client.post(f"{path}/splits", assigned).version
    client.caught_up(SOURCE, version)


def test_a_folder_has_the_stored_bytes_and_says_what_is_lost(
    source: None, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    assert kenpin("export", SOURCE, "--format", "yolo", "--to", str(out), "--json") == 0
    report = report_of(capsys)
    pictures = [path for path in (out / "images").rglob("*") if path.is_file()]
    assert (report["matching"], report["images"], report["wrong"]) == (6, len(pictures), [])
    assert report["bytes"] == sum(path.stat().st_size for path in pictures)
    lost = report["cannot_carry"]
    assert isinstance(lost, list)
    assert {"fact": "masks", "effect": "as_box", "count": 1} in lost
    assert (out / "images" / "train" / NAMES[0]).read_bytes() == picture(0).open().read()
    assert list(out.parent.iterdir()) == [out]


def test_people_read_what_is_lost_before_anything_is_written(
    source: None, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    assert kenpin("export", SOURCE, "--format", "voc", "--to", str(out), "--dry-run") == 0
    lost = "  1 × OK images: written without a verdict, as images without a shape\n  1 × images on hold: left out\n"
    assert f"Pascal VOC cannot carry:\n{lost}" in capsys.readouterr().out
    assert not out.exists()


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (("--verdict", "HOLD"), "COCO leaves out every image that matches (1); --dry-run says why"),
        (("--product", "none"), f"no image of {SOURCE} matches at version"),
    ],
)
def test_an_export_without_images_is_refused(
    source: None, client: Client, tmp_path: Path, capsys: Capture, filters: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "none"
    assert kenpin("export", SOURCE, "--format", "coco", *filters, "--to", str(out)) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_an_export_that_cannot_be_written_is_refused(
    source: None, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").touch()
    for kind in (("--format", "coco"), ("--events", "cloudevents")):
        assert kenpin("export", SOURCE, *kind, "--to", str(tmp_path / "file" / "out")) == 2
        assert "file/out cannot be written: " in capsys.readouterr().err


def test_the_command_line_and_the_api_write_the_same_zip(
    source: None, client: Client, tmp_path: Path
) -> None:
    asked = client.ask(f"/datasets/{SOURCE}/exports", {"format": "coco"}, RequestedExport)
    path = f"/datasets/{SOURCE}/exports/{asked.export_id}"
    while (made := client.get(path, ExportAnswer)).state == "making":
        pass
    assert made.state == "done", made
    out = tmp_path / "out.zip"
    assert kenpin("export", SOURCE, "--format", "coco", "--to", str(out)) == 0
    assert client.download(made.url or "") == out.read_bytes()


def test_filters_and_versions_narrow_an_export(
    source: None, client: Client, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "ng.zip"
    arguments = ("export", SOURCE, "--format", "jsonl", "--to", str(out))
    assert kenpin(*arguments, "--verdict", "NG", "--class", "chip") == 0
    with ZipFile(out) as file:
        assert len(file.read("images.jsonl").splitlines()) == 2
    out.unlink()
    assert kenpin(*arguments, "--as-of", "2") == 0
    with ZipFile(out) as file:
        assert "verdict" not in json.loads(file.read("images.jsonl").splitlines()[0])
    capsys.readouterr()
    assert kenpin(*arguments) == 2
    assert "is there already; name a new folder" in capsys.readouterr().err
    assert kenpin("export", SOURCE) == 2
    assert "no format is given; say --format with one of coco, " in capsys.readouterr().err
    assert kenpin("export", SOURCE, "--format", "xls") == 2
    assert "there is no format xls; say --format with one of coco, " in capsys.readouterr().err


def test_images_are_linked_or_referenced(
    source: None,
    client: Client,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.setenv("KENPIN_DATA_DIR", str(settings.data_dir))
    arguments = ("export", SOURCE, "--format", "csv")
    assert kenpin(*arguments, "--images", "linked", "--to", str(tmp_path / "linked")) == 0
    linked = tmp_path / "linked" / "images" / NAMES[0]
    assert (linked.read_bytes(), linked.stat().st_nlink) == (picture(0).open().read(), 2)
    assert kenpin(*arguments, "--images", "referenced", "--to", str(tmp_path / "listed")) == 0
    assert not (tmp_path / "listed" / "images").exists()
    listed = (tmp_path / "listed" / "references.csv").read_text("utf-8")
    assert f'"images/b.png",{picture(1).digest},{picture(1).size}' in listed
    monkeypatch.setenv("KENPIN_DATA_DIR", str(tmp_path / "elsewhere"))
    assert kenpin(*arguments, "--images", "linked", "--to", str(tmp_path / "no")) == 2
    assert "set KENPIN_DATA_DIR, or take --images copied" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_one_missing_file_stops_no_link_of_another(
    source: None,
    client: Client,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.setenv("KENPIN_DATA_DIR", str(settings.data_dir))
    lost = picture(5).digest
    stored, aside = settings.data_dir / "objects" / "images" / lost[:2] / lost, tmp_path / "aside"
    stored.rename(aside)
    out = tmp_path / "linked"
    assert kenpin("export", SOURCE, "--format", "csv", "--images", "linked", "--to", str(out), "--json") == 1
    aside.rename(stored)
    assert report_of(capsys)["wrong"] == [f"images/{NAMES[5]}: its stored bytes are missing"]
    assert {file.name for file in (out / "images").iterdir()} == {*NAMES[:5]}


def imported(client: Client, dataset_id: str, *sources: tuple[str, ...]) -> dict[str, Image]:
    """Import into an empty project of this name; return its images by id."""
    client.post("/projects", {"project_id": dataset_id, "name": dataset_id})
    client.post("/datasets", {"dataset_id": dataset_id, "project_id": dataset_id, "name": dataset_id})
    for arguments in sources:
        assert kenpin("import", dataset_id, *arguments) == 0
    return {image.image_id: image for image in client.images(dataset_id)}


def test_a_lookout_manifest_comes_back(source: None, client: Client, tmp_path: Path) -> None:
    """Box and mask as they were, a polygon as a mask, HOLD without a verdict; bytes and splits alike."""
    out = tmp_path / "out"
    assert kenpin("export", SOURCE, "--format", "lookout", "--to", str(out)) == 0
    manifests = [
        (str(out / f"{split}.manifest"), "--root", str(out), *("--split", split) * (split != "default"))
        for split in ("train", "test", "default")
    ]
    found = imported(client, "from-lookout", *manifests)
    first = [found[picture(n).digest] for n in range(6)]
    assert [image.verdict for image in first] == ["NG", "NG", "NG", "OK", None, None]
    assert [image.split for image in first] == ["train", "train", "test", "test", None, None]
    assert [image.name for image in first] == list(NAMES)
    assert list(first[0].defects[0].box or ()) == [1, 2, 3.5, 4]
    assert (first[2].defects[0].mask, first[1].defects[0].polygon) == (mask().digest, None)
    names = {each.class_id: each.name for each in client.project_of("from-lookout").defect_classes}
    assert [names[image.defects[0].class_id] for image in first[:3]] == ["欠け", "Dent & scratch", "欠け"]


def test_events_are_cloudevents_lines(source: None, client: Client, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "events"
    assert kenpin("export", SOURCE, "--events", "cloudevents", "--to", str(out), "--json") == 0
    lines = [json.loads(line) for line in (out / "events.jsonl").read_text("utf-8").splitlines()]
    assert report_of(capsys)["events"] == len(lines)
    assert {line["source"] for line in lines} == {f"/streams/dataset-{SOURCE}", f"/streams/project-{SOURCE}"}
    first = next(line for line in lines if line["type"] == "kenpin.ImageRegistered.v1")
    assert (first["specversion"], first["actor"]) == ("1.0", "kenpin")
    assert first["data"]["image_id"] == picture(0).digest
    assert kenpin("export", SOURCE, "--events", "cloudevents", "--verdict", "NG", "--to", f"{out}-2") == 2


def test_the_queries_of_the_guide_answer_over_parquet(
    source: None, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kenpin("export", SOURCE, "--events", "parquet", "--to", "history") == 0
    page = (Path(__file__).parents[2] / "docs" / "guides" / "export.md").read_text("utf-8")
    queries = re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    with duckdb.connect() as connection:
        by_person, by_line, changed = (connection.sql(query).fetchall() for query in queries)
    assert [(actor, count) for _, actor, count in by_person] == [("kenpin", 5)]
    assert by_line == [("L1", 6, 3, 0.6)]
    assert changed == []


def test_a_download_is_tried_again_while_the_platform_does_not_answer(
    platform: Platform,
) -> None:
    answers = iter([httpx.Response(503), httpx.Response(200, content=picture(1).open().read())])
    platform.answers["GET /files/a"] = lambda _: next(answers, httpx.Response(503))
    plan = ExportPlan(dataset_id="d", version=1, images=1, bytes=1, largest_bytes=1, formats=[])
    images = RemoteImages(platform.client(), plan, {})
    images._addresses[picture(1).digest] = "/files/a"
    assert images.read_bytes(picture(1).digest) == picture(1).open().read()
    with pytest.raises(NotExportable, match="its bytes cannot be read"):
        images.read_bytes(picture(1).digest)
