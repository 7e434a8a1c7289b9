"""`kenpin review`: list, accept and return annotations that wait for a review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from functions.api.reviews.answers import ReturnedAnnotation, ReviewItem
from host.cli.classes import class_names, names_of_defects
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.options import AsOf, DatasetId, ImageIds, Json, ProjectId, Reason, group
from host.cli.output import first_of, line, show, show_all, table
from host.cli.output import images as images_of
from host.cli.resolve import full_ids

app = group("Reviews: list what waits, accept, return, list what came back.")
Limit = Annotated[int, typer.Option(min=1, help="The largest number to show.")]


@app.command("list")
def list_waiting(
    dataset_id: DatasetId,
    verdict: Annotated[str | None, typer.Option(help="OK, NG or HOLD.")] = None,
    author: Annotated[str | None, typer.Option(help="Whose annotations.")] = None,
    not_mine: Annotated[bool, typer.Option(help="Leave out my own.")] = False,
    doubtful: Annotated[
        bool, typer.Option(help="Order by how much the model contradicts; only answers to suggestions.")
    ] = False,
    as_of: AsOf = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List annotations that wait for a review, oldest first."""

    query = {"verdict": verdict, "author": author, "not_mine": not_mine, "as_of": as_of}
    order = "doubtful" if doubtful else "oldest"
    client = connect()
    waiting = client.items(f"/datasets/{dataset_id}/reviews", ReviewItem, **query, order=order)
    found = first_of(waiting, limit)
    show_all(found, json, lambda: _print_waiting(client, dataset_id, found))


def _print_waiting(client: Client, dataset_id: str, found: Sequence[ReviewItem]) -> None:
    classes = (defect.class_id for item in found for defect in item.image.defects)
    names = class_names(client, dataset_id, classes)
    rows = (
        (
            item.image.image_id[:12],
            item.image.name,
            item.image.verdict,
            names_of_defects(item.image.defects, names),
            item.image.annotation.by if item.image.annotation else None,
            item.why.reason if item.why else None,
            item.why.score if item.why else None,
        )
        for item in found
    )
    table("image", "name", "verdict", "defects", "by", "suggested", "score", rows=rows)


@app.command("accept")
def accept(dataset_id: DatasetId, images: ImageIds, reason: Reason = "", json: Json = False) -> None:
    """Accept up to 90 annotations, all or nothing."""
    _review(dataset_id, images, {"outcome": "accepted", "reason": reason}, json)


@app.command("return")
def give_back(
    dataset_id: DatasetId,
    images: ImageIds,
    reason: Reason,
    confused: Annotated[
        list[str] | None,
        typer.Option("--class", help="A class that was confused; may be given again."),
    ] = None,
    json: Json = False,
) -> None:
    """Return up to 90 annotations to their authors, all or nothing."""
    outcome: dict[str, object] = {"outcome": "returned", "reason": reason, "confused": confused or []}
    _review(dataset_id, images, outcome, json)


def _review(dataset_id: str, images: list[str], outcome: dict[str, object], json: bool) -> None:
    client = connect()
    reviews = [{**outcome, "image_id": id} for id in full_ids(client, dataset_id, images)]
    accepted = client.post(f"/datasets/{dataset_id}/reviews", {"reviews": reviews})
    sentence = (
        f"{images_of(len(reviews))} {outcome['outcome']}; {dataset_id} is at version {accepted.version}"
    )
    show(accepted, json, lambda: line(sentence))


@app.command("returned")
def list_returned(
    dataset_id: DatasetId,
    author: Annotated[str | None, typer.Option(help="Whose; left out, mine.")] = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List annotations that came back, with the confused classes and the reason."""

    path = f"/datasets/{dataset_id}/reviews/returned"
    returned = connect().items(path, ReturnedAnnotation, author=author, as_of=as_of)
    found = first_of(returned, limit)
    rows = (
        (r.image.image_id[:12], r.image.name, ", ".join(r.confused) or None, r.reason, r.by) for r in found
    )
    show_all(found, json, lambda: table("image", "name", "mixed up", "reason", "by", rows=rows))


@app.command("policy")
def set_policy(
    project_id: ProjectId,
    two_person: Annotated[
        bool, typer.Option("--two-person/--one-person", help="Whether a second person must accept.")
    ],
    hide_verdict: Annotated[
        bool,
        typer.Option("--hide-verdict", help="Reviewers look at the picture before they see the judgement."),
    ] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Set the whole review policy: a second person for training, and a hidden judgement for reviewers."""
    body = {"two_person": two_person, "hide_verdict": hide_verdict, "reason": reason}
    accepted = connect().put(f"/projects/{project_id}/review-policy", body)
    asks = "asks for two people" if two_person else "does not ask for a second person"
    show(accepted, json, lambda: line(f"{project_id} {asks}"))
