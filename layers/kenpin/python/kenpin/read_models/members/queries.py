"""Queries about members, their roles and tokens."""

from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import Moment, rows_of, valid
from kenpin.read_models.history.queries import AT

SEEN: Final = "(%(projects)s::text[] is null or r.project_id = any(%(projects)s) or r.project_id = '*')"


def _with_roles(moment: Moment) -> str:
    """Members with the roles that they held then."""
    version = AT.format(stream="'member-' || m.actor") if isinstance(moment, datetime) else "%(as_of)s"
    return f"""
select m.actor, m.version, m.invited_at, m.invited_by, m.locked_until, coalesce(held.roles, '[]') as roles
from member m cross join lateral (
    select json_agg(json_build_object('project_id', r.project_id, 'role', r.role, 'lines', r.lines,
        'granted_at', r.granted_at, 'granted_by', r.granted_by) order by r.project_id, r.role) as roles
    from {rows_of("member_role", moment)} r
    where r.actor = m.actor and r.revoked_at is null and {SEEN} and {valid("r", moment, version)}
) as held"""


def one(sql: Sql, actor: str, projects: list[str] | None, version: int | None = None) -> Row | None:
    """The member with the roles held in these projects (None: all) and everywhere; None where there are none."""
    return sql.execute(
        f"""{_with_roles(version)}
        where m.actor = %(actor)s and (held.roles is not null or %(projects)s::text[] is null)""",
        {"actor": actor, "projects": projects, "as_of": version},
    ).fetchone()


def page(
    sql: Sql, projects: list[str] | None, after: str, limit: int, as_of: datetime | None = None
) -> list[Row]:
    """Members by actor, those after `after`, who hold a role in these projects (None: in any, or none)."""
    return sql.execute(
        f"""{_with_roles(as_of)}
        where m.actor > %(after)s and (held.roles is not null or %(projects)s::text[] is null)
        and (%(as_of)s::timestamptz is null or held.roles is not null or m.invited_at <= %(as_of)s)
        order by m.actor limit %(limit)s""",
        {"projects": projects, "as_of": as_of, "after": after, "limit": limit},
    ).fetchall()


TOKEN: Final = "select t.*, u.last_used_at from member_token t left join token_use u using (token_id)"


def token(sql: Sql, token_id: str) -> Row | None:
    return sql.execute(f"{TOKEN} where token_id = %s", (token_id,)).fetchone()


def tokens(sql: Sql, actor: str, projects: list[str] | None, after: str | None, limit: int) -> list[Row]:
    """This member's, and those for these projects (None: all); the newest first, those after token `after`."""
    return sql.execute(
        f"""{TOKEN} where (t.actor = %(actor)s or %(projects)s::text[] is null or t.project_id = any(%(projects)s))
        and (%(after)s::text is null or (t.issued_at, t.token_id) <
            (select issued_at, token_id from member_token where token_id = %(after)s))
        order by t.issued_at desc, t.token_id desc limit %(limit)s""",
        {"actor": actor, "projects": projects, "after": after, "limit": limit},
    ).fetchall()
