"""The review can examine: correct in place, undo, look before the judgement is shown, and accept a grid."""

import json

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import SHAPES_DRAWN
from tests.e2e.node import PROJECT, Node
from tests.e2e.test_review import judge, on_screen
from tests.host.running import wait_until


def reviews_of(node: Node, dataset_id: str) -> list[str | None]:
    return [image.annotation.review if image.annotation else None for image in node.images(dataset_id)]


def stored(node: Node, dataset_id: str, accepted: int) -> None:
    """Wait until the node holds this many approvals: the browser shows one before it is stored."""
    wait_until(lambda: reviews_of(node, dataset_id).count("accepted") == accepted, f"{accepted} accepted")


def waits(page: Page, count: int) -> None:
    expect(page.get_by_role("status").first).to_contain_text(f"{count} waiting")


def test_a_reviewer_corrects_in_place_with_a_reason(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=1)
    judge(node, id, "hanako", node.images(id)[0].image_id)
    page = open_page(f"/datasets/{id}/review", locale="en")
    on_screen(page)
    page.keyboard.press("o")
    expect(page.get_by_role("dialog")).to_contain_text("Why is it OK?")
    page.keyboard.press("2")
    corrected = node.until(id, 0, verdict="OK")
    assert corrected.annotation
    assert (corrected.annotation.by, corrected.annotation.reason) == ("sato.k", "ui:reason_bad_picture")


def test_a_correction_that_is_refused_comes_back_into_the_list(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=1)
    judge(node, id, "hanako", node.images(id)[0].image_id)
    page = open_page(f"/datasets/{id}/review", locale="en")
    on_screen(page)
    refusal = json.dumps({"code": "ImageIsExcluded", "status": 409})
    kind = "application/problem+json"
    page.route("**/annotations", lambda route: route.fulfill(status=409, content_type=kind, body=refusal))
    page.keyboard.press("o")
    page.keyboard.press("2")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("article")).to_be_visible()


def test_an_approval_is_undone_and_its_image_comes_back(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1, ng=1)
    judge(node, id, "hanako", *(image.image_id for image in node.images(id)))
    page = open_page(f"/datasets/{id}/review", locale="en")
    on_screen(page)
    name = page.get_by_role("article").get_attribute("aria-label")
    page.keyboard.press("a")
    waits(page, 1)
    stored(node, id, accepted=1)
    page.keyboard.press("u")
    waits(page, 2)
    expect(page.get_by_role("article", name=str(name))).to_be_visible()
    stored(node, id, accepted=0)


def test_the_judgement_is_shown_after_the_picture_when_the_project_asks_for_it(
    node: Node, open_page: OpenPage
) -> None:
    policy = f"/v1/projects/{PROJECT}/review-policy"
    node.http.put(policy, json={"two_person": False, "hide_verdict": True}).raise_for_status()
    try:
        id = node.dataset(ng=1)
        judge(node, id, "hanako", node.images(id)[0].image_id)
        page = open_page(f"/datasets/{id}/review", locale="en")
        on_screen(page)
        expect(page.get_by_text("then show the judgement")).to_be_visible()
        assert not page.evaluate(SHAPES_DRAWN)
        expect(page.get_by_role("article")).not_to_contain_text("NG")
        expect(page.get_by_role("button", name="Accept")).to_be_disabled()
        expect(page.get_by_role("button", name="Grid")).to_be_disabled()
        page.keyboard.press("a")
        page.keyboard.press(" ")
        page.wait_for_function(SHAPES_DRAWN)
        assert reviews_of(node, id) == [None]
        page.keyboard.press("a")
        expect(page.get_by_text("Nothing waits for review")).to_be_visible()
        stored(node, id, accepted=1)
    finally:
        node.http.put(policy, json={"two_person": False}).raise_for_status()


def test_a_grid_accepts_what_was_looked_at_and_not_taken_out(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2, ng=1)
    judge(node, id, "hanako", *(image.image_id for image in node.images(id)))
    page = open_page(f"/datasets/{id}/review", locale="en")
    on_screen(page)
    page.keyboard.press("g")
    grid = page.get_by_role("grid", name="Grid")
    expect(grid).to_be_visible()
    page.go_back()
    on_screen(page)
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_text("3 of 3 looked at")).to_be_visible()
    assert reviews_of(node, id) == [None, None, None]
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Accept 2 looked at")).to_be_visible()
    page.keyboard.press("a")
    expect(grid.get_by_role("gridcell")).to_have_count(1)
    waits(page, 1)
    stored(node, id, accepted=2)
    page.keyboard.press("u")
    waits(page, 3)


def test_the_picture_zooms_with_the_standard_and_the_keys_of_the_screen_beside_it(
    node: Node, open_page: OpenPage
) -> None:
    id = node.dataset(ng=1)
    judge(node, id, "hanako", node.images(id)[0].image_id)
    page = open_page(f"/datasets/{id}/review", locale="en")
    on_screen(page)
    expect(page.get_by_role("region", name="Standard")).to_be_visible()
    scale = page.get_by_role("button", name="%")
    for key, shown in (("z", "Z100 %"), ("z", "Z200 %"), ("-", "Z160 %")):
        page.keyboard.press(key)
        expect(scale).to_have_text(shown)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Show the judgement")
