"""Answers about members, their roles and their tokens, field by field."""

from datetime import datetime

from pydantic import BaseModel

from functions.http.answers import Accepted
from kenpin.domain.member.events import Role


class InvitedMember(Accepted):
    """The member, and the link to send to them, when a new person was named."""

    url: str | None = None
    """Valid once; its reader chooses a password. No other answer holds it"""
    ends_at: datetime | None = None


class RoleHeld(BaseModel):
    project_id: str
    """`*`: the whole installation"""
    role: Role
    lines: list[str]
    """For a machine: the lines whose images it may send"""


class RoleGiven(RoleHeld):
    granted_at: datetime
    granted_by: str


class Member(BaseModel):
    actor: str
    version: int
    invited_at: datetime | None
    invited_by: str | None
    locked_until: datetime | None
    roles: list[RoleGiven]


class Token(BaseModel):
    token_id: str
    actor: str
    """The member whose rights limit it"""
    label: str
    role: Role
    project_id: str
    lines: list[str]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class TokenMade(BaseModel):
    """A new token. No other answer holds the token itself."""

    token_id: str
    token: str
    expires_at: datetime


class Me(BaseModel):
    actor: str
    token_id: str | None
    roles: list[RoleHeld]
    may: dict[str, list[str]]
    """Role → the operations that it allows"""
    admins: dict[str, list[str]]
    """Project (`*`: the installation) → the people who can grant a role there"""
