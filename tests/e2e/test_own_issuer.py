"""The node's own issuer: its pages, signing in and out, and passwords."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.account import PASSWORD, Account
from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.forms import fill
from tests.e2e.node import Node

numbers = itertools.count(1)


@pytest.fixture
def account(node: Node) -> Iterator[Account]:
    """A person of whom no other test knows."""
    number = next(numbers)
    account = node.account(f"signs-in-{number}", f"田中 {number}")
    yield account
    account.http.close()


def sign_in(page: Page, account: Account, password: str = PASSWORD) -> None:
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()
    fill(page, メールアドレス=account.email, パスワード=password)
    page.get_by_role("button", name="サインイン").click()


def change_password(page: Page, old: str, new: str) -> None:
    fill(page, 今のパスワード=old, 新しいパスワード=new)
    page.get_by_role("button", name="変更する").click()


def test_who_signs_out_is_asked_for_the_password_again(
    node: Node, open_page: OpenPage, account: Account
) -> None:
    page = open_page("/runs", actor="")
    sign_in(page, account, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("違います")
    fill(page, パスワード=PASSWORD)
    page.get_by_role("button", name="サインイン").click()
    expect(page.get_by_role("link", name=account.name)).to_be_visible()
    assert page.url == f"{node.url}/runs"
    page.reload()
    expect(page.get_by_role("link", name=account.name)).to_be_visible()
    page.get_by_role("button", name="サインアウト").click()
    sign_in(page, account)
    expect(page.get_by_role("link", name=account.name)).to_be_visible()


def test_a_page_that_is_left_while_it_renews_its_tokens_stays_signed_in(
    node: Node, open_page: OpenPage, account: Account
) -> None:
    page = open_page("/runs", actor="")
    sign_in(page, account)
    expect(page.get_by_role("link", name=account.name)).to_be_visible()
    lost = page.evaluate("JSON.stringify({...sessionStorage})")
    page.reload()
    expect(page.get_by_role("link", name=account.name)).to_be_visible()
    page.evaluate(
        "kept => Object.entries(JSON.parse(kept)).forEach(([k, v]) => sessionStorage.setItem(k, v))", lost
    )
    page.reload()
    expect(page.get_by_role("link", name=account.name)).to_be_visible()
    assert page.url == f"{node.url}/runs"


def test_a_deep_link_in_a_new_tab_signs_in_silently_and_arrives(
    node: Node, open_page: OpenPage, account: Account
) -> None:
    sign_in(first := open_page("/runs", actor=""), account)
    expect(first.get_by_role("link", name=account.name)).to_be_visible()
    path = f"/datasets/{node.dataset(ok=2)}/gallery?order=newest#tile-1"
    page = open_page(path, actor="")
    expect(page.get_by_role("link", name=account.name)).to_be_visible()
    expect(page.get_by_role("gridcell")).to_have_count(2)
    assert page.url == f"{node.url}{path}"


def test_a_password_is_changed_from_ones_name(node: Node, open_page: OpenPage, account: Account) -> None:
    page = open_page("/runs", actor="")
    sign_in(page, account)
    page.get_by_role("link", name=account.name).click()
    change_password(page, PASSWORD, "another long password")
    ui = page.get_by_role("link", name=account.name).or_(page.get_by_role("button", name="サインイン"))
    expect(ui).to_be_visible()
    page.goto(f"{node.url}/issuer/password?ui_locales=ja")
    change_password(page, "another long password", "a third long password")
    expect(ui).to_be_visible()


@pytest.mark.parametrize(("theme", "locale"), [("dark", "ja"), ("light", "en")])
def test_nothing_serious_on_the_issuers_pages(open_page: OpenPage, axe: str, theme: str, locale: str) -> None:
    page = open_page("/", actor="", theme=theme, locale=locale)
    page.get_by_role("button", name={"ja": "サインイン", "en": "Sign in"}[locale], exact=True).click()
    page.locator("input#email").wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert serious(page, axe) == []
