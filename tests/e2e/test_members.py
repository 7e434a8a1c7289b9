"""Settings: roles are given and taken, a token is shown once; and what a role may not, its buttons do not."""

import json
import re

import httpx
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import PROJECT, Node

JUDGE = "POST /v1/datasets/<dataset_id>/annotations"


def as_(page: Page, *roles: tuple[str, str], may: tuple[str, ...] = ()) -> None:
    """The browser's person has these roles (where, which), whose rights are these operations."""

    def answer(route: Route) -> None:
        held = [{"project_id": place, "role": role, "lines": []} for place, role in roles]
        told = {role: list(may) for _, role in roles}
        me = {"actor": "sato.k", "token_id": None, "roles": held, "may": told}
        admins = {"*": ["root.a"], PROJECT: ["taro.y"]}
        route.fulfill(content_type="application/json", body=json.dumps({**me, "admins": admins}))

    page.route("**/v1/me", answer)


def test_a_role_is_given_and_taken_away(node: Node, open_page: OpenPage) -> None:
    page = open_page("/settings/members", locale="en")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Project").select_option(PROJECT)
    dialog.get_by_label("Role").select_option("auditor")
    dialog.get_by_label("Name").fill("鈴木 花子")
    dialog.get_by_label("E-mail address").fill("hanako@factory.example")
    dialog.get_by_role("button", name="Invite").click()
    url = dialog.locator("output").inner_text()
    assert url.startswith(f"{node.url}/issuer/invitation?link=")
    assert "hanako@factory.example" in (
        dialog.get_by_role("link", name="Write an e-mail").get_attribute("href") or ""
    )
    dialog.get_by_role("button", name="I have passed it on").click()
    expect(page.get_by_role("status").first).to_contain_text("鈴木 花子 has the role")
    row = page.get_by_role("row").filter(has_text="鈴木 花子")
    expect(row).to_contain_text("Auditor")
    actor = row.locator("code").inner_text()
    assert node.get(f"/v1/members/{actor}").json()["roles"][0]["project_id"] == PROJECT
    arrived = httpx.get(url, headers={"accept-language": "en"}).text
    assert "<b>Auditor</b>" in arrived and 'value="鈴木 花子"' in arrived
    page.goto("/?ui_locales=ja")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page).to_have_url(f"{node.url}/")


def test_a_revoked_role_keeps_its_row_and_is_given_back_from_the_notice(
    node: Node, open_page: OpenPage
) -> None:
    for actor in ("shiro.a", "shiro.b"):
        node.post(f"/v1/members/{actor}/roles", {"project_id": PROJECT, "role": "inspector"})
    page = open_page("/settings/members", locale="en")
    row = page.get_by_role("row").filter(has_text="shiro.a")
    button = row.get_by_role("button", name="Revoke")
    place = button.bounding_box()
    button.click()
    expect(row).to_contain_text("Revoked")
    assert node.get("/v1/members/shiro.b").json()["roles"]
    assert place is not None and row.bounding_box() is not None
    under = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('tr').innerText",
        [place["x"] + 5, place["y"] + 5],
    )
    assert "shiro.a" in under
    page.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Revoke")).to_be_enabled()
    (*_, last) = node.get("/v1/streams/member-shiro.a/events").json()["items"]
    assert last["type"] == "RoleGranted"


def test_nobody_revokes_their_own_role(open_page: OpenPage) -> None:
    page = open_page("/settings/members", locale="en")
    own = page.get_by_role("row").filter(has=page.locator("td:first-child", has_text="sato.k"))
    expect(own.get_by_role("button", name="Revoke")).to_be_disabled()


def test_a_token_is_shown_once_and_can_be_ended(node: Node, open_page: OpenPage) -> None:
    page = open_page("/settings/tokens")
    page.get_by_role("button", name="トークンを作る").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("用途").fill("camera PC")
    dialog.get_by_label("プロジェクト").select_option(PROJECT)
    dialog.get_by_role("textbox", name="ライン").fill("L1、L2")
    dialog.get_by_role("button", name="トークンを作る").click()
    token = dialog.locator("output").inner_text()
    assert re.fullmatch(r"kenpin_[a-z0-9]{12}_[\w-]{43}", token)
    dialog.get_by_role("button", name="保管しました").click()
    row = page.get_by_role("row").filter(has_text="camera PC")
    expect(row).to_contain_text("L1, L2")
    expect(row).to_contain_text("未使用")
    expect(page.get_by_text(token)).to_have_count(0)
    row.get_by_role("button", name="無効にする").click()
    expect(row).to_contain_text("無効（")


def test_who_may_not_sees_why_and_whom_to_ask(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = open_page(locale="en")
    as_(page, (PROJECT, "auditor"))
    page.goto(f"/datasets/{id}/gallery")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    for name in ("Train", "OK O"):
        button = page.get_by_role("button", name=name, exact=False).first
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", "You have no right to this. Ask taro.y.")
    decide(page, "o")
    expect(page.get_by_role("status").filter(has_text="Ask taro.y")).to_be_visible()
    assert node.image(id, 0).verdict is None
    page.goto("/settings/members")
    expect(page.get_by_role("button", name="Invite", exact=True)).to_be_disabled()
    tabs = page.get_by_role("navigation", name="Settings").get_by_role("link")
    expect(tabs).to_have_text(["Label book", "Members", "Tokens", "E-mail"])


def test_who_may_judge_judges(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = open_page(locale="en")
    as_(page, (PROJECT, "inspector"), may=(JUDGE,))
    page.goto(f"/datasets/{id}/gallery?order=registered")
    expect(page.get_by_role("gridcell").first).to_be_visible()
    decide(page, "o")
    node.until(id, 0, verdict="OK")


def test_who_has_no_role_is_told_what_to_send_to_whom(open_page: OpenPage) -> None:
    page = open_page()
    as_(page)
    page.route("**/v1/datasets", lambda route: route.fulfill(json={"items": [], "next_cursor": None}))
    for screen in ("/", "/runs", "/intake/connect"):
        page.goto(screen)
        expect(page.get_by_text("まだ役割がありません")).to_be_visible()
        expect(page.get_by_text("root.a")).to_be_visible()
        expect(page.locator("code", has_text="sato.k")).to_be_visible()


def test_a_link_lets_a_member_in_and_is_shown_once(node: Node, open_page: OpenPage) -> None:
    node.post("/v1/members/jiro.t/roles", {"project_id": PROJECT, "role": "inspector"})
    page = open_page("/settings/members", locale="en")
    page.get_by_role("row").filter(has_text="jiro.t").get_by_role("button", name="Invitation link").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the link").click()
    url = dialog.locator("output").inner_text()
    assert url.startswith(f"{node.url}/issuer/invitation?link=")
    dialog.get_by_role("button", name="I have passed it on").click()
    expect(page.get_by_text(url)).to_have_count(0)


def test_a_person_is_erased_once_their_id_is_typed(node: Node, open_page: OpenPage) -> None:
    node.post("/v1/members/saburo.u/roles", {"project_id": PROJECT, "role": "inspector"})
    page = open_page("/settings/members", locale="en")
    row = page.get_by_role("row").filter(has_text="saburo.u")
    row.get_by_role("button", name="Erase person").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Erase")).to_be_disabled()
    dialog.get_by_label("Type saburo.u to confirm").fill("saburo.u")
    dialog.get_by_role("button", name="Erase").click()
    expect(page.get_by_role("status").first).to_contain_text("saburo.u is erased")
    expect(row).to_have_count(0)
    (*_, last) = node.get("/v1/streams/member-saburo.u/events").json()["items"]
    assert (last["type"], last["data"]["reason"]) == ("RoleRevoked", "erased")
