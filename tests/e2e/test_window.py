"""Deep grey in the browser: each camera's picture through its window, and a window for looking in the viewer."""

from hashlib import sha256
from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node

FAINT = 4 / 4095
"""Of the range of a camera: less than one of 256 levels"""
FILTER = "picture => getComputedStyle(picture).filter"
LEVELS = """canvas => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((_, at) => at % 4 === 0 && data[at + 3] === 255).reduce(
        (seen, level) => { seen[level]++; return seen }, Array(256).fill(0));
}"""
"""Return how many pixels of a canvas have each level of grey."""


def plate(top: int) -> bytes:
    """A plate with a dark scratch, which has a fainter one inside, in 16 bits up to `top`."""
    y, x = np.mgrid[0:240, 0:320]
    values = 0.5 + 0.3 * np.sin(y / 9) + 0.15 * x / 320
    values[100:140, 40:260] = 0.1
    values[100:140, 120:180] = 0.1 + FAINT
    body = BytesIO()
    Image.fromarray((values * top).astype(np.uint16)).save(body, "PNG")
    return body.getvalue()


def deep_grey(node: Node, project_id: str) -> str:
    """A dataset of a new project with the same plate of a 12-bit and of a 16-bit camera; its id."""
    node.open_project(project_id)
    id, bodies = node.dataset(project_id=project_id), {"cam-12": plate(4095), "cam-16": plate(65_535)}
    images = []
    for camera, body in bodies.items():
        digest = sha256(body).hexdigest()
        file = {"digest": digest, "size": len(body), "media_type": "image/png"}
        (upload,) = node.post(f"/v1/datasets/{id}/uploads", {"files": [file]}).json()["uploads"]
        if upload["url"]:
            sent = node.http.put(upload["url"], content=body, headers={"Content-Type": "image/png"})
            assert sent.is_success, sent.text
        images.append({"digest": digest, "name": f"{camera}.png", "capture": {"camera": camera}})
    version = node.post(f"/v1/datasets/{id}/images", {"images": images}).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    return id


def keep_as_limit_sample(node: Node, project_id: str, dataset_id: str) -> None:
    """Make the picture of the 16-bit camera a limit sample of the project."""
    [image_id] = [image.image_id for image in node.images(dataset_id) if image.name == "cam-16.png"]
    place = {"dataset_id": dataset_id, "image_id": image_id}
    sample = {"sample_id": "deep", "class_id": "crack", "side": "rejected", **place}
    node.post(f"/v1/projects/{project_id}/limit-samples", sample)


def thumbnails(node: Node, dataset_id: str) -> list[np.ndarray]:
    """The levels of the dataset's thumbnails."""
    bodies = (node.get(str(image.thumbnail_url)).content for image in node.images(dataset_id))
    return [np.asarray(Image.open(BytesIO(body)).convert("L"), int) for body in bodies]


def test_two_depths_look_alike_and_the_viewer_shows_what_8_bits_do_not_have(
    node: Node, open_page: OpenPage
) -> None:
    id = deep_grey(node, "shown-grey")
    small = thumbnails(node, id)
    assert np.abs(small[0] - small[1]).mean() < 1  # WebP is not lossless
    assert small[0].max() - small[0].min() > 200
    keep_as_limit_sample(node, "shown-grey", id)
    page = open_page(f"/datasets/{id}")
    page.get_by_role("gridcell").first.click()
    page.keyboard.press("Enter")
    shown = page.locator(".viewer .picture-canvas canvas").first
    expect(shown).to_be_visible()
    page.get_by_role("button", name="階調").click()
    black, white = page.get_by_label("黒"), page.get_by_label("白")
    expect(white).to_have_attribute("max", "4095")
    assert 400 < int(black.input_value()) < 420 < 3000 < int(white.input_value())
    black.fill("405")
    white.fill("417")
    scratch, faint = round((409 - 405) / 12 * 255), round((413 - 405) / 12 * 255)
    page.wait_for_function(f"at => ({LEVELS})(at)[{faint}] > 100", arg=shown.element_handle())
    levels = shown.evaluate(LEVELS)
    assert levels[scratch] > levels[faint] > 100
    white.blur()  # letters are for what has the focus
    page.keyboard.press("f")
    page.wait_for_function(f"at => ({LEVELS})(at)[{faint}] === 0", arg=shown.element_handle())
    levels = shown.evaluate(LEVELS)
    assert levels[255] > 0.95 * sum(levels)  # the sample has 16 bits: all of it lies above this window
    page.keyboard.press("f")
    white.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("1 / 2", exact=True)).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    expect(black).not_to_have_value("405")


def test_the_window_of_a_camera_is_set_and_removed_on_the_screen_of_its_project(
    node: Node, open_page: OpenPage
) -> None:
    id = deep_grey(node, "set-grey")
    before = thumbnails(node, id)
    page = open_page("/projects/set-grey")
    panel = page.get_by_role("region", name="階調ウィンドウ")
    panel.get_by_role("button", name="ウィンドウを設定する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("データセット").select_option(id)
    dialog.get_by_label("カメラ").select_option("cam-12")
    dialog.get_by_label("黒になる値").fill("0")
    dialog.get_by_label("白になる値").fill("8190")
    picture = dialog.get_by_role("img", name="cam-12.png")
    assert "asked-window" in picture.evaluate(FILTER)
    assert float(dialog.locator("feFuncR").get_attribute("slope") or 1) < 0.6
    dialog.get_by_label("設定の理由").fill("照明を明るくする")
    dialog.get_by_role("button", name="設定する").click()
    expect(panel.get_by_role("row", name="照明を明るくする")).to_contain_text("8190")
    after = thumbnails(node, id)
    assert after[0].max() < 0.6 * before[0].max()
    assert np.array_equal(after[1], before[1])
    panel.get_by_role("row", name="照明を明るくする").get_by_role("button", name="削除").click()
    dialog.get_by_label("理由").fill("照明を戻す")
    dialog.get_by_role("button", name="確定").click()
    expect(dialog).to_have_count(0)  # while it is open, the rows behind it have no role
    expect(panel.get_by_role("row", name="照明を明るくする")).to_have_count(0)
    assert thumbnails(node, id)[0].max() > 0.9 * before[0].max()
