"""Correcting a capture condition in a browser."""

from playwright.sync_api import expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node


def test_a_capture_condition_is_corrected(node: Node, open_page: OpenPage, axe: str) -> None:
    id = node.dataset(ok=1)
    page = open_page(f"/datasets/{id}/gallery")
    expect(page.get_by_role("gridcell")).to_be_visible()
    page.get_by_role("button", name="撮像条件を直す").click()
    dialog = page.get_by_role("dialog")
    do = dialog.get_by_role("button", name="訂正する")
    expect(do).to_be_disabled()
    dialog.get_by_label("ライン").fill("L7")
    dialog.get_by_label("撮像日時").fill("2026-11-29T10:15:30")
    dialog.get_by_label("理由").fill("台帳と違っていた")
    assert serious(page, axe) == []
    do.click()
    expect(page.get_by_text("撮像条件を訂正しました")).to_be_visible()
    expect(page.get_by_role("complementary").get_by_text("L7")).to_be_visible()
    (image,) = node.images(id)
    assert image.capture.line == "L7"
    assert (image.capture.captured_at or "").startswith("2026-11-29T10:15:30")
    assert node.history(id, image.image_id)[-1].data["reason"] == "台帳と違っていた"
