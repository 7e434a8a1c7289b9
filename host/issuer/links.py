"""Links that work once: the first administrator's, which the node prints, and invitations."""

import json
import secrets
import time
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key

from host.gateway import Answer
from host.issuer.accounts import Account, LinkOver
from host.issuer.browser import PageRequest
from host.issuer.clients import issuer_of
from host.issuer.keys import SigningKeys
from host.issuer.mint import signed
from host.issuer.pages import EMAIL, NAME, NEW_PASSWORD, IssuerPage, render
from host.issuer.passwords import hashed, is_good
from host.issuer.services import Services
from host.issuer.sign_in import start_session
from host.issuer.texts import TEXTS
from host.issuer.trust import trust
from kenpin.domain.decider import Scope
from kenpin.domain.member.decider import member
from kenpin.read_models.people.queries import EmailTaken
from kenpin.read_models.projects import queries as projects
from kenpin.settings import Settings

FIRST_ADMIN: Final = "first-admin"
FIRST_ADMIN_LINK_LIFE_S: Final = 3_600
LINK_GONE: Final = HTTPStatus.GONE


def first_admin_link(settings: Settings) -> str:
    """Return the link for the first administrator: signed, not stored; good for an hour while there is no account."""
    return f"{issuer_of(settings)}/first-admin?link={first_admin_ticket(settings)}"


def first_admin_ticket(settings: Settings) -> str:
    actor = b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    claims = {"sub": actor, "token_use": FIRST_ADMIN, "exp": int(time.time()) + FIRST_ADMIN_LINK_LIFE_S}
    return signed(SigningKeys(settings.data_dir), issuer_of(settings), claims)


def first_admin(page_request: PageRequest) -> Answer:
    page = IssuerPage(
        *("first_admin", "first_admin_what", "/issuer/first-admin", "create", "name_why"),
        fields=(NAME, EMAIL, NEW_PASSWORD),
    )
    link = page_request.asked.get("link") or page_request.sent.get("link", "")
    actor = _actor_of_first_admin_link(page_request.services, link)
    accounts = page_request.services.accounts
    is_expired = actor is None or accounts.by_actor(actor) is not None or accounts.have_admin()
    known = None if is_expired or actor is None else Account(actor, "", "")
    return _open_account(
        page_request,
        page,
        link,
        known,
        lambda person, password: open_first(page_request.services, person, password),
    )


def invitation(page_request: PageRequest) -> Answer:
    page = IssuerPage(
        *("invitation", "invitation_what", "/issuer/invitation", "accept", "name_why"),
        fields=(NAME, EMAIL, NEW_PASSWORD),
    )
    link = page_request.asked.get("link") or page_request.sent.get("link", "")
    accounts = page_request.services.accounts
    if invited := accounts.invited(link):
        page = replace(page, roles=_roles_of(page_request.services, invited.actor))
    return _open_account(
        page_request,
        page,
        link,
        invited,
        lambda person, password: accounts.accept(link, person, password),
    )


def _roles_of(services: Services, actor: str) -> list[tuple[str, str]]:
    """Return the project's name, or `*`, and the role, of what was granted. History knows it before the rows."""
    held = services.platform.commands.state(member, actor, Scope()).roles
    with services.platform.database.reading() as sql:
        named = {id: row["name"] for id, _ in held if (row := projects.one(sql, id))}
    return sorted((named.get(id, id), role) for id, role in held)


def first_admin_by_hand(page_request: PageRequest) -> Answer:
    """Answer `kenpin member first-admin`. No cookie is read, so no other site can send it for anybody."""
    try:
        body = json.loads(page_request.request.body)
        name, email, password, link = (str(body[each]) for each in ("name", "email", "password", "link"))
    except (ValueError, KeyError, TypeError):
        return _problem_answer("name, email, password and link are wanted", HTTPStatus.UNPROCESSABLE_ENTITY)
    actor = _actor_of_first_admin_link(page_request.services, link)
    if error := _form_error(name, email, password):
        return _problem_answer(TEXTS["en"][error], HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        if actor is None:
            raise LinkOver
        open_first(page_request.services, Account(actor, name, email), hashed(password))
    except EmailTaken as reason:
        return _problem_answer(str(reason), HTTPStatus.CONFLICT)
    except LinkOver:
        return _problem_answer(
            "there is an administrator already, who can invite others", HTTPStatus.CONFLICT
        )
    return Answer(
        HTTPStatus.CREATED, {"content-type": "application/json"}, json.dumps({"actor": actor}).encode()
    )


def open_first(services: Services, person: Account, password: str) -> None:
    """Grant the role, then open the account: a crash between the two leaves no account without its role."""
    if services.accounts.have_admin():
        raise LinkOver
    trust(services.platform, person.actor, "admin")
    services.accounts.open_first(person, password)


def _open_account(
    page_request: PageRequest,
    page: IssuerPage,
    link: str,
    known: Account | None,
    open: Callable[[Account, str], None],
) -> Answer:
    """Show the form, or carry it out."""
    if known is None:
        return _expired_page(page_request, page)
    if page_request.request.method == "GET":
        return _form(page_request, page, link, known)
    sent, words = page_request.sent, TEXTS[page_request.preferences.language]
    person = Account(known.actor, sent.get("name", "").strip(), sent.get("email", "").strip())
    password = sent.get("new_password", "")
    error = "" if page_request.is_ours() else "forged"
    if error := error or _form_error(person.name, person.email, password):
        return _form(page_request, page, link, person, words[error])
    try:
        open(person, hashed(password))
    except LinkOver:
        return _expired_page(page_request, page)
    except EmailTaken:
        return _form(page_request, page, link, person, words["taken"])
    return start_session(page_request, person)


def _form_error(name: str, email: str, password: str) -> str:
    """Return the name of the problem; empty when there is none."""
    if not 0 < len(name) <= NAME.longest:
        return "no_name"
    before, at, after = email.rpartition("@")
    if not (before and at and after) or len(email) > EMAIL.longest or any(map(str.isspace, email)):
        return "no_email"
    return "" if is_good(password, name, email, before) else "weak"


def _form(
    page_request: PageRequest, page: IssuerPage, link: str, known: Account, problem: str = ""
) -> Answer:
    values: Mapping[str, str] = {"name": known.name, "email": known.email}
    filled = tuple(field.with_value(values.get(field.name, "")) for field in page.fields)
    form, secret = page_request.form_of()
    answer = render(
        replace(page, fields=filled),
        page_request.preferences,
        form=form,
        hidden={"link": link},
        problem=problem,
        query=page_request.request.query if page_request.request.method == "GET" else None,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
    )
    return page_request.keeping_form(answer, secret)


def _expired_page(page_request: PageRequest, page: IssuerPage) -> Answer:
    what = "over_first" if page.title == "first_admin" else "over_invited"
    return render(
        IssuerPage("over", what), page_request.preferences, home=page_request.services.home, status=LINK_GONE
    )


def _actor_of_first_admin_link(services: Services, link: str) -> str | None:
    """Return the actor of the node's link; None when the link is forged or over."""

    def key_of(token: GuestProtocol) -> Key:
        return services.keys[token.headers()["kid"]]

    try:
        claims = jwt.decode(link, key_of, ["ES256"]).claims
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return str(claims["sub"]) if claims.get("token_use") == FIRST_ADMIN else None


def _problem_answer(detail: str, status: HTTPStatus) -> Answer:
    body = json.dumps({"detail": detail}).encode()
    return Answer(status, {"content-type": "application/problem+json"}, body)
