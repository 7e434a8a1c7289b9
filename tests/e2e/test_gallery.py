"""The gallery in a browser: one key decides, saves and moves on, and nothing is lost or hidden."""

import re

from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import Node
from tests.e2e.test_review import judge as judge_as


def gallery(open_page: OpenPage, dataset_id: str, query: str = "order=registered") -> Page:
    page = open_page(f"/datasets/{dataset_id}/gallery?{query}")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    return page


def expect_saved(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"保存済み #\d+"))).to_be_visible()


def is_post(route: Route) -> bool:
    return route.request.method == "POST"


def is_look(request: Request) -> bool:
    return request.method == "GET" and request.url.endswith("/suggestions")


def expect_focus(page: Page, at: int) -> None:
    expect(page.get_by_role("grid")).to_have_attribute("aria-activedescendant", f"tile-{at}")


def test_one_key_decides_saves_and_moves_on(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3)
    page = gallery(open_page, id)
    decide(page, "o")
    expect_focus(page, 1)
    decide(page, "h")
    expect_saved(page)
    assert node.history(id, node.until(id, 0, verdict="OK").image_id)[-1].actor == "sato.k"
    node.until(id, 1, verdict="HOLD")


def test_a_digit_means_ng_with_that_class(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ng=2)
    page = gallery(open_page, id)
    page.get_by_role("button", name="割れ").wait_for()
    decide(page, "1")
    image = node.until(id, 0, verdict="NG")
    assert [defect.class_id for defect in image.defects] == ["crack"]
    decide(page, "7")
    expect(page.get_by_text("キー 7 の欠陥種別はありません")).to_be_visible()


def test_undo_of_an_override_lets_the_former_judgement_stand_again(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    judge_as(node, id, "hanako", node.image(id, 0).image_id)
    page = gallery(open_page, id)
    expect_focus(page, 1)
    page.keyboard.press("ArrowLeft")
    decide(page, "o")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("限度見本の範囲内").check()
    dialog.get_by_role("button", name="変更する").click()
    node.until(id, 0, verdict="OK")
    page.keyboard.press("u")
    image = node.until(id, 0, verdict="NG")
    expect_focus(page, 0)
    assert image.annotation
    assert image.annotation.by == "hanako"
    types = [event.type for event in node.history(id, image.image_id)]
    assert types == ["ImageRegistered", "AnnotationSubmitted", "AnnotationSubmitted", "ChangeReverted"]


def test_undo_of_a_first_verdict_leaves_the_image_unlabelled(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    decide(page, "n")
    node.until(id, 0, verdict="NG")
    page.keyboard.press("u")
    image = node.until(id, 0, verdict=None)
    assert node.history(id, image.image_id)[-1].type == "AnnotationWithdrawn"
    expect(page.get_by_role("complementary")).to_contain_text("判定の取り下げ 佐藤 健一")


def test_undo_asks_when_someone_judged_since(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    decide(page, "n")
    node.until(id, 0, verdict="NG")
    node.judge(id, {node.image(id, 0).image_id: "OK"}, reason="a crumb")
    page.keyboard.press("u")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("未判定")
    dialog.get_by_role("button", name="あなたの判定にする").click()
    node.until(id, 0, verdict=None)


def test_a_suggestion_that_does_not_come_is_called_late(node: Node, open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    lost = '{"job_id": "suggest-lost", "suggestion_id": "lost"}'
    page.route(
        "**/suggestions",
        lambda route: route.fulfill(status=202, body=lost) if is_post(route) else route.fallback(),
    )
    page.goto(f"/datasets/{node.dataset(ok=1)}/gallery")
    with page.expect_response(lambda answer: is_look(answer.request)):  # only then is it waited for
        page.get_by_role("button", name="次に見る画像を提案").click()
    expect(page.get_by_role("button", name="提案を選んでいます")).to_be_disabled()
    page.clock.fast_forward("03:00")
    expect(page.get_by_text("提案が 2 分たっても届きません")).to_be_visible()
    page.get_by_role("link", name="キューを見る").click()
    expect(page.get_by_text("キュー: 待ち 0 件")).to_be_visible()


def test_one_key_judges_a_selection(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=4)
    page = gallery(open_page, id)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("3 枚を選択中")).to_be_visible()
    decide(page, "n")
    expect_saved(page)
    node.until(id, 2, verdict="NG")
    assert [image.verdict for image in node.images(id)] == ["NG", "NG", "NG", None]


def test_exclusion_asks_why_and_can_be_taken_back(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    decide(page, "x")
    page.get_by_label("重複").check()
    page.keyboard.press("Enter")
    expect_saved(page)
    node.until(id, 0, {"excluded": "true"}, excluded="ui:reason_duplicate")
    page.keyboard.press("u")
    node.until(id, 0, excluded=None)
    page.wait_for_function("document.querySelectorAll('.excluded').length === 0")


def test_images_get_a_split_with_its_rule(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    decide(page, "t")
    page.get_by_role("radio", name="テスト").check()
    page.get_by_label("割り当ての規則").fill("by lot")
    page.keyboard.press("Enter")
    node.until(id, 0, split="test")


def test_two_people_on_one_image_see_both_verdicts(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    node.judge(id, {node.image(id, 0).image_id: "NG"})
    decide(page, "o")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("あなたの判定")
    expect(dialog).to_contain_text("Kenpin")
    dialog.get_by_label("限度見本の範囲内").check()
    dialog.get_by_role("button", name="あなたの判定にする").click()
    node.until(id, 0, verdict="OK")


def test_gestures_made_offline_are_sent_once_the_server_is_back(
    node: Node, open_page: OpenPage, context: BrowserContext
) -> None:
    id = node.dataset(ok=3)
    page = gallery(open_page, id)
    context.set_offline(True)
    decide(page, "o")
    decide(page, "n")
    expect(page.get_by_text("オフライン: 2 件を送信待ち")).to_be_visible()
    context.set_offline(False)
    expect_saved(page)
    node.until(id, 0, verdict="OK")
    node.until(id, 1, verdict="NG")


def test_gestures_outlive_a_reload(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    page.route("**/annotations", lambda route: route.abort())
    decide(page, "o")
    expect(page.get_by_text("オフライン: 1 件を送信待ち")).to_be_visible()
    page.unroute("**/annotations")
    page.reload()
    expect_saved(page)
    node.until(id, 0, verdict="OK")


def test_a_refusal_says_why_and_what_was_not_saved(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    image_id = node.image(id, 0).image_id
    node.post(f"/v1/datasets/{id}/exclusions", {"image_ids": [image_id], "reason": "blurred"})
    decide(page, "o")
    note = page.get_by_role("alert")
    expect(note).to_contain_text("保存されなかったもの: 判定 1 枚")
    note.get_by_role("button", name="取りやめる").click()
    expect(note).to_have_count(0)


def test_the_filter_stands_in_the_address(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3)
    node.judge(id, {node.image(id, 0).image_id: "OK"})
    page = gallery(open_page, id)
    page.get_by_label("判定", exact=True).first.select_option("OK")
    expect(page.get_by_role("gridcell")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("gridcell")).to_have_count(1)
    assert "verdict=OK" in page.url
    page.go_back()
    expect(page.get_by_role("gridcell")).to_have_count(3)


def test_the_viewer_decides_and_moves_on_within_the_filter(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3)
    page = gallery(open_page, id)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 / 3", exact=True)).to_be_visible()
    decide(page, "n")
    expect(page.get_by_text("2 / 3", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect_focus(page, 1)
    node.until(id, 0, verdict="NG")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("3 / 3", exact=True)).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/gallery\?order=registered$"))
    expect_focus(page, 2)
    expect(page.get_by_role("grid")).to_be_focused()
    page.goto(f"{page.url}&image=deadbeef")
    expect(page.get_by_role("gridcell")).to_have_count(3)
    page.get_by_role("alert").get_by_role("button", name="閉じる").click()
    expect(page).to_have_url(re.compile(r"/gallery\?order=registered$"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_keys_rest_while_someone_types(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    decide(page, "t")
    page.get_by_label("割り当ての規則").fill("")
    page.keyboard.type("non")
    page.keyboard.press("Escape")
    assert [image.verdict for image in node.images(id)] == [None, None]


def test_the_registry_of_keys_is_one_key_away(node: Node, open_page: OpenPage) -> None:
    page = gallery(open_page, node.dataset(ok=1))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("直前の操作を取り消す")


def test_a_picture_is_erased_for_good_once_its_name_is_typed(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    name = node.image(id, 0).name
    page.get_by_role("button", name="画像データを消去").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("顧客からの依頼").check()
    expect(dialog.get_by_role("button", name="消去する")).to_be_disabled()
    dialog.get_by_label(f"確認のため {name} と入力").fill(name)
    dialog.get_by_role("button", name="消去する").click()
    expect(page.get_by_text("画像データを消去しました")).to_be_visible()
    node.until(id, 0, {"excluded": "true"}, erased="ui:reason_customer_request")
    page.goto(f"/datasets/{id}/gallery?excluded=true")
    expect(page.get_by_role("gridcell").first).to_contain_text("消去済み")
    expect(page.get_by_role("gridcell").first).to_contain_text("顧客からの依頼")
    expect(page.get_by_role("button", name="X戻す", exact=True)).to_have_count(0)
    page.keyboard.press("o")
    assert node.images(id, excluded="true")[0].verdict is None
