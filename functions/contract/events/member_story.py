"""Example events of a member, a camera PC: every type occurs."""

from hashlib import sha256
from typing import Final

from kenpin.domain.member.events import (
    MemberEvent,
    MemberInvited,
    RoleGranted,
    RoleRevoked,
    SignInLocked,
    TokenIssued,
    TokenRevoked,
)

ACTOR: Final = "q4t8r2yzk6mw"

MEMBER: tuple[MemberEvent, ...] = (
    MemberInvited(actor=ACTOR),
    RoleGranted(project_id="bakery", role="machine", lines=("line-1",)),
    TokenIssued(
        token_id="n3v5x7c9b2da",
        label="camera PC of line 1",
        role="machine",
        project_id="bakery",
        expires_at="2026-09-01T00:00:00+00:00",
        secret_sha256=sha256(b"the secret").hexdigest(),
        lines=("line-1",),
    ),
    TokenRevoked(token_id="n3v5x7c9b2da", reason="the PC was replaced"),
    SignInLocked(until="2026-03-02T08:35:00+00:00", failures=10),
    RoleRevoked(project_id="bakery", role="machine", reason="the line was rebuilt"),
)
