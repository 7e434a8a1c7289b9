"""Members: invite, revoke roles, create tokens, erase; one admin always remains."""

from typing import Final

from kenpin.application.execute import RequestContext
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.event import Context
from kenpin.domain.ids import ActorId
from kenpin.domain.member.commands import GrantRole, InviteMember, IssueToken, RevokeRole
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import EVERYWHERE
from kenpin.domain.member.refusals import LastAdmin
from kenpin.ports import Appended
from kenpin.projections.catalogue import wait_for
from kenpin.read_models.members import access
from kenpin.read_models.people import queries as people

ERASED: Final = "erased"
"""The reason that roles of an erased person are revoked for."""


def invite_member(
    platform: PlatformParts, actor: ActorId, first_role: GrantRole, request: RequestContext
) -> Appended:
    """Invite somebody with a first role. Twice is the same as once."""
    platform.commands.execute(member, actor, InviteMember(actor=actor), by=request.by)
    return platform.commands.execute_request(member, actor, first_role, request)


def revoke_role(
    platform: PlatformParts, actor: ActorId, revocation: RevokeRole, request: RequestContext
) -> Appended:
    """Revoke a role. Raises LastAdmin: somebody must be left who can grant roles everywhere."""
    if (revocation.project_id, revocation.role) == (EVERYWHERE, "admin"):
        _check_another_admin(platform, actor)
    return platform.commands.execute_request(member, actor, revocation, request)


def _check_another_admin(platform: PlatformParts, actor: ActorId) -> None:
    """Check that somebody else can grant roles everywhere. Raises LastAdmin."""
    if platform.settings.first_admin:
        return
    with platform.database.reading() as sql:
        if access.admins(sql, EVERYWHERE) == [actor]:
            raise LastAdmin(actor)


def issue_token(platform: PlatformParts, token: IssueToken, *, by: Context) -> None:
    """Issue a token to who asks for it, and wait until it can be used."""
    issued = platform.commands.execute(member, by.actor, token, by=by)
    wait_for(platform.database, ("members",), issued.stream, issued.version)


def erase_person(platform: PlatformParts, actor: ActorId, *, by: Context) -> None:
    """Erase name, e-mail address and sign-in, and revoke all roles: a token without a role opens nothing.

    Raises LastAdmin.
    """
    _check_another_admin(platform, actor)
    with platform.database.transaction() as sql:
        people.erase(sql, actor)
    scope = member.scope(RevokeRole(project_id=EVERYWHERE, role="admin"))
    for project_id, role in platform.commands.state(member, actor, scope).roles:
        command = RevokeRole(project_id=project_id, role=role, reason=ERASED)
        platform.commands.execute(member, actor, command, by=by)
