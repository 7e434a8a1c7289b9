"""`kenpin suggest`: ask which images to judge next."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.suggestions.answers import PolicyGain, PolicyGains, Queued, ShareGain, Suggestions
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo
from host.cli.options import DatasetId, Json
from host.cli.output import line, show, table
from host.cli.waiting import wait_for
from kenpin.domain.suggestion_strategies import STRATEGIES


def suggest(
    dataset_id: DatasetId,
    size: Annotated[int, typer.Option(min=1, max=500, help="How many images.")] = 20,
    run: Annotated[str | None, typer.Option(help="Run whose model scores; left out, the newest.")] = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Strategy in turn with the others given: {', '.join(STRATEGIES)}. Twice: twice the share. Left out:"
            " the mix of the project, or the first three."
        ),
    ] = None,
    show_only: Annotated[
        bool, typer.Option("--show", help="Show the current suggestion instead of asking for a new one.")
    ] = False,
    gain: Annotated[
        bool, typer.Option("--gain", help="Show what each policy gained over its random controls so far.")
    ] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the answer.")] = 300,
    json: Json = False,
) -> None:
    """Ask which images to judge next, and why.

    Some of them are drawn at random, so that the suggestions can be compared with chance.
    """

    client, path = connect(), f"/datasets/{dataset_id}/suggestions"
    if gain:
        gains = client.get(f"{path}/gain", PolicyGains)
        show(gains, json, lambda: _describe_gains(gains.items))
        return
    if show_only:
        suggestions = client.get(path, Suggestions)
    else:
        queued = client.ask(path, {"size": size, "run_id": run, "strategies": strategy}, Queued)
        suggestions = _wait_for_suggestion(client, path, queued.suggestion_id, wait)
    suggestions = _whole(client, path, suggestions)
    show(suggestions, json, lambda: _describe(suggestions))


def _describe_gains(gains: list[PolicyGain]) -> None:
    rows = (
        (
            one.policy,
            f"{one.picks.ng} of {one.picks.judged}",
            f"{one.controls.ng} of {one.controls.judged}",
            _bounded(one.ng_gain),
            _bounded(one.wrong_gain),
        )
        for one in gains
    )
    table("policy", "NG, picks", "NG, controls", "gain in NG", "gain in model errors", rows=rows)


def _bounded(gain: ShareGain | None) -> str:
    """Return the gain in percentage points, with its 95 % interval."""
    if gain is None:
        return "too few judged"
    difference, low, high = (f"{100 * value:+.0f}" for value in (gain.difference, gain.low, gain.high))
    return f"{difference} points ({low} to {high})"


def _wait_for_suggestion(client: Client, path: str, suggestion_id: str, wait: float) -> Suggestions:

    def ask() -> Suggestions | None:
        current = client.get(path, Suggestions)
        return current if current.suggestion_id == suggestion_id else None

    if (found := wait_for(ask, wait)) is None:
        raise AnswerIsNo(f"no suggestion {suggestion_id} after {wait:.0f} s; see `kenpin queue dead`")
    return found


def _whole(client: Client, path: str, first: Suggestions) -> Suggestions:
    items, page = list(first.items), first
    while page.next_cursor:
        page = client.get(path, Suggestions, cursor=page.next_cursor)
        items += page.items
    return first.model_copy(update={"items": items, "next_cursor": None})


def _describe(suggestions: Suggestions) -> None:
    line(
        f"policy {suggestions.policy}, model of run {suggestions.run_id or '–'}"
        if suggestions.suggestion_id
        else "no suggestion yet"
    )
    shown = [(image, image.suggestion) for image in suggestions.items if image.suggestion]
    rows = (
        (s.rank, i.image_id[:12], i.name, s.reason, s.score, "control" if s.control else "") for i, s in shown
    )
    table("place", "image", "name", "reason", "score", "", rows=rows)
