"""The pages to sign in and to sign out."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key

from host.gateway import Answer
from host.issuer.accounts import Account, Session
from host.issuer.authorize import AuthorizationRequest, grant_code, sign_in_page
from host.issuer.browser import PageRequest, redirect
from host.issuer.pages import IssuerPage, render
from host.issuer.passwords import holds
from host.issuer.rate_limit import ACCOUNT, ADDRESS, SignInAttempt, attempt, succeeded
from host.issuer.services import Services
from host.issuer.texts import TEXTS
from host.issuer.trust import BY_SYSTEM
from kenpin.domain.member.commands import LockSignIn
from kenpin.domain.member.decider import member

TOO_MANY_REQUESTS: Final = HTTPStatus.TOO_MANY_REQUESTS
FORBIDDEN: Final = HTTPStatus.FORBIDDEN


def sign_in(page_request: PageRequest) -> Answer:
    """Handle the sign-in form. The right password answers the client's request."""
    query, email = page_request.sent.get("ask", ""), page_request.sent.get("email", "").strip()
    words = TEXTS[page_request.preferences.language]
    if not page_request.is_ours():
        return sign_in_page(page_request, query, words["forged"], email, FORBIDDEN)
    attempts = (
        attempt(page_request.services.platform.database, ADDRESS, page_request.request.address),
        attempt(page_request.services.platform.database, ACCOUNT, email),
    )
    if refused := next((attempt_made for attempt_made in attempts if not attempt_made.is_allowed), None):
        return sign_in_page(
            page_request, query, words["wait"].format(minutes=minutes_to(refused)), email, TOO_MANY_REQUESTS
        )
    person, stored = page_request.services.accounts.by_email(email)
    if not holds(page_request.sent.get("password", ""), stored) or person is None:
        if person and attempts[1].reached_limit:
            lock(page_request.services, person, attempts[1])
        return sign_in_page(page_request, query, words["wrong"], email, FORBIDDEN)
    succeeded(page_request.services.platform.database, ADDRESS, page_request.request.address, forgets=False)
    succeeded(page_request.services.platform.database, ACCOUNT, email, forgets=True)
    return start_session(page_request, person, query)


def start_session(page_request: PageRequest, person: Account, query: str = "") -> Answer:
    """Begin a session. The client gets its code, or the person the UI in the language of the page."""
    services = page_request.services
    if page_request.session_secret:
        services.accounts.end(page_request.session_secret)
    secret = services.accounts.begin(person.actor)
    authorization = AuthorizationRequest.of(services, query)
    if authorization is None or authorization.error():
        home = f"{services.home}?ui_locales={page_request.preferences.language}"
        return page_request.keeping_session(redirect(home), secret)
    return page_request.keeping_session(
        grant_code(services, authorization, Session(person, datetime.now(UTC))), secret
    )


def lock(services: Services, person: Account, limit: SignInAttempt) -> None:
    """Record the lock-out as an event."""
    command = LockSignIn(until=limit.ends_at, failures=limit.count)
    services.platform.commands.execute(member, person.actor, command, by=BY_SYSTEM)


def minutes_to(limit: SignInAttempt) -> int:
    return max(1, ceil((limit.ends_at - datetime.now(UTC)) / timedelta(minutes=1)))


def sign_out(page_request: PageRequest) -> Answer:
    """Sign out at once when the client proves itself by its ID token; else ask the person."""
    session = page_request.session()
    if page_request.request.method == "POST":
        may_sign_out = page_request.is_ours()
    else:
        may_sign_out = session is None or _subject(page_request) == session.person.actor
    if not may_sign_out:
        return _sign_out_page(page_request)
    if session:
        page_request.services.accounts.end(page_request.session_secret)
    return page_request.forgetting_session(redirect(page_request.services.home))


def _sign_out_page(page_request: PageRequest) -> Answer:
    form, secret = page_request.form_of()
    page = IssuerPage("sign_out", "sign_out_what", "/issuer/sign-out", "sign_out")
    answer = render(page, page_request.preferences, form=form, query=page_request.request.query)
    return page_request.keeping_form(answer, secret)


def _subject(page_request: PageRequest) -> object:
    """Return the subject of the client's ID token, even an expired one; None when it is not ours."""

    def key_of(token: GuestProtocol) -> Key:
        return page_request.services.keys[token.headers()["kid"]]

    try:
        claims = jwt.decode(page_request.asked.get("id_token_hint", ""), key_of, ["ES256"]).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return claims.get("sub") if claims.get("token_use") == "id" else None
