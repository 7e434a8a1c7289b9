"""The code flow and what comes of it: PKCE only, codes and refresh tokens good once, and found out the second time."""

from collections.abc import Callable
from http import HTTPStatus

import pytest

from host.issuer.accounts import Account
from host.issuer.clients import CLI
from host.issuer.secret import payload
from host.issuer.services import Services
from host.tokens import verifiers_of
from kenpin.settings import Settings
from tests.issuer.visitor import App, Visitor, code_of, query_of, read

REFUSED = HTTPStatus.BAD_REQUEST


@pytest.fixture(autouse=True)
def signed_in(visitor: Visitor, aya: Account, app: App) -> None:
    visitor.sign_in(aya.email, **app.asked())


def test_a_person_who_signed_in_gets_a_code_and_the_client_its_tokens(
    visitor: Visitor, app: App, aya: Account, settings: Settings
) -> None:
    answer = visitor.get("/issuer/authorize", **app.asked())
    assert answer.headers["location"].startswith(f"{app.callback}?")
    assert (query_of(answer)["state"], query_of(answer)["iss"]) == (
        "s-1",
        f"{visitor.url}/issuer",
    )
    tokens = read(app.exchange(code_of(answer)))
    access = verifiers_of(settings).claims(tokens["access_token"])
    assert (access["sub"], access["token_use"], access["client_id"]) == (aya.actor, "access", "kenpin-ui")
    assert (access["username"], access["scope"]) == (aya.actor, "openid")
    assert 0 < int(access["exp"]) - int(access["iat"]) <= 600 and access["jti"]
    about = payload(tokens["id_token"])
    assert (about["sub"], about["aud"], about["nonce"]) == (aya.actor, "kenpin-ui", "n-1")
    assert (about["name"], about["email"]) == (aya.name, aya.email)


def test_names_stand_in_no_access_token(app: App, aya: Account) -> None:
    access = str(dict(payload(app.tokens()["access_token"])))
    assert aya.name not in access and aya.email not in access


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
def test_without_pkce_there_is_no_code(
    visitor: Visitor, app: App, changed: dict[str, str], error: str
) -> None:
    answer = visitor.get("/issuer/authorize", **app.asked(**changed))
    assert query_of(answer) == {"error": error, "state": "s-1", "iss": f"{visitor.url}/issuer"}


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://evil.example/signed-in"},
        {"redirect_uri": "http://127.0.0.1:8000/signed-in/../files"},
        {"redirect_uri": "http://localhost:8711/callback"},
        {"client_id": "another"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(
    visitor: Visitor, app: App, changed: dict[str, str]
) -> None:
    answer = visitor.get("/issuer/authorize", **app.asked(**changed))
    assert answer.status == REFUSED and "location" not in answer.headers


def test_the_command_line_may_listen_on_any_port_of_this_machine(visitor: Visitor, app: App) -> None:
    asked = app.asked(client_id=CLI, redirect_uri="http://localhost:54321/callback")
    assert code_of(visitor.get("/issuer/authorize", **asked))


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:8000/"},
        {"client_id": CLI},
        {"client_id": "another"},
    ],
)
def test_a_code_is_for_who_asked_and_lost_when_another_tries(
    visitor: Visitor, app: App, changed: dict[str, str]
) -> None:
    code = code_of(visitor.get("/issuer/authorize", **app.asked()))
    assert app.exchange(code, **changed).status in (REFUSED, HTTPStatus.UNAUTHORIZED)
    tried_with_the_code = changed not in ({"code_verifier": ""}, {"client_id": "another"})
    assert (app.exchange(code).status == REFUSED) == tried_with_the_code


def test_a_code_that_is_used_twice_takes_back_what_it_gave(visitor: Visitor, app: App) -> None:
    code = code_of(visitor.get("/issuer/authorize", **app.asked()))
    tokens = read(app.exchange(code))
    assert app.exchange(code).status == REFUSED
    assert app.renew(tokens["refresh_token"]).status == REFUSED


def test_a_code_does_not_last(visitor: Visitor, app: App, later: Callable[[str], None]) -> None:
    code = code_of(visitor.get("/issuer/authorize", **app.asked()))
    later("code")
    assert app.exchange(code).status == REFUSED


def test_tokens_are_renewed_with_a_new_refresh_token_each_time(app: App, aya: Account) -> None:
    first = app.tokens()
    second = read(app.renew(first["refresh_token"]))
    assert second["refresh_token"] != first["refresh_token"]
    assert payload(second["access_token"])["sub"] == aya.actor
    assert app.renew(second["refresh_token"]).status == HTTPStatus.OK


def test_a_refresh_token_that_is_used_again_ends_the_whole_sign_in(app: App) -> None:
    first = app.tokens()
    second = read(app.renew(first["refresh_token"]))
    assert app.renew(first["refresh_token"]).status == REFUSED
    assert app.renew(second["refresh_token"]).status == REFUSED


def test_another_sign_in_goes_on_when_one_ends(app: App) -> None:
    one, other = app.tokens(), app.tokens()
    app.renew(one["refresh_token"])
    app.renew(one["refresh_token"])
    assert app.renew(other["refresh_token"]).status == HTTPStatus.OK


def test_a_refresh_token_is_its_clients_alone_and_does_not_last(
    app: App, later: Callable[[str], None]
) -> None:
    stolen, old = app.tokens()["refresh_token"], app.tokens()["refresh_token"]
    assert app.renew(stolen, client_id=CLI).status == REFUSED
    assert app.renew(stolen).status == REFUSED
    later("sign_in")
    assert app.renew(old).status == REFUSED


def test_what_is_revoked_renews_nothing(visitor: Visitor, app: App) -> None:
    refresh = app.tokens()["refresh_token"]
    assert visitor.post("/issuer/revoke", {"token": refresh}).status == HTTPStatus.OK
    assert app.renew(refresh).status == REFUSED
    assert visitor.post("/issuer/revoke", {"token": "never given"}).status == HTTPStatus.OK


@pytest.mark.parametrize("grant", ["password", "client_credentials", "", "urn:x"])
def test_other_grants_are_not_given(visitor: Visitor, grant: str) -> None:
    form = {"grant_type": grant, "client_id": "kenpin-ui", "username": "a", "password": "b"}
    assert read(visitor.post("/issuer/token", form)) == {"error": "unsupported_grant_type"}


def test_nothing_that_was_given_away_lies_in_the_database(app: App, services: Services) -> None:
    tokens = app.tokens()
    session = app.visitor.cookies["kenpin-session"]
    with services.platform.database.reading() as sql:
        for table in ("session", "code", "refresh_token", "sign_in", "account"):
            rows = str(sql.execute(f"select * from identity.{table}").fetchall())
            assert tokens["refresh_token"] not in rows and session not in rows


def test_a_question_without_a_session_is_answered_with_a_page_or_told_so(app: App, aya: Account) -> None:
    unknown_client = Visitor(app.visitor.issuer, app.visitor.url)
    assert unknown_client.get("/issuer/authorize", **app.asked()).status == HTTPStatus.OK
    silent = unknown_client.get("/issuer/authorize", **app.asked(prompt="none"))
    assert query_of(silent)["error"] == "login_required"
    again = app.visitor.get("/issuer/authorize", **app.asked(prompt="login"))
    assert again.status == HTTPStatus.OK
    assert code_of(app.visitor.fill("/issuer/sign-in", email=aya.email, password="a long enough password"))
