"""Review and agreement in the browser: accept and return by key, judge blind, see how far people agree."""

from playwright.sync_api import Page, expect

from host.issuer.mint import Minting
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import SHAPES_DRAWN
from tests.e2e.node import PROJECT, Node


def as_person(node: Node, actor: str, path: str, body: object) -> dict[str, object]:
    """Somebody else, who may do everything."""
    node.post(f"/v1/members/{actor}/roles", {"project_id": "*", "role": "admin"})
    answer = node.http.post(path, json=body, auth=Minting(node.settings, actor))
    assert answer.is_success, answer.text
    found: dict[str, object] = answer.json()
    node.get(f"/v1/datasets/{path.split('/')[3]}?min_version={found['version']}")
    return found


def on_screen(page: Page) -> None:
    """Wait until the picture is shown: nobody decides before."""
    expect(page.locator("article[aria-busy=false]")).to_be_visible()


def judge(node: Node, dataset_id: str, actor: str, *image_ids: str, verdict: str = "NG") -> None:
    defects = [{"class_id": "crack", "box": [40, 40, 120, 80]}] if verdict == "NG" else []
    annotations = [{"image_id": id, "verdict": verdict, "defects": defects} for id in image_ids]
    as_person(node, actor, f"/v1/datasets/{dataset_id}/annotations", {"annotations": annotations})


def test_one_key_accepts_and_another_returns_with_a_reason(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1, ng=2)
    first, second, third = (image.image_id for image in node.images(id))
    judge(node, id, "hanako", first, second, third)
    page = open_page(f"/datasets/{id}/review", locale="en")
    expect(page.get_by_role("status").first).to_contain_text("3 waiting")
    on_screen(page)
    page.set_viewport_size({"width": 1024, "height": 500})
    name = page.get_by_role("article").get_by_role("heading").first.bounding_box()
    assert name is not None and name["height"] >= 18, "the name is cut"
    page.wait_for_function(SHAPES_DRAWN)
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_contain_text("2 waiting")
    expect(page.get_by_role("contentinfo").get_by_role("status")).to_have_text("")
    on_screen(page)
    page.keyboard.press("r")
    page.get_by_label("What to look at again").fill("look at the rim")
    page.get_by_label("Crack").check()
    page.get_by_role("dialog").get_by_role("button", name="Return").click()
    expect(page.get_by_role("status").first).to_contain_text("1 waiting")
    reviews = [(i.annotation.review if i.annotation else None) for i in node.images(id)]
    assert reviews == ["accepted", "returned", None]


def test_what_came_back_names_what_was_mixed_up_and_leads_to_the_image(
    node: Node, open_page: OpenPage
) -> None:
    id = node.dataset(ng=1)
    image_id = node.images(id)[0].image_id
    judge(node, id, "sato.k", image_id)
    said = {
        "image_id": image_id,
        "outcome": "returned",
        "reason": "縁をもう一度",
        "confused": ["crack", "chip"],
    }
    as_person(node, "lead", f"/v1/datasets/{id}/reviews", {"reviews": [said]})
    page = open_page(f"/datasets/{id}/review")
    back = page.get_by_role("region", name="自分への差し戻し")
    expect(back).to_contain_text("割れ ⇄ 欠け")
    expect(back).to_contain_text("縁をもう一度")
    back.get_by_role("link").click()
    expect(page.locator(".viewer")).to_be_visible()


def test_with_two_people_ones_own_cannot_be_reviewed(node: Node, open_page: OpenPage) -> None:
    policy = f"/v1/projects/{PROJECT}/review-policy"
    id = node.dataset(ok=1)
    judge(node, id, "sato.k", node.images(id)[0].image_id, verdict="OK")
    node.http.put(policy, json={"two_person": True}).raise_for_status()
    try:
        page = open_page(f"/datasets/{id}/review", locale="en")
        expect(page.get_by_text("The project asks for a second person")).to_be_visible()
        expect(page.get_by_role("button", name="Accept")).to_be_disabled()
        page.get_by_label("Not my own").check()
        expect(page.get_by_text("Nothing waits for review")).to_be_visible()
    finally:
        node.http.put(policy, json={"two_person": False}).raise_for_status()


def test_a_task_for_others_takes_no_answer_and_says_so(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    images = [image.image_id for image in node.images(id)]
    task = {"image_ids": images, "people": ["hanako", "taro"], "note": "rim or crack?"}
    as_person(node, "hanako", f"/v1/datasets/{id}/agreement-tasks", task)
    page = open_page(f"/datasets/{id}/agreement", locale="en")
    page.get_by_role("link", name="rim or crack?").click()
    expect(page.get_by_text("This task is for other people")).to_be_visible()
    expect(page.get_by_role("button", name="NG")).to_be_disabled()
    page.get_by_role("link", name="All tasks").click()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Result").click()
    expect(page.get_by_text("It was closed before anybody answered.")).to_be_visible()
    expect(page.locator("caption")).to_have_count(0)
