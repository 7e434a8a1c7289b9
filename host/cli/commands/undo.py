"""`kenpin undo` and `kenpin return`: put images back to how they stood, except where somebody decided later."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated

import typer

from functions.api.undo.answers import ImageUndone, UndoPreview, UndoResult
from host.cli.client import Client, Query
from host.cli.connect import connect
from host.cli.options import DatasetId, Json, Reason
from host.cli.output import fields, images, line, show, show_json, table

Preview = Annotated[bool, typer.Option("--preview", help="Show what would happen, and do nothing.")]
SHOWN = 20


def undo(
    dataset_id: DatasetId,
    change: Annotated[
        str,
        typer.Argument(
            metavar="CHANGE", help="A version, versions such as 120-140, an event's id, or a batch id."
        ),
    ],
    reason: Reason = "",
    preview: Preview = False,
    json: Json = False,
) -> None:
    """Undo a change of any size. Later decisions stay. An undo can be undone."""
    _undo_or_preview(dataset_id, parse_change(change), reason, preview, json)


def return_to(
    dataset_id: DatasetId,
    to: Annotated[str, typer.Argument(metavar="VERSION", help="A version or a tag.")],
    reason: Reason = "",
    preview: Preview = False,
    json: Json = False,
) -> None:
    """Bring labels, splits and exclusions back to a version. Images that came in since, and the test split, stay."""
    _undo_or_preview(dataset_id, {"return_to": to}, reason, preview, json)


def parse_change(change: str) -> dict[str, Query]:
    """Return the typed change in the form that the API takes."""
    if span := re.fullmatch(r"(\d+)(?:-(\d+))?", change):
        first, last = span.groups()
        return {"from_version": int(first), "to_version": int(last or first)}
    return {"event_id" if "@" in change else "batch_id": change}


def _undo_or_preview(dataset_id: str, what: dict[str, Query], reason: str, preview: bool, json: bool) -> None:
    client, path = connect(), f"/datasets/{dataset_id}/undos"
    if preview:
        return _preview(client, path, what, json)
    result = _carry_out(client, path, {**what, "reason": reason})
    show(result, json, lambda: _print_result(result, dataset_id))


def _preview(client: Client, path: str, what: dict[str, Query], json: bool) -> None:

    page = client.get(f"{path}/preview", UndoPreview, **what, limit=1000)
    items = list(page.items)
    while page.next_cursor:
        page = client.get(f"{path}/preview", UndoPreview, **what, limit=1000, cursor=page.next_cursor)
        items += page.items
    if json:
        return show_json({"touched": page.touched, "items": [item.model_dump(mode="json") for item in items]})
    _describe(page, items)


def _describe(page: UndoPreview, items: list[ImageUndone]) -> None:
    back: Counter[str] = Counter(each.respect for item in items for each in item.goes_back)
    stay: Counter[str] = Counter(each.why for item in items for each in item.stays)
    fields(
        versions=f"{page.from_version} to {page.to_version}",
        touched=images(page.touched),
        go_back=_counted(back) or "nothing",
        stay=_counted(stay) or "nothing",
    )
    rows: list[tuple[str | None, ...]] = [
        (
            item.image_id[:12],
            each.respect,
            "stays",
            f"{each.why.replace('_', ' ')} in version {each.since}, by {each.by}",
        )
        for item in items
        for each in item.stays
    ]
    rows += [
        (item.image_id[:12], each.respect, _state(each.respect, each.was), _state(each.respect, each.becomes))
        for item in items
        for each in item.goes_back
    ]
    if rows:
        table("image", "what", "is", "becomes", rows=rows[:SHOWN])
    if len(rows) > SHOWN:
        line(f"… and {len(rows) - SHOWN:,} more; --json has all")


def _state(respect: str, value: str | None) -> str | None:
    """Return a state as people read it. The reason of an exclusion may be empty, as in a preview."""
    if respect != "excluded":
        return value
    return "takes part" if value is None else f"excluded ({value})" if value else "excluded"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in sorted(counts.items()))


def _carry_out(client: Client, path: str, body: dict[str, Query]) -> UndoResult:
    """As many requests as it takes."""

    result = part = client.ask(path, body, UndoResult)
    while part.next_cursor:
        again = {**body, "cursor": part.next_cursor, "undo_id": part.undo_id}
        part = client.ask(path, again, UndoResult)
        sums = {"images": result.images + part.images, "kept": result.kept + part.kept, "next_cursor": None}
        result = part.model_copy(update=sums)
    return result


def _print_result(result: UndoResult, dataset_id: str) -> None:
    line(f"{images(result.images)} put back, {result.kept:,} kept as decided since; version {result.version}")
    if result.images:
        line(f"`kenpin undo {dataset_id} {result.undo_id}` undoes this undo")
