"""`kenpin rebuild`: make rows again from history, on the machine with the database, while Kenpin runs."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from functions.rebuild.handler import named
from host.cli.failures import Refused, Unreachable
from host.cli.options import Json
from host.cli.output import line, show_json
from host.cli.progress import bars
from host.embedded_postgres import PostgresFailed
from host.node import NodeFailed
from host.running_database import open_local_platform
from kenpin.application.move import ProgressListener
from kenpin.bootstrap import Platform
from kenpin.ports import Unavailable
from kenpin.projections import rebuild as rebuilding
from kenpin.projections.projection import ReadModel


def rebuild(
    models: Annotated[
        list[str] | None,
        typer.Argument(metavar="MODEL…", help="Read models, such as gallery; none: all of them."),
    ] = None,
    json: Json = False,
) -> None:
    """Make rows again from history and swap them in. Until then the old rows are served and kept up to date.

    Runs where the database is: KENPIN_DATA_DIR or KENPIN_DATABASE_URL names it.
    An interrupted rebuild continues when it is run again.
    On AWS the catch-up does it: see docs/deploy.md.
    """

    try:
        done = _rebuilt(models or [])
    except (ValueError, PostgresFailed, NodeFailed) as reason:
        raise Refused(str(reason)) from None
    except Unavailable as reason:
        raise Unreachable(str(reason)) from None
    if json:
        show_json(done)
    for each in [] if json else done:
        line(f"{each['model']}: {each['events']:,} events in {each['seconds']} s")


Done = dict[str, str | int | float]


def _rebuilt(names: list[str]) -> list[Done]:

    chosen = list(named(names))
    with open_local_platform() as platform, bars() as watching:
        return [_one(model, platform, watching) for model in chosen]


def _one(model: ReadModel, platform: Platform, watching: ProgressListener) -> Done:

    began, events = time.monotonic(), 0

    def told(count: int) -> None:
        nonlocal events
        events += count
        watching.step(count)

    watching.stage(model.name, sum(head.version for head in platform.events.heads(f"{model.category}-")))
    rebuilding.rebuild(model, platform.events, platform.database, on_progress=told)
    return {"model": model.name, "events": events, "seconds": round(time.monotonic() - began, 2)}
