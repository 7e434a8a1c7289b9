"""`kenpin diff`: what differs between two versions of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

import typer

from functions.api.history.answers import Diff, DiffItem, DiffState, ShapeChange, Side, Summary
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.options import DatasetId, Json
from host.cli.output import Cell, line, show, table

MAX_PAGE = 1000
Version = Annotated[str, typer.Argument(help="A version, a tag or an ISO 8601 time.")]


def diff(
    dataset_id: DatasetId,
    before: Version,
    after: Version,
    kind: Annotated[
        str | None, typer.Option(help="Only such images: added, excluded, relabelled, reshaped, split, …")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="The largest number of images to show.")] = 50,
    json: Json = False,
) -> None:
    """Show what differs between two versions of a dataset: images, labels, shapes, splits; who, when and why."""

    client, path = connect(), f"/datasets/{dataset_id}/diff"
    query = {"from": before, "to": after, "kind": kind}
    first = client.get(path, Diff, **query, limit=max(1, min(limit, MAX_PAGE)))
    items = list(islice(_items(client, path, query, first), limit))
    whole = first.model_copy(update={"items": items, "next_cursor": None})
    show(whole, json, lambda: _describe(whole))


def _items(client: Client, path: str, query: dict[str, str | None], page: Diff) -> Iterator[DiffItem]:

    yield from page.items
    while page.next_cursor is not None:
        page = client.get(path, Diff, **query, limit=MAX_PAGE, cursor=page.next_cursor)
        yield from page.items


def _describe(found: Diff) -> None:
    if found.summary:
        _print_summary(found.summary)
    table("image", "what", "before", "after", "iou", "who", "why", rows=map(_row, found.items))


def _print_summary(summary: Summary) -> None:
    rows: list[tuple[Cell, ...]] = [_side(summary.before), _side(summary.after)]
    table("version", "images", "excluded", "OK", "NG", "HOLD", "unlabelled", "classes", rows=rows)
    line(", ".join(f"{n:,} {kind}" for kind, n in summary.kinds.items()) or "no image differs")
    for moved in summary.verdicts:
        line(f"{moved.images:,} from {moved.before} to {moved.after}")
    for leak in summary.leaks:
        line(f"leak: group {leak.group} has {leak.train:,} images in train and {leak.test:,} in test")
    if not summary.complete:
        line("so much changed that only the first changes are counted")
    line("")


def _side(side: Side) -> tuple[Cell, ...]:
    counts, classes = side.counts, ", ".join(f"{id} {n:,}" for id, n in side.classes.items())
    verdicts = (counts.OK, counts.NG, counts.HOLD, counts.unlabelled)
    return (side.version, side.images, side.excluded, *verdicts, classes)


def _row(item: DiffItem) -> tuple[Cell, ...]:
    reasons = {change.by: change.why for change in item.changes}
    return (
        item.image_id[:12],
        ", ".join(item.kinds),
        _state_text(item.before),
        _state_text(item.after),
        _overlap(item.shapes),
        ", ".join(reasons),
        "; ".join(why for why in reasons.values() if why),
    )


def _overlap(shapes: list[ShapeChange]) -> float | None:
    """The least overlap of shapes of one class. None where a class only came or went: there is nothing to compare."""
    removed_classes = {shape.class_id for shape in shapes if shape.after is None}
    if any(shape.class_id in removed_classes for shape in shapes if shape.before is None):
        return 0.0
    both = [shape.iou for shape in shapes if shape.before is not None and shape.after is not None]
    return min((iou for iou in both if iou is not None), default=None)


def _state_text(side: DiffState | None) -> str | None:
    """As in `NG crack, dent (train)`."""
    if side is None:
        return None
    classes = ", ".join(sorted({defect.class_id for defect in side.defects}))
    words = [side.verdict or "unlabelled", classes, f"({side.split})" if side.split else ""]
    return " ".join(word for word in (*words, "excluded" if side.excluded else "") if word)
