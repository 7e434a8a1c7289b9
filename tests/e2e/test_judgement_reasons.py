"""A judgement carries a reason by two keys, and whoever looks next sees it."""

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import PROJECT, Node


def test_two_keys_hold_an_image_with_a_reason_that_the_reviewer_sees(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1, ng=1)
    first = node.images(id)[0].image_id
    page = open_page(f"/datasets/{id}?image={first}", locale="en")
    expect(page.locator(".viewer")).to_be_visible()
    decide(page, "c")
    expect(page.get_by_role("dialog")).to_contain_text("At the limit of the standard")
    page.keyboard.press("1")
    held = node.until(id, 0, verdict="HOLD")
    assert held.annotation
    assert held.annotation.reason == "ui:reason_at_the_limit"
    second = node.image(id, 1).image_id
    page.goto(f"/datasets/{id}/annotate/{second}")
    page.wait_for_selector("[data-loaded=true]")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog")).to_contain_text("At the limit of the standard")
    page.keyboard.press("2")
    held = node.until(id, 1, verdict="HOLD")
    assert held.annotation
    assert held.annotation.reason == "ui:reason_bad_picture"
    page.goto(f"/datasets/{id}?image={first}")
    expect(page.get_by_role("complementary", name="Image")).to_contain_text("At the limit of the standard")
    page.goto(f"/datasets/{id}/review")
    expect(page.get_by_role("article")).to_contain_text("At the limit of the standard")


def test_the_reasons_of_the_project_take_the_place_of_the_defaults(node: Node, open_page: OpenPage) -> None:
    path = f"/v1/projects/{PROJECT}/judgement-reasons"
    node.http.put(path, json={"reasons": ["油膜", "刻印の重なり"]}).raise_for_status()
    try:
        id = node.dataset(ok=1)
        page = open_page(f"/datasets/{id}")
        decide(page, "c")
        expect(page.get_by_role("dialog").get_by_role("list", name="よくある理由")).to_contain_text("油膜")
        page.keyboard.press("n")
        page.keyboard.press("0")
        page.keyboard.type("縁の傷")
        page.keyboard.press("Enter")
        judged = node.until(id, 0, verdict="NG")
        assert judged.annotation
        assert judged.annotation.reason == "縁の傷"
    finally:
        node.http.put(path, json={"reasons": []}).raise_for_status()


def test_the_review_policy_and_the_reasons_are_set_on_the_screen_of_the_project(
    node: Node, open_page: OpenPage
) -> None:
    node.post("/v1/projects", {"project_id": "reviewed", "name": "Reviewed"})
    page = open_page("/projects/reviewed")
    panel = page.get_by_role("region", name="レビューと判定の理由")
    expect(panel).to_contain_text("限度付近で判断が割れる")
    panel.get_by_role("button", name="変更する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("画像を見るまで判定を伏せます").check()
    dialog.get_by_label("よくある理由").fill("油膜\n刻印の重なり\n")
    dialog.get_by_label("変更の理由").fill("夜勤からの要望")
    dialog.get_by_role("button", name="設定する").click()
    expect(panel).to_contain_text("刻印の重なり")
    project = node.get("/v1/projects/reviewed").json()
    assert (project["two_person"], project["hide_verdict"]) == (False, True)
    assert project["judgement_reasons"] == ["油膜", "刻印の重なり"]
