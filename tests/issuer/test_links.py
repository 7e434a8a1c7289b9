"""Links that are good once: the first administrator's and invitations; and how a person is erased."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest

from host.gateway import Request
from host.issuer.accounts import Account
from host.issuer.links import first_admin_link, first_admin_ticket
from host.issuer.services import Services
from kenpin.domain.catalogue import events_in
from kenpin.domain.event import Context
from kenpin.domain.member.commands import GrantRole
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import RoleGranted
from kenpin.domain.project.commands import CreateProject
from kenpin.domain.project.decider import project
from kenpin.read_models.catalogue import advance_stream
from kenpin.read_models.people import queries as people
from kenpin.settings import Settings
from tests.issuer.visitor import PASSWORD, App, Visitor, code_of, payload_of

REN = {"name": "蓮", "email": "ren@factory.example", "new_password": PASSWORD}


def ticket(settings: Settings) -> str:
    return parse_qs(urlsplit(first_admin_link(settings)).query)["link"][0]


def open_link(visitor: Visitor, path: str, link: str, **fields: str) -> int:
    visitor.get(path, link=link)
    return visitor.fill(path, **{**REN, **fields}).status


def caught_up(services: Services, actor: str) -> None:
    advance_stream(f"member-{actor}", services.platform.events, services.platform.database)


def test_the_first_to_open_the_link_is_in_charge(
    visitor: Visitor, app: App, services: Services, settings: Settings
) -> None:
    assert not services.accounts.have_admin()
    assert open_link(visitor, "/issuer/first-admin", ticket(settings)) == HTTPStatus.SEE_OTHER
    actor = str(payload_of(app.tokens()["id_token"])["sub"])
    assert len(actor) == 12
    commits = list(services.platform.events.read(f"member-{actor}", after=0))
    assert [event for commit in commits for event in events_in(commit)] == [
        RoleGranted(project_id="*", role="admin")
    ]
    caught_up(services, actor)
    assert services.accounts.have_admin()


def test_the_link_is_good_once(visitor: Visitor, app: App, settings: Settings) -> None:
    link, other = ticket(settings), ticket(settings)
    open_link(visitor, "/issuer/first-admin", link)
    assert visitor.get("/issuer/first-admin", link=link).status == HTTPStatus.GONE
    form = {"link": link, **REN, "new_password": "the robber's password"}
    assert visitor.post("/issuer/first-admin", form).status == HTTPStatus.GONE
    del other


def test_no_second_link_makes_a_second_administrator(
    visitor: Visitor, app: App, aya: Account, services: Services, settings: Settings
) -> None:
    assert visitor.get("/issuer/first-admin", link=ticket(settings)).status == HTTPStatus.GONE
    answer = by_hand(visitor, {**HAND, "link": first_admin_ticket(settings)})
    assert answer == HTTPStatus.CONFLICT


@pytest.mark.parametrize("link", ["", "x", "a.b.c"])
def test_a_link_that_the_node_did_not_sign_is_none(visitor: Visitor, link: str) -> None:
    assert visitor.get("/issuer/first-admin", link=link).status == HTTPStatus.GONE


def test_no_other_token_is_such_a_link(visitor: Visitor, app: App, aya: Account, services: Services) -> None:
    visitor.sign_in(aya.email, **app.asked())
    tokens = app.tokens()
    with services.platform.database.transaction() as sql:
        people.erase(sql, aya.actor)
    for kind in ("access_token", "id_token"):
        assert visitor.get("/issuer/first-admin", link=tokens[kind]).status == HTTPStatus.GONE


def test_the_link_does_not_last(
    visitor: Visitor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.issuer.links.FIRST_ADMIN_LINK_LIFE_S", -1)
    assert visitor.get("/issuer/first-admin", link=ticket(settings)).status == HTTPStatus.GONE


HAND = {"name": "蓮", "email": "ren@factory.example", "password": PASSWORD}


def by_hand(visitor: Visitor, told: object) -> int:
    import json

    request = Request("PUT", "/issuer/first-admin", "", {}, json.dumps(told).encode())
    return visitor.issuer.answer(request).status


def test_who_can_read_the_data_folder_needs_no_browser(
    visitor: Visitor, app: App, settings: Settings
) -> None:
    assert by_hand(visitor, {**HAND, "link": "x"}) == HTTPStatus.CONFLICT
    assert by_hand(visitor, {**HAND, "link": first_admin_ticket(settings), "password": "short"}) == 422
    assert by_hand(visitor, []) == by_hand(visitor, {}) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert by_hand(visitor, {**HAND, "link": first_admin_ticket(settings)}) == HTTPStatus.CREATED
    assert code_of(visitor.sign_in(HAND["email"], **app.asked()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_password": "short"},
        {"new_password": "ren@factory.example"},
        {"new_password": "x" * 201},
        {"email": "no address"},
        {"email": "a b@c"},
        {"name": ""},
        {"name": "x" * 101},
        {"form": "forged"},
    ],
)
def test_what_cannot_be_is_said_and_the_link_stays_good(
    visitor: Visitor, invite: Callable[[str], str], wrong: dict[str, str]
) -> None:
    link = invite("ren000000000")
    assert open_link(visitor, "/issuer/invitation", link, **wrong) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'role="alert"' in visitor.page and PASSWORD not in visitor.page
    assert open_link(visitor, "/issuer/invitation", link) == HTTPStatus.SEE_OTHER


def test_who_is_invited_chooses_a_password_once(
    visitor: Visitor, app: App, aya: Account, invite: Callable[[str], str]
) -> None:
    link = invite("ren000000000")
    assert open_link(visitor, "/issuer/invitation", link) == HTTPStatus.SEE_OTHER
    assert payload_of(app.tokens()["id_token"])["sub"] == "ren000000000"
    assert visitor.get("/issuer/invitation", link=link).status == HTTPStatus.GONE
    assert visitor.post("/issuer/invitation", {"link": link, **REN}).status == HTTPStatus.GONE


def test_an_invitation_leads_to_the_ui_in_its_language(
    visitor: Visitor, invite: Callable[[str], str]
) -> None:
    visitor.get("/issuer/invitation", link=invite("ren000000000"), ui_locales="en")
    answer = visitor.fill("/issuer/invitation", **REN)
    assert answer.headers["location"] == f"{visitor.url}/?ui_locales=en"


def test_who_is_invited_reads_role_and_project(
    visitor: Visitor, services: Services, invite: Callable[[str], str]
) -> None:
    commands, by = services.platform.commands, Context(actor="aya")
    commands.execute(project, "bakery", CreateProject(project_id="bakery", name="クッキー検査"), by=by)
    advance_stream("project-bakery", services.platform.events, services.platform.database)
    for place, role in (("bakery", "inspector"), ("*", "auditor")):
        commands.execute(member, "ren000000000", GrantRole(project_id=place, role=role), by=by)
    page = visitor.get("/issuer/invitation", link=invite("ren000000000")).body.decode()
    assert "クッキー検査: <b>検査員</b>" in page and "システム全体: <b>監査者</b>" in page


def test_an_invitation_does_not_last_and_a_newer_one_ends_it(
    visitor: Visitor, invite: Callable[[str], str], later: Callable[[str], None]
) -> None:
    old, new = invite("ren000000000"), invite("ren000000000")
    assert visitor.get("/issuer/invitation", link=old).status == HTTPStatus.GONE
    assert visitor.get("/issuer/invitation", link=new).status == HTTPStatus.OK
    later("invitation")
    assert visitor.fill("/issuer/invitation", **REN).status == HTTPStatus.GONE


def test_nobody_takes_another_ones_address(
    visitor: Visitor, aya: Account, invite: Callable[[str], str]
) -> None:
    taken = {"email": aya.email.upper()}
    assert open_link(visitor, "/issuer/invitation", invite("ren000000000"), **taken) == 422


def test_a_link_for_who_forgot_the_password_ends_what_was_signed_in(
    visitor: Visitor, app: App, aya: Account, invite: Callable[[str], str]
) -> None:
    open_link(visitor, "/issuer/invitation", invite("ren000000000"))
    refresh = app.tokens()["refresh_token"]
    elsewhere = Visitor(visitor.issuer, visitor.url)
    fresh = "quite another password"
    open_link(elsewhere, "/issuer/invitation", invite("ren000000000"), new_password=fresh)
    assert app.renew(refresh).status == HTTPStatus.BAD_REQUEST
    assert visitor.sign_in(REN["email"], **app.asked(prompt="login")).status == HTTPStatus.FORBIDDEN
    assert code_of(visitor.sign_in(REN["email"], fresh, **app.asked(prompt="login")))


def test_who_is_erased_signs_in_no_more(visitor: Visitor, app: App, aya: Account, services: Services) -> None:
    visitor.sign_in(aya.email, **app.asked())
    refresh = app.tokens()["refresh_token"]
    with services.platform.database.transaction() as sql:
        people.erase(sql, aya.actor)
    assert app.renew(refresh).status == HTTPStatus.BAD_REQUEST
    assert visitor.get("/issuer/authorize", **app.asked()).status == HTTPStatus.OK
    assert visitor.sign_in(aya.email, **app.asked()).status == HTTPStatus.FORBIDDEN
