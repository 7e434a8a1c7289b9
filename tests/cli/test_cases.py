"""Inputs that went wrong for other people, imported whole: turned photos, damaged manifests, one bad box of many."""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import pytest
from PIL import Image as Picture

from functions.api.images.answers import Image
from functions.api.projects.answers import Project
from host.cli.client import Client
from tests.cli.conftest import kenpin
from tests.cli.test_import import Capture, client, report_of, settings

__all__ = ["client", "settings"]
CASES: Final = Path(__file__).parents[1] / "cases"
TURNED: Final = CASES / "01-exif-orientation" / "in"


@pytest.fixture
def dataset_id(client: Client, request: pytest.FixtureRequest) -> str:
    """An empty dataset in a project of the same name."""
    id = f"case-{sha256(str(request.node.name).encode()).hexdigest()[:12]}"
    client.post("/projects", {"project_id": id, "name": id})
    client.post("/datasets", {"dataset_id": id, "project_id": id, "name": id})
    return id


def only_image(client: Client, dataset_id: str) -> Image:
    client.caught_up(dataset_id, 1)
    [image] = client.images(dataset_id)
    return image


def fetched(client: Client, url: str | None) -> np.ndarray:
    answer = httpx.get(client.url + (url or ""))
    assert answer.status_code == 200
    with Picture.open(BytesIO(answer.content)) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_box_on_a_turned_photo_stays_where_it_was_drawn(client: Client, dataset_id: str) -> None:
    assert kenpin("import", dataset_id, str(TURNED / "box.manifest")) == 0
    image = only_image(client, dataset_id)
    assert (image.width, image.height, image.verdict) == (32, 64, "NG")
    assert image.defects[0].box == (20, 40, 10, 20)


def test_a_mask_on_a_turned_photo_lies_on_the_red_corner_that_everybody_sees(
    client: Client, dataset_id: str
) -> None:
    assert kenpin("import", dataset_id, str(TURNED / "mask.manifest")) == 0
    image = only_image(client, dataset_id)
    assert image.annotation is not None
    mask = fetched(client, image.annotation.mask_urls[0])[..., 0] > 0
    assert mask.shape == (64, 32)
    assert mask.sum() == 64 and mask[:8, 24:].all()
    thumbnail = fetched(client, image.thumbnail_url).astype(int)
    assert thumbnail.shape[:2] == (64, 32)
    is_red = thumbnail[..., 0] - thumbnail[..., 1] > 60
    assert is_red[1:7, 25:31].all() and not is_red[10:].any()


@pytest.mark.parametrize(
    ("manifest", "wrong", "judged"),
    [
        ("mask-broken", "mask-broken.png cannot be read: the file ends too early", {"b.png"}),
        ("mask-half", "mask-half.png is 16×16, its image 32×32", set()),
        ("mask-missing", "mask-missing.manifest line 1: nowhere.png is not in", set()),
        ("box-nan", "box-nan.manifest line 1: left is no usable number", set()),
        ("box-over-by-1", "a.png: a shape goes beyond the picture (32×32)", {"a.png", "b.png", "c.png"}),
        ("bom", "", {"a.png", "b.png"}),
        ("two-jobs-ng-then-ok", "", {"a.png"}),
    ],
)
def test_each_line_of_a_manifest_stands_for_itself(
    client: Client, dataset_id: str, capsys: Capture, manifest: str, wrong: str, judged: set[str]
) -> None:
    kenpin("import", dataset_id, str(CASES / "manifests" / f"{manifest}.manifest"))
    said = capsys.readouterr()
    assert wrong in said.err + said.out
    client.caught_up(dataset_id, 1)
    assert {image.name for image in client.images(dataset_id) if image.verdict} == judged


def test_words_of_a_manifest_that_mean_no_verdict_are_asked_about(
    client: Client, dataset_id: str, capsys: Capture
) -> None:
    source = str(CASES / "07-class-names" / "in" / "manifest" / "m.manifest")
    assert kenpin("import", dataset_id, source) == 2
    assert "--map '良品OK=OK|NG|NG:class|HOLD|none|skip'" in "".join(capsys.readouterr())
    client.caught_up(dataset_id, 1)
    assert list(client.images(dataset_id)) == []
    answers = [word for each in ("良品OK=OK", "0=OK", "1=NG:欠け", "2=NG:欠け2") for word in ("--map", each)]
    assert kenpin("import", dataset_id, source, *answers) == 0
    verdicts = [image.verdict for image in sorted(client.images(dataset_id), key=lambda each: each.name)]
    assert verdicts == ["OK", "NG", *["OK"] * 10, "NG", "NG"]
    names = {each.name for each in client.get(f"/projects/{dataset_id}", Project).defect_classes}
    assert names == {"欠け", "欠け2"}


def test_a_second_import_with_the_right_table_corrects_the_conditions_once(
    client: Client, dataset_id: str, capsys: Capture
) -> None:
    tables = CASES / "09-csv" / "in"

    def imported(table: str) -> dict[str, object]:
        assert (
            kenpin("import", dataset_id, str(tables / "pics"), "--captures", str(tables / table), "--json")
            == 0
        )
        return report_of(capsys)

    assert imported("cap-nobody.csv")["corrected"] == 0
    right = imported("cap-cp932.csv")
    assert (right["registered"], right["known"], right["corrected"]) == (0, 5, 1)
    captures = {image.name: image.capture for image in client.images(dataset_id) if image.capture.line}
    assert {name: (capture.line, capture.lot) for name, capture in captures.items()} == {
        "検査.png": ("第一", "A")
    }
    assert imported("cap-cp932.csv")["corrected"] == 0
    assert kenpin("undo", dataset_id, str(right["batch_id"]), "--reason", "a try", "--json") == 0
    client.caught_up(dataset_id, int(str(report_of(capsys)["version"])))
    assert not any(image.capture.line for image in client.images(dataset_id))


def test_one_bad_box_of_120_is_cut_off_and_one_undo_takes_all_back(
    client: Client, dataset_id: str, tmp_path: Path, capsys: Capture
) -> None:
    lines = [line_of(tmp_path, number, width=3 if number == 99 else 2) for number in range(120)]
    (tmp_path / "m.manifest").write_text("\n".join(lines))
    assert kenpin("import", dataset_id, str(tmp_path / "m.manifest"), "--json") == 0
    report = report_of(capsys)
    assert (report["registered"], report["judged"], report["problems"]) == (120, 120, [])
    assert "099.png" in str(report["clipped"])
    boxes = {image.name: image.defects[0].box for image in client.images(dataset_id)}
    assert set(boxes.values()) == {(6, 6, 2, 2)} and len(boxes) == 120
    assert kenpin("undo", dataset_id, str(report["batch_id"]), "--reason", "a try", "--json") == 0
    client.caught_up(dataset_id, int(str(report_of(capsys)["version"])))
    assert not any(image.verdict for image in client.images(dataset_id))


def line_of(folder: Path, number: int, width: int) -> str:
    """Make picture `number` of 8×8 pixels; return its line with a box that begins two pixels before the edges."""
    digest = sha256(bytes([number])).digest()
    Picture.frombytes("L", (8, 8), digest * 2).save(folder / f"{number:03d}.png")
    box = {"class_id": 0, "left": 6, "top": 6, "width": width, "height": 2}
    size = {"width": 8, "height": 8, "depth": 1}
    about = {"class-map": {"0": "dent"}, "type": "groundtruth/object-detection"}
    found = {"image_size": [size], "annotations": [box]}
    return json.dumps({"source-ref": f"{number:03d}.png", "bb": found, "bb-metadata": about})
