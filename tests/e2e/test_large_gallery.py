"""The gallery at many images: few elements, pages where someone looks, and both ends at once."""

import json
import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node
from tests.e2e.test_gallery import expect_focus

IMAGES = 100_000
MILLION = 1_000_000
MOST_NODES = 900


class ManyImages:
    """A stub of a dataset with many images, all unlabelled; `asked`: the first image of each page."""

    def __init__(self, node: Node, images: int) -> None:
        self.dataset_id = node.dataset(ok=1)
        self._images = images
        self._image = node.image(self.dataset_id, 0).model_dump(mode="json")
        self._dataset = node.get(f"/v1/datasets/{self.dataset_id}").json()
        self.asked: list[int] = []

    def page(self, open_page: OpenPage, query: str = "order=registered") -> Page:
        page = open_page()
        page.route("**/images?**", self._answer_images)
        page.route(f"**/v1/datasets/{self.dataset_id}", self._answer_dataset)
        page.goto(f"/datasets/{self.dataset_id}/gallery?{query}")
        expect(page.get_by_role("gridcell").first).to_be_visible()
        return page

    def _answer_dataset(self, route: Route) -> None:
        counts = {"OK": 0, "NG": 0, "HOLD": 0, "unlabelled": self._images}
        route.fulfill(json={**self._dataset, "images": self._images, "counts": {"unassigned": counts}})

    def _answer_images(self, route: Route) -> None:
        query = {name: values[0] for name, values in parse_qs(urlparse(route.request.url).query).items()}
        limit, is_back = int(query["limit"]), query["order"] == "newest"
        ordinals = range(self._images - 1, -1, -1) if is_back else range(self._images)
        if "cursor" in query:
            place = int(query["cursor"])
            ordinals = range(place - 1, -1, -1) if is_back else range(place + 1, self._images)
        else:
            ordinals = ordinals[int(query.get("skip", 0)) :]
        shown = [] if query["order"] == "suggested" else ordinals[:limit]
        self.asked += shown[:1]
        page = {
            "items": [
                {**self._image, "image_id": f"{n:064x}", "name": f"{n}.png", "ordinal": n} for n in shown
            ],
            "next_cursor": str(shown[-1]) if len(shown) < len(ordinals) and shown else None,
            "back_cursor": str(shown[0]) if shown else None,
            "as_of": 1,
            "stale": False,
        }
        route.fulfill(content_type="application/json", body=json.dumps(page))


def test_a_hundred_thousand_images_take_few_elements(node: Node, open_page: OpenPage) -> None:
    many = ManyImages(node, IMAGES)
    page = many.page(open_page)
    assert many.asked == [0]
    for _ in range(20):
        page.evaluate("(grid => { grid.scrollTop += 9000 })(document.querySelector('[role=grid]'))")
        page.wait_for_timeout(100)
        assert page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES
    assert len(many.asked) > 3


def test_end_is_the_end_of_a_million_images_and_home_the_start(node: Node, open_page: OpenPage) -> None:
    many = ManyImages(node, MILLION)
    page = many.page(open_page)
    page.keyboard.press("End")
    expect(page.get_by_text("1,000,000 / 1,000,000 枚")).to_be_visible()
    expect_focus(page, MILLION - 1)
    assert many.asked == [0, MILLION - 1]
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"^999,9\d\d / 1,000,000 枚$"))).to_be_visible()
    page.keyboard.press("Home")
    expect(page.get_by_text("1 / 1,000,000 枚")).to_be_visible()


def test_images_before_the_end_are_loaded_on_the_way_back(node: Node, open_page: OpenPage) -> None:
    many = ManyImages(node, MILLION)
    page = many.page(open_page)
    page.keyboard.press("End")
    expect_focus(page, MILLION - 1)
    for _ in range(12):
        page.keyboard.press("PageUp")
        page.wait_for_timeout(120)
    expect(page.get_by_text(re.compile(r"^999,[5-8]\d\d / 1,000,000 枚$"))).to_be_visible()
    assert many.asked == [0, MILLION - 1, MILLION - 201]


def test_a_drag_of_the_scroll_bar_shows_the_middle_with_one_page(node: Node, open_page: OpenPage) -> None:
    many = ManyImages(node, MILLION)
    page = many.page(open_page)
    page.evaluate(
        "(grid => { grid.scrollTop = grid.scrollHeight / 2 })(document.querySelector('[role=grid]'))"
    )
    expect(page.get_by_text(re.compile(r"^[45]\d\d,\d\d\d / 1,000,000 枚$"))).to_be_visible()
    assert len(many.asked) <= 3
    page.keyboard.press("ArrowRight")
    expect(page.locator(".focused")).to_be_visible()
