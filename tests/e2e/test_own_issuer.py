"""The node's own issuer from the first start on: the link, its pages, signing in and out, and names."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from host import frontend_build
from tests.e2e.account import PASSWORD
from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node, running
from tests.e2e.test_accessibility import serious
from tests.host.running import eventually

EMAIL = "aya@factory.example"
LINK = "/issuer/first-admin?link="
NAME = "田中 綾"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A first start: there is nobody but who opens the link."""
    frontend_build.build()
    with running(tmp_path_factory.mktemp("own-issuer") / "data", training_workers="0") as node:
        node.open_project()
        yield node


@pytest.fixture(scope="module")
def first_admin(node: Node) -> str:
    """The link that `kenpin up` printed."""
    eventually(lambda: LINK in node.log(), "the link is printed")
    (link,) = [word for word in node.log().split() if LINK in word]
    return f"{link}&ui_locales=ja"


def fill(page: Page, **values: str) -> None:
    for label, value in values.items():
        page.get_by_label(label).fill(value)


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()
    fill(page, メールアドレス=EMAIL, パスワード=password)
    page.get_by_role("button", name="サインイン").click()


def test_from_the_link_of_the_first_start_to_a_judgement_in_ones_own_name(
    node: Node, open_page: OpenPage, first_admin: str
) -> None:
    id = node.dataset(ok=2)
    page = open_page(first_admin, actor="")
    fill(page, 表示名=NAME, メールアドレス=EMAIL, 新しいパスワード=PASSWORD)
    page.get_by_role("button", name="管理者になる").click()
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    page.goto(f"/datasets/{id}/gallery?order=registered")
    page.get_by_role("gridcell").first.click()
    page.keyboard.press("o")
    image = node.until(id, 0, verdict="OK")
    (actor,) = {event.actor for event in node.history(id, image.image_id)} - {"kenpin"}
    assert len(actor) == 12
    page.get_by_role("gridcell").first.click()
    expect(page.get_by_role("complementary")).to_contain_text(NAME)
    page.goto(first_admin)
    expect(page.get_by_role("heading")).to_contain_text("使用済み")


def test_who_signs_out_is_asked_for_the_password_again(
    node: Node, open_page: OpenPage, first_admin: str
) -> None:
    page = open_page("/runs", actor="")
    sign_in(page, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("違います")
    fill(page, パスワード=PASSWORD)
    page.get_by_role("button", name="サインイン").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    assert page.url == f"{node.url}/runs"
    page.reload()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    page.get_by_role("button", name="サインアウト").click()
    sign_in(page)
    expect(page.get_by_role("link", name=NAME)).to_be_visible()


def test_a_page_that_is_left_while_it_renews_its_tokens_stays_signed_in(
    node: Node, open_page: OpenPage, first_admin: str
) -> None:
    page = open_page("/runs", actor="")
    sign_in(page)
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    lost = page.evaluate("JSON.stringify({...sessionStorage})")
    page.reload()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    page.evaluate(
        "kept => Object.entries(JSON.parse(kept)).forEach(([k, v]) => sessionStorage.setItem(k, v))", lost
    )
    page.reload()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    assert page.url == f"{node.url}/runs"


def test_a_password_is_changed_from_ones_name(node: Node, open_page: OpenPage, first_admin: str) -> None:
    page = open_page("/runs", actor="")
    sign_in(page)
    page.get_by_role("link", name=NAME).click()
    fill(page, 今のパスワード=PASSWORD, 新しいパスワード="another long password")
    page.get_by_role("button", name="変更する").click()
    expect(
        page.get_by_role("link", name=NAME).or_(page.get_by_role("button", name="サインイン"))
    ).to_be_visible()
    page.goto(f"{node.url}/issuer/password?ui_locales=ja")
    fill(page, 今のパスワード="another long password", 新しいパスワード=PASSWORD)
    page.get_by_role("button", name="変更する").click()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_nothing_serious_on_the_issuers_pages(
    node: Node, open_page: OpenPage, first_admin: str, axe: str, theme: str, locale: str
) -> None:
    page = open_page("/", actor="", theme=theme, locale=locale)
    page.get_by_role("button", name={"ja": "サインイン", "en": "Sign in"}[locale], exact=True).click()
    page.locator("input#email").wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert serious(page, axe) == []
