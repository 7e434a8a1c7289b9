"""Exporting in a browser: what the format cannot carry, the file while it is made, and its download."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node


@pytest.fixture(scope="module")
def dataset_id(node: Node) -> str:
    """59 images of the sample: OK, an NG one with a polygon, and one on hold."""
    id = node.dataset(ok=31, ng=28)
    ng, held, *others = [image.image_id for image in node.images(id, order="registered")]
    node.judge(id, {**dict.fromkeys(others, "OK"), held: "HOLD"})
    polygon = {"class_id": "crack", "polygon": [[100, 100], [300, 100], [300, 200]]}
    said = [{"image_id": ng, "verdict": "NG", "defects": [polygon]}]
    version = node.post(f"/v1/datasets/{id}/annotations", {"annotations": said}).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    return id


def test_a_person_exports_without_a_terminal(open_page: OpenPage, dataset_id: str, tmp_path: Path) -> None:
    page = open_page(f"/datasets/{dataset_id}")
    page.get_by_role("button", name="書き出す").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("形式").select_option("YOLO detection")
    losses = dialog.locator(".losses li")
    expect(losses.filter(has_text="保留の画像")).to_contain_text("含めない")
    expect(losses.filter(has_text="多角形")).to_contain_text("矩形として")
    dialog.get_by_label("形式").select_option("JSON Lines")
    expect(dialog).to_contain_text("JSON Lines はすべてを表せます。")
    dialog.get_by_role("button", name="ファイルを作る").click()
    link = dialog.get_by_role("link", name="ダウンロード")
    expect(link).to_be_visible()
    with page.expect_download() as downloading:
        link.click()
    file = tmp_path / "export.zip"
    downloading.value.save_as(file)
    with ZipFile(file) as content:
        assert len(content.read("images.jsonl").splitlines()) == 59


def test_an_export_takes_the_filter_of_the_gallery(open_page: OpenPage, dataset_id: str) -> None:
    page = open_page(f"/datasets/{dataset_id}?verdict=NG", locale="en", theme="light")
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 image,")
    expect(dialog).to_contain_text("Only what the filter shows.")
