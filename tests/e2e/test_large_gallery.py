"""The gallery at 100,000 images: few elements, pages as far as someone looks."""

import json
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node

IMAGES = 100_000
MOST_NODES = 900


def test_a_hundred_thousand_images_take_few_elements(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1)
    pattern = node.image(id, 0).model_dump(mode="json")
    asked: list[int] = []

    def answer(route: Route) -> None:
        query = parse_qs(urlparse(route.request.url).query)
        first, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        asked.append(first)
        items = [
            {**pattern, "image_id": f"{n:064x}", "name": f"{n}.png"}
            for n in range(first, min(first + limit, IMAGES))
        ]
        following = str(first + limit) if first + limit < IMAGES else None
        page = {"items": items, "next_cursor": following, "as_of": 1, "stale": False}
        route.fulfill(content_type="application/json", body=json.dumps(page))

    page = open_page("/")
    page.route("**/images?**", answer)
    page.goto(f"/datasets/{id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    assert asked == [0]
    for _ in range(20):
        page.evaluate(
            "(grid => { grid.scrollTop = grid.scrollHeight })(document.querySelector('[role=grid]'))"
        )
        page.wait_for_timeout(100)
        assert page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES
    assert len(asked) > 5
