"""`kenpin tag`: names of versions of a dataset."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.datasets.answers import Dataset
from functions.api.tags.answers import Tag
from host.cli.connect import connect
from host.cli.options import AsOf, DatasetId, Json, group
from host.cli.output import line, show, show_all, table

app = group("Tags: names of versions of a dataset, given once.")


@app.command("add")
def add(
    dataset_id: DatasetId,
    name: Annotated[str, typer.Argument(metavar="TAG", help="Such as v1 or 2026-week-12.")],
    at: Annotated[
        str | None, typer.Option(help="The version, tag or ISO 8601 time to name; left out, the newest.")
    ] = None,
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    json: Json = False,
) -> None:
    """Give a version a name. A tag cannot be moved."""

    client = connect()
    version = None if at is None else client.get(f"/datasets/{dataset_id}", Dataset, as_of=at).version
    body = {"name": name, "note": note, "version": version}
    accepted = client.post(f"/datasets/{dataset_id}/tags", body)
    named = version or accepted.version - 1
    show(accepted, json, lambda: line(f"{dataset_id} is tagged {name} at version {named}"))


@app.command("list")
def list_tags(dataset_id: DatasetId, as_of: AsOf = None, json: Json = False) -> None:
    """List tags, oldest first: which version, by whom, when, what for."""

    tags = list(connect().items(f"/datasets/{dataset_id}/tags", Tag, as_of=as_of))
    rows = ((tag.name, tag.version, tag.by, tag.at, tag.note) for tag in tags)
    show_all(tags, json, lambda: table("tag", "version", "by", "at", "note", rows=rows))
