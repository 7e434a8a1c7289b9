"""`kenpin intake`: sources of images, and rejected arrivals."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.intake.answers import Dismissed, Intake, IntakeOutcome, RejectedArrival
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo
from host.cli.options import Json, group
from host.cli.output import first_of, line, show, show_all, table

app = group("Images that factories send: sources, rejected arrivals, retry, dismiss.")
RejectedId = Annotated[str, typer.Argument(metavar="ID", help="As in `kenpin intake list`.")]


@app.command("sources")
def sources(json: Json = False) -> None:
    """List the sources of images and their cameras: when each last sent one, rate, lag and what their clocks say."""

    intake = connect().get("/intake", Intake)
    show(intake, json, lambda: _describe(intake))


def _describe(intake: Intake) -> None:
    rows = (
        (s.source, s.last_at, s.registered, s.known, s.rejected, s.tested, s.dropped) for s in intake.sources
    )
    table("source", "last heard", "registered", "sent again", "rejected", "tests", "dropped", rows=rows)
    if intake.cameras:
        cameras = (
            (
                each.line or "–",
                each.camera or "–",
                each.last_at,
                f"{each.per_minute_hour:.2f}",
                f"{each.per_minute_day:.2f}",
                "" if each.lag_seconds is None else _duration(each.lag_seconds),
                each.out_of_order,
                _duration(each.ahead_seconds) if each.ahead_seconds >= 0.5 else "",
                "silent" if each.is_silent else "",
            )
            for each in intake.cameras
        )
        table(
            *("line", "camera", "last image", "per min, hour", "per min, day", "lag"),
            *("out of order", "clock ahead", ""),
            rows=cameras,
        )
    line(f"{intake.rejected} rejected arrivals wait; see them with: kenpin intake list")


def _duration(seconds: float) -> str:
    """Return a duration in the largest unit of which there are at least two."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} s"


@app.command("list")
def list_rejected(
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50, json: Json = False
) -> None:
    """List rejected arrivals, newest first, with their reasons."""

    found = first_of(connect().items("/intake/rejected", RejectedArrival), limit)
    rows = ((r.rejected_id, r.source, r.event_id, r.attempts, r.last_at, _why(r)) for r in found)
    show_all(found, json, lambda: table("id", "source", "event", "attempts", "last", "why", rows=rows))


def _why(arrival: RejectedArrival) -> str:
    changes = (f"{each.field}: {each.first or '–'} → {each.now or '–'}" for each in arrival.differences)
    return "\n".join((arrival.reason, *changes))


@app.command("retry")
def retry(rejected_id: RejectedId, json: Json = False) -> None:
    """Try a rejected arrival again."""

    taken = connect().ask(f"/intake/rejected/{rejected_id}/retry", {}, IntakeOutcome)
    show(taken, json, lambda: line(f"{rejected_id} is {taken.outcome}"))
    if taken.outcome == "rejected":
        raise AnswerIsNo(f"{rejected_id} was rejected again: {taken.detail}")


@app.command("dismiss")
def dismiss(rejected_id: RejectedId, json: Json = False) -> None:
    """Set a rejected arrival aside."""

    dismissed = connect().ask(f"/intake/rejected/{rejected_id}/dismiss", {}, Dismissed)
    show(dismissed, json, lambda: line(f"{rejected_id} is set aside"))
