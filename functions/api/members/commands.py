"""Writes about members: invite, grant and revoke roles."""

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from functions.api.members.answers import InvitedMember
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import members, people
from kenpin.bootstrap import platform
from kenpin.domain.member.commands import (
    Actor,
    Email,
    GrantRole,
    InviteMember,
    OfLines,
    PersonName,
    RevokeRole,
)
from kenpin.domain.member.decider import member

router = new_router()


class Invitation(OfLines):
    """A new member with a first role: a person by name and e-mail address, or one whom the issuer knows already."""

    actor: Actor | None = None
    """The `sub` of a person whom the issuer knows"""
    name: PersonName = ""
    email: Email = ""

    @model_validator(mode="after")
    def _a_known_person_keeps_their_name(self) -> Self:
        if self.actor and (self.name or self.email):
            text = "whom the issuer knows has a name already; leave name and email out, or actor"
            raise PydanticCustomError("named_by_issuer", text)
        return self


@router.post("/members", status_code=201, tags=["members"])
def invite_member(body: Invitation) -> InvitedMember:
    """Invite a member. Without `actor` a new pseudonym is drawn; a new person with a name gets one link to send."""
    id = body.actor or new_id()
    first_role = GrantRole(project_id=body.project_id, role=body.role, lines=body.lines)
    is_named = bool(body.name or body.email)
    link = people.invite_person(platform(), id, body.name, body.email) if is_named else None
    invited = accepted(members.invite_member(platform(), id, first_role, request_context()), id)
    if link is None:
        return InvitedMember(**invited.model_dump())
    return InvitedMember(**invited.model_dump(), url=link.url, ends_at=link.ends_at)


@router.post("/members/<actor>/roles", status_code=201, tags=["members"])
def grant_role(actor: str, body: GrantRole) -> Accepted:
    return accept(member, InviteMember(actor=actor).actor, body)


@router.post("/members/<actor>/roles/revocation", status_code=201, tags=["members"])
def revoke_role(actor: str, body: RevokeRole) -> Accepted:
    return accepted(members.revoke_role(platform(), actor, body, request_context()), actor)
