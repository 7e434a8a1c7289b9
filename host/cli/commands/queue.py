"""`kenpin queue`: waiting jobs, and dead letters."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.operations.answers import DeadLetter, Queue, Redriven
from host.cli.connect import connect
from host.cli.options import Json, group
from host.cli.output import line, show, show_all, table

app = group("Jobs and messages: what waits, what failed too often, redrive.")


@app.command("list")
def list_jobs(json: Json = False) -> None:
    """Show how many jobs wait and run."""

    queue = connect().get("/queue", Queue)
    show(queue, json, lambda: _describe(queue))


def _describe(queue: Queue) -> None:
    line(f"{queue.ready} waiting, {queue.running} running, {queue.dead} dead")
    if queue.dead:
        line("see them with: kenpin queue dead")


@app.command("dead")
def dead(json: Json = False) -> None:
    """List dead letters, oldest first: jobs, and on AWS arrivals and wake-ups that failed."""

    letters = list(connect().items("/dead-letters", DeadLetter))
    show_all(letters, json, lambda: _list(letters))


def _list(letters: list[DeadLetter]) -> None:
    rows = ((d.source, d.id, d.kind, d.subject, d.attempts, d.reason) for d in letters)
    table("source", "id", "kind", "subject", "attempts", "reason", rows=rows)


@app.command("redrive")
def redrive(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="As in `kenpin queue dead`.")],
    source: Annotated[str, typer.Option(help="jobs, intake or unheard.")] = "jobs",
    json: Json = False,
) -> None:
    """Send a dead letter again."""

    redriven = connect().ask(f"/dead-letters/{source}/{letter_id}/redrive", {}, Redriven)
    done = "waits again" if source == "jobs" else "was delivered"
    show(redriven, json, lambda: line(f"{letter_id} {done}"))
