"""Writes about people: names, invitations, erasure. Names change without an event."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from functions.api.people.answers import ErasedPerson, InvitationLink, Myself
from functions.http.errors import Elsewhere, NotKnownAgain, Taken
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.members import erase_person
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.ids import ACTOR
from kenpin.ports import NotFound
from kenpin.read_models.people import queries as people

router = new_router()
Actor = Annotated[str, Path(pattern=ACTOR)]
PersonName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^([^@\s\x00]+@[^@\s\x00]+)?$")]


class Naming(Command):
    name: PersonName = ""
    email: Email = ""


@router.put("/people/me", tags=["people"])
def name_myself(body: Naming) -> Myself:
    """Set your name and e-mail address. Events carry your id alone; a name can be erased."""
    actor = caller().actor
    _put(actor, body)
    return Myself(actor=actor, **body.model_dump())


@router.post("/people/<actor>/invitations", status_code=201, tags=["people"])
def invite(actor: Actor, body: Naming) -> InvitationLink:
    """Make a link with which a new member, or one who forgot it, sets a password. An older link ends."""
    settings = platform().settings
    if settings.base == "aws" or settings.oidc_issuer:
        raise Elsewhere("people are invited at the issuer that signs them in; then grant them roles here")
    link = secrets.token_urlsafe(32)
    with _refusals(), platform().database.transaction() as sql:
        known = people.one(sql, actor) or {"name": "", "email": ""}
        people.put(sql, actor, body.name or known["name"], body.email or known["email"])
        row = people.invite(sql, actor, hashlib.sha256(link.encode()).digest())
    url = f"{settings.public_url.rstrip('/')}/issuer/invitation?link={link}"
    return InvitationLink(actor=actor, url=url, ends_at=row["ends_at"])


@router.post("/people/<actor>/erasure", status_code=201, tags=["people"])
def erase(actor: Actor) -> ErasedPerson:
    """Erase name, e-mail address, sign-in and roles for good; history keeps the id."""
    erase_person(platform(), actor, by=caller())
    return ErasedPerson(actor=actor)


def _put(actor: str, naming: Naming) -> None:
    with _refusals(), platform().database.transaction() as sql:
        people.put(sql, actor, naming.name, naming.email)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except people.EmailTaken as reason:
        raise Taken(str(reason)) from None
    except NotFound as reason:
        raise NotKnownAgain(f"{reason}; they are not named again") from None
