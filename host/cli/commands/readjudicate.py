"""`kenpin readjudicate`: old decisions that a changed standard puts in question."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.readjudications.answers import (
    QueuedReadjudication,
    Readjudication,
    ReadjudicationItem,
    ReadjudicationSummary,
)
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Refused
from host.cli.options import AsOf, DatasetId, Json, Reason, group
from host.cli.output import fields, first_of, line, show, show_all, table
from host.cli.waiting import wait_for

app = group("Re-adjudication: old decisions that a changed label standard puts in question.")


@app.command("start")
def start(
    dataset_id: DatasetId,
    class_id: Annotated[str, typer.Option("--class", help="The class whose old decisions to list.")],
    reason: Reason = "",
    wait: Annotated[float, typer.Option(help="Seconds to wait for the list.")] = 300,
    json: Json = False,
) -> None:
    """Start a list by hand. Revising or retiring a class, and limit samples, start one automatically."""

    client, path = connect(), f"/datasets/{dataset_id}/readjudications"
    queued = client.ask(path, {"class_id": class_id, "reason": reason}, QueuedReadjudication)
    found = _wait_for_request(client, path, queued.readjudication_id, wait)
    requests = f"{found.open} decisions of {dataset_id} are in question"
    show(found, json, lambda: line(f"{requests}; see `kenpin readjudicate list {dataset_id}`"))


def _wait_for_request(client: Client, path: str, id: str, wait: float) -> Readjudication:

    def ask() -> Readjudication | None:
        requests = client.items(path, Readjudication)
        return next((each for each in requests if each.readjudication_id == id), None)

    if (found := wait_for(ask, wait)) is None:
        raise AnswerIsNo(f"no answer to {id} after {wait:.0f} s; see `kenpin queue dead`")
    return found


@app.command("list")
def list_requests(
    dataset_id: DatasetId,
    items: Annotated[str | None, typer.Option(help="Show the open decisions of this request.")] = None,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List requests and their progress, or the open decisions of one request."""
    if items is not None:
        return _list_items(dataset_id, items, as_of, limit, json)

    requests = connect().items(f"/datasets/{dataset_id}/readjudications", Readjudication, as_of=as_of)
    found = first_of(requests, limit)
    rows = (
        (r.readjudication_id, r.class_id, r.sample_id or "", r.cause.what, r.open, r.kept, r.changed,
         r.gone, r.cause.text)
        for r in found
    )  # fmt: skip
    columns = ("request", "class", "sample", "what", "open", "kept", "changed", "gone", "why")
    show_all(found, json, lambda: table(*columns, rows=rows))


def _list_items(dataset_id: str, id: str, as_of: str | None, limit: int, json: bool) -> None:

    path = f"/datasets/{dataset_id}/readjudications/{id}/items"
    found = first_of(connect().items(path, ReadjudicationItem, as_of=as_of), limit)
    rows = (
        (i.rank, i.image.image_id[:12], i.image.name, i.old_verdict, ", ".join(i.old_classes), i.reason,
         i.distance, i.score)
        for i in found
    )  # fmt: skip
    columns = ("place", "image", "name", "judged", "classes", "reason", "distance", "score")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("summary")
def summary(
    dataset_id: DatasetId,
    request: Annotated[
        str | None, typer.Argument(metavar="[REQUEST]", help="Id of the request; left out, the newest.")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show what the re-adjudication changed: kept, changed to what, class by class, and how long it took."""

    client, path = connect(), f"/datasets/{dataset_id}/readjudications"
    if request is None:
        newest = next(client.items(path, Readjudication, limit=1, as_of=as_of), None)
        if newest is None:
            raise Refused(f"nothing in {dataset_id} was asked for anew; see `kenpin readjudicate start`")
        request = newest.readjudication_id
    found = client.get(f"{path}/{request}", ReadjudicationSummary, as_of=as_of)
    show(found, json, lambda: _describe(found))


def _describe(found: ReadjudicationSummary) -> None:
    fields(
        request=found.readjudication_id,
        cause=f"{found.cause.what}: {found.cause.text} ({found.cause.by})",
        under=f"revision {found.label_book_revision}",
        open=found.open,
        kept=found.kept,
        changed=found.changed,
        gone=found.gone,
        minutes=None if found.seconds_taken is None else round(found.seconds_taken / 60, 1),
        seconds_of_work=found.seconds_spent,
    )
    changes = (
        (c.images, c.old_verdict, ", ".join(c.old_classes), "→", c.new_verdict, ", ".join(c.new_classes))
        for c in found.changes
    )
    table("images", "from", "", "", "to", "", rows=changes)
    table(
        "class",
        "kept",
        "gained",
        "lost",
        rows=((c.class_id, c.kept, c.gained, c.lost) for c in found.classes),
    )
