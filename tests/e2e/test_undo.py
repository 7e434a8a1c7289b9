"""Undo, decision chains and field returns in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import Node
from tests.e2e.test_gallery import gallery


def first_image(open_page: OpenPage, dataset_id: str) -> Page:
    """The gallery at its first image. It would begin at the first that is not judged."""
    page = gallery(open_page, dataset_id)
    page.get_by_role("gridcell").first.click()
    return page


def test_a_judgement_is_undone_from_the_history_after_a_preview(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    image = node.image(id, 0).image_id
    node.judge(id, {image: "OK"})
    marked = {"image_id": image, "verdict": "NG", "defects": [{"class_id": "crack", "box": [4, 4, 12, 8]}]}
    version = node.post(f"/v1/datasets/{id}/annotations", {"annotations": [marked]}).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    page = first_image(open_page, id)
    page.get_by_role("button", name=f"#{version} を取り消す").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 枚が元に戻ります")).to_be_visible()
    expect(dialog.get_by_text("印 1 個 → 印なし")).to_be_visible()
    expect(dialog.get_by_role("button", name="取り消す")).to_be_disabled()
    dialog.get_by_label("操作の誤り").check()
    dialog.get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("新しい事実として 1 枚を戻しました")).to_be_visible()
    node.until(id, 0, verdict="OK")
    undo = node.history(id, image)[-1]
    assert (undo.type, undo.data["reason"]) == ("ChangeReverted", "ui:reason_done_by_mistake")
    decide(page, "w")
    expect(page.get_by_role("dialog").get_by_role("listitem").last).to_contain_text("操作の誤り")
    page.reload()
    expect(page.get_by_role("dialog").get_by_role("listitem").last).to_contain_text("操作の誤り")
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("gridcell")).to_have_count(2)


def test_what_somebody_decided_since_stays_and_is_said(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    image = node.image(id, 0).image_id
    node.judge(id, {image: "NG"})
    version = node.history(id, image)[-1].version
    node.judge(id, {image: "HOLD"})
    page = first_image(open_page, id)
    page.get_by_role("button", name=f"#{version} を取り消す").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("維持：その後に判断あり")).to_be_visible()
    expect(dialog.get_by_text("元に戻すものは残っていません。")).to_be_visible()
    expect(dialog.get_by_role("button", name="取り消す")).to_be_disabled()


def test_undoing_a_review_says_that_the_review_is_taken_back(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    image = node.image(id, 0).image_id
    node.judge(id, {image: "OK"})
    body = {"reviews": [{"image_id": image, "outcome": "accepted"}]}
    version = node.post(f"/v1/datasets/{id}/reviews", body).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    page = first_image(open_page, id)
    page.get_by_role("button", name=f"#{version} を取り消す").click()
    change = page.get_by_role("dialog").get_by_role("listitem")
    expect(change).to_contain_text("「承認」を取り消し、レビュー待ちに戻す")
    expect(change).not_to_contain_text("OK")


def test_a_field_return_stands_in_the_decision_chain_as_an_escape(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    node.judge(id, {node.image(id, 0).image_id: "OK"})
    page = first_image(open_page, id)
    decide(page, "r")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("後日判明した見逃し")).to_be_visible()
    dialog.get_by_label("先方の番号").fill("claim 2209")
    dialog.get_by_role("button", name="記録する").click()
    expect(page.get_by_text("市場返品を記録しました")).to_be_visible()
    decide(page, "w")
    chain = page.get_by_role("dialog").get_by_role("listitem")
    expect(chain.last).to_contain_text("後日判明した見逃し")
    expect(chain.last).to_contain_text("claim 2209")
    chain.last.get_by_text("モデルの判定を見る").click()
    expect(chain.last.get_by_text("本番のモデルはありませんでした。").first).to_be_visible()


def told(node: Node, open_page: OpenPage, theme: str, locale: str) -> Page:
    """An image with much of a chain, open at it."""
    id = node.dataset(ok=2)
    image = node.image(id, 0).image_id
    for verdict in ("OK", "NG"):
        node.judge(id, {image: verdict})
    page = open_page(f"/datasets/{id}/gallery?order=registered", theme=theme, locale=locale)
    page.get_by_role("gridcell").first.click()
    decide(page, "w")
    expect(page.get_by_role("dialog").get_by_role("listitem").nth(2)).to_be_visible()
    return page


@pytest.mark.parametrize(("theme", "locale"), [("dark", "ja"), ("light", "en")])
def test_the_dialogs_are_accessible(
    node: Node, open_page: OpenPage, axe: str, theme: str, locale: str
) -> None:
    page = told(node, open_page, theme, locale)
    assert broken(page, axe) == []
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Undo|取り消す")).last.click()
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    assert broken(page, axe) == []


def broken(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document.querySelector('[role=dialog]')).then(r => r.violations)")
    return [v["id"] for v in found if v["impact"] in ("serious", "critical")]
