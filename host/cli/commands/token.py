"""`kenpin token`: tokens for scripts and machines, each shown once."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.members.answers import Token, TokenMade
from host.cli.commands.member import Lines, Place, RoleName
from host.cli.connect import connect
from host.cli.options import Json, Reason, group
from host.cli.output import line, show, show_all, table, warn

app = group(
    "Tokens for scripts and machines: each has a role in a project and an end, and never more rights than you."
)
Label = Annotated[str, typer.Argument(metavar="LABEL", help="What it is for, such as 'camera PC of line 1'.")]
Days = Annotated[int, typer.Option(min=1, max=366, help="Until it expires.")]


@app.command("create")
def create(
    label: Label,
    project: Place,
    role: RoleName,
    lines: Lines = None,
    days: Days = 90,
    json: Json = False,
) -> None:
    """Create a token and print it, once. Its user sets it as KENPIN_TOKEN."""

    body = {"label": label, "project_id": project, "role": role, "lines": lines or [], "days": days}
    token = connect().ask("/tokens", body, TokenMade)
    if not json:
        warn(f"token {token.token_id} is good until {token.expires_at:%Y-%m-%d}; it is shown this once")
    show(token, json, lambda: line(token.token))


@app.command("list")
def list_tokens(json: Json = False) -> None:
    """List your tokens, and those of the projects that you administer."""

    found = list(connect().items("/tokens", Token))
    rows = (
        (
            t.token_id,
            t.label,
            t.actor,
            f"{t.role} of {t.project_id}",
            t.expires_at,
            t.last_used_at,
            t.revoked_at,
        )
        for t in found
    )
    columns = ("token", "label", "of", "role", "expires", "last used", "revoked")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("revoke")
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="Its id, as in `kenpin token list`.")],
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Revoke a token now."""
    accepted = connect().post(f"/tokens/{token_id}/revocation", {"reason": reason})
    show(accepted, json, lambda: line(f"token {token_id} is worth nothing any more"))
