"""The page where a person changes their password."""

from http import HTTPStatus

from host.gateway import Answer
from host.issuer.accounts import Session
from host.issuer.browser import PageRequest
from host.issuer.pages import NEW_PASSWORD, OLD_PASSWORD, IssuerPage, render
from host.issuer.passwords import hashed, holds, is_good
from host.issuer.rate_limit import ACCOUNT, attempt, succeeded
from host.issuer.sign_in import lock, minutes_to, start_session
from host.issuer.texts import TEXTS, Words

PAGE = IssuerPage(
    *("change", "change_what", "/issuer/password", "change_do"),
    fields=(OLD_PASSWORD, NEW_PASSWORD),
)


def password(page_request: PageRequest) -> Answer:
    session = page_request.session()
    if session is None:
        page = IssuerPage("change", "signed_out")
        return render(
            page, page_request.preferences, home=page_request.services.home, status=HTTPStatus.FORBIDDEN
        )
    if page_request.request.method == "GET":
        return _form(page_request)
    if problem := _changed(page_request, session, TEXTS[page_request.preferences.language]):
        return _form(page_request, problem)
    return start_session(page_request, session.person)


def _changed(page_request: PageRequest, session: Session, words: Words) -> str:
    """Return the problem that kept the password from being changed; empty when it was changed."""
    if not page_request.is_ours():
        return words["forged"]
    person, database = session.person, page_request.services.platform.database
    limit = attempt(database, ACCOUNT, person.email)
    if not limit.is_allowed:
        return words["wait"].format(minutes=minutes_to(limit))
    _, stored = page_request.services.accounts.by_email(person.email)
    if not holds(page_request.sent.get("old_password", ""), stored):
        if limit.reached_limit:
            lock(page_request.services, person, limit)
        return words["wrong_old"]
    succeeded(database, ACCOUNT, person.email, forgets=True)
    fresh = page_request.sent.get("new_password", "")
    if not is_good(fresh, person.name, person.email, person.email.partition("@")[0]):
        return words["weak"]
    page_request.services.accounts.change(person.actor, hashed(fresh))
    return ""


def _form(page_request: PageRequest, problem: str = "") -> Answer:
    form, secret = page_request.form_of()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    own = page_request.request.query if page_request.request.method == "GET" else None
    answer = render(
        PAGE,
        page_request.preferences,
        form=form,
        problem=problem,
        query=own,
        home=page_request.services.home,
        status=status,
    )
    return page_request.keeping_form(answer, secret)
