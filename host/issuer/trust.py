"""Grants roles on the node's own authority: to the first administrator and to its own actors."""

from typing import Final

from host.issuer.mint import SYSTEM
from kenpin.bootstrap import Platform
from kenpin.domain.event import Context
from kenpin.domain.member.commands import GrantRole
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import EVERYWHERE, Role

BY_SYSTEM: Final = Context(actor=SYSTEM)


def trust(platform: Platform, actor: str, role: Role) -> None:
    """Grant a role, unless it is held already."""
    command = GrantRole(project_id=EVERYWHERE, role=role)
    platform.commands.execute(member, actor, command, by=BY_SYSTEM)
