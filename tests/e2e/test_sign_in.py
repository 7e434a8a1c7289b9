"""People sign in at an issuer: what they record carries the token's subject, and an end of it loses nothing."""

import json
import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from host import frontend_build
from tests.e2e.axe import serious_by_theme
from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import Node, running
from tests.e2e.test_gallery import expect_saved
from tests.oidc import AYA, CLIENT, Issuer, issuing

KEN: Final = "9d0e2c7a-1111-4222-8333-444455556666"
SIGN_IN: Final = "サインイン"


@pytest.fixture(scope="module")
def the_issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def issuer(the_issuer: Issuer) -> Issuer:
    """As at first, for each test."""
    the_issuer.person, the_issuer.lifetime_s, the_issuer.denies = AYA, 3600, ""
    the_issuer.rotates = True
    the_issuer.refresh_tokens.clear()
    return the_issuer


@pytest.fixture(scope="module")
def node(the_issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    frontend_build.build()
    machine = {"Authorization": f"Bearer {the_issuer.token(sub='setup')}"}
    who = {"oidc_issuer": the_issuer.url, "oidc_client_id": CLIENT, "first_admin": "setup"}
    settings = {**who, "training_workers": "0"}
    with running(tmp_path_factory.mktemp("sign-in") / "data", machine, **settings) as node:
        node.open_project()
        for person in (AYA, KEN):
            node.post(f"/v1/members/{person}/roles", {"project_id": "*", "role": "admin"})
        the_issuer.redirects.append(f"{node.url}/signed-in")
        yield node


def sign_in(page: Page, button: str = SIGN_IN) -> None:
    """Press the button here, and the link at the issuer."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("link", name="Sign in here").click()


def gallery(open_page: OpenPage, id: str) -> Page:
    page = open_page(f"/datasets/{id}/gallery?order=registered", actor="")
    sign_in(page)
    expect(page.get_by_role("gridcell").first).to_be_visible()
    return page


def test_who_signs_in_comes_back_to_the_page_and_records_as_themselves(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    id = node.dataset(ok=3)
    path = f"/datasets/{id}/gallery?verdict=unlabelled&order=registered"
    page = open_page(path, actor="")
    expect(page.get_by_role("heading", name="検品 Kenpin")).to_be_visible()
    sign_in(page)
    expect(page.get_by_text("田中 綾")).to_be_visible()
    assert page.url == node.url + path
    page.get_by_role("gridcell").first.wait_for()
    decide(page, "o")
    image = node.until(id, 0, verdict="OK")
    assert node.history(id, image.image_id)[-1].actor == AYA


def test_nothing_that_opens_the_api_lies_in_the_browser(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    page = gallery(open_page, node.dataset(ok=1))
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert not re.search(r"eyJ[\w-]+\.[\w-]+\.", kept)
    (refresh,) = issuer.refresh_tokens
    assert refresh in kept


def test_a_reload_stays_signed_in_and_the_renewing_token_is_used_once(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    page = gallery(open_page, node.dataset(ok=1))
    before = list(issuer.refresh_tokens)
    page.reload()
    expect(page.get_by_text("田中 綾")).to_be_visible()
    assert len(issuer.refresh_tokens) == 1 and list(issuer.refresh_tokens) != before


def test_a_refresh_token_that_is_good_for_long_outlives_every_reload(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    issuer.rotates = False
    page = gallery(open_page, node.dataset(ok=1))
    for _ in range(2):
        page.reload()
        expect(page.get_by_text("田中 綾")).to_be_visible()


def test_a_token_is_renewed_before_it_ends_and_nobody_notices(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    issuer.lifetime_s = 31
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    before = issuer.asked.count("/oauth2/token")
    page.wait_for_timeout(1500)
    decide(page, "o")
    node.until(id, 0, verdict="OK")
    assert issuer.asked.count("/oauth2/token") > before
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_token_that_the_platform_does_not_take_any_more_is_renewed_once(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    id = node.dataset(ok=2)
    page = gallery(open_page, id)
    refused: list[Request] = []

    def refuse_once(route: Route) -> None:
        if route.request.method == "POST" and not refused:
            refused.append(route.request)
            route.fulfill(status=401, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    page.route("**/annotations", refuse_once)
    decide(page, "o")
    expect_saved(page)
    node.until(id, 0, verdict="OK")
    assert len(refused) == 1
    expect(page.get_by_role("dialog")).to_have_count(0)


def _keys(page: Page) -> list[str]:
    return [entry["key"] for entry in json.loads(page.evaluate(f"localStorage['kenpin.outbox.{AYA}']"))]


def lapse(page: Page, issuer: Issuer) -> None:
    """Judge two images that cannot be sent, and let the sign-in end for good meanwhile."""
    page.route("**/annotations", lambda route: route.abort())
    decide(page, "o")
    decide(page, "n")
    expect(page.get_by_text("2 件を送信待ち")).to_be_visible(timeout=20_000)
    issuer.refresh_tokens.clear()
    page.unroute("**/annotations")
    expect(page.get_by_role("dialog")).to_contain_text("サインインの期限が切れました")


def test_work_goes_on_where_it_was_when_a_sign_in_ends(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    issuer.lifetime_s = 31
    id = node.dataset(ok=3)
    page = gallery(open_page, id)
    where = page.url
    lapse(page, issuer)
    keys, sent = _keys(page), list[str]()
    assert keys
    issuer.lifetime_s = 3600
    page.on("request", lambda asked: sent.append(asked.headers.get("idempotency-key", "")))
    page.get_by_role("button", name=SIGN_IN, exact=True).click()
    expect_saved(page)
    image = node.until(id, 0, verdict="OK")
    assert [key for key in sent if key in keys] == keys
    assert [event.actor for event in node.history(id, image.image_id)[1:]] == [AYA]
    assert page.url == where
    expect(page.get_by_text("サインインが必要")).to_have_count(0)


def test_nobody_sends_what_another_person_left(node: Node, open_page: OpenPage, issuer: Issuer) -> None:
    issuer.lifetime_s = 31
    id = node.dataset(ok=3)
    page = gallery(open_page, id)
    lapse(page, issuer)
    issuer.person, issuer.lifetime_s = KEN, 3600
    page.get_by_role("button", name=SIGN_IN, exact=True).click()
    expect(page.get_by_role("gridcell").first).to_be_visible()
    decide(page, "h")
    image = node.until(id, 0, verdict="HOLD")
    assert [event.actor for event in node.history(id, image.image_id)[1:]] == [KEN]
    assert _keys(page)


def test_who_signs_out_is_out_here_and_at_the_issuer(node: Node, open_page: OpenPage, issuer: Issuer) -> None:
    page = gallery(open_page, node.dataset(ok=1))
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("button", name=SIGN_IN, exact=True)).to_be_visible()
    assert "/logout" in issuer.asked and issuer.refresh_tokens == {}
    page.reload()
    sign_in(page)
    expect(page.get_by_text("田中 綾")).to_be_visible()


def test_cognito_is_asked_at_its_domain(
    node: Node, open_page: OpenPage, issuer: Issuer, context: BrowserContext
) -> None:
    oidc = {"issuer": issuer.url, "client_id": CLIENT, "domain": issuer.url}
    context.route("**/config.json", lambda route: route.fulfill(json={"oidc": oidc}))
    issuer.asked.clear()
    page = gallery(open_page, node.dataset(ok=1))
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("button", name=SIGN_IN, exact=True)).to_be_visible()
    assert "/.well-known/openid-configuration" not in issuer.asked
    assert "/logout" in issuer.asked


FAILURES: Final = {
    "access_denied": "Kenpin を使う権限がありません",
    "invalid_scope": "サインインできませんでした",
}


@pytest.mark.parametrize("error", FAILURES)
def test_a_sign_in_that_the_issuer_refuses_says_what_to_do(
    node: Node, open_page: OpenPage, issuer: Issuer, error: str
) -> None:
    issuer.denies = error
    page = open_page("/runs?x=1", actor="")
    page.get_by_role("button", name=SIGN_IN, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(FAILURES[error])
    assert page.url == f"{node.url}/runs?x=1"
    issuer.denies = ""
    sign_in(page, "もう一度サインイン")
    expect(page.get_by_text("田中 綾")).to_be_visible()


def test_an_answer_that_nobody_waits_for_is_not_believed(
    node: Node, open_page: OpenPage, issuer: Issuer
) -> None:
    code = issuer.code({"redirect_uri": f"{node.url}/signed-in", "state": "forged", "client_id": CLIENT})
    page = open_page(code.removeprefix(node.url), actor="")
    expect(page.get_by_role("alert")).to_contain_text("サインインの手続きが途切れました")
    assert page.url == f"{node.url}/"


def test_an_issuer_that_is_away_is_named(
    node: Node, open_page: OpenPage, issuer: Issuer, context: BrowserContext
) -> None:
    context.route(f"{issuer.url}/**", lambda route: route.abort())
    page = open_page("/", actor="", locale="en")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The sign-in server cannot be reached")


def test_nothing_serious_on_the_way_in(node: Node, open_page: OpenPage, issuer: Issuer, axe: str) -> None:
    page = open_page("/", actor="")
    expect(page.get_by_role("button", name=SIGN_IN, exact=True)).to_be_visible()
    assert serious_by_theme(page, axe) == {}
    issuer.denies = "access_denied"
    page.get_by_role("button", name=SIGN_IN, exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious_by_theme(page, axe) == {}
