"""Every screen: axe finds nothing serious, dark and light, and small windows keep everything in reach."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import serious_by_theme
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.model_stubs import stub_models
from tests.e2e.node import Node
from tests.e2e.small_windows import out_of_reach
from tests.e2e.stubs import stub_mail, stub_runs, stub_upkeep


@pytest.fixture(scope="module")
def dataset_id(node: Node) -> str:
    id = node.dataset(ok=5, ng=3)
    images = node.images(id)
    node.judge(
        id, {image.image_id: verdict for image, verdict in zip(images, ("OK", "NG", "HOLD"), strict=False)}
    )
    return id


SCREENS = {
    "home": ("/", "table"),
    "gallery": ("/datasets/{id}/gallery", "[role=gridcell]"),
    "gallery as it stood": ("/datasets/{id}/gallery?as_of=9", "[role=gridcell]"),
    "import": ("/datasets/{id}/import", ".drop"),
    "versions": ("/datasets/{id}/versions", ".card"),
    "intake": ("/intake", "article"),
    "connect a line": ("/intake/connect", "pre"),
    "review": ("/datasets/{id}/review", "article"),
    "agreement": ("/datasets/{id}/agreement", ".empty"),
    "data": ("/datasets/{id}/data", ".rounds .empty"),
    "health": ("/datasets/{id}/health", ".findings"),
    "models": ("/datasets/{id}/models", "tbody"),
    "re-adjudication": ("/datasets/{id}/readjudication", ".empty"),
    "project": ("/projects/bakery", "section"),
    "label book": ("/projects/bakery/label-book", "article"),
    "proof": ("/proof", "form"),
    "members": ("/settings/members", "table"),
    "tokens": ("/settings/tokens", ".empty, table"),
    "webhooks": ("/projects/bakery/webhooks", ".empty, table"),
    "mail": ("/settings/mail", "[type=checkbox]"),
    "runs": ("/runs", "table"),
    "finished run": ("/runs/finished00001", ".confusion"),
    "run with maps": ("/runs/mapped000001", ".confusion"),
    "failed run": ("/runs/failed000001", "pre"),
    "live run": ("/runs/running00001", "[role=status]"),
    "compare": ("/runs/compare?left=finished00001&right=finished00002", "dl"),
    "nowhere": ("/nowhere", ".empty"),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_accessible_and_in_reach(
    dataset_id: str, open_page: OpenPage, axe: str, screen: str
) -> None:
    path, ready = SCREENS[screen]
    page = open_page()
    stub_runs(page, dataset_id)
    stub_models(page, dataset_id)
    stub_upkeep(page)
    stub_mail(page)
    page.goto(path.format(id=dataset_id))
    expect(page.locator(f"main {ready}").first).to_be_visible()
    assert serious_by_theme(page, axe) == {}
    assert out_of_reach(page) == {}


def test_what_a_key_opens_is_accessible(dataset_id: str, open_page: OpenPage, axe: str) -> None:
    page = open_page(f"/datasets/{dataset_id}/gallery?order=registered", locale="en")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    opened = page.locator("[role=dialog], .viewer")
    for key in ("x", "t", "?", "Enter"):
        decide(page, key)
        expect(opened.first).to_be_visible()
        assert serious_by_theme(page, axe) == {}, key
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
    page.goto(f"/datasets/{dataset_id}/versions")
    page.locator(".card").get_by_role("button", name="Large").first.click()
    expect(opened.first).to_be_visible()
    assert serious_by_theme(page, axe) == {}
