"""Links that are good once: the first administrator's, which the node prints, and invitations."""

import json
import secrets
import time
from base64 import b32encode
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key

from host.gateway import Answer
from host.issuer.accounts import LinkOver, Person
from host.issuer.browser import Visit
from host.issuer.clients import issuer_of
from host.issuer.keys import SigningKeys
from host.issuer.mint import signed
from host.issuer.pages import EMAIL, NAME, NEW_PASSWORD, Page, render
from host.issuer.parts import Parts
from host.issuer.passwords import hashed, is_good
from host.issuer.sign_in import welcomed
from host.issuer.trust import trust
from host.issuer.words import WORDS
from kenpin.read_models.people.projection import EmailTaken
from kenpin.settings import Settings

FIRST_ADMIN: Final = "first-admin"
FIRST_LASTS_S: Final = 3_600
OVER: Final = HTTPStatus.GONE


def first_admin_link(settings: Settings) -> str:
    """Good for an hour, and while there is no account. Signed by the node, so it need not be kept anywhere."""
    return f"{issuer_of(settings)}/first-admin?link={first_admin_ticket(settings)}"


def first_admin_ticket(settings: Settings) -> str:
    actor = b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    about = {"sub": actor, "token_use": FIRST_ADMIN, "exp": int(time.time()) + FIRST_LASTS_S}
    return signed(SigningKeys(settings.data_dir), issuer_of(settings), about)


def first_admin(visit: Visit) -> Answer:
    page = Page(
        *("first_admin", "first_admin_what", "/issuer/first-admin", "create", "name_why"),
        fields=(NAME, EMAIL, NEW_PASSWORD),
    )
    link = visit.asked.get("link") or visit.sent.get("link", "")
    actor = _first_actor(visit.parts, link)
    accounts = visit.parts.accounts
    is_over = actor is None or accounts.by_actor(actor) is not None or accounts.have_admin()
    known = None if is_over or actor is None else Person(actor, "", "")
    return _opened(
        visit, page, link, known, lambda person, password: open_first(visit.parts, person, password)
    )


def invitation(visit: Visit) -> Answer:
    page = Page(
        *("invitation", "invitation_what", "/issuer/invitation", "accept", "name_why"),
        fields=(NAME, EMAIL, NEW_PASSWORD),
    )
    link = visit.asked.get("link") or visit.sent.get("link", "")
    accounts = visit.parts.accounts
    return _opened(
        visit,
        page,
        link,
        accounts.invited(link),
        lambda person, password: accounts.accept(link, person, password),
    )


def first_admin_by_hand(visit: Visit) -> Answer:
    """What `kenpin member first-admin` sends. No cookie is looked at, so no other site can send it for anybody."""
    try:
        told = json.loads(visit.request.body)
        name, email, password, link = (str(told[each]) for each in ("name", "email", "password", "link"))
    except (ValueError, KeyError, TypeError):
        return _said("name, email, password and link are wanted", HTTPStatus.UNPROCESSABLE_ENTITY)
    actor = _first_actor(visit.parts, link)
    if wrong := _wrong(name, email, password):
        return _said(WORDS["en"][wrong], HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        if actor is None:
            raise LinkOver
        open_first(visit.parts, Person(actor, name, email), hashed(password))
    except EmailTaken as reason:
        return _said(str(reason), HTTPStatus.CONFLICT)
    except LinkOver:
        return _said("there is an administrator already, who can invite others", HTTPStatus.CONFLICT)
    return Answer(
        HTTPStatus.CREATED, {"content-type": "application/json"}, json.dumps({"actor": actor}).encode()
    )


def open_first(parts: Parts, person: Person, password: str) -> None:
    """The role before the account: were it the other way round, a halt between the two would leave nobody in charge."""
    if parts.accounts.have_admin():
        raise LinkOver
    trust(parts.platform, person.actor, "admin")
    parts.accounts.open_first(person, password)


def _opened(
    visit: Visit, page: Page, link: str, known: Person | None, open: Callable[[Person, str], None]
) -> Answer:
    """Show the form, or do what it says."""
    if known is None:
        return _over(visit, page)
    if visit.request.method == "GET":
        return _form(visit, page, link, known)
    sent, words = visit.sent, WORDS[visit.taste.language]
    person = Person(known.actor, sent.get("name", "").strip(), sent.get("email", "").strip())
    password = sent.get("new_password", "")
    wrong = "" if visit.is_ours() else "forged"
    if wrong := wrong or _wrong(person.name, person.email, password):
        return _form(visit, page, link, person, words[wrong])
    try:
        open(person, hashed(password))
    except LinkOver:
        return _over(visit, page)
    except EmailTaken:
        return _form(visit, page, link, person, words["taken"])
    return welcomed(visit, person)


def _wrong(name: str, email: str, password: str) -> str:
    """The word for what is wrong; empty: nothing."""
    if not 0 < len(name) <= NAME.longest:
        return "no_name"
    before, at, after = email.rpartition("@")
    if not (before and at and after) or len(email) > EMAIL.longest or any(map(str.isspace, email)):
        return "no_email"
    return "" if is_good(password, name, email, before) else "weak"


def _form(visit: Visit, page: Page, link: str, known: Person, problem: str = "") -> Answer:
    values: Mapping[str, str] = {"name": known.name, "email": known.email}
    filled = tuple(field.with_value(values.get(field.name, "")) for field in page.fields)
    form, secret = visit.form_of()
    answer = render(
        Page(page.title, page.what, page.action, page.button, page.note, filled),
        visit.taste,
        form=form,
        hidden={"link": link},
        problem=problem,
        query=visit.request.query if visit.request.method == "GET" else None,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
    )
    return visit.keeping_form(answer, secret)


def _over(visit: Visit, page: Page) -> Answer:
    what = "over_first" if page.title == "first_admin" else "over_invited"
    return render(Page("over", what), visit.taste, home=visit.parts.home, status=OVER)


def _first_actor(parts: Parts, link: str) -> str | None:
    """Whom the node's link is for; None: it is none, or has ended."""

    def key_of(token: GuestProtocol) -> Key:
        return parts.keys[token.headers()["kid"]]

    try:
        claims = jwt.decode(link, key_of, ["ES256"]).claims
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return str(claims["sub"]) if claims.get("token_use") == FIRST_ADMIN else None


def _said(detail: str, status: HTTPStatus) -> Answer:
    body = json.dumps({"detail": detail}).encode()
    return Answer(status, {"content-type": "application/problem+json"}, body)
