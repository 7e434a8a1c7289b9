"""People: names and e-mail addresses, and invitations to set a password."""

import hashlib
import secrets
from datetime import datetime

from msgspec import Struct

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import ActorId
from kenpin.domain.member.refusals import Elsewhere, NotKnownAgain, Taken
from kenpin.ports import NotFound
from kenpin.projections.database import Sql
from kenpin.read_models.people import queries as people


class PasswordInvitation(Struct, frozen=True):
    """A link that is valid once, until `ends_at`."""

    url: str
    ends_at: datetime


def name_person(platform: PlatformParts, actor: ActorId, name: str, email: str) -> None:
    """Set name and e-mail address, without an event. Raises Taken, NotKnownAgain."""
    with platform.database.transaction() as sql:
        _put(sql, actor, name, email)


def invite_person(platform: PlatformParts, actor: ActorId, name: str, email: str) -> PasswordInvitation:
    """Make a link to set a password; an older one ends. An empty name or address stays as it is known.

    Raises Elsewhere, Taken, NotKnownAgain.
    """
    settings = platform.settings
    if settings.base == "aws" or settings.oidc_issuer:
        raise Elsewhere
    link = secrets.token_urlsafe(32)
    with platform.database.transaction() as sql:
        known = people.one(sql, actor) or {"name": "", "email": ""}
        _put(sql, actor, name or known["name"], email or known["email"])
        row = people.invite(sql, actor, hashlib.sha256(link.encode()).digest())
    return PasswordInvitation(
        f"{settings.public_url.rstrip('/')}/issuer/invitation?link={link}", row["ends_at"]
    )


def choose_mail(platform: PlatformParts, actor: ActorId, is_wanted: bool, language: str) -> None:
    """Set whether a person wants e-mails, and their language, without an event. Raises NotKnownAgain."""
    with platform.database.transaction() as sql:
        try:
            people.choose_mail(sql, actor, is_wanted, language)
        except NotFound:
            raise NotKnownAgain(actor) from None


def _put(sql: Sql, actor: ActorId, name: str, email: str) -> None:
    try:
        people.put(sql, actor, name, email)
    except people.EmailTaken:
        raise Taken from None
    except NotFound:
        raise NotKnownAgain(actor) from None
