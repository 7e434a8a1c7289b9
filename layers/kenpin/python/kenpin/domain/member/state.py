"""State of a member: roles, tokens and a locked sign-in."""

from __future__ import annotations

from msgspec import Struct
from rpds import HashTrieMap

from kenpin.domain.member.events import (
    Role,
    TokenIssued,
)

HeldRole = tuple[str, Role]
"""A project and the role held there."""


class MemberState(Struct, frozen=True):
    """A member. Roles may be granted without an invitation: to a machine that the issuer knows."""

    version: int = 0
    invited: bool = False
    roles: HashTrieMap[HeldRole, tuple[str, ...]] = HashTrieMap()
    """→ the lines of a machine"""
    tokens: HashTrieMap[str, TokenIssued] = HashTrieMap()
    revoked: HashTrieMap[str, str] = HashTrieMap()
    locked_until: str = ""
