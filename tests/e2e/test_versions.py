"""The past in a browser: what happened, what differs, and the gallery as it stood, which nobody can change."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import Node


@pytest.fixture
def dataset_id(node: Node) -> str:
    """Four images: all judged OK, then two of them NG with a shape, then one excluded."""
    id = node.dataset(ok=2, ng=2)
    images = [image.image_id for image in node.images(id)]
    node.judge(id, dict.fromkeys(images, "OK"))
    boxes = [{"class_id": "crack", "box": [100, 100, 300, 200]}]
    said = [
        {"image_id": i, "verdict": "NG", "defects": boxes, "reason": "ひびを見落とした"} for i in images[2:]
    ]
    node.post(f"/v1/datasets/{id}/annotations", {"annotations": said})
    version = node.post(
        f"/v1/datasets/{id}/exclusions", {"image_ids": images[:1], "reason": "ピンぼけ"}
    ).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    node.get(f"/v1/streams/dataset-{id}/changes?min_version={version}")
    return id


def versions(open_page: OpenPage, dataset_id: str, query: str = "") -> Page:
    page = open_page(f"/datasets/{dataset_id}/versions{query}")
    expect(page.get_by_role("list", name="変更履歴").get_by_role("listitem").first).to_be_visible()
    return page


def test_the_timeline_says_who_what_and_why(open_page: OpenPage, dataset_id: str) -> None:
    page = versions(open_page, dataset_id)
    entries = page.get_by_role("list", name="変更履歴").get_by_role("listitem")
    expect(entries).to_have_count(5)
    expect(entries.first).to_contain_text("除外")
    expect(entries.first).to_contain_text("ピンぼけ")
    expect(entries.nth(1)).to_contain_text("判定 ×2")
    expect(entries.nth(1)).to_contain_text("ひびを見落とした")
    expect(entries.first).to_contain_text("Kenpin")


def test_the_timeline_names_images_with_their_verdict(
    open_page: OpenPage, node: Node, dataset_id: str
) -> None:
    page = versions(open_page, dataset_id)
    relabelled = page.get_by_role("list", name="変更履歴").get_by_role("listitem").nth(1)
    for image in node.images(dataset_id)[2:]:
        expect(relabelled.locator(".image", has_text=image.name)).to_contain_text("NG")
    relabelled.locator(".image", has_text=image.name).click()
    chain = page.get_by_role("dialog")
    expect(chain).to_contain_text(image.name)
    expect(chain).to_contain_text("ひびを見落とした")
    page.go_back()
    expect(chain).to_have_count(0)
    expect(relabelled).to_be_visible()


def test_the_timeline_is_filtered_by_kind_person_and_day(open_page: OpenPage, dataset_id: str) -> None:
    page = versions(open_page, dataset_id)
    entries = page.get_by_role("list", name="変更履歴").get_by_role("listitem")
    page.get_by_label("種類", exact=True).select_option(label="除外")
    expect(entries).to_have_count(1)
    expect(page).to_have_url(re.compile("event=ImageExcluded"))
    page.get_by_label("人", exact=True).select_option(label="Kenpin")
    expect(page).to_have_url(re.compile("person=kenpin"))
    expect(entries).to_have_count(1)
    people = page.get_by_label("人", exact=True)
    expect(people.get_by_role("option")).to_have_text(["すべての人", "Kenpin"])
    page.get_by_role("button", name="絞り込みを解除").click()
    expect(entries).to_have_count(5)
    page.get_by_label("まで").fill("2020-01-01")
    expect(page.get_by_text("条件に合う変更はありません。")).to_be_visible()


def test_two_versions_are_compared_image_by_image(open_page: OpenPage, dataset_id: str) -> None:
    page = versions(open_page, dataset_id, "?from=9&to=12")
    found = page.get_by_role("region", name="差分")
    expect(found.get_by_role("heading")).to_contain_text("#9 → B #12")
    expect(found.locator(".card")).to_have_count(3)
    expect(found.get_by_text("OK → NG 2")).to_be_visible()
    card = found.locator(".card").first
    expect(card).to_contain_text("ひびを見落とした")
    expect(card.locator("svg rect")).to_have_count(1)
    card.get_by_role("button", name="拡大").click()
    sides = page.get_by_role("dialog").get_by_role("application")
    expect(sides).to_have_count(2)
    page.wait_for_load_state("networkidle")
    before, after = sides.all()
    whole = after.screenshot()
    before.press("+")
    page.wait_for_timeout(300)
    assert after.screenshot() != whole
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog")).to_contain_text("2 / 3")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    found.get_by_role("button", name="除外 1").click()
    expect(found.locator(".card")).to_have_count(1)
    expect(page).to_have_url(re.compile("kind=excluded"))
    page.go_back()
    expect(found.locator(".card")).to_have_count(3)
    page.goto(f"{page.url}&image=deadbeef")
    page.get_by_role("dialog", name="画像を表示できません").get_by_role("button", name="閉じる").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(found.locator(".card")).to_have_count(3)


def test_an_entry_shows_what_it_changed_and_becomes_a_side(open_page: OpenPage, dataset_id: str) -> None:
    page = versions(open_page, dataset_id)
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("button", name="判定 ×2").click()
    expect(page.locator(".card")).to_have_count(2)
    page.get_by_role("button", name="版 12 を比較先 B にする").click()
    expect(page.locator(".card")).to_have_count(3)


def test_a_version_gets_a_name(open_page: OpenPage, node: Node, dataset_id: str) -> None:
    page = versions(open_page, dataset_id)
    page.get_by_role("button", name="版 9 にタグを付ける").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名前").fill("before-review")
    dialog.get_by_role("button", name="タグを付ける").click()
    expect(page.locator(".tag", has_text="before-review")).to_be_visible()
    (tag,) = node.get(f"/v1/datasets/{dataset_id}/tags").json()["items"]
    assert (tag["name"], tag["version"], tag["by"]) == ("before-review", 9, "sato.k")


def test_the_gallery_of_a_version_can_be_looked_at_and_not_changed(
    open_page: OpenPage, node: Node, dataset_id: str
) -> None:
    page = versions(open_page, dataset_id)
    page.get_by_role("link", name="版 9 時点のギャラリー").click()
    expect(page.get_by_text("#9 の時点")).to_be_visible()
    expect(page.get_by_role("gridcell")).to_have_count(4)
    decide(page, "n")
    expect(page.get_by_text("閲覧のみ").last).to_be_visible()
    expect(page.get_by_role("button", name="学習")).to_have_count(0)
    page.get_by_role("slider").fill("12")
    expect(page.get_by_text("#12 の時点")).to_be_visible()
    expect(page.get_by_role("gridcell")).to_have_count(3)
    page.get_by_role("button", name="現在に戻る").click()
    expect(page).not_to_have_url(re.compile("as_of"))
    expect(page.get_by_text("閲覧のみ")).to_have_count(0)
    assert node.get(f"/v1/datasets/{dataset_id}").json()["version"] == 12


def test_the_slider_leads_from_the_timeline_into_the_past(open_page: OpenPage, dataset_id: str) -> None:
    page = versions(open_page, dataset_id)
    page.get_by_role("slider").fill("5")
    expect(page).to_have_url(re.compile(r"gallery\?as_of=5"))
    expect(page.get_by_text("#5 の時点")).to_be_visible()


def test_a_change_is_undone_from_the_timeline_after_a_preview(
    open_page: OpenPage, node: Node, dataset_id: str
) -> None:
    page = versions(open_page, dataset_id)
    newest = page.get_by_role("list", name="変更履歴").get_by_role("listitem").first
    newest.get_by_role("button", name=re.compile("を取り消す")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 枚が元に戻ります")).to_be_visible()
    dialog.get_by_label("操作の誤り").check()
    dialog.get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("新しい事実として 1 枚を戻しました")).to_be_visible()
    assert all(image.excluded is None for image in node.images(dataset_id))


def test_all_goes_back_to_a_tag(open_page: OpenPage, node: Node, dataset_id: str) -> None:
    node.post(f"/v1/datasets/{dataset_id}/tags", {"name": "all-ok", "version": 9})
    page = versions(open_page, dataset_id)
    page.get_by_role("button", name="all-ok に戻す").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("3 枚が元に戻ります")).to_be_visible()
    dialog.get_by_label("操作の誤り").check()
    dialog.get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("新しい事実として 3 枚を戻しました")).to_be_visible()
    assert {image.verdict for image in node.images(dataset_id)} == {"OK"}
