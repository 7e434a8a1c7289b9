"""Events of a member of the installation: invited, given roles and tokens, locked out."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from kenpin.domain.event import Event
from kenpin.domain.ids import ACTOR, Sha256

Role = Literal["admin", "qa_lead", "engineer", "inspector", "auditor", "machine"]
EVERYWHERE: Final = "*"
ActorId = Annotated[str, Meta(pattern=ACTOR, max_length=64)]
ProjectOrAll = Annotated[str, Meta(pattern=r"^(\*|[a-z0-9][a-z0-9-]{0,62})$")]
"""The id of a project, or `*`: the whole installation."""
TokenId = Annotated[str, Meta(pattern=r"^[a-z0-9]{1,40}$")]


class MemberInvited(Event):
    """Somebody is to work here. Who it is in the world stands in no event."""

    actor: ActorId


class RoleGranted(Event):
    """The member may do from now on what the role may. Granted again, it is with these lines."""

    project_id: ProjectOrAll
    role: Role
    lines: tuple[str, ...] = ()
    """Of a machine: the lines whose images it may bring in."""


class RoleRevoked(Event):
    """The member has this role no more, and neither have the tokens that it made."""

    project_id: ProjectOrAll
    role: Role
    reason: str = ""


class TokenIssued(Event):
    """A key for a script or a machine, which may at most what its maker may at the time of use."""

    token_id: TokenId
    label: str
    role: Role
    project_id: ProjectOrAll
    expires_at: str
    """ISO 8601, UTC."""
    secret_sha256: Sha256
    """Of 256 random bits that nobody keeps but who uses it."""
    lines: tuple[str, ...] = ()


class TokenRevoked(Event):
    """The token is worth nothing any more."""

    token_id: TokenId
    reason: str = ""


class SignInLocked(Event):
    """Too many wrong passwords: nobody signs in as this member for a while."""

    until: str
    """ISO 8601, UTC."""
    failures: int


MemberEvent = MemberInvited | RoleGranted | RoleRevoked | TokenIssued | TokenRevoked | SignInLocked
