"""`kenpin log`: the commits of a stream, newest first, one a line."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from functions.api.history.answers import StreamChange
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.options import AsOf, Json
from host.cli.output import first_of, show_all, table, text
from kenpin.domain.ids import Category, category_of


def log(
    stream: Annotated[
        str, typer.Argument(metavar="STREAM", help="Such as dataset-line-1, project-bakery or model-….")
    ],
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """Show the history of a dataset, project, run or model: who, when, what, why."""

    if category_of(stream) not in get_args(Category):
        raise Refused(
            f"{stream} is no stream; of a dataset write dataset-{stream}, of a project project-{stream}"
        )
    found = first_of(connect().items(f"/streams/{stream}/changes", StreamChange, as_of=as_of), limit)
    rows = ((_versions(c), _at(c), c.actor, _what(c), c.reason) for c in found)
    show_all(found, json, lambda: table("versions", "at", "who", "what", "why", rows=rows))


def _versions(change: StreamChange) -> str:
    return str(change.last) if change.first == change.last else f"{change.first}–{change.last}"


def _at(change: StreamChange) -> str:
    at = text(change.recorded_at)
    return f"{at} (clock set back: {text(change.clock)})" if change.clock else at


def _what(change: StreamChange) -> str:
    return ", ".join(type if n == 1 else f"{n:,} {type}" for type, n in change.events.items())
