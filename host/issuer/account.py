"""The page where a person changes their password."""

from http import HTTPStatus

from host.gateway import Answer
from host.issuer.accounts import Session
from host.issuer.brakes import ACCOUNT, attempt, succeeded
from host.issuer.browser import Visit
from host.issuer.pages import NEW_PASSWORD, OLD_PASSWORD, Page, render
from host.issuer.passwords import hashed, holds, is_good
from host.issuer.sign_in import lock, minutes_to, welcomed
from host.issuer.words import WORDS, Words

PAGE = Page(
    *("change", "change_what", "/issuer/password", "change_do"),
    fields=(OLD_PASSWORD, NEW_PASSWORD),
)


def password(visit: Visit) -> Answer:
    session = visit.session()
    if session is None:
        page = Page("change", "signed_out")
        return render(page, visit.taste, home=visit.parts.home, status=HTTPStatus.FORBIDDEN)
    if visit.request.method == "GET":
        return _form(visit)
    if problem := _changed(visit, session, WORDS[visit.taste.language]):
        return _form(visit, problem)
    return welcomed(visit, session.person)


def _changed(visit: Visit, session: Session, words: Words) -> str:
    """What kept it from being changed; empty: it was."""
    if not visit.is_ours():
        return words["forged"]
    person, database = session.person, visit.parts.platform.database
    brake = attempt(database, ACCOUNT, person.email)
    if not brake.may_go_on:
        return words["wait"].format(minutes=minutes_to(brake))
    _, stored = visit.parts.accounts.by_email(person.email)
    if not holds(visit.sent.get("old_password", ""), stored):
        if brake.was_the_last:
            lock(visit.parts, person, brake)
        return words["wrong_old"]
    succeeded(database, ACCOUNT, person.email, forgets=True)
    fresh = visit.sent.get("new_password", "")
    if not is_good(fresh, person.name, person.email, person.email.partition("@")[0]):
        return words["weak"]
    visit.parts.accounts.change(person.actor, hashed(fresh))
    return ""


def _form(visit: Visit, problem: str = "") -> Answer:
    form, secret = visit.form_of()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    own = visit.request.query if visit.request.method == "GET" else None
    answer = render(
        PAGE, visit.taste, form=form, problem=problem, query=own, home=visit.parts.home, status=status
    )
    return visit.keeping_form(answer, secret)
