"""An empty installation, filled by a person who has a browser and no terminal."""

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from host import frontend_build
from tests.e2e.account import PASSWORD
from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.forms import fill
from tests.e2e.node import Node, running
from tests.e2e.photos import mixed_folder
from tests.e2e.test_import import choose, expect_outcomes
from tests.host.running import wait_until

LINK = "/issuer/first-admin?link="
NAME = "田中 綾"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with nothing in it, not even an administrator."""
    frontend_build.build()
    with running(tmp_path_factory.mktemp("from-nothing") / "data") as node:
        yield node


def sign_in_first(node: Node, open_page: OpenPage) -> Page:
    wait_until(lambda: LINK in node.log(), "the link is printed")
    (link,) = [word for word in node.log().split() if LINK in word]
    page = open_page(f"{link}&ui_locales=ja", actor="")
    fill(page, 表示名=NAME, メールアドレス="aya@factory.example", 新しいパスワード=PASSWORD)
    page.get_by_role("button", name="管理者になる").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    return page


def make_project(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="プロジェクトを作る").click()
    fill(page, プロジェクト名="焼菓子ライン", **{"最初の品種（任意）": "丸クッキー"})
    expect(page.get_by_label("ID", exact=True)).to_have_value("project-1")
    page.get_by_role("button", name="作る", exact=True).click()
    expect(page.get_by_role("heading", name="焼菓子ライン")).to_be_visible()
    expect(page.get_by_text("丸クッキー")).to_be_visible()


def define_class(page: Page, name: str, name_ja: str, limits: str = "") -> None:
    page.get_by_role("button", name="欠陥種別を定義").click()
    fill(page, 名称=name, 日本語名=name_ja, 限度=limits)
    page.get_by_role("dialog").get_by_role("button", name="欠陥種別を定義").click()


def make_dataset(page: Page, name: str) -> None:
    page.get_by_role("button", name="データセットを作る").click()
    fill(page, データセット名=name)
    page.get_by_role("button", name="作る", exact=True).click()


def import_photos(page: Page, folder: Path) -> None:
    """Answer for the one word that Kenpin does not know; the damaged photo alone stays out."""
    choose(page, folder)
    page.get_by_label("A級 の意味").select_option("OK")
    page.get_by_role("button", name="取り込む: 画像 60 枚、判定 39 件、新しい種別なし").click()
    expect_outcomes(page, 取り込み=59, 判定を記録=39, 拒否=1)
    rejected = page.locator("details").filter(has_text="拒否")
    expect(rejected.get_by_role("row").filter(has_text="damaged.png")).to_contain_text("途中で切れて")


def judge_the_rest(page: Page, images: int) -> None:
    page.get_by_role("link", name="残りを判定する").click()
    expect(page.get_by_role("gridcell").first).to_be_visible()
    for _ in range(images):
        decide(page, "o")
    expect(page.get_by_role("button", name=f"OK {24 + images}")).to_be_visible()


def train(page: Page) -> None:
    page.get_by_role("button", name="学習する").click()
    page.get_by_role("button", name="学習を始める").click()
    expect(page.get_by_role("heading", name="この結果の来歴")).to_be_visible()
    expect(page.get_by_role("heading", name="結果", exact=True)).to_be_visible(timeout=240_000)
    expect(page.get_by_text("完了")).to_be_visible()
    expect(page.get_by_role("region", name="しきい値")).to_contain_text(re.compile("真の率 ≤ [0-9.]+%"))
    expect(page.get_by_role("region", name="条件別の成績").get_by_role("rowheader")).to_have_text(
        ["全体", "未記入"]
    )
    with page.expect_download() as model:
        page.get_by_role("link", name="モデルをダウンロード").click()
    assert model.value.suggested_filename.endswith(".safetensors")


def export(page: Page, file: Path) -> None:
    page.get_by_role("button", name="書き出す").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("形式").select_option("JSON Lines")
    dialog.get_by_role("button", name="ファイルを作る").click()
    with page.expect_download() as downloading:
        dialog.get_by_role("link", name="ダウンロード").click()
    downloading.value.save_as(file)


@pytest.mark.timeout(420)
def test_from_the_first_sign_in_to_a_trained_model_and_an_export(
    node: Node, open_page: OpenPage, axe: str, tmp_path: Path
) -> None:
    page = sign_in_first(node, open_page)
    make_project(page)
    define_class(page, "Crack", "割れ", "5 mm を超えるもの")
    expect(page.get_by_text("割れ")).to_be_visible()
    define_class(page, "Chip", "割れ")
    expect(page.get_by_role("alert")).to_contain_text("割れ という欠陥種別（crack）がすでにあります")
    fill(page, 日本語名="欠け")
    page.get_by_role("dialog").get_by_role("button", name="欠陥種別を定義").click()
    expect(page.get_by_text("欠け")).to_be_visible()
    assert serious(page, axe) == []
    make_dataset(page, "一次検査")
    expect(page.get_by_role("heading", name="一次検査")).to_be_visible()
    import_photos(page, mixed_folder(tmp_path / "photos"))
    judge_the_rest(page, 6)
    address = page.url
    train(page)
    page.goto(address.partition("?")[0])
    export(page, tmp_path / "export.zip")
    with ZipFile(tmp_path / "export.zip") as content:
        assert len(content.read("images.jsonl").splitlines()) == 59
