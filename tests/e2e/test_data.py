"""The screen *Data* of a dataset: what judging bought, what suggestions gained, and the ways to better data."""

import json
import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import serious_by_theme
from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node
from tests.e2e.stubs import Json, stub_runs
from tests.e2e.test_suggestions import GAINS


def _end(run_id: str, version: int, escapes: int) -> Json:
    counts = {"images": 22, "escapes": escapes, "ng": 8, "overkills": 2, "ok": 14}
    return {"run_id": run_id, "dataset_version": version, "split": "test", **counts}


def _work(policy: str, judged: int, timed: int, seconds: float) -> Json:
    return {"policy": policy, "judged": judged, "ng": 2, "timed": timed, "seconds": seconds}


ROUNDS: Final = [
    {
        **{"method": "probe", "before": _end("finished00001", 12, 3), "after": _end("finished00002", 20, 1)},
        "work": [_work("", 4, 0, 0), _work("control", 2, 2, 9), _work("hybrid-1", 18, 10, 15)],
    },
    {
        **{"method": "probe", "before": _end("finished00002", 20, 1), "after": _end("mapped000001", 31, 0)},
        "work": [_work("hybrid-1", 20, 20, 24)],
    },
]


def _answer(page: Page, path: str, body: Json) -> None:
    page.route(path, lambda route: route.fulfill(json=body))


@pytest.fixture(scope="module")
def dataset_id(node: Node) -> str:
    return node.dataset(ok=1)


def _open(open_page: OpenPage, dataset_id: str) -> Page:
    page = open_page(locale="en")
    stub_runs(page, dataset_id)
    _answer(page, "**/rounds*", {"items": ROUNDS})
    _answer(page, "**/suggestions/gain*", {"items": GAINS, "as_of": 3})
    page.goto(f"/datasets/{dataset_id}/gallery")
    page.get_by_role("navigation", name="Screens of the dataset").get_by_role("link", name="Data").click()
    return page


EMBEDDING: Final = {
    **{"run_id": "finished00001", "images": 40, "by": "verdict", "values": ["OK", "OK", "NG"]},
    **{"x": [0, 1, 10], "y": [0, 1, 10], "image_ids": ["a" * 64, "b" * 64, "c" * 64]},
}


def test_images_chosen_on_the_map_open_in_the_gallery(open_page: OpenPage, node: Node, axe: str) -> None:
    id = node.dataset(ok=3)
    page = _open(open_page, id)
    panel = page.get_by_role("region", name="Embedding map")
    expect(panel).to_contain_text("There is no embedding map yet")
    known = {"dataset_id": id, "image_ids": [image.image_id for image in node.images(id)]}
    _answer(page, "**/embedding?*", {**EMBEDDING, **known})
    page.reload()
    expect(panel).to_contain_text("3 of 40 images")
    panel.get_by_label("Right", exact=True).fill("50")
    panel.get_by_role("button", name="Select the rectangle").press("Enter")
    expect(panel.get_by_role("status")).to_have_text("2 selected")
    panel.get_by_role("button", name="NG 1").click()
    expect(panel.get_by_role("status")).to_have_text("0 selected")
    panel.get_by_role("button", name="NG 1").click()
    assert serious_by_theme(page, axe) == {}
    box = panel.get_by_role("img").bounding_box()
    assert box is not None
    corners = ((0.9, 0.0), (1.0, 0.0), (1.0, 0.1), (0.9, 0.1))
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    for across, down in corners:
        page.mouse.move(box["x"] + (box["width"] - 1) * across, box["y"] + box["height"] * down + 1)
    page.mouse.up()
    expect(panel.get_by_role("status")).to_have_text("1 selected")
    panel.get_by_role("link", name="Open in the gallery").click()
    expect(page.get_by_role("gridcell")).to_have_count(1)
    page.get_by_role("button", name="1 chosen image").click()
    expect(page.get_by_role("gridcell")).to_have_count(3)


def test_rounds_show_seconds_beside_mistakes(open_page: OpenPage, dataset_id: str) -> None:
    page = _open(open_page, dataset_id)
    rounds = page.get_by_role("region", name="What the time bought")
    expect(rounds.get_by_role("row")).to_have_text(
        [
            "RoundChosen byJudgedNGSeconds per labelEscapesOverkillsOn the same images",
            "2All2021.21 of 8 → 0 of 82 of 14 → 2 of 14Compare",
            "Default2021.2",
            "1All2462.03 of 8 → 1 of 82 of 14 → 2 of 14Compare",
            "People42–",
            "Random controls224.5",
            "Default1821.5",
        ]
    )
    expect(rounds.get_by_role("img", name="Seconds per label, by round")).to_be_visible()
    expect(rounds.get_by_role("img", name="Mistakes of the run after each round")).to_be_visible()
    assert rounds.get_by_role("link", name="24").get_attribute("href") == (
        f"/datasets/{dataset_id}/versions?from=12&to=20"
    )
    rounds.get_by_role("link", name="3 of 8").click()
    expect(page).to_have_url(re.compile(r"/runs/finished00001\?cell=escape$"))


def test_gains_and_the_ways_to_better_data_are_in_reach(open_page: OpenPage, dataset_id: str) -> None:
    page = _open(open_page, dataset_id)
    gain = page.get_by_role("region", name="Gain of suggestions")
    expect(gain.get_by_role("row", name="uncertain:50+rare class:50")).to_contain_text(
        "+25 points (−2 to +50)"
    )
    ways = page.get_by_role("region", name="Where the data can be better")
    expect(ways).to_contain_text("No label waits for a second look.")
    labels = ways.get_by_role("link", name="Labels for a second look")
    assert labels.get_attribute("href") == "/runs/finished00001"
    assert ways.get_by_role("link", name="Health").get_attribute("href") == f"/datasets/{dataset_id}/health"
    ways.get_by_role("button", name="Near-duplicates").click()
    expect(page.get_by_role("dialog")).to_contain_text("No image looks like another")
    page.keyboard.press("Escape")
    ways.get_by_role("button", name="Split").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_part_that_fails_leaves_the_others(open_page: OpenPage, dataset_id: str) -> None:
    page = open_page(locale="en")
    problem = json.dumps({"type": "about:blank", "title": "Internal error", "status": 500})
    page.route(
        "**/rounds*",
        lambda route: route.fulfill(status=500, body=problem, content_type="application/problem+json"),
    )
    page.goto(f"/datasets/{dataset_id}/data")
    rounds = page.get_by_role("region", name="What the time bought")
    expect(rounds.get_by_role("alert")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("region", name="Gain of suggestions")).to_contain_text(
        "Nobody has judged suggested"
    )
    page.unroute("**/rounds*")
    rounds.get_by_role("button", name="Try again").click()
    expect(rounds).to_contain_text("No round of judging yet")
    rounds.get_by_role("link", name="Train").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_axe_finds_nothing_serious(open_page: OpenPage, dataset_id: str, axe: str) -> None:
    page = _open(open_page, dataset_id)
    expect(page.get_by_role("link", name="Compare").first).to_be_visible()
    assert serious_by_theme(page, axe) == {}
