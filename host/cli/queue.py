"""`kenpin queue`: the jobs that wait, and those that failed too often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.connect import connect
from host.cli.options import Json, group
from host.cli.output import line, show, table

if TYPE_CHECKING:
    from functions.http.answers import Queue

app = group("Jobs: what waits, what failed too often, redrive.")


@app.command("list")
def list_jobs(json: Json = False) -> None:
    """How many jobs wait and run, and the dead ones with their reason."""
    from functions.http.answers import Queue

    queue = connect().get("/queue", Queue)
    show(queue, json, lambda: _describe(queue))


def _describe(queue: Queue) -> None:
    line(f"{queue.ready} waiting, {queue.running} running, {len(queue.dead)} dead")
    if queue.dead:
        rows = ((d.job_id, d.kind, d.subject, d.attempts, d.reason) for d in queue.dead)
        table("job", "kind", "subject", "attempts", "reason", rows=rows)


@app.command("redrive")
def redrive(
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="Id of the dead job.")], json: Json = False
) -> None:
    """Give a dead job another chance."""
    from functions.http.answers import Redriven

    redriven = connect().ask(f"/queue/{job_id}/redrive", {}, Redriven)
    show(redriven, json, lambda: line(f"{job_id} waits again"))
