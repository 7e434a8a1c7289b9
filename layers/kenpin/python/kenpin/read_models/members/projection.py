"""Projection of members: their roles as of any version, and their tokens."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.member.events import (
    MemberInvited,
    RoleGranted,
    RoleRevoked,
    SignInLocked,
    TokenIssued,
    TokenRevoked,
)
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

MEMBER: Final = DeclaredTable(
    "member",
    """
    actor        text primary key,
    invited_at   timestamptz,
    invited_by   text,
    since        timestamptz not null,
    locked_until timestamptz,
    failures     int,
    version      bigint not null""",
    owner="actor",
)
MEMBER_ROLE: Final = DeclaredTable(
    "member_role",
    """
    actor      text not null,
    project_id text not null,
    role       text not null,
    lines      text[] not null,
    granted_at timestamptz not null,
    granted_by text not null,
    revoked_at timestamptz,
    revoked_by text,
    reason     text""",
    owner="actor",
    past=PastByTrigger("actor, project_id, role"),
    after="""
create index if not exists member_role_of_project on member_role (project_id, actor) where revoked_at is null;""",
)
MEMBER_TOKEN: Final = DeclaredTable(
    "member_token",
    """
    token_id      text not null,
    actor         text not null,
    label         text not null,
    role          text not null,
    project_id    text not null,
    lines         text[] not null,
    expires_at    timestamptz not null,
    secret_sha256 text not null,
    issued_at     timestamptz not null,
    revoked_at    timestamptz,
    revoked_by    text""",
    owner="actor",
    past=PastByTrigger("token_id"),
    after="""
create index if not exists member_token_of_actor on member_token (actor);""",
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    actor = id_of(batch[0].stream)
    sql.execute(
        """insert into member (actor, since, version) values (%s, %s, %s)
        on conflict (actor) do update set version = excluded.version""",
        (actor, batch[0].recorded_at, batch[-1].version),
    )
    for recorded in batch:
        _project(actor, recorded, sql)


def _project(actor: str, recorded: Recorded, sql: Sql) -> None:
    match recorded.event:
        case MemberInvited():
            sql.execute(
                "update member set invited_at = %s, invited_by = %s where actor = %s",
                (recorded.recorded_at, recorded.context.actor, actor),
            )
        case RoleGranted() as event:
            _grant(actor, recorded, event, sql)
        case RoleRevoked() as event:
            _revoke(actor, recorded, event, sql)
        case TokenIssued() as event:
            _issue(actor, recorded, event, sql)
        case TokenRevoked(token_id=token_id):
            sql.execute(
                """update member_token set revoked_at = %s, revoked_by = %s, valid_from = %s
                where token_id = %s and actor = %s and revoked_at is null""",
                (recorded.recorded_at, recorded.context.actor, recorded.version, token_id, actor),
            )
        case SignInLocked(until=until, failures=failures):
            sql.execute(
                "update member set locked_until = %s, failures = %s where actor = %s",
                (until, failures, actor),
            )


def _revoke(actor: str, recorded: Recorded, event: RoleRevoked, sql: Sql) -> None:
    sql.execute(
        """update member_role set revoked_at = %s, revoked_by = %s, reason = %s, valid_from = %s
        where actor = %s and project_id = %s and role = %s and revoked_at is null""",
        (
            recorded.recorded_at,
            recorded.context.actor,
            event.reason,
            recorded.version,
            actor,
            event.project_id,
            event.role,
        ),
    )


def _grant(actor: str, recorded: Recorded, event: RoleGranted, sql: Sql) -> None:
    sql.execute(
        """insert into member_role (actor, project_id, role, lines, granted_at, granted_by, valid_from)
        values (%s, %s, %s, %s, %s, %s, %s) on conflict (actor, project_id, role) do update set
            lines = excluded.lines, granted_at = excluded.granted_at, granted_by = excluded.granted_by,
            revoked_at = null, revoked_by = null, reason = null, valid_from = excluded.valid_from""",
        (
            actor,
            event.project_id,
            event.role,
            list(event.lines),
            recorded.recorded_at,
            recorded.context.actor,
            recorded.version,
        ),
    )


def _issue(actor: str, recorded: Recorded, event: TokenIssued, sql: Sql) -> None:
    """An id that another member's token has already names that one: ids are drawn, and never twice."""
    sql.execute(
        """insert into member_token (token_id, actor, label, role, project_id, lines, expires_at, secret_sha256,
            issued_at, valid_from) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing""",
        (
            event.token_id,
            actor,
            event.label,
            event.role,
            event.project_id,
            list(event.lines),
            event.expires_at,
            event.secret_sha256,
            recorded.recorded_at,
            recorded.version,
        ),
    )


members = ReadModel("members", "member", (MEMBER, MEMBER_ROLE, MEMBER_TOKEN), by_event(project))
