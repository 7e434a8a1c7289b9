"""`kenpin train`: train a model on a dataset, and show the progress."""

from typing import Annotated

import typer

from functions.api.runs.answers import RunAccepted
from host.cli.connect import connect
from host.cli.follow import follow_run
from host.cli.options import DatasetId, Follow, Json
from host.cli.output import images, line, show, warn


def train(
    dataset_id: DatasetId,
    method: Annotated[str | None, typer.Option(help="probe (seconds) or fine_tune (minutes).")] = None,
    version: Annotated[int | None, typer.Option(help="Version of the dataset; left out, the newest.")] = None,
    seed: Annotated[int, typer.Option(help="The same data, recipe and seed make the same model.")] = 0,
    parent: Annotated[str | None, typer.Option(help="Model to go on from.")] = None,
    image_size: Annotated[int | None, typer.Option(help="Pixels of both sides, a multiple of 32.")] = None,
    epochs: Annotated[int | None, typer.Option(help="How often fine-tuning sees the data.")] = None,
    batch_size: Annotated[int | None, typer.Option()] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    escape_cost: Annotated[
        float | None, typer.Option(help="Cost of NG judged OK, for the threshold.")
    ] = None,
    overkill_cost: Annotated[
        float | None, typer.Option(help="Cost of OK judged NG, for the threshold.")
    ] = None,
    defect_rate: Annotated[
        float | None, typer.Option(help="Share of NG in production, for the threshold.")
    ] = None,
    follow: Follow = True,
    json: Json = False,
) -> None:
    """Train a model on exactly one version of a dataset."""

    given = {
        "method": method,
        "image_size": image_size,
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "escape_cost": escape_cost,
        "overkill_cost": overkill_cost,
        "defect_rate": defect_rate,
    }
    recipe = {name: value for name, value in given.items() if value is not None}
    body = {
        "dataset_id": dataset_id,
        "version": version,
        "recipe": recipe,
        "seed": seed,
        "parent_model": parent,
    }
    client = connect()
    accepted = client.ask("/runs", body, RunAccepted)
    if accepted.left_out:
        warn(f"{images(accepted.left_out)} left out: nobody else has accepted their annotation")
    if follow:
        follow_run(client, accepted.id, json)
    else:
        show(
            accepted,
            json,
            lambda: line(f"run {accepted.id} is queued; see it with: kenpin run follow {accepted.id}"),
        )
