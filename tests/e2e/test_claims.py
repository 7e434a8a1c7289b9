"""Two people on one queue judge different images."""

from playwright.sync_api import expect

from host.issuer.mint import Minting
from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import Node
from tests.e2e.test_review import judge, on_screen


def claims_of(node: Node, dataset_id: str) -> list[dict[str, str]]:
    """The claims that hold, once everybody's last request was answered."""
    answer = node.http.post(f"/v1/datasets/{dataset_id}/claims", json={"image_ids": []})
    claims: list[dict[str, str]] = answer.raise_for_status().json()["claims"]
    return claims


def test_an_image_that_somebody_judges_is_marked_and_passed_over(
    node: Node, open_page: OpenPage, axe: str
) -> None:
    id = node.dataset(ok=4)
    images = [image.image_id for image in node.images(id)]
    node.post("/v1/members/hanako/roles", {"project_id": "*", "role": "inspector"})
    claimed = node.http.post(
        f"/v1/datasets/{id}/claims",
        json={"image_ids": [images[0], images[2]]},
        auth=Minting(node.settings, "hanako"),
    )
    assert claimed.is_success, claimed.text
    page = open_page(f"/datasets/{id}", locale="en")
    tiles = page.get_by_role("gridcell")
    expect(tiles.nth(0)).to_contain_text("is judging this")
    assert serious(page, axe) == []
    expect(page.locator("[role=gridcell].focused")).to_have_attribute("id", "tile-1")
    decide(page, "o")
    expect(page.locator("[role=gridcell].focused")).to_have_attribute("id", "tile-3")
    held = {one["image_id"]: one["actor"] for one in claims_of(node, id)}
    assert held.items() >= {images[0]: "hanako", images[2]: "hanako", images[3]: "sato.k"}.items()


def test_two_reviewers_of_one_queue_look_at_different_annotations(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=2)
    images = node.images(id)
    judge(node, id, "hanako", *(image.image_id for image in images))
    claimed = {"image_ids": [images[0].image_id]}
    hanako = Minting(node.settings, "hanako")
    node.http.post(f"/v1/datasets/{id}/claims", json=claimed, auth=hanako).raise_for_status()
    page = open_page(f"/datasets/{id}/review", locale="en")
    expect(page.get_by_role("article", name=images[1].name)).to_be_visible()
    on_screen(page)
    page.keyboard.press("k")
    expect(page.get_by_role("article")).to_contain_text("is looking at this")
