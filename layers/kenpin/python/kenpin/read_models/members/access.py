"""Rows for authorisation: the caller's roles, its token, and the projects of the things that a request names.

One statement for all of it, by primary keys: it stands before every request.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.member.events import Role
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

TOKEN_USE: Final = DeclaredTable(
    "token_use",
    """
    token_id     text primary key,
    last_used_at timestamptz not null""",
)
"""No history: a note for whoever wonders whether a token is still needed."""

ROLES: Final = """(select coalesce(json_agg(json_build_object(
    'project_id', project_id, 'role', role, 'lines', lines)), '[]')
    from member_role where actor = %(actor)s and revoked_at is null)::text"""
TOKEN: Final = """(select json_build_object('project_id', project_id, 'role', role, 'lines', lines)
    from member_token where token_id = %(token)s and actor = %(actor)s and revoked_at is null
    and expires_at > now())::text"""
PROJECT_OF: Final = {
    "project": "(select project_id from project where project_id = {id})",
    "dataset": "(select project_id from dataset where dataset_id = {id})",
    "run": "(select project_id from run where run_id = {id})",
    "model": "(select project_id from model where model_id = {id})",
    "rejected": """(select d.project_id from rejected_arrival r join dataset d on d.dataset_id
        = coalesce(r.body -> 'data' ->> 'dataset_id', r.body -> 'detail' -> 'data' ->> 'dataset_id')
        where r.rejected_id = {id})""",
}
"""By kind. Only what is named is asked for: parts that nobody needs cost six times what the others do."""


class RoleRow(Struct, frozen=True):
    """A role, where it is held (`*`: everywhere), and the lines of a machine."""

    project_id: str
    role: Role
    lines: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    roles: tuple[RoleRow, ...]
    token: RoleRow | None
    projects: tuple[str | None, ...]
    """Of each thing that was named, in order; None: the rows know no such thing."""


def look(sql: Sql, actor: str, token_id: str | None, named: Sequence[tuple[str, str]]) -> Found:
    """`named`: kind (project, dataset, run, model, rejected) and id of what the request is about."""
    projects = [PROJECT_OF.get(kind, "null").format(id=f"%(id{n})s") for n, (kind, _) in enumerate(named)]
    query = f"""select {ROLES} as roles, {TOKEN if token_id else "null"} as token,
        json_build_array({", ".join(projects)})::text as projects"""
    ids = {f"id{n}": id for n, (_, id) in enumerate(named)}
    row = sql.execute(query, {"actor": actor, "token": token_id, **ids}).fetchone()
    assert row is not None
    token = _one.decode(row["token"]) if row["token"] else None
    return Found(_several.decode(row["roles"]), token, _projects.decode(row["projects"]))


_several = msgspec.json.Decoder(tuple[RoleRow, ...])
_one = msgspec.json.Decoder(RoleRow)
_projects = msgspec.json.Decoder(tuple[str | None, ...])


def streams(sql: Sql, projects: list[str]) -> set[str]:
    """The streams of these projects and of what belongs to them, as far as the rows have come."""
    found = sql.execute(
        """select 'project-' || project_id as stream from project where project_id = any(%(projects)s)
        union all select 'dataset-' || dataset_id from dataset where project_id = any(%(projects)s)
        union all select 'run-' || run_id from run where project_id = any(%(projects)s)
        union all select 'model-' || model_id from model where project_id = any(%(projects)s)""",
        {"projects": projects},
    )
    return {row["stream"] for row in found}


def streams_of_dataset(sql: Sql, dataset_id: str) -> set[str]:
    """Return the streams of a dataset, its project, and its runs and models."""
    found = sql.execute(
        """select 'dataset-' || dataset_id as stream from dataset where dataset_id = %(dataset)s
        union all select 'project-' || project_id from dataset where dataset_id = %(dataset)s
        union all select 'run-' || run_id from run where dataset_id = %(dataset)s
        union all select 'model-' || model_id from model where dataset_id = %(dataset)s""",
        {"dataset": dataset_id},
    )
    return {row["stream"] for row in found}


def admins(sql: Sql, project_id: str) -> list[str]:
    """Return the people who may grant roles there."""
    found = sql.execute(
        """select distinct actor from member_role where project_id in (%s, '*') and role = 'admin'
        and revoked_at is null order by actor limit 20""",
        (project_id,),
    )
    return [row["actor"] for row in found]


def secret_of(sql: Sql, token_id: str) -> Row | None:
    """Of a token that holds: whose it is, the digest of its secret, and whether its last use is worth a note."""
    return sql.execute(
        """select t.actor, t.secret_sha256, coalesce(u.last_used_at < now() - interval '1 minute', true) as rested
        from member_token t left join token_use u using (token_id)
        where token_id = %s and revoked_at is null and expires_at > now()""",
        (token_id,),
    ).fetchone()


def used(sql: Sql, token_id: str) -> None:
    """The token was used just now; written once a minute."""
    sql.execute(
        """insert into token_use values (%s, now()) on conflict (token_id) do update set last_used_at = now()
        where token_use.last_used_at < now() - interval '1 minute'""",
        (token_id,),
    )
