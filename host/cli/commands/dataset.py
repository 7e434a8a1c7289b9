"""`kenpin dataset`: datasets and their splits."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.datasets.answers import Dataset
from host.cli.connect import connect
from host.cli.options import AsOf, AsOfTime, DatasetId, ImageIds, Json, ProjectId, group
from host.cli.output import fields, line, show, show_all, table
from host.cli.output import images as images_of
from host.cli.resolve import full_ids

app = group("Datasets: what they hold, splits.")


@app.command("create")
def create(
    project_id: ProjectId,
    dataset_id: Annotated[str, typer.Argument(metavar="DATASET", help="Slug of the new dataset.")],
    name: Annotated[str | None, typer.Option(help="What people call it; left out, its id.")] = None,
    json: Json = False,
) -> None:
    """Create a dataset in a project."""
    body = {"dataset_id": dataset_id, "project_id": project_id, "name": name or dataset_id}
    accepted = connect().post("/datasets", body)
    show(accepted, json, lambda: line(f"dataset {accepted.id} is open in {project_id}"))


@app.command("list")
def list_datasets(
    project: Annotated[str | None, typer.Option(help="Only those of this project.")] = None,
    as_of: AsOfTime = None,
    json: Json = False,
) -> None:
    """List datasets."""

    found = list(connect().items("/datasets", Dataset, project_id=project, as_of=as_of))
    rows = ((d.dataset_id, d.project_id, d.images, d.excluded, d.suggested, d.version) for d in found)
    columns = ("dataset", "project", "images", "excluded", "suggested", "version")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("show")
def show_dataset(dataset_id: DatasetId, as_of: AsOf = None, json: Json = False) -> None:
    """Show a dataset: counts by split and verdict, tags, version and hash."""

    dataset = connect().get(f"/datasets/{dataset_id}", Dataset, as_of=as_of)
    show(dataset, json, lambda: _describe(dataset))


def _describe(dataset: Dataset) -> None:
    fields(
        dataset=dataset.dataset_id,
        project=dataset.project_id,
        version=f"{dataset.version} ({dataset.hash[:12]}…)",
        images=f"{dataset.images}, of which excluded {dataset.excluded}",
        suggested=dataset.suggested,
        tags=", ".join(f"{tag.name}@{tag.version}" for tag in dataset.tags) or None,
    )
    rows = ((split, c.OK, c.NG, c.HOLD, c.unlabelled) for split, c in dataset.counts.items())
    table("split", "OK", "NG", "HOLD", "unlabelled", rows=rows)


@app.command("split")
def split(
    dataset_id: DatasetId,
    split: Annotated[str, typer.Argument(metavar="SPLIT", help="train, validation or test.")],
    images: ImageIds,
    rule: Annotated[
        str, typer.Option(help="How these were chosen; it stands beside every metric.")
    ] = "by hand",
    json: Json = False,
) -> None:
    """Assign images to a split. An image leaves test only by undo."""
    client = connect()
    body = {"image_ids": full_ids(client, dataset_id, images), "split": split, "rule": rule}
    accepted = client.post(f"/datasets/{dataset_id}/splits", body)
    show(
        accepted, json, lambda: line(f"{images_of(len(images))} in {split} since version {accepted.version}")
    )
