"""Drawing defects in a browser: by keyboard alone, by mouse, with a brush; saved, undone, and in conflict."""

import re
import time
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image as PillowImage
from playwright.sync_api import Locator, Page, expect

from functions.api.images.answers import Image
from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node
from tests.e2e.small_windows import SCROLLS_SIDEWAYS
from tests.e2e.stubs import RECIPE, RUNS, predictions, stub_runs

SAVED = {"ja": r"保存済み #\d+", "en": r"Saved #\d+"}
MARKS = {"ja": "印", "en": "Marks"}


def annotate(open_page: OpenPage, node: Node, id: str, locale: str = "ja", theme: str = "dark") -> Page:
    path = f"/datasets/{id}/annotate/{node.image(id, 0).image_id}?order=registered"
    page = open_page(path, locale=locale, theme=theme)
    expect(canvas(page)).to_be_focused()
    page.locator("[data-loaded=true]").wait_for()
    page.get_by_role("button", name=re.compile("割れ|Crack")).wait_for()
    return page


def canvas(page: Page) -> Locator:
    return page.get_by_role("application")


def marks(page: Page, locale: str = "ja") -> Locator:
    return page.get_by_role("region", name=MARKS[locale], exact=True).get_by_role("listitem")


def drag(page: Page, *way: tuple[float, float]) -> None:
    """Press at the first place, given as shares of the canvas, move along the others, and let go."""
    box = canvas(page).bounding_box()
    assert box is not None
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in way]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_length_is_in_millimetres_once_the_scale_of_the_camera_is_set(
    node: Node, open_page: OpenPage
) -> None:
    node.open_project("measured")
    id = node.dataset(ok=1, project_id="measured")
    page = open_page("/projects/measured")
    panel = page.get_by_role("region", name="画素分解能")
    panel.get_by_role("button", name="設定する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("1 画素の長さ").fill("0.05")
    dialog.get_by_label("設定の理由").fill("校正板")
    dialog.get_by_role("button", name="設定する").click()
    expect(panel.get_by_role("row", name="校正板")).to_contain_text("0.05")
    drawing = annotate(open_page, node, id)
    press(drawing, "l")
    drag(drawing, (0.4, 0.5), (0.6, 0.5))
    expect(
        drawing.get_by_role("status").filter(has_text=re.compile(r"[0-9.]+ mm（[0-9.]+ px）"))
    ).to_be_visible()
    panel.get_by_role("button", name="削除").click()
    dialog.get_by_label("理由").fill("レンズ交換")
    dialog.get_by_role("button", name="確定").click()
    expect(panel.get_by_text("まだ設定されていません")).to_be_visible()


@pytest.mark.parametrize(("locale", "theme"), [("ja", "dark"), ("en", "light")])
def test_defects_are_drawn_by_keyboard_and_mouse_and_saved(
    node: Node, open_page: OpenPage, axe: str, locale: str, theme: str
) -> None:
    id = node.dataset(ng=2)
    page = annotate(open_page, node, id, locale, theme)
    press(page, "b", "1", "ArrowLeft", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter")
    expect(marks(page, locale)).to_have_count(1)
    press(page, "p", "2", "ArrowUp", "Enter", "Shift+ArrowRight", "Enter", "Shift+ArrowUp", "Enter", "Enter")
    expect(marks(page, locale)).to_have_count(2)
    press(page, "d", "1", "Shift+ArrowLeft", "Shift+ArrowLeft", "Enter")
    press(page, "Shift+ArrowLeft", "Enter")
    expect(marks(page, locale)).to_have_count(3)
    page.keyboard.press("b")
    drag(page, (0.3, 0.6), (0.4, 0.7))
    expect(marks(page, locale)).to_have_count(4)
    expect(page.get_by_text(re.compile(SAVED[locale]))).to_be_visible()
    image = until_marked(node, id, 4)
    assert places(image) == ["crack box", "chip polygon", "crack mask", "crack box"]
    assert serious(page, axe) == []

    page.reload()
    expect(marks(page, locale)).to_have_count(4)
    panel = page.get_by_role("complementary")
    assert panel.evaluate(SCROLLS_SIDEWAYS) == []
    expect(panel).to_contain_text("割れ × 3, 欠け" if locale == "ja" else "Crack × 3, Chip")
    judged = [event for event in node.history(id, image.image_id) if event.type == "AnnotationSubmitted"]
    defects = judged[-1].data["defects"]
    assert isinstance(defects, list)
    assert (len(defects), judged[-1].actor) == (4, "sato.k")

    marks(page, locale).nth(2).get_by_role("button").first.click()
    press(page, "d")
    drag(page, (0.5, 0.3), (0.6, 0.4))
    painted = until_painted_anew(node, id, image)
    assert places(painted) == places(image)
    assert marked_pixels(node, painted) > marked_pixels(node, image)


def until_marked(node: Node, id: str, marks: int) -> Image:
    """The image once it has so many defects. Fails when it does not get them."""
    for _ in range(100):
        if len(node.image(id, 0).defects) == marks:
            break
        time.sleep(0.1)
    return node.image(id, 0)


def until_painted_anew(node: Node, id: str, before: Image) -> Image:
    """The image once its mask is another one. Fails when it does not get one."""
    for _ in range(100):
        if node.image(id, 0).defects[2].mask not in (None, before.defects[2].mask):
            break
        time.sleep(0.1)
    return node.image(id, 0)


def marked_pixels(node: Node, image: Image) -> int:
    """The pixels of the only mask."""
    assert image.annotation is not None
    [address] = image.annotation.mask_urls
    with PillowImage.open(BytesIO(node.get(address).content)) as mask:
        return mask.convert("L").histogram()[255]


def places(image: Image) -> list[str]:
    kinds = ("box", "polygon", "mask")
    return [
        f"{each.class_id} {next((kind for kind in kinds if getattr(each, kind) is not None), 'somewhere')}"
        for each in image.defects
    ]


def test_undo_takes_back_the_gesture_and_leaves_the_image_unlabelled(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=1)
    page = annotate(open_page, node, id)
    drag(page, (0.4, 0.4), (0.5, 0.5))
    node.until(id, 0, verdict="NG")
    page.keyboard.press("u")
    image = node.until(id, 0, verdict=None)
    expect(marks(page)).to_have_count(0)
    page.keyboard.press("y")
    node.until(id, 0, verdict="NG")
    expect(marks(page)).to_have_count(1)
    types = [event.type for event in node.history(id, image.image_id)]
    assert types[1:] == ["AnnotationSubmitted", "AnnotationWithdrawn", "AnnotationSubmitted"]


def test_marks_are_kept_when_a_colleague_was_first(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=1)
    page = annotate(open_page, node, id)
    node.judge(id, {node.image(id, 0).image_id: "HOLD"})
    drag(page, (0.4, 0.4), (0.5, 0.5))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("保留")
    assert node.image(id, 0).verdict == "HOLD"
    dialog.get_by_role("button", name="あなたの判定にする").click()
    expect(marks(page)).to_have_count(1)
    expect(page.get_by_text(re.compile(SAVED["ja"]))).to_be_visible()
    assert places(node.image(id, 0)) == ["crack box"]


def test_drawing_over_a_colleagues_judgement_asks_for_a_reason(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=1)
    node.judge(id, {node.image(id, 0).image_id: "NG"}, class_id="chip")
    page = annotate(open_page, node, id)
    drag(page, (0.4, 0.4), (0.5, 0.5))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("判定を NG に直す理由")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(marks(page)).to_have_count(1)
    drag(page, (0.4, 0.4), (0.5, 0.5))
    dialog.get_by_role("textbox").fill("縁の割れ")
    page.keyboard.press("Enter")
    image = until_marked(node, id, 2)
    assert places(image) == ["chip somewhere", "crack box"]
    assert node.history(id, image.image_id)[-1].data["reason"] == "縁の割れ"


def test_proposals_of_a_model_are_accepted_and_rejected_by_key(
    node: Node, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = node.dataset(ng=1)
    image = node.image(id, 0)
    page = open_page()
    segmentation = {**RUNS["mapped000001"], "recipe": {**RECIPE, "method": "segmentation"}}
    monkeypatch.setitem(RUNS, "mapped000001", segmentation)
    stub_proposals(page, id, [[40, 80, 80, 40], [200, 300, 60, 60]])
    page.goto(f"/datasets/{id}/annotate/{image.image_id}")
    proposals = page.get_by_role("region", name="モデルの提案")
    expect(proposals.get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(proposals.get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(proposals).to_be_hidden()
    image = node.until(id, 0, verdict="NG")
    assert places(image) == ["crack mask"]


def test_the_gallery_opens_the_image_and_a_decision_goes_on_within_the_filter(
    node: Node, open_page: OpenPage
) -> None:
    id = node.dataset(ok=2)
    first, second = node.images(id)
    page = open_page(f"/datasets/{id}/gallery?order=registered&verdict=unlabelled")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile(rf"/annotate/{first.image_id}\?order=registered&verdict=unlabelled"))
    page.locator("[data-loaded=true]").wait_for()
    page.keyboard.press("o")
    node.until(id, 0, verdict="OK")
    expect(page).to_have_url(re.compile(rf"/annotate/{second.image_id}\?"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(rf"/gallery\?.*image={second.image_id}"))


def stub_proposals(page: Page, dataset_id: str, boxes: list[list[int]]) -> None:
    """A finished run of the dataset with regions at these boxes. Its map of 40 px places shows the first one."""
    stub_runs(page, dataset_id)
    regions = [{"box": box, "class_id": None, "score": 0.9, "area": 900, "length": 40} for box in boxes]
    map = PillowImage.new("L", (12, 16))
    left, top, width, height = (side // 40 for side in boxes[0])
    map.paste(255, (left, top, left + width, top + height))
    map.save(body := BytesIO(), "PNG")
    told = {"heatmap": b64encode(body.getvalue()).decode(), "width": 480, "height": 640, "regions": regions}
    found = {**predictions("mapped000001", "maps=true")[0], **told}
    page.route(
        re.compile(r"/v1/runs/mapped000001/predictions"),
        lambda route: route.fulfill(json={"items": [found], "next_cursor": None}),
    )
