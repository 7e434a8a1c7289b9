"""Commands to a member, and its refusals."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from kenpin.domain.member.commands import (
    GrantRole,
    InviteMember,
    IssueToken,
    LockSignIn,
    RevokeRole,
    RevokeToken,
)
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import (
    MemberInvited,
    RoleGranted,
    RoleRevoked,
    SignInLocked,
    TokenIssued,
    TokenRevoked,
)
from kenpin.domain.member.refusals import NoSuchToken, TokenExists
from tests.domain.specification import Specification

spec = Specification(member)

SEPTEMBER = datetime(2026, 9, 1, 9, tzinfo=UTC)
INVITED = MemberInvited(actor="hanako")
INSPECTOR = RoleGranted(project_id="bakery", role="inspector")
MACHINE = RoleGranted(project_id="bakery", role="machine", lines=("L1",))
ISSUE = IssueToken(
    token_id="t1",
    label="camera PC",
    role="machine",
    project_id="bakery",
    lines=("L1",),
    expires_at=SEPTEMBER,
    secret_sha256="a" * 64,
)
ISSUED = TokenIssued(
    token_id="t1",
    label="camera PC",
    role="machine",
    project_id="bakery",
    lines=("L1",),
    expires_at="2026-09-01T09:00:00+00:00",
    secret_sha256="a" * 64,
)


def test_a_member_is_invited_once() -> None:
    spec.when(InviteMember(actor="hanako")).then(INVITED)
    spec.given(INVITED).when(InviteMember(actor="hanako")).then_nothing()


def test_a_role_is_held_in_one_project_and_not_in_another() -> None:
    grant = GrantRole(project_id="bakery", role="inspector")
    spec.given(INVITED).when(grant).then(INSPECTOR)
    spec.given(INVITED, INSPECTOR).when(grant).then_nothing()
    elsewhere = GrantRole(project_id="*", role="inspector")
    spec.given(INVITED, INSPECTOR).when(elsewhere).then(RoleGranted(project_id="*", role="inspector"))


def test_a_machine_that_nobody_invited_is_trusted_with_lines_and_then_with_others() -> None:
    spec.when(GrantRole(project_id="bakery", role="machine", lines=("L1",))).then(MACHINE)
    other = GrantRole(project_id="bakery", role="machine", lines=("L2",))
    spec.given(MACHINE).when(other).then(RoleGranted(project_id="bakery", role="machine", lines=("L2",)))


def test_a_role_that_is_revoked_can_be_granted_again() -> None:
    revoke = RevokeRole(project_id="bakery", role="inspector", reason="left")
    revoked = RoleRevoked(project_id="bakery", role="inspector", reason="left")
    spec.given(INSPECTOR).when(revoke).then(revoked)
    spec.given(INSPECTOR, revoked).when(revoke).then_nothing()
    spec.given(INSPECTOR, revoked).when(GrantRole(project_id="bakery", role="inspector")).then(INSPECTOR)


def test_a_token_is_issued_once_and_stays_revoked() -> None:
    revoked = TokenRevoked(token_id="t1", reason="lost")
    spec.given(MACHINE).when(ISSUE).then(ISSUED)
    spec.given(MACHINE, ISSUED).when(ISSUE).then_nothing()
    spec.given(MACHINE, ISSUED).when(RevokeToken(token_id="t1", reason="lost")).then(revoked)
    spec.given(MACHINE, ISSUED, revoked).when(RevokeToken(token_id="t1")).then_nothing()
    spec.given(MACHINE, ISSUED, revoked).when(ISSUE).then_nothing()


def test_a_token_id_is_not_used_for_two_tokens() -> None:
    other = ISSUE.model_copy(update={"label": "another PC"})
    spec.given(ISSUED).when(other).then_refused(TokenExists, "t1")


def test_a_token_that_is_not_there_cannot_be_revoked() -> None:
    spec.given(INVITED).when(RevokeToken(token_id="t1")).then_refused(NoSuchToken)


def test_a_lock_out_is_told_once() -> None:
    lock, locked = (
        LockSignIn(until=SEPTEMBER, failures=5),
        SignInLocked(until="2026-09-01T09:00:00+00:00", failures=5),
    )
    spec.given(INVITED).when(lock).then(locked)
    spec.given(INVITED, locked).when(lock).then_nothing()


@pytest.mark.parametrize(
    ("role", "lines", "says"), [("machine", (), "named lines"), ("auditor", ("L1",), "for machines")]
)
def test_lines_are_for_machines_and_machines_have_lines(role: str, lines: tuple[str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        GrantRole.model_validate({"project_id": "bakery", "role": role, "lines": lines})
