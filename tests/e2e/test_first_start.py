"""The first start of a node: its link makes the first administrator, who then judges in their own name."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from host import frontend_build
from tests.e2e.account import PASSWORD
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.forms import fill
from tests.e2e.node import Node, running
from tests.host.running import wait_until

LINK = "/issuer/first-admin?link="
NAME = "田中 綾"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node without an administrator."""
    frontend_build.build()
    with running(tmp_path_factory.mktemp("first-start") / "data", training_workers="0") as node:
        node.open_project()
        yield node


@pytest.fixture
def first_admin(node: Node) -> str:
    """The link that `kenpin up` printed."""
    wait_until(lambda: LINK in node.log(), "the link is printed")
    (link,) = [word for word in node.log().split() if LINK in word]
    return f"{link}&ui_locales=ja"


def test_from_the_link_of_the_first_start_to_a_judgement_in_ones_own_name(
    node: Node, open_page: OpenPage, first_admin: str
) -> None:
    id = node.dataset(ok=2)
    page = open_page(first_admin, actor="")
    fill(page, 表示名=NAME, メールアドレス="aya@factory.example", 新しいパスワード=PASSWORD)
    page.get_by_role("button", name="管理者になる").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    page.goto(f"/datasets/{id}/gallery?order=registered")
    page.get_by_role("gridcell").first.click()
    decide(page, "o")
    image = node.until(id, 0, verdict="OK")
    (actor,) = {event.actor for event in node.history(id, image.image_id)} - {"kenpin"}
    assert len(actor) == 12
    page.get_by_role("gridcell").first.click()
    expect(page.get_by_role("complementary")).to_contain_text(NAME)
    page.goto(first_admin)
    expect(page.get_by_role("heading")).to_contain_text("使用済み")
