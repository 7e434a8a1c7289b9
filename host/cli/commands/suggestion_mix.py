"""`kenpin project suggestion-mix`: the shares of the strategies that choose images to judge next."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.projects.answers import Project
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.options import AsOf, Json, ProjectId, Reason, group
from host.cli.output import line, show, table
from kenpin.domain.suggestion_strategies import HYBRID

app = group("Suggestion mix: shares of the strategies that choose images to judge next.")
Shares = Annotated[
    list[str] | None,
    typer.Option("--share", metavar="STRATEGY=SHARE", help="A share, such as uncertain=0.5; may repeat."),
]


@app.command("set")
def set_mix(project_id: ProjectId, shares: Shares = None, reason: Reason = "", json: Json = False) -> None:
    """Set the shares; they sum to 1 and replace those before. Without shares the default chooses again."""
    asked = dict(_share(each) for each in shares or [])
    body = {"shares": asked, "reason": reason}
    accepted = connect().put(f"/projects/{project_id}/suggestion-mix", body)
    show(accepted, json, lambda: line(f"suggestion mix of {project_id}: {', '.join(asked) or 'the default'}"))


@app.command("show")
def show_mix(project_id: ProjectId, as_of: AsOf = None, json: Json = False) -> None:
    """Show the shares of a project."""
    project = connect().get(f"/projects/{project_id}", Project, as_of=as_of)
    show(project, json, lambda: _describe(project))


def _describe(project: Project) -> None:
    mix = project.suggestion_mix
    if mix is None or not mix.shares:
        line(f"the default: {', '.join(HYBRID)} in turn")
        return
    table("strategy", "share", rows=((name, f"{share:.0%}") for name, share in mix.shares.items()))


def _share(given: str) -> tuple[str, float]:
    strategy, _, share = given.partition("=")
    try:
        return strategy, float(share)
    except ValueError:
        raise Refused(f"{given} is no share; write STRATEGY=SHARE, such as uncertain=0.5") from None
