"""The shell: who is here, which language, and a home that says what to do."""

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import PROJECT, Node
from tests.e2e.stubs import stub_upkeep
from tests.e2e.test_members import as_


def test_english_is_one_click_away(node: Node, open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Runs")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_help_leads_to_the_documentation_in_both_languages(node: Node, open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("link", name="学習").first.wait_for()
    page.keyboard.press("?")
    docs = page.get_by_role("dialog").get_by_role("link", name="文書を読む")
    page.goto(node.url + str(docs.get_attribute("href")))
    page.get_by_role("navigation").get_by_role("link", name="チュートリアル").click()
    expect(page.get_by_role("heading", name="make run から本番モデルまで")).to_be_visible()
    page.get_by_role("searchbox").fill("欠陥の場所")
    page.get_by_role("link", name="3. 欠陥の場所を描く").click()
    expect(page.get_by_role("heading", name="3. 欠陥の場所を描く")).to_be_in_viewport()
    page.get_by_role("link", name="English").first.click()
    expect(page.get_by_role("heading", name="From make run to a model in production")).to_be_visible()
    assert page.locator("main img").first.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0


def test_the_shell_is_sent_compressed(node: Node, open_page: OpenPage) -> None:
    page = open_page("/nowhere")
    sent: dict[str, str | None] = {}
    page.on("response", lambda answer: sent.update({answer.url: answer.headers.get("content-encoding")}))
    page.reload()
    expect(page.get_by_role("link", name="学習").first).to_be_visible()
    scripts = {url: encoding for url, encoding in sent.items() if "/assets/shell-" in url}
    assert scripts and set(scripts.values()) <= {"br", "gzip"}


def test_light_is_one_click_away(node: Node, open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("button", name="明るさを切り替える").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_the_first_button_can_be_read_under_the_pointer(node: Node, open_page: OpenPage) -> None:
    page = open_page("/settings/members", theme="light")
    button = page.get_by_role("button", name="招待する")
    fill = button.evaluate("(one) => getComputedStyle(one).backgroundColor")
    button.hover()
    assert button.evaluate("(one) => getComputedStyle(one).backgroundColor") == fill


def test_the_bar_names_the_gallery_that_an_address_opens(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1)
    page = open_page(f"/datasets/{id}/gallery")
    expect(page.get_by_label("データセットを開く")).to_have_value(id)
    page.goto("/datasets/nowhere/gallery")
    expect(page.get_by_text("見つかりません。消去されたか、アドレスが違います。")).to_be_visible()
    expect(page.get_by_label("データセットを開く")).to_have_value("")


def test_every_number_of_a_dataset_opens_its_images(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3, split="train")
    node.judge(id, {node.image(id, 0).image_id: "OK"})
    page = open_page("/")
    card = page.get_by_role("article").filter(has_text=f"試験 {id}")
    card.get_by_role("row", name="学習").get_by_role("link").first.click()
    expect(page.get_by_role("gridcell")).to_have_count(1)


def test_a_dead_job_says_why_and_gets_another_chance(node: Node, open_page: OpenPage) -> None:
    node.dataset(ok=1)
    page = open_page()
    done = stub_upkeep(page)
    page.goto("/")
    job = page.get_by_role("article", name="suggest-1")
    expect(job).to_contain_text("提案が停止")
    job.get_by_text("ログの末尾").click()
    expect(job.locator("pre")).to_contain_text("loading")
    job.get_by_role("button", name="やり直す").click()
    expect(page.get_by_text("キュー: 待ち 1 件")).to_be_visible()
    expect(job).to_have_count(0)
    assert done == ["suggest-1"]


def test_a_stuck_stream_says_why_and_can_be_tried_now(node: Node, open_page: OpenPage) -> None:
    node.dataset(ok=1)
    page = open_page(locale="en")
    done = stub_upkeep(page)
    page.goto("/")
    stuck = page.get_by_role("article", name="gallery dataset-cookies")
    expect(stuck).to_contain_text("KeyError: 'lot'")
    stuck.get_by_role("button", name="Try now").click()
    expect(stuck).to_have_count(0)
    assert done == ["gallery dataset-cookies"]


def test_home_asks_nothing_about_work_that_is_for_others(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=1)
    node.judge(id, {node.image(id, 0).image_id: "HOLD"})
    page = open_page()
    as_(page, (PROJECT, "auditor"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(page.get_by_role("article").filter(has_text=f"試験 {id}")).to_be_visible()
    expect(page.get_by_text("保留")).not_to_have_count(0)
    expect(page.get_by_text("判定を決めてください")).to_have_count(0)
    for others in ("/reviews/counts", "/agreement-tasks", "/readjudications"):
        assert [url for url in asked if others in url] == []


def test_a_server_that_is_away_is_told_and_everything_is_asked_anew_when_it_is_back(
    node: Node, open_page: OpenPage
) -> None:
    page = open_page("/runs", locale="en")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.route("**/v1/**", lambda route: route.abort())
    gone = "throw new Error('gone')"
    page.route("**/assets/Proof*.js", lambda route: route.fulfill(content_type="text/javascript", body=gone))
    page.get_by_role("link", name="Proof").click()
    expect(page.get_by_text("The screen could not be opened")).to_be_visible()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible(timeout=20_000)
    page.unroute_all()
    expect(page.get_by_text("The server cannot be reached")).to_have_count(0, timeout=20_000)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Proof")).to_be_visible()


def test_a_server_that_breaks_is_not_called_offline(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = open_page(f"/datasets/{id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    broken = {"status": 500, "code": "Unexpected", "detail": "something broke here", "correlation_id": "c-1"}
    page.route("**/annotations", lambda route: route.fulfill(status=500, json=broken))
    decide(page, "o")
    expect(page.get_by_text("サーバー側の問題")).to_be_visible()
    expect(page.get_by_text("オフライン")).to_have_count(0)
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("サーバー側で問題が起きました", timeout=30_000)
    expect(refused).to_contain_text("c-1")
    expect(refused).not_to_contain_text("something broke")


def test_a_refusal_is_told_in_the_readers_language_with_nothing_to_try_again(
    node: Node, open_page: OpenPage
) -> None:
    id = node.dataset(ok=1)
    page = open_page(f"/datasets/{id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    node.post(
        f"/v1/datasets/{id}/exclusions",
        {"image_ids": [node.image(id, 0).image_id], "reason": "ui:reason_duplicate"},
    )
    decide(page, "o")
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("除外された画像です（重複）。判定する前に戻してください。")
    expect(refused.get_by_role("button", name="再試行")).to_have_count(0)


def test_an_unknown_dataset_says_so(node: Node, open_page: OpenPage) -> None:
    page = open_page("/datasets/nowhere/gallery")
    expect(page.get_by_role("alert")).to_contain_text("見つかりません")
