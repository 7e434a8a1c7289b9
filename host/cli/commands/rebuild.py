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
        rebuilt = _rebuild_all(models or [])
    except (ValueError, PostgresFailed, NodeFailed) as reason:
        raise Refused(str(reason)) from None
    except Unavailable as reason:
        raise Unreachable(str(reason)) from None
    if json:
        show_json(rebuilt)
    for each in [] if json else rebuilt:
        line(f"{each['model']}: {each['events']:,} events in {each['seconds']} s")


Done = dict[str, str | int | float]


def _rebuild_all(names: list[str]) -> list[Done]:

    chosen = list(named(names))
    with open_local_platform() as platform, bars() as progress:
        return [_rebuild_one(model, platform, progress) for model in chosen]


def _rebuild_one(model: ReadModel, platform: Platform, progress: ProgressListener) -> Done:

    started, events = time.monotonic(), 0

    def count_events(count: int) -> None:
        nonlocal events
        events += count
        progress.step(count)

    progress.stage(model.name, sum(head.version for head in platform.events.heads(f"{model.category}-")))
    rebuilding.rebuild(model, platform.events, platform.database, on_progress=count_events)
    return {"model": model.name, "events": events, "seconds": round(time.monotonic() - started, 2)}
