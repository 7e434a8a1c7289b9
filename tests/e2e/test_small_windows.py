"""At 200 % zoom and in small windows the gallery keeps its images; test_accessibility looks at every screen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node
from tests.e2e.small_windows import SCROLLS_SIDEWAYS, SIZES, resized
from tests.e2e.test_accessibility import dataset_id

__all__ = ["dataset_id"]


def test_images_keep_most_of_a_small_window(open_page: OpenPage, dataset_id: str) -> None:
    page = open_page(f"/datasets/{dataset_id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    assert page.get_by_role("grid").evaluate(SCROLLS_SIDEWAYS) == []
    for size in SIZES:
        resized(page, size)
        page.keyboard.press("Home")
        grid = page.get_by_role("grid").bounding_box()
        assert grid is not None
        assert grid["height"] >= 200 and grid["width"] >= 400, size
        page.keyboard.press("End")
        expect(page.locator(".focused")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator(".viewer .picture-canvas")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator(".viewer")).to_have_count(0)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_filters_share_one_row_at_1280_pixels(node: Node, open_page: OpenPage, locale: str) -> None:
    id = node.dataset(ok=1, ng=1)
    known = ("product", "lot", "line", "station", "camera", "light")
    capture = {field: f"{field}-01 of the plant" for field in known} | {"captured_at": "2026-11-29T01:00:00Z"}
    for image in node.images(id):
        body = {"image_id": image.image_id, "capture": capture}
        version = node.post(f"/v1/datasets/{id}/captures", body).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    page = open_page(f"/datasets/{id}", locale=locale)
    page.set_viewport_size({"width": 1280, "height": 800})
    bar = page.get_by_role("search")
    expect(bar.locator("select")).to_have_count(len(known) + 4)
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] < 48
    resized(page, "small")
    widths = bar.locator("select").evaluate_all("all => all.map((one) => one.clientWidth)")
    assert min(widths) >= 100, "a label of a filter is cut"
