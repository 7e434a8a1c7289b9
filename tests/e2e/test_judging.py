"""Judging in a browser harms nobody's work: one press is one image, and an override has a reason."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import ON_SCREEN, decide
from tests.e2e.node import Node

HELD = 12


def gallery(open_page: OpenPage, dataset_id: str, query: str = "order=registered") -> Page:
    page = open_page(f"/datasets/{dataset_id}/gallery?{query}")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    page.wait_for_function(ON_SCREEN)
    return page


def expect_focus(page: Page, at: int) -> None:
    expect(page.get_by_role("grid")).to_have_attribute("aria-activedescendant", f"tile-{at}")


def accept(node: Node, dataset_id: str, image_id: str) -> None:
    review = {"reviews": [{"image_id": image_id, "outcome": "accepted"}]}
    version = node.post(f"/v1/datasets/{dataset_id}/reviews", review).json()["version"]
    node.get(f"/v1/datasets/{dataset_id}?min_version={version}")


def verdicts(node: Node, dataset_id: str) -> list[str | None]:
    return [image.verdict for image in node.images(dataset_id)]


def test_a_key_that_is_held_down_judges_one_image(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=4)
    page = gallery(open_page, id)
    for _ in range(HELD):
        page.keyboard.down("o")
    page.keyboard.up("o")
    expect_focus(page, 1)
    node.until(id, 0, verdict="OK")
    assert verdicts(node, id) == ["OK", None, None, None]


def test_nobody_decides_before_the_next_picture_is_on_screen(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3)
    held: list[Route] = []
    second = node.image(id, 1).image_id
    page = gallery(open_page, id)
    picture = re.compile(f"{second}(?!.*thumb)")
    page.route(picture, lambda route: held.append(route))
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 / 3", exact=True)).to_be_visible()
    decide(page, "o")
    expect(page.get_by_text("2 / 3", exact=True)).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("画像がまだ表示されていません")).to_be_visible()
    assert verdicts(node, id)[1] is None
    for key in "cxwr":
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute(picture)
    decide(page, "x")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    decide(page, "n")
    node.until(id, 1, verdict="NG")


def test_the_gallery_begins_at_the_first_unjudged_image_and_passes_over_judged_ones(
    node: Node, open_page: OpenPage
) -> None:
    id = node.dataset(ok=5)
    ids = [image.image_id for image in node.images(id)]
    node.judge(id, {ids[0]: "OK", ids[2]: "NG"})
    page = gallery(open_page, id)
    expect_focus(page, 1)
    decide(page, "o")
    expect_focus(page, 3)
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 / 5", exact=True)).to_be_visible()
    decide(page, "h")
    expect(page.get_by_text("5 / 5", exact=True)).to_be_visible()
    decide(page, "o")
    expect(page.get_by_text("未判定の画像はもうありません")).to_be_visible()
    node.until(id, 4, verdict="OK")
    assert verdicts(node, id) == ["OK", "OK", "NG", "HOLD", "OK"]


def colleagues(node: Node, open_page: OpenPage) -> tuple[str, Page, Locator]:
    """An image that somebody else judged OK and a lead accepted, with the question that the key N opens."""
    id = node.dataset(ok=2)
    first = node.image(id, 0).image_id
    node.judge(id, {first: "OK"})
    accept(node, id, first)
    page = gallery(open_page, id)
    expect_focus(page, 1)
    page.keyboard.press("ArrowLeft")
    decide(page, "n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 枚の判定を変更する理由")
    expect(dialog).to_contain_text("承認済み")
    return id, page, dialog


def test_an_accepted_judgement_is_overridden_for_a_reason(node: Node, open_page: OpenPage) -> None:
    id, page, dialog = colleagues(node, open_page)
    expect(dialog.get_by_role("button", name="変更する")).to_be_disabled()
    page.keyboard.press("1")
    dialog.get_by_role("button", name="変更する").click()
    image = node.until(id, 0, verdict="NG")
    assert image.annotation
    assert (image.annotation.by, image.annotation.reason) == ("sato.k", "ui:reason_overlooked")


def test_whoever_goes_on_typing_overrides_nothing(node: Node, open_page: OpenPage) -> None:
    id, page, dialog = colleagues(node, open_page)
    for key in ("o", "n", "Enter", " ", "h"):
        page.keyboard.press(key)
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert verdicts(node, id) == ["OK", None]


def test_an_accepted_image_is_marked_on_its_tile_in_the_panel_and_in_its_history(
    node: Node, open_page: OpenPage, axe: str
) -> None:
    id = node.dataset(ok=1)
    first = node.image(id, 0).image_id
    node.judge(id, {first: "OK"})
    accept(node, id, first)
    page = gallery(open_page, id)
    expect(page.get_by_role("gridcell").first).to_contain_text("承認済み")
    panel = page.get_by_role("complementary", name="画像の詳細")
    expect(panel.get_by_text("承認済み")).to_have_count(2)
    expect(panel.get_by_role("listitem").filter(has_text="レビュー")).to_contain_text("承認済み")
    assert serious(page, axe) == []


def test_a_conflict_takes_no_key_can_wait_and_asks_why(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    node.judge(id, {node.image(id, 0).image_id: "OK"})
    decide(page, "n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ほかの人が先に変更しました")
    for key in ("Enter", " ", "o", "n"):
        page.keyboard.press(key)
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.reload()
    expect(page.get_by_text("競合 1 件")).to_be_visible()
    page.get_by_role("button", name="選ぶ").click()
    mine = dialog.get_by_role("button", name="あなたの判定にする")
    expect(mine).to_be_disabled()
    dialog.get_by_label("理由").fill("縁に欠け")
    mine.click()
    image = node.until(id, 0, verdict="NG")
    assert image.annotation
    assert image.annotation.reason == "縁に欠け"
