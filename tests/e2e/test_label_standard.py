"""The label standard in a browser: it moves, and the old decisions it puts in question are worked off by keys."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import Node

JOB_MS = 90_000
"""A job has to start TensorFlow and to look at the photos."""
_numbers = itertools.count(1)


@pytest.fixture
def project_id(node: Node) -> str:
    """A project of its own, for its label book moves."""
    id = f"standard-{next(_numbers)}"
    node.open_project(id)
    return id


def split_crack(node: Node, project_id: str) -> None:
    for key, class_id, name_ja in ((3, "rim-crack", "縁割れ"), (4, "through-crack", "貫通割れ")):
        body = {"class_id": class_id, "name": class_id, "name_ja": name_ja, "key": key}
        node.post(f"/v1/projects/{project_id}/defect-classes", body)
    path = f"/v1/projects/{project_id}/defect-classes/crack/retirement"
    node.post(path, {"reason": "縁割れと貫通割れに分割"})


def cracked(node: Node, project_id: str) -> str:
    """A dataset with three photos judged to be cracked, and two good ones."""
    dataset_id = node.dataset(ng=3, ok=2, project_id=project_id)
    verdicts = ("OK", "OK", "NG", "NG", "NG")
    images = node.images(dataset_id)
    judged = {image.image_id: verdict for image, verdict in zip(images, verdicts, strict=True)}
    node.judge(dataset_id, judged, "crack")
    return dataset_id


def test_a_class_is_split_and_its_old_labels_worked_off(
    node: Node, open_page: OpenPage, axe: str, project_id: str
) -> None:
    """First of this file: its job does not wait for those of the other tests."""
    dataset_id = cracked(node, project_id)
    split_crack(node, project_id)
    page = open_page(f"/projects/{project_id}/label-book")
    question = page.get_by_role("link", name="割れ: 3 件")
    expect(question).to_be_visible(timeout=JOB_MS)
    question.click()
    expect(page.get_by_role("gridcell")).to_have_count(3)
    expect(page.get_by_text("縁割れと貫通割れに分割")).to_be_visible()
    assert serious(page, axe) == []
    decide(page, "n")
    expect(
        page.get_by_text("「割れ」は廃止されました。数字キーで新しい種別を選んでください。")
    ).to_be_visible()
    decide(page, "3", "4", "o")
    expect(page.get_by_text("すべて判定しました")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("縁割れ"))).to_have_count(2)
    verdicts = sorted((i.verdict or "", *(d.class_id for d in i.defects)) for i in node.images(dataset_id))
    assert verdicts == [("NG", "rim-crack"), ("NG", "through-crack"), ("OK",), ("OK",), ("OK",)]


def test_a_class_is_revised_and_the_book_shown_as_it_was(
    node: Node, open_page: OpenPage, axe: str, project_id: str
) -> None:
    page = open_page(f"/projects/{project_id}/label-book", locale="en", theme="light")
    crack = page.get_by_role("article", name="Crack")
    expect(crack).to_contain_text("No rule is written yet.")
    crack.get_by_role("button", name="Revise").click()
    page.get_by_label("Counts", exact=True).fill("an open line")
    page.get_by_label("Limits").fill("longer than 5 mm")
    page.get_by_role("dialog").get_by_role("button", name="Revise").click()
    expect(crack).to_contain_text("longer than 5 mm")
    assert serious(page, axe) == []
    page.get_by_role("button", name=re.compile("Class defined crack")).click()
    expect(page.get_by_text("You are looking at revision 1.")).to_be_visible()
    expect(crack).to_contain_text("No rule is written yet.")
    expect(crack.get_by_role("button", name="Revise")).to_have_count(0)
    page.get_by_role("button", name="To the newest").click()
    expect(crack).to_contain_text("longer than 5 mm")


def test_a_limit_sample_is_approved_in_the_viewer_and_laid_over_the_image(
    node: Node, open_page: OpenPage, project_id: str
) -> None:
    dataset_id = node.dataset(ok=1, ng=1, project_id=project_id)
    node.judge(dataset_id, {node.image(dataset_id, 0).image_id: "OK"})
    page = open_page(f"/datasets/{dataset_id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    expect(page.get_by_role("grid")).to_have_attribute("aria-activedescendant", "tile-1")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="限度見本・例にする").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("限度見本（合格側）")).to_be_checked()
    expect(dialog).to_contain_text("プロジェクトの判定済み画像 1 枚のうち")
    dialog.get_by_label("限度見本（不合格側）").check()
    expect(dialog.get_by_role("status")).to_contain_text("矛盾します")
    dialog.get_by_label("限度見本（合格側）").check()
    page.get_by_label("説明").fill("ここまでは合格")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("ここまでは合格")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("f")
    expect(page.get_by_text("限度見本（合格側）を表示中")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_text("（合格側）を表示中")).to_have_count(0)
    page.goto(f"/projects/{project_id}/label-book")
    page.get_by_role("article", name="割れ").get_by_role("button", name="取り下げ").click()
    page.get_by_role("textbox", name="理由").fill("退色した")
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("取り下げ: 退色した")).to_be_visible()


def test_nothing_is_in_question_yet(node: Node, open_page: OpenPage, project_id: str) -> None:
    page = open_page(f"/datasets/{node.dataset(project_id=project_id)}/readjudication")
    expect(page.get_by_text("再判定する画像はありません")).to_be_visible()
