"""The rules of a member: roles, tokens and the locked sign-in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never

from msgspec.structs import replace

from kenpin.domain.decider import Decider
from kenpin.domain.member.commands import (
    GrantRole,
    InviteMember,
    IssueToken,
    LockSignIn,
    MemberCommand,
    RevokeRole,
    RevokeToken,
)
from kenpin.domain.member.events import (
    MemberEvent,
    MemberInvited,
    RoleGranted,
    RoleRevoked,
    SignInLocked,
    TokenIssued,
    TokenRevoked,
)
from kenpin.domain.member.refusals import NoSuchToken, TokenExists
from kenpin.domain.member.state import MemberState


def decide(state: MemberState, command: MemberCommand) -> list[MemberEvent]:
    match command:
        case InviteMember(actor=actor):
            return [] if state.invited else [MemberInvited(actor=actor)]
        case GrantRole(project_id=project_id, role=role, lines=lines):
            held = state.roles.get((project_id, role)) == lines
            return [] if held else [RoleGranted(project_id=project_id, role=role, lines=lines)]
        case RevokeRole(project_id=project_id, role=role, reason=reason):
            held = (project_id, role) in state.roles
            return [RoleRevoked(project_id=project_id, role=role, reason=reason)] if held else []
        case IssueToken():
            return _issue(state, command)
        case RevokeToken(token_id=token_id, reason=reason):
            if token_id not in state.tokens:
                raise NoSuchToken(token_id)
            known = token_id in state.revoked
            return [] if known else [TokenRevoked(token_id=token_id, reason=reason)]
        case LockSignIn(until=until, failures=failures):
            end = _utc(until)
            return [] if end == state.locked_until else [SignInLocked(until=end, failures=failures)]
        case _:
            assert_never(command)


def _issue(state: MemberState, command: IssueToken) -> list[MemberEvent]:
    issued = TokenIssued(**command.model_dump() | {"expires_at": _utc(command.expires_at)})
    if command.token_id in state.tokens:
        if state.tokens[command.token_id] == issued:
            return []
        raise TokenExists(command.token_id)
    return [issued]


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()


def evolve(state: MemberState, event: MemberEvent) -> MemberState:
    return replace(_change(state, event), version=state.version + 1)


def _change(state: MemberState, event: MemberEvent) -> MemberState:
    match event:
        case MemberInvited():
            return replace(state, invited=True)
        case RoleGranted(project_id=project_id, role=role, lines=lines):
            return replace(state, roles=state.roles.insert((project_id, role), lines))
        case RoleRevoked(project_id=project_id, role=role):
            return replace(state, roles=state.roles.discard((project_id, role)))
        case TokenIssued(token_id=token_id):
            return replace(state, tokens=state.tokens.insert(token_id, event))
        case TokenRevoked(token_id=token_id, reason=reason):
            return replace(state, revoked=state.revoked.insert(token_id, reason))
        case SignInLocked(until=until):
            return replace(state, locked_until=until)
        case _:
            assert_never(event)


member = Decider(category="member", initial=MemberState(), decide=decide, evolve=evolve)
