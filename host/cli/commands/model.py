"""`kenpin model`: models, their thresholds and stages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from functions.api.decision_chains.answers import ModelDecision
from functions.api.drift.answers import Drift
from functions.api.inspections.answers import ModelInspection
from functions.api.models.answers import Model
from functions.api.runs.answers import Prediction
from host.cli.commands import production
from host.cli.connect import connect
from host.cli.drift import describe
from host.cli.follow import evaluate
from host.cli.inspections import inspect, predictions_of
from host.cli.model_files import export_to_folder
from host.cli.options import AsOf, AsOfTime, Json, ModelId, Reason, group
from host.cli.output import fields, first_of, line, show, show_all, table
from kenpin.domain.model.events import ModelFormat

app = group(
    "Models: list, show, decisions, threshold, gates, promote, rollback, retire, export, inspect, drift."
)


@app.command("list")
def list_models(
    project: Annotated[str | None, typer.Option(help="Only those of this project.")] = None,
    as_of: AsOfTime = None,
    json: Json = False,
) -> None:
    """List models, newest first."""

    models = list(connect().items("/models", Model, project_id=project, as_of=as_of))
    rows = ((m.model_id, m.dataset_id, m.stage, m.threshold, *_rates(m), m.registered_at) for m in models)
    columns = ("model", "dataset", "stage", "threshold", "escapes", "overkills", "registered")
    show_all(models, json, lambda: table(*columns, rows=rows))


def _rates(model: Model) -> tuple[str, str]:
    if (found := model.evaluation) is None:
        return "–", "–"
    return f"{found.escapes} of {found.ng}", f"{found.overkills} of {found.ok}"


@app.command("show")
def show_model(model_id: ModelId, as_of: AsOf = None, json: Json = False) -> None:
    """Show a model: its origin, threshold and stage."""

    model = connect().get(f"/models/{model_id}", Model, as_of=as_of)
    show(model, json, lambda: _describe(model))


def _describe(model: Model) -> None:
    fields(
        model=model.model_id,
        stage=model.stage
        if model.staged_by is None
        else f"{model.stage}, by {model.staged_by}: {model.stage_reason}",
        dataset=f"{model.dataset_id} at version {model.dataset_version}",
        artifact=model.artifact,
        threshold=f"{model.threshold:.4g}"
        + (f", grey zone from {model.grey_from:.4g}" if model.grey_from is not None else "")
        + (f": {model.threshold_reason}" if model.threshold_reason else ""),
    )
    if model.evaluation:
        evaluate(model.evaluation)


@app.command("decisions")
def decisions(
    model_id: ModelId,
    used_as: Annotated[str | None, typer.Option(help="train, validation or test.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List every judgement that a model stands on, as it stood for its run."""

    path, page = f"/models/{model_id}/decisions", min(limit, 1000)
    found = connect().items(path, ModelDecision, used_as=used_as, limit=page)
    shown = first_of(found, limit)
    rows = (
        (
            d.image_id[:12],
            d.used_as,
            d.verdict,
            ", ".join(d.classes) or None,
            d.by,
            d.at,
            d.label_book_revision,
        )
        for d in shown
    )
    columns = ("image", "used as", "verdict", "defects", "by", "at", "label book")
    show_all(shown, json, lambda: table(*columns, rows=rows))


app.command("gates")(production.gates)
app.command("promote")(production.promote)
app.command("rollback")(production.rollback)
app.command("in-production")(production.in_production)


@app.command("threshold")
def threshold(
    model_id: ModelId,
    threshold: Annotated[
        float, typer.Argument(metavar="SCORE", help="Images at or above it are judged NG, 0 to 1.")
    ],
    reason: Reason,
    grey_from: Annotated[
        float | None,
        typer.Option(metavar="SCORE", help="Images from here up to the threshold are for people to look at."),
    ] = None,
    json: Json = False,
) -> None:
    """Choose the score from which an image is judged NG, and the grey zone below it if there is to be one."""
    chosen = {"threshold": threshold, "grey_from": grey_from, "reason": reason}
    accepted = connect().post(f"/models/{model_id}/threshold", chosen)
    grey = "" if grey_from is None else f"; people look at those from {grey_from}"
    show(accepted, json, lambda: line(f"model {model_id} judges NG from {threshold}{grey}"))


@app.command("retire")
def retire(model_id: ModelId, reason: Reason, json: Json = False) -> None:
    """Retire a model: take it out of use."""
    accepted = connect().post(f"/models/{model_id}/retirement", {"reason": reason})
    show(accepted, json, lambda: line(f"model {model_id} is retired"))


@app.command("export")
def export(
    model_id: ModelId,
    format: Annotated[
        ModelFormat, typer.Option(help="keras, saved_model, tflite, tflite-int8 or onnx.")
    ] = "onnx",
    out: Annotated[
        Path | None, typer.Option(help="A folder that is not there yet; else kenpin-model-MODEL.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the files of a model, with its card, for other programs; fails when they answer otherwise than it."""
    folder = out or Path(f"kenpin-model-{model_id}")
    made = export_to_folder(connect(), model_id, format, folder)
    found = f"on {made.images} images its answers differ by {made.largest_difference:.6f} at most"
    show(made, json, lambda: line(f"{format} of model {model_id} is in {folder}; {found}"))


@app.command("inspect")
def inspect_images(
    model_id: ModelId,
    image: Annotated[
        list[str] | None, typer.Option("--image", help="Only this image (its id); give it again for more.")
    ] = None,
    order: Annotated[
        str, typer.Option(help="score (surest NG first) or unfamiliar (farthest first).")
    ] = "score",
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """Score the images of the model's dataset that it has not scored yet, and list them."""
    client = connect()
    found = inspect(client, model_id, image or [])
    shown = predictions_of(client, found, order, limit)
    show(found, json, lambda: _describe_inspection(found, shown))


def _describe_inspection(found: ModelInspection, shown: list[Prediction]) -> None:
    grey = "" if found.grey is None else f", {found.grey} in the grey zone"
    unfamiliar = "" if found.unfamiliar is None else f", {found.unfamiliar} unfamiliar"
    judged = f"{found.judged_ng} judged NG{grey}{unfamiliar}"
    line(f"inspection {found.inspection_id}: {found.images} images, {judged}")
    if found.left_out:
        line(f"{found.left_out} left out: they cannot be read, or are not in the dataset {found.dataset_id}")
    if found.remaining:
        line(f"{found.remaining} are left for another inspection: ask again")
    rows = (
        (
            p.image_id[:12],
            p.truth,
            round(p.score, 4),
            None if p.unfamiliar is None else round(p.unfamiliar, 2),
        )
        for p in shown
    )
    table("image", "truth", "score", "unfamiliar", rows=rows)


@app.command("inspections")
def list_inspections(
    model_id: ModelId,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List the inspections by a model, newest first."""
    found = connect().items(f"/models/{model_id}/inspections", ModelInspection)
    shown = first_of(found, limit)
    rows = ((i.inspection_id, i.inspected_at, i.images, *_counts(i), i.left_out) for i in shown)
    columns = ("inspection", "at", "images", "OK", "grey zone", "NG", "unfamiliar", "left out")
    show_all(shown, json, lambda: table(*columns, rows=rows))


def _counts(found: ModelInspection) -> tuple[int | None, ...]:
    """Return how many images are OK, in the grey zone, NG and unfamiliar."""
    ok = found.images - found.judged_ng - (found.grey or 0)
    return ok, found.grey, found.judged_ng, found.unfamiliar


@app.command("drift")
def drift(
    model_id: ModelId,
    by: Annotated[str, typer.Option(help="line, station, camera, product, light or lot.")] = "line",
    limit: Annotated[int, typer.Option(min=1, help="The largest number of rows to show.")] = 50,
    json: Json = False,
) -> None:
    """Compare the newest images of each day and line with those that the model learnt from."""
    found = connect().get(f"/models/{model_id}/drift", Drift, by=by)
    show(found, json, lambda: describe(found, limit))
