"""Signing in and out at the issuer's own pages."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key

from host.gateway import Answer
from host.issuer.accounts import Person, Session
from host.issuer.authorize import Question, granted, sign_in_page
from host.issuer.brakes import ACCOUNT, ADDRESS, Attempt, attempt, succeeded
from host.issuer.browser import Visit, redirect
from host.issuer.pages import Page, render
from host.issuer.parts import Parts
from host.issuer.passwords import holds
from host.issuer.trust import BY_SYSTEM
from host.issuer.words import WORDS
from kenpin.domain.member.commands import LockSignIn
from kenpin.domain.member.decider import member

TOO_MANY: Final = HTTPStatus.TOO_MANY_REQUESTS
DENIED: Final = HTTPStatus.FORBIDDEN


def sign_in(visit: Visit) -> Answer:
    """The form comes back: with the right password its client's question is answered."""
    query, email = visit.sent.get("ask", ""), visit.sent.get("email", "").strip()
    words = WORDS[visit.taste.language]
    if not visit.is_ours():
        return sign_in_page(visit, query, words["forged"], email, DENIED)
    brakes = (
        attempt(visit.parts.platform.database, ADDRESS, visit.request.address),
        attempt(visit.parts.platform.database, ACCOUNT, email),
    )
    if stopped := next((brake for brake in brakes if not brake.may_go_on), None):
        return sign_in_page(visit, query, words["wait"].format(minutes=minutes_to(stopped)), email, TOO_MANY)
    person, stored = visit.parts.accounts.by_email(email)
    if not holds(visit.sent.get("password", ""), stored) or person is None:
        if person and brakes[1].was_the_last:
            lock(visit.parts, person, brakes[1])
        return sign_in_page(visit, query, words["wrong"], email, DENIED)
    succeeded(visit.parts.platform.database, ADDRESS, visit.request.address, forgets=False)
    succeeded(visit.parts.platform.database, ACCOUNT, email, forgets=True)
    return welcomed(visit, person, query)


def welcomed(visit: Visit, person: Person, query: str = "") -> Answer:
    """A session begins; the client gets its code, or the person the UI."""
    parts = visit.parts
    if visit.session_secret:
        parts.accounts.end(visit.session_secret)
    secret = parts.accounts.begin(person.actor)
    question = Question.of(parts, query)
    if question is None or question.error():
        return visit.keeping_session(redirect(parts.home), secret)
    return visit.keeping_session(granted(parts, question, Session(person, datetime.now(UTC))), secret)


def lock(parts: Parts, person: Person, brake: Attempt) -> None:
    """So that it is in history who was kept out, and since when."""
    command = LockSignIn(until=brake.ends_at, failures=brake.count)
    parts.platform.commands.execute(member, person.actor, command, by=BY_SYSTEM)


def minutes_to(brake: Attempt) -> int:
    return max(1, ceil((brake.ends_at - datetime.now(UTC)) / timedelta(minutes=1)))


def sign_out(visit: Visit) -> Answer:
    """The client's word, proven by its ID token, is enough; else the person is asked."""
    session = visit.session()
    if visit.request.method == "POST":
        leaves = visit.is_ours()
    else:
        leaves = session is None or _subject(visit) == session.person.actor
    if not leaves:
        return _sign_out_page(visit)
    if session:
        visit.parts.accounts.end(visit.session_secret)
    return visit.forgetting_session(redirect(visit.parts.home))


def _sign_out_page(visit: Visit) -> Answer:
    form, secret = visit.form_of()
    page = Page("sign_out", "sign_out_what", "/issuer/sign-out", "sign_out")
    answer = render(page, visit.taste, form=form, query=visit.request.query)
    return visit.keeping_form(answer, secret)


def _subject(visit: Visit) -> object:
    """Of the ID token that the client shows, which may have ended; None when it is not one of ours."""

    def key_of(token: GuestProtocol) -> Key:
        return visit.parts.keys[token.headers()["kid"]]

    try:
        claims = jwt.decode(visit.asked.get("id_token_hint", ""), key_of, ["ES256"]).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return claims.get("sub") if claims.get("token_use") == "id" else None
