"""Suggestions in a browser: the strategy of the next one, what policies gained, and the mix of a project."""

import json

from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node

PICKS, CONTROLS = (
    {"reason": reason, "judged": judged, "ng": ng, "scored": 0, "wrong": 0}
    for reason, judged, ng in (("all", 40, 14), ("control", 10, 1))
)
POLICY = {"policy": "uncertain:50+rare_class:50-1", "picks": PICKS, "controls": CONTROLS, "by_reason": []}
GAINS = [
    {**POLICY, "ng_gain": {"difference": 0.25, "low": -0.02, "high": 0.5}, "wrong_gain": None},
    {**POLICY, "policy": "hybrid-1", "ng_gain": None, "wrong_gain": None},
]


def test_a_strategy_is_chosen_beside_what_policies_gained(node: Node, open_page: OpenPage) -> None:
    sent: list[object] = []
    page = open_page(locale="en")

    def queue(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        sent.append(route.request.post_data_json)
        return route.fulfill(status=202, body='{"job_id": "suggest-s", "suggestion_id": "s"}')

    page.route("**/suggestions", queue)
    gains = json.dumps({"items": GAINS, "as_of": 3})
    page.route(
        "**/suggestions/gain*", lambda route: route.fulfill(body=gains, content_type="application/json")
    )
    page.goto(f"/datasets/{node.dataset(ok=1)}/gallery")
    page.get_by_role("button", name="Choose how to suggest").click()
    dialog = page.get_by_role("dialog")
    mixed = dialog.get_by_role("row", name="uncertain:50+rare class:50")
    expect(mixed).to_contain_text("+25 points (−2 to +50) not told apart from chance yet")
    expect(dialog.get_by_role("row", name="Default")).to_contain_text("too few judged")
    dialog.get_by_label("Strategy").select_option("rare_class")
    dialog.get_by_role("button", name="Suggest images").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Choosing images")).to_be_disabled()
    assert sent == [{"size": 24, "strategies": ["rare_class"]}]


def test_a_gallery_without_images_to_judge_says_why_nothing_can_be_done(
    node: Node, open_page: OpenPage
) -> None:
    page = open_page(f"/datasets/{node.dataset()}/gallery", locale="en")
    expect(page.get_by_text("No images yet")).to_be_visible()
    for name in ("Suggest images", "Choose how to suggest"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", "There is no image")
    page.keyboard.press("o")
    expect(page.get_by_role("status").filter(has_text="There is no image")).to_be_visible()
    dataset_id = node.dataset(ok=1)
    node.judge(dataset_id, {node.image(dataset_id, 0).image_id: "OK"})
    page.goto(f"/datasets/{dataset_id}/gallery")
    button = page.get_by_role("button", name="Suggest images")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "No unjudged image is left here")


def test_the_mix_is_set_on_the_screen_of_the_project(node: Node, open_page: OpenPage) -> None:
    node.open_project("mixed")
    page = open_page("/projects/mixed", locale="en")
    panel = page.get_by_role("region", name="Suggestions")
    expect(panel).to_contain_text("The default")
    panel.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Uncertain").fill("60")
    dialog.get_by_label("Reason").fill("cracks are rare")
    expect(dialog.get_by_role("status")).to_contain_text("Sum 60 %")
    expect(dialog.get_by_role("button", name="Set", exact=True)).to_be_disabled()
    dialog.get_by_label("Rare class").fill("40")
    dialog.get_by_role("button", name="Set", exact=True).click()
    expect(panel).to_contain_text("Rare class: like the rarest defect class · 40 %")
    mix = node.get("/v1/projects/mixed").json()["suggestion_mix"]
    assert mix == {"shares": {"uncertain": 0.6, "rare_class": 0.4}, "reason": "cracks are rare"}
