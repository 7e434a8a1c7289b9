"""Writes about members: invite, grant and revoke roles."""

from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import members
from kenpin.bootstrap import platform
from kenpin.domain.member.commands import Actor, GrantRole, InviteMember, OfLines, RevokeRole
from kenpin.domain.member.decider import member

router = new_router()


class Invitation(OfLines):
    """A new member with a first role. `actor` is the `sub` of a person whom the issuer knows already."""

    actor: Actor | None = None


@router.post("/members", status_code=201, tags=["members"])
def invite_member(body: Invitation) -> Accepted:
    """Invite a member. Without `actor` a new pseudonym is drawn."""
    id = body.actor or new_id()
    first_role = GrantRole(project_id=body.project_id, role=body.role, lines=body.lines)
    return accepted(members.invite_member(platform(), id, first_role, request_context()), id)


@router.post("/members/<actor>/roles", status_code=201, tags=["members"])
def grant_role(actor: str, body: GrantRole) -> Accepted:
    return accept(member, InviteMember(actor=actor).actor, body)


@router.post("/members/<actor>/roles/revocation", status_code=201, tags=["members"])
def revoke_role(actor: str, body: RevokeRole) -> Accepted:
    return accepted(members.revoke_role(platform(), actor, body, request_context()), actor)
