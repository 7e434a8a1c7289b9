"""At 200 % zoom and in small windows every screen keeps picture, navigation and actions in reach."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.model_stubs import stub_models
from tests.e2e.node import Node
from tests.e2e.stubs import stub_runs, stub_upkeep
from tests.e2e.test_accessibility import SCREENS, dataset_id

__all__ = ["dataset_id"]
SIZES: Final = {"small": (1024, 768), "200 %": (640, 384), "narrow": (420, 800)}
"""200 %: what is left of a window of 1,280 × 768."""
OUT_OF_REACH: Final = """() => {
    const isShown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isWithin = (x, y, box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    function isInReach(one) {
        const box = one.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        for (let place = one.parentElement; place; place = place.parentElement) {
            const { overflowX, overflowY } = getComputedStyle(place);
            if ([overflowX, overflowY].some((way) => ["auto", "scroll"].includes(way))) return true;
            if (overflowX !== "visible" && !isWithin(x, y, place.getBoundingClientRect())) return false;
        }
        return isWithin(x, y, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    }
    return [...document.querySelectorAll("a[href], button, select, input:not([type=file]), textarea")]
        .filter((one) => isShown(one) && !one.closest(".hidden, [aria-hidden=true]") && !isInReach(one))
        .map((one) => (one.getAttribute("aria-label") || one.textContent || one.name).trim().slice(0, 40));
}"""
TOO_WIDE: Final = """() => [document.documentElement, document.querySelector("main")]
    .some((one) => one.scrollWidth > one.clientWidth + 1)"""


def resized(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(100)


@pytest.mark.parametrize("screen", SCREENS)
def test_everything_is_in_reach(dataset_id: str, open_page: OpenPage, screen: str) -> None:
    path, ready = SCREENS[screen]
    page = open_page("/nowhere")
    stub_runs(page, dataset_id)
    stub_models(page, dataset_id)
    stub_upkeep(page)
    page.goto(path.format(id=dataset_id))
    expect(page.locator(f"main {ready}").first).to_be_visible()
    found = {}
    for size in SIZES:
        resized(page, size)
        lost, is_wide = page.evaluate(OUT_OF_REACH), page.evaluate(TOO_WIDE)
        if lost or is_wide:
            found[size] = (lost, is_wide)
    assert found == {}


@pytest.mark.parametrize("size", SIZES)
def test_images_keep_most_of_a_small_window(
    node: Node, open_page: OpenPage, dataset_id: str, size: str
) -> None:
    page = open_page(f"/datasets/{dataset_id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    resized(page, size)
    grid = page.get_by_role("grid").bounding_box()
    assert grid is not None
    assert grid["height"] >= 200 and grid["width"] >= 400
    page.keyboard.press("End")
    expect(page.locator(".focused")).to_be_in_viewport()
    page.keyboard.press("Enter")
    picture = page.locator(".viewer img").first
    expect(picture).to_be_in_viewport()
