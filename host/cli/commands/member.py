"""`kenpin member` and `kenpin whoami`: members and their roles."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.members.answers import Me, Member, RoleHeld
from host.cli.commands import people
from host.cli.connect import connect
from host.cli.options import AsOfTime, Json, Reason, group
from host.cli.output import Cell, fields, line, show, show_all, table

app = group("Members and their roles.")
app.command("first-admin")(people.first_admin)
app.command("link")(people.link)
app.command("erase")(people.erase)
Actor = Annotated[str, typer.Argument(metavar="MEMBER", help="Id of the member: the `sub` of their tokens.")]
Place = Annotated[str, typer.Argument(metavar="PROJECT", help="Id of the project; '*': the installation.")]
RoleName = Annotated[
    str, typer.Argument(metavar="ROLE", help="admin, qa_lead, engineer, inspector, auditor or machine.")
]
Lines = Annotated[
    list[str] | None,
    typer.Option("--line", help="Of a machine: a line whose images it may bring in; may repeat."),
]


@app.command("list")
def list_members(
    project: Annotated[str | None, typer.Option(help="Only those with a role there.")] = None,
    as_of: AsOfTime = None,
    json: Json = False,
) -> None:
    """List who has a role in the projects that you see."""

    found = list(connect().items("/members", Member, project_id=project, as_of=as_of))
    rows = [row for member in found for row in _rows(member)]
    show_all(found, json, lambda: table("member", "project", "role", "lines", "since", "by", rows=rows))


def _rows(member: Member) -> list[list[Cell]]:
    return [
        [member.actor, r.project_id, r.role, _lines_text(r), r.granted_at, r.granted_by] for r in member.roles
    ]


@app.command("invite")
def invite(
    project: Place,
    role: RoleName,
    actor: Annotated[
        str | None, typer.Option(help="The id that another issuer gave; left out, a new one is drawn.")
    ] = None,
    lines: Lines = None,
    json: Json = False,
) -> None:
    """Invite a member with a first role."""
    body = {"actor": actor, "project_id": project, "role": role, "lines": lines or []}
    accepted = connect().post("/members", body)
    show(accepted, json, lambda: line(f"{accepted.id} is {role} of {project}"))


@app.command("grant")
def grant(actor: Actor, project: Place, role: RoleName, lines: Lines = None, json: Json = False) -> None:
    """Give a member a role."""
    body = {"project_id": project, "role": role, "lines": lines or []}
    accepted = connect().post(f"/members/{actor}/roles", body)
    show(accepted, json, lambda: line(f"{actor} is {role} of {project}"))


@app.command("revoke")
def revoke(actor: Actor, project: Place, role: RoleName, reason: Reason = "", json: Json = False) -> None:
    """Revoke a role. The member's tokens lose it too."""
    body = {"project_id": project, "role": role, "reason": reason}
    accepted = connect().post(f"/members/{actor}/roles/revocation", body)
    show(accepted, json, lambda: line(f"{actor} is not {role} of {project} any more"))


def whoami(json: Json = False) -> None:
    """Show who you are and which roles you have."""

    me = connect().get("/me", Me)
    roles = ", ".join(f"{r.role} of {r.project_id}" for r in me.roles) or None
    show(me, json, lambda: fields(you=me.actor, token=me.token_id, roles=roles))


def _lines_text(role: RoleHeld) -> str | None:
    return ", ".join(role.lines) or None
