"""The sign-in page: who is let in, who has to wait, and that no other site can fill the form."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

import pytest
from argon2 import PasswordHasher

from host.issuer import passwords
from host.issuer.accounts import Account
from host.issuer.app import Issuer
from host.issuer.rate_limit import ACCOUNT, ADDRESS
from host.issuer.services import Services, services_of
from kenpin.bootstrap import wire
from kenpin.domain.catalogue import events_in
from kenpin.domain.member.events import SignInLocked
from tests.issuer.visitor import PASSWORD, App, Visitor, code_of, payload_of, query_of

WRONG = "not the password"


def failed(app: App, person: Account, times: int) -> list[int]:
    asked = app.asked(prompt="login")
    return [app.visitor.sign_in(person.email, WRONG, **asked).status for _ in range(times)]


def locks(services: Services, person: Account) -> list[SignInLocked]:
    commits = services.platform.events.read(f"member-{person.actor}", after=0)
    return [e for commit in commits for e in events_in(commit) if isinstance(e, SignInLocked)]


def test_who_came_for_a_client_goes_back_to_it(visitor: Visitor, app: App, aya: Account) -> None:
    answer = visitor.sign_in(aya.email.upper(), **app.asked())
    assert answer.status == HTTPStatus.SEE_OTHER and code_of(answer)


def test_who_came_by_themselves_goes_to_the_ui(visitor: Visitor, app: App, aya: Account) -> None:
    visitor.get("/issuer/authorize", **app.asked())
    answer = visitor.post(
        "/issuer/sign-in", {**visitor.hidden, "ask": "", "email": aya.email, "password": PASSWORD}
    )
    assert answer.headers["location"] == f"{visitor.url}/?ui_locales=ja"


def test_a_wrong_password_and_an_unknown_person_are_told_the_same(
    visitor: Visitor, app: App, aya: Account
) -> None:
    pages = []
    for email in (aya.email, "nobody@factory.example"):
        assert visitor.sign_in(email, WRONG, **app.asked()).status == HTTPStatus.FORBIDDEN
        pages.append(visitor.page.replace(email, "").replace(visitor.hidden["form"], ""))
    assert pages[0] == pages[1] and "session" not in visitor.cookies


def test_an_unknown_person_takes_as_long(
    visitor: Visitor,
    app: App,
    services: Services,
    aya: Account,
    quick: PasswordHasher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("host.issuer.passwords.HASHER", quick)
    passwords.hash_of_nobody.cache_clear()
    services.accounts.change(aya.actor, passwords.hashed(PASSWORD))

    def seconds(email: str) -> float:
        """Of the processor: other work on the machine does not count."""
        began = time.process_time()
        visitor.sign_in(email, WRONG, **app.asked())
        return time.process_time() - began

    seconds("warm@factory.example")
    known = statistics.median(seconds(aya.email) for _ in range(5))
    unknown = statistics.median(seconds(f"nobody{n}@factory.example") for n in range(5))
    assert 0.5 < known / unknown < 2


def test_an_account_is_locked_for_a_while_and_that_is_in_history(
    visitor: Visitor, app: App, aya: Account, services: Services, later: Callable[[str], None]
) -> None:
    assert set(failed(app, aya, ACCOUNT.most)) == {HTTPStatus.FORBIDDEN}
    (lock,) = locks(services, aya)
    assert lock.failures == ACCOUNT.most
    assert visitor.sign_in(aya.email, **app.asked()).status == HTTPStatus.TOO_MANY_REQUESTS
    assert "分後" in visitor.page and len(locks(services, aya)) == 1
    later("failure")
    assert code_of(visitor.sign_in(aya.email, **app.asked()))


def test_a_lock_tells_nobody_whether_there_is_such_an_account(app: App) -> None:
    nobody = Account("", "", "nobody@factory.example")
    assert set(failed(app, nobody, ACCOUNT.most)) == {HTTPStatus.FORBIDDEN}
    assert failed(app, nobody, 1) == [HTTPStatus.TOO_MANY_REQUESTS]


def test_the_right_password_in_time_lets_failures_be_forgotten(
    visitor: Visitor, app: App, aya: Account, services: Services
) -> None:
    for _ in range(2):
        failed(app, aya, ACCOUNT.most - 1)
        assert code_of(visitor.sign_in(aya.email, **app.asked(prompt="login")))
    assert locks(services, aya) == []


def test_an_address_that_tries_many_accounts_has_to_wait_and_others_do_not(
    visitor: Visitor, app: App, aya: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.issuer.sign_in.ADDRESS", replace(ADDRESS, most=3))
    tried = [visitor.sign_in(f"a{n}@factory.example", WRONG, **app.asked()).status for n in range(4)]
    assert tried == [HTTPStatus.FORBIDDEN] * 3 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert visitor.sign_in(aya.email, **app.asked()).status == HTTPStatus.TOO_MANY_REQUESTS
    elsewhere = Visitor(visitor.issuer, visitor.url, address="192.0.2.2")
    assert code_of(elsewhere.sign_in(aya.email, **app.asked()))


def test_no_other_site_fills_the_form(visitor: Visitor, app: App, aya: Account) -> None:
    good = {"email": aya.email, "password": PASSWORD}
    visitor.get("/issuer/authorize", **app.asked())
    form = {**visitor.hidden, **good}
    victim = Visitor(visitor.issuer, visitor.url)
    assert victim.post("/issuer/sign-in", form).status == HTTPStatus.FORBIDDEN  # a form of another browser
    assert visitor.post("/issuer/sign-in", {**form, "form": ""}).status == HTTPStatus.FORBIDDEN
    for origin in ("https://evil.example", "null", "http://127.0.0.1:8001"):
        assert visitor.post("/issuer/sign-in", form, origin=origin).status == HTTPStatus.FORBIDDEN
    assert "kenpin-session" not in visitor.cookies | victim.cookies
    assert code_of(visitor.post("/issuer/sign-in", form))


def test_a_page_is_a_form_and_nothing_else(visitor: Visitor, app: App) -> None:
    answer = visitor.get("/issuer/authorize", **app.asked(state='"><script>alert(1)</script>'))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert f"form-action 'self' {visitor.url}" in policy
    assert "<script" not in visitor.page and " on" not in visitor.page.split("<form")[1]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "same-origin")


def test_pages_speak_the_language_and_wear_the_colours_that_are_asked_for(visitor: Visitor, app: App) -> None:
    visitor.get("/issuer/authorize", **app.asked())
    assert '<html lang="ja">' in visitor.page
    visitor.get("/issuer/authorize", **app.asked(ui_locales="en", theme="light"))
    assert '<html lang="en" data-theme="light">' in visitor.page and "E-mail address" in visitor.page
    visitor.fill("/issuer/sign-in", email="a@b", password="x")
    assert '<html lang="en" data-theme="light">' in visitor.page and "is wrong" in visitor.page


def test_cookies_are_for_the_server_alone(visitor: Visitor, app: App, aya: Account) -> None:
    visitor.sign_in(aya.email, **app.asked())
    assert visitor.set_cookie.startswith("kenpin-session=")
    assert "HttpOnly; SameSite=Strict" in visitor.set_cookie and "Secure" not in visitor.set_cookie


def test_over_tls_cookies_are_bound_to_this_host(aya: Account, services: Services) -> None:
    url = "https://kenpin.factory.example"
    settings = services.platform.settings.model_copy(update={"public_url": url})
    platform = wire(settings)
    issuer = Issuer(settings)
    issuer.__dict__["_services"] = services_of(platform)
    visitor = Visitor(issuer, url)
    visitor.sign_in(aya.email, **App(visitor).asked())
    assert visitor.set_cookie.startswith("__Host-kenpin-session=")
    assert visitor.set_cookie.endswith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure")
    platform.close()


def test_signing_in_begins_a_session_of_its_own(visitor: Visitor, app: App, aya: Account) -> None:
    visitor.sign_in(aya.email, **app.asked())
    planted = visitor.cookies["kenpin-session"]
    visitor.sign_in(aya.email, **app.asked(prompt="login"))
    assert visitor.cookies["kenpin-session"] != planted
    visitor.cookies["kenpin-session"] = planted
    assert query_of(visitor.get("/issuer/authorize", **app.asked(prompt="none")))["error"] == "login_required"


def test_a_session_does_not_last(
    visitor: Visitor, app: App, aya: Account, later: Callable[[str], None]
) -> None:
    visitor.sign_in(aya.email, **app.asked())
    later("session")
    assert query_of(visitor.get("/issuer/authorize", **app.asked(prompt="none")))["error"] == "login_required"


def test_signing_out_ends_the_session(visitor: Visitor, app: App, aya: Account) -> None:
    visitor.sign_in(aya.email, **app.asked())
    tokens = app.tokens()
    before = visitor.cookies["kenpin-session"]
    answer = visitor.get("/issuer/sign-out", id_token_hint=tokens["id_token"])
    assert answer.headers["location"] == f"{visitor.url}/"
    visitor.cookies["kenpin-session"] = before
    assert query_of(visitor.get("/issuer/authorize", **app.asked(prompt="none")))["error"] == "login_required"


@pytest.mark.parametrize("hint", ["", "forged", "access"])
def test_no_other_site_signs_anybody_out(visitor: Visitor, app: App, aya: Account, hint: str) -> None:
    visitor.sign_in(aya.email, **app.asked())
    shown = {"": "", "forged": "a.b.c", "access": str(app.tokens()["access_token"])}[hint]
    assert visitor.get("/issuer/sign-out", id_token_hint=shown).status == HTTPStatus.OK
    assert code_of(visitor.get("/issuer/authorize", **app.asked()))
    visitor.get("/issuer/sign-out")
    assert visitor.fill("/issuer/sign-out").status == HTTPStatus.SEE_OTHER
    assert visitor.get("/issuer/authorize", **app.asked()).status == HTTPStatus.OK


def test_a_password_is_changed_and_whoever_had_the_old_one_is_out(
    visitor: Visitor, app: App, aya: Account
) -> None:
    visitor.sign_in(aya.email, **app.asked())
    refresh, other = app.tokens()["refresh_token"], Visitor(visitor.issuer, visitor.url)
    other.sign_in(aya.email, **app.asked())
    visitor.get("/issuer/password")
    assert visitor.fill("/issuer/password", old_password=WRONG, new_password="another password").status == 422
    assert visitor.fill("/issuer/password", old_password=PASSWORD, new_password="short").status == 422
    fresh = "quite another password"
    answer = visitor.fill("/issuer/password", old_password=PASSWORD, new_password=fresh)
    assert answer.status == HTTPStatus.SEE_OTHER
    assert app.renew(refresh).status == HTTPStatus.BAD_REQUEST
    assert query_of(other.get("/issuer/authorize", **app.asked(prompt="none")))["error"] == "login_required"
    assert code_of(visitor.get("/issuer/authorize", **app.asked()))
    assert other.sign_in(aya.email, **app.asked()).status == HTTPStatus.FORBIDDEN
    assert code_of(other.sign_in(aya.email, fresh, **app.asked()))


def test_nobody_changes_a_password_without_a_session_or_from_another_site(
    visitor: Visitor, app: App, aya: Account
) -> None:
    form = {"old_password": PASSWORD, "new_password": "quite another password"}
    assert visitor.post("/issuer/password", form).status == HTTPStatus.FORBIDDEN
    visitor.sign_in(aya.email, **app.asked())
    assert visitor.post("/issuer/password", form).status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert payload_of(app.tokens()["id_token"])["sub"] == aya.actor


def test_a_text_that_no_database_holds_is_no_account(visitor: Visitor, app: App) -> None:
    assert visitor.sign_in("a\0@b", "\0", **app.asked(state="\0", nonce="\0")).status == HTTPStatus.FORBIDDEN
