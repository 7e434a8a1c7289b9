"""Writes about people: names, invitations, erasure. Names change without an event."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.api.people.answers import ErasedPerson, InvitationLink, MailChoice, MailLanguage, Myself
from functions.api.people.queries import mail_choice
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application import people
from kenpin.application.members import erase_person
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.ids import ACTOR
from kenpin.domain.member.commands import Email, PersonName

router = new_router()
Actor = Annotated[str, Path(pattern=ACTOR)]


class Naming(Command):
    name: PersonName = ""
    email: Email = ""


class NewMailChoice(Command):
    is_wanted: bool
    language: MailLanguage


@router.put("/people/me", tags=["people"])
def name_myself(body: Naming) -> Myself:
    """Set your name and e-mail address. Events carry your id alone; a name can be erased."""
    actor = caller().actor
    people.name_person(platform(), actor, body.name, body.email)
    return Myself(actor=actor, **body.model_dump())


@router.put("/people/me/mail", tags=["people"])
def choose_mail(body: NewMailChoice) -> MailChoice:
    """Say whether you want e-mails of what you must know, and in which language."""
    actor = caller().actor
    people.choose_mail(platform(), actor, body.is_wanted, body.language)
    return mail_choice(actor)


@router.post("/people/<actor>/invitations", status_code=201, tags=["people"])
def invite(actor: Actor, body: Naming) -> InvitationLink:
    """Make a link with which a new member, or one who forgot it, sets a password. An older link ends."""
    invitation = people.invite_person(platform(), actor, body.name, body.email)
    return InvitationLink(actor=actor, url=invitation.url, ends_at=invitation.ends_at)


@router.post("/people/<actor>/erasure", status_code=201, tags=["people"])
def erase(actor: Actor) -> ErasedPerson:
    """Erase name, e-mail address, sign-in and roles for good; history keeps the id."""
    erase_person(platform(), actor, by=caller())
    return ErasedPerson(actor=actor)
