"""Reads about people: names that are still known."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.people.answers import MailChoice, Myself, Person
from functions.http.answers import Page
from functions.http.paging import Cursor, Limit, decoded_text, page, rows
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.rights import JUDGES
from kenpin.bootstrap import platform
from kenpin.read_models.people import queries as people

router = new_router()
Email = Annotated[str, Query(max_length=254)]
ProjectId = Annotated[str, Query(max_length=100)]


@router.get("/people", tags=["people"])
def list_people(
    email: Email = "", judges_of: ProjectId | None = None, limit: Limit = 1000, cursor: Cursor = None
) -> Page[Person]:
    """List the people who share, or shared, a project with you, by id; erased people are marked.

    `email`: only who has this address. `judges_of`: only who may judge the images of this project now.
    """
    having = people.WithRole(judges_of, tuple(JUDGES)) if judges_of else None
    with rows() as sql:
        shown = people.page(sql, caller().actor, decoded_text(cursor) or "", limit + 1, email, having)
    return page(shown, limit, Person.model_validate, lambda row: row["actor"])


@router.get("/people/me", tags=["people"])
def myself() -> Myself:
    """Return your name and e-mail address."""
    actor = caller().actor
    with rows() as sql:
        return Myself.model_validate(people.one(sql, actor) or {"actor": actor, "name": "", "email": ""})


@router.get("/people/me/mail", tags=["people"])
def my_mail() -> MailChoice:
    """Return whether e-mails reach you, and in which language."""
    return mail_choice(caller().actor)


def mail_choice(actor: str) -> MailChoice:
    settings = platform().settings
    with rows() as sql:
        person = people.one(sql, actor) or {"email": "", "mail": True, "language": ""}
    return MailChoice(
        is_sent=bool(settings.smtp_host),
        email=person["email"],
        is_wanted=person["mail"],
        language=person["language"] or settings.mail_language,
    )
