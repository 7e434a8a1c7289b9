"""Reads about members: the caller, roles and tokens."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.members.answers import Me, Member, RoleHeld, Token
from functions.http.access import TOKEN_CLAIM, access, operations_of
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_text, found, is_stale, page, rows
from functions.http.request import claim
from functions.http.resolver import new_router
from kenpin.domain.member.events import EVERYWHERE
from kenpin.read_models.members import access as reach
from kenpin.read_models.members import queries as members
from kenpin.read_models.members.access import RoleRow

router = new_router()
ProjectId = Annotated[str | None, Query(max_length=63)]


@router.get("/me", tags=["members"])
def who_am_i() -> Me:
    """Return your roles, what they allow, and who can grant you more."""
    mine, token_id = access(), claim(TOKEN_CLAIM)
    roles = mine.roles if mine.token is None else (mine.token,)
    if mine.is_platform:
        roles = (RoleRow(EVERYWHERE, "admin"),)
    with rows() as sql:
        places = {EVERYWHERE, *(held.project_id for held in roles)}
        granting = {place: reach.admins(sql, place) for place in sorted(places)}
    return Me(
        actor=mine.actor,
        token_id=token_id,
        roles=[RoleHeld(project_id=h.project_id, role=h.role, lines=list(h.lines)) for h in roles],
        may={role: operations_of(role) for role in sorted({held.role for held in roles})},
        admins=granting,
    )


@router.get("/members", tags=["members"])
def list_members(
    project_id: ProjectId = None, limit: Limit = 100, cursor: Cursor = None, as_of: AsOfTime = None
) -> Page[Member]:
    """List members with a role, now or before, in the projects that you see, or in `project_id`."""
    then = time_as_of(as_of)
    with rows() as sql:
        after = decoded_text(cursor) or ""
        shown = members.page(sql, _within(project_id), after, limit + 1, then)
    return page(shown, limit, Member.model_validate, lambda row: row["actor"])


@router.get("/members/<actor>", tags=["members"])
def one_member(actor: str, as_of: AsOf = None, min_version: MinVersion = None) -> Member:
    """Return one member. `as_of`: the roles at that version of the member's stream, or at that time."""
    is_stale(f"member-{actor}", min_version, "members")
    with rows() as sql:
        row = found(members.one(sql, actor, access().projects), "member", actor)
    if (version := version_as_of(f"member-{actor}", as_of, "members")) is not None:
        with rows() as sql:
            row = found(members.one(sql, actor, access().projects, version), "member", actor, "then")
    return Member.model_validate(row)


@router.get("/tokens", tags=["members"])
def list_tokens(limit: Limit = 100, cursor: Cursor = None) -> Page[Token]:
    """List your tokens and those for projects that you are admin or auditor of, newest first."""
    mine = access()
    with rows() as sql:
        after = decoded_text(cursor)
        shown = members.tokens(sql, mine.actor, mine.overseen, after, limit + 1)
    return page(shown, limit, Token.model_validate, lambda row: row["token_id"])


def _within(project_id: str | None) -> list[str] | None:
    return access().projects if project_id is None else [project_id]
