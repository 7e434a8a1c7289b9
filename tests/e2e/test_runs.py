"""Runs in a browser: what they are asked with, and what a result must say."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import SHAPES_DRAWN
from tests.e2e.figures import MISSED
from tests.e2e.node import Node
from tests.e2e.stubs import stub_run_images, stub_runs
from tests.e2e.test_review import as_person


@pytest.fixture
def runs_page(node: Node, open_page: OpenPage) -> Page:
    """A page that knows runs in every state; open any run's address with it."""
    page = open_page()
    stub_runs(page, node.dataset(ok=1))
    return page


def test_a_rate_shows_formula_counts_and_bound(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001")
    result = runs_page.locator("section").filter(has_text="結果").first
    expect(result).to_contain_text("12.5%")
    expect(result).to_contain_text("NG 8 枚のうち 1 枚を見逃し")
    expect(result).to_contain_text("真の見逃し率 ≤ 47.1%（95 %）")
    expect(result).to_contain_text("OK と判定された NG ÷ NG")
    expect(result).to_contain_text("by lot")
    expect(runs_page.locator(".recipe")).to_contain_text("方法")


def test_figures_that_look_too_good_are_said_to_beside_them(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00002")
    notes = runs_page.get_by_role("note")
    expect(notes).to_have_count(2)
    expect(notes.first).to_contain_text("3 個のグループの画像が、学習とここの両方に入っています")
    expect(notes.last).to_contain_text("2 枚が学習した画像とほぼ同じです")
    runs_page.goto("/runs/finished00001")
    expect(runs_page.get_by_text("12.5%", exact=True)).to_be_visible()
    expect(runs_page.get_by_role("note")).to_have_count(0)


def test_a_run_that_may_not_decide_alone_says_why(runs_page: Page) -> None:
    runs_page.goto("/runs/ranks0000001")
    note = runs_page.get_by_role("note")
    expect(note).to_contain_text("順位づけのみ: まだ単独では判定できません")
    expect(note).to_contain_text("しきい値を選んだ画像の NG は 14 枚です。20 枚必要です")
    result = runs_page.locator("section").filter(has_text="結果").first
    expect(result).to_contain_text("1 個あたりの予想コスト: 0.310（95 % 区間: 0.120 ～ 0.660）")
    expect(result).to_contain_text("しきい値の 95 % 区間: 0.2100 ～ 0.5200")
    expect(result).to_contain_text("95 % 区間: 0.880 ～ 0.990")


def test_a_line_that_drifted_and_a_day_with_too_few_images_say_so(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001")
    rows = runs_page.locator("section").filter(has_text="ドリフト").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("ドリフトあり（差 0.95）")
    expect(rows.first).to_contain_text("95.0%")
    expect(rows.last).to_contain_text("枚数不足")
    expect(rows.first.get_by_role("button")).to_have_count(3)
    rows.first.get_by_role("button", name="30.0%").click()
    panel = runs_page.get_by_role("region", name="ドリフト")
    expect(panel).to_contain_text("2026-05-02 · line-7 · モデルが NG 2 枚")
    expect(panel.locator("li a img")).to_have_count(2)


CELLS = {"escape": "見逃し", "overkill": "過検出", "true_ng": "正しく NG", "true_ok": "正しく OK"}


def test_each_cell_opens_its_images(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001")
    expect(runs_page.locator("li a img")).to_have_count(4)
    for cell, name in CELLS.items():
        runs_page.locator(".confusion").get_by_role("button", name=name).click()
        expect(runs_page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(runs_page.locator("li a img")).to_have_count(1)
        assert f"cell={cell}" in runs_page.url
    runs_page.go_back()
    expect(runs_page).to_have_url(re.compile("/runs/finished00001$"))
    expect(runs_page.locator("li a img")).to_have_count(4)


def test_the_threshold_is_weighed_and_its_images_opened_by_keyboard(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001")
    panel = runs_page.get_by_role("region", name="しきい値")
    expect(panel).to_contain_text("テスト: NG 8 枚、OK 14 枚 · 分け方: by lot")
    expect(panel).to_contain_text("単独で判定した NG 8 枚のうち 1 枚")
    expect(panel).to_contain_text("真の率 ≤ 47.1%")
    panel.get_by_label("これ以上は NG").press("ArrowRight")
    expect(panel).to_contain_text("単独で判定した NG 7 枚のうち 1 枚")
    expect(panel).to_contain_text("22 枚のうち 2 枚")
    panel.get_by_label("これ未満は OK").press("ArrowLeft")
    expect(panel).to_contain_text("単独で判定した NG 6 枚のうち 0 枚")
    panel.get_by_label("シフトあたりの個数").fill("2000")
    expect(panel).to_contain_text("個/シフトのうち 710 個を人が見る")
    panel.get_by_label("シフトあたりの個数").fill("-100")
    expect(panel).to_contain_text("個/シフトのうち – 個を人が見る0 以上の値にしてください。")
    panel.get_by_label("生産での NG の割合").fill("150")
    expect(panel).to_contain_text("0 より大きく 100 より小さい値にしてください。")
    panel.get_by_role("button", name="22 枚のうち 7 枚").click()
    expect(runs_page.locator("li a img")).to_have_count(2)
    assert "at=0.2&below=0.6" in runs_page.url
    panel.get_by_role("button", name="見逃しゼロ").click()
    expect(panel).to_contain_text("単独で判定した OK 14 枚のうち 6 枚")


def test_slices_come_worst_first_and_open_their_images(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001")
    panel = runs_page.get_by_role("region", name="条件別の成績")
    expect(panel).to_contain_text("最悪: P2 の見逃し率 5.0%。全体では 14.7%")
    expect(panel.get_by_role("rowheader")).to_have_text(["全体", "P2", "未記入", "P3"])
    panel.get_by_role("row", name="P2").get_by_role("button", name="5.0%").click()
    expect(runs_page.get_by_role("heading", name="見逃し · 1 つの条件の画像")).to_be_visible()
    expect(runs_page.locator("li a img")).to_have_count(1)
    assert "slice=slice-P2" in runs_page.url


def test_classes_show_figures_and_what_they_are_taken_for(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001")
    panel = runs_page.get_by_role("region", name="欠陥種別ごとの成績")
    expect(panel).to_contain_text("12 枚のうち 9 枚、≥ 47.3%")
    expect(panel).to_contain_text("学習していません: 割れ。NG 3 枚、グループ 1 個です")
    panel.get_by_role("row", name="なし dent").get_by_role("button").click()
    expect(runs_page.get_by_role("heading", name="1 つの条件の画像")).to_be_visible()
    assert "slice=slice-P2" in runs_page.url


def test_a_run_with_maps_shows_them_when_asked(runs_page: Page) -> None:
    runs_page.goto("/runs/mapped000001")
    places = runs_page.locator("section").filter(has_text="場所マップと正解の印がある")
    expect(places).to_contain_text("9 個中 8 個")
    doubtful = runs_page.locator("section").filter(has_text="もう一度見るべきラベル")
    expect(doubtful).to_contain_text("誤りの可能性があるラベルが 1 件あります")
    expect(doubtful).to_contain_text("NG に見えるため学習から外した")
    expect(doubtful.locator("li a")).to_have_attribute("href", re.compile("label_review=mapped000001"))
    maps = runs_page.locator("svg.map image")
    expect(maps).to_have_count(0)
    runs_page.keyboard.press("v")
    expect(maps).to_have_count(5)
    runs_page.get_by_role("button", name="ヒートマップ").click()
    expect(maps).to_have_count(0)
    runs_page.goto("/runs/finished00001")
    expect(runs_page.locator("li a img")).to_have_count(4)
    expect(runs_page.get_by_role("button", name="ヒートマップ")).to_have_count(0)
    expect(doubtful).to_have_count(0)


def test_the_images_of_a_figure_open_in_the_viewer(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1)
    page = open_page()
    stub_runs(page, id)
    stub_run_images(page, node, id)
    page.goto("/runs/mapped000001?cell=escape")
    page.get_by_role("button", name="すべて表示").click()
    images = page.locator("section").filter(has_text="画像ごとのスコア").last.locator("li a")
    viewer = page.get_by_role("dialog")
    expect(images).to_have_count(4)
    images.first.click()
    expect(viewer).to_contain_text("1 / 4")
    expect(viewer).to_contain_text("#12 の時点")
    expect(viewer.get_by_role("application")).to_be_focused()
    page.keyboard.press("v")
    expect(viewer.get_by_role("region", name="ヒートマップ", exact=True)).to_contain_text("NG スコア 0.900")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 / 4")
    expect(viewer).to_contain_text("見逃し")
    gallery = viewer.get_by_role("link", name="ギャラリーで開く")
    expect(gallery).to_have_attribute("href", re.compile(f"image={1:064x}&run=mapped000001"))
    page.reload()
    expect(viewer).to_contain_text("2 / 4")
    page.set_viewport_size({"width": 420, "height": 800})
    expect(viewer.get_by_role("button", name="戻る")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page).to_have_url(re.compile("/runs/mapped000001$"))
    images.last.click()
    expect(viewer).to_contain_text("4 / 4")
    page.go_back()
    expect(viewer).to_have_count(0)
    expect(page).to_have_url(re.compile("/runs/mapped000001$"))
    page.goto("/runs/mapped000001?image=nothere")
    missing = page.get_by_role("dialog", name="画像を表示できません")
    missing.get_by_role("button", name="閉じる").last.click()
    expect(page).to_have_url(re.compile("/runs/mapped000001$"))


def test_found_defects_are_counted_by_size_in_millimetres_too(runs_page: Page) -> None:
    runs_page.goto("/runs/mapped000001")
    sizes = runs_page.get_by_role("region", name="大きさ別に見つけた欠陥")
    expect(sizes.get_by_role("row").nth(1)).to_contain_text("9 個中 8 個")
    length = sizes.get_by_label("1 画素の長さ（mm）")
    length.fill("0.05")
    expect(sizes.get_by_role("row").nth(1)).to_contain_text("0.4〜0.8")
    length.fill("-1")
    expect(sizes).to_contain_text("0 より大きい値にしてください。")
    expect(sizes.get_by_role("row").nth(1)).to_contain_text("9 個中 8 個")
    places = runs_page.locator("section").filter(has_text="欠陥でない領域").first
    expect(places.get_by_role("button")).to_have_text(["6 枚", "1 枚"])
    sizes.get_by_role("button", name="1 枚").click()
    expect(runs_page).to_have_url(re.compile(f"slice={MISSED}"))
    expect(runs_page.get_by_role("heading", name="見逃した欠陥（長辺 8〜16 px）")).to_be_visible()
    places.get_by_role("button", name="6 枚").click()
    expect(places.locator(".chosen")).to_contain_text("見つけた欠陥")


def test_a_slice_that_is_none_says_so_and_leads_back_to_all_images(runs_page: Page) -> None:
    runs_page.goto("/runs/finished00001?slice=bogus")
    listed = runs_page.locator("section").filter(has_text="画像ごとのスコア").last
    expect(listed.get_by_role("alert")).to_contain_text("アドレスの slice は、この学習の条件ではありません。")
    listed.get_by_role("button", name="すべて表示").click()
    expect(listed.locator("li a img")).to_have_count(4)
    expect(listed.get_by_role("alert")).to_have_count(0)


def test_each_method_has_its_fields_and_says_which_labels_it_lacks(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3)
    node.judge(id, {image.image_id: "OK" for image in node.images(id)})
    page = open_page(f"/datasets/{id}/gallery", locale="en")
    page.get_by_role("button", name="Train").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("note")).to_contain_text("Missing: NG 2")
    expect(dialog.get_by_role("button", name="Start")).to_be_disabled()
    expect(dialog.get_by_label("Image size")).to_be_visible()
    dialog.get_by_role("radio", name="Anomaly").check()
    expect(dialog.get_by_role("note")).to_contain_text("Missing: OK 5")
    expect(dialog.get_by_text("Needs 8 OK; no NG.")).to_be_visible()
    expect(dialog.get_by_label("Overkill aim")).to_be_visible()
    expect(dialog.get_by_label("Image size")).to_have_count(0)
    dialog.get_by_role("radio", name="Segmentation").check()
    expect(dialog.get_by_label("Longer side")).to_be_visible()
    expect(dialog.get_by_label("Overkill aim")).to_have_count(0)


def test_soft_labels_are_left_out_in_the_dialog(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3, ng=3)
    node.judge(id, {i.image_id: "NG" if i.name.startswith("anomaly") else "OK" for i in node.images(id)})
    page = open_page(f"/datasets/{id}/gallery", locale="en")
    page.get_by_role("button", name="Train").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("More settings").click()
    soft = dialog.get_by_label("Soft labels")
    expect(soft).to_be_checked()
    dialog.get_by_role("radio", name="Anomaly").check()
    expect(soft).to_have_count(0)
    dialog.get_by_role("radio", name="Probe").check()
    soft.uncheck()
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/v1/runs")) as sent:
        dialog.get_by_role("button", name="Start").click()
    assert json.loads(sent.value.post_data or "")["recipe"]["soft_labels"] is False


def test_a_failed_run_shows_the_end_of_its_log(runs_page: Page) -> None:
    runs_page.goto("/runs/failed000001")
    expect(runs_page.get_by_text("out of memory")).to_be_visible()
    expect(runs_page.locator("pre")).to_contain_text("Killed")
    expect(runs_page.get_by_role("button", name="もう一度")).to_be_enabled()


def test_a_running_one_shows_stage_and_time_left(runs_page: Page) -> None:
    runs_page.goto("/runs/running00001")
    expect(runs_page.get_by_text("3 / 8")).to_be_visible()
    expect(runs_page.get_by_text("残り約 1:15")).to_be_visible()


def test_two_runs_are_compared_from_the_list(runs_page: Page) -> None:
    runs_page.goto("/runs")
    for run_id in ("finished00001", "finished00002"):
        runs_page.get_by_role("checkbox", name=run_id).check()
    runs_page.get_by_role("button", name="比べる").click()
    expect(runs_page.get_by_text("−12.5 pt")).to_be_visible()
    expect(runs_page.get_by_role("note").first).to_contain_text("finished00002")
    expect(runs_page.get_by_role("cell", name="ファインチューニング")).to_be_visible()
    expect(runs_page.get_by_text("4 枚、うち判定が変わったもの 1 枚")).to_be_visible()


def test_what_nobody_has_accepted_is_counted_before_the_run_and_on_it(
    node: Node, open_page: OpenPage
) -> None:
    node.open_project("two-people")
    policy = {"two_person": True, "reason": "the customer asks for it"}
    node.http.put("/v1/projects/two-people/review-policy", json=policy).raise_for_status()
    id = node.dataset(ok=3, ng=3, project_id="two-people")
    images = node.images(id)
    node.judge(id, {i.image_id: "NG" if i.name.startswith("anomaly") else "OK" for i in images})
    accepted = [{"image_id": i.image_id, "outcome": "accepted"} for i in (*images[:2], *images[3:5])]
    as_person(node, "lead.t", f"/v1/datasets/{id}/reviews", {"reviews": accepted})
    page = open_page(f"/datasets/{id}/gallery", locale="en")
    page.get_by_role("button", name="Train").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="2 images nobody has accepted are left out.")).to_be_visible()
    dialog.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Learnt from accepted judgements only; 2 images left out")).to_be_visible()


def test_a_run_is_requested_from_the_list_on_a_dataset_of_ones_choice(
    node: Node, open_page: OpenPage
) -> None:
    node.dataset(ok=1)
    chosen = node.dataset(ok=3, ng=3)
    images = node.images(chosen)
    node.judge(chosen, {i.image_id: "NG" if i.name.startswith("anomaly") else "OK" for i in images})
    page = open_page("/runs", locale="en")
    page.get_by_role("button", name="Train", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Dataset").select_option(label=f"試験 {chosen}")
    expect(dialog.get_by_role("heading", name=f"Train on 試験 {chosen}")).to_be_visible()
    expect(dialog.get_by_text("OK 3")).to_be_visible()
    dialog.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Identity of this run")).to_be_visible()
    expect(page.get_by_role("link", name=chosen, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=f"試験 {chosen} #")).to_be_visible()


@pytest.mark.timeout(300)
def test_a_model_of_ok_images_alone_shows_where_another_differs(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=9, ng=1)
    images = node.images(id)
    (unlike,) = [image.image_id for image in images if image.name.startswith("anomaly")]
    node.judge(id, {image.image_id: "OK" for image in images if image.image_id != unlike})
    page = open_page(f"/datasets/{id}/gallery")
    page.get_by_role("button", name="学習する").click()
    page.get_by_role("radio", name="異常検知").check()
    page.get_by_role("button", name="学習を始める").click()
    expect(page.get_by_text("完了")).to_be_visible(timeout=240_000)
    page.goto(f"/datasets/{id}/gallery?image={unlike}")
    expect(page.get_by_role("button", name="ヒートマップ")).to_be_visible(timeout=30_000)
    page.keyboard.press("v")
    panel = page.get_by_role("region", name="ヒートマップ")
    expect(panel).to_contain_text("NG スコア", timeout=30_000)
    page.wait_for_function(SHAPES_DRAWN)
    expect(panel.get_by_role("row", name="領域 1")).to_be_visible()
