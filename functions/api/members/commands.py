"""Writes about members: invite, grant and revoke roles."""

from functions.api.answers import Accepted
from functions.http.accept import accept, accepted, execute, new_id
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.decider import Refusal
from kenpin.domain.member.commands import Actor, GrantRole, InviteMember, OfLines, RevokeRole
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import EVERYWHERE
from kenpin.read_models.members import access

router = new_router()


class LastAdmin(Refusal):
    def __init__(self, actor: str) -> None:
        super().__init__(f"{actor} is the last admin of the installation; make another one first")


class Invitation(OfLines):
    """Somebody new, with a first role. Whom the issuer of tokens knows already is invited by `sub`."""

    actor: Actor | None = None


@router.post("/members", status_code=201, tags=["members"])
def invite_member(body: Invitation) -> Accepted:
    """Without `actor` a new pseudonym is drawn."""
    id = body.actor or new_id()
    platform().commands.execute(member, id, InviteMember(actor=id), by=caller())
    granted = execute(member, id, GrantRole(project_id=body.project_id, role=body.role, lines=body.lines))
    return accepted(granted, id)


@router.post("/members/<actor>/roles", status_code=201, tags=["members"])
def grant_role(actor: str, body: GrantRole) -> Accepted:
    return accept(member, InviteMember(actor=actor).actor, body)


@router.post("/members/<actor>/roles/revocation", status_code=201, tags=["members"])
def revoke_role(actor: str, body: RevokeRole) -> Accepted:
    if (body.project_id, body.role) == (EVERYWHERE, "admin") and not platform().settings.first_admin:
        with platform().database.reading() as sql:
            if access.admins(sql, EVERYWHERE) == [actor]:
                raise LastAdmin(actor)
    return accept(member, actor, body)
