"""At 200 % zoom and in small windows the gallery keeps its images; test_accessibility looks at every screen."""

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.small_windows import SIZES, resized
from tests.e2e.test_accessibility import dataset_id

__all__ = ["dataset_id"]


def test_images_keep_most_of_a_small_window(open_page: OpenPage, dataset_id: str) -> None:
    page = open_page(f"/datasets/{dataset_id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
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
