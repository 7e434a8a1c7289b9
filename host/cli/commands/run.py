"""`kenpin run`: show, cancel and retry training runs."""

from typing import Annotated, Final

import typer

from functions.api.runs.answers import (
    ComparedPicture,
    Curve,
    DefectSizes,
    DoubtfulLabel,
    GreyZoneAnswer,
    Prediction,
    Run,
    RunClasses,
    RunComparison,
    RunSlices,
)
from host.cli.comparison import describe_comparison, list_changed
from host.cli.connect import connect
from host.cli.follow import describe, follow_run, list_runs
from host.cli.options import AsOf, AsOfTime, Follow, Json, Reason, RunId, group
from host.cli.output import first_of, line, show, show_all, table
from host.cli.run_figures import (
    describe_classes,
    describe_curve,
    describe_defect_sizes,
    describe_grey_zone,
    describe_slices,
)
from kenpin.domain.run.comparison import ImageChange
from kenpin.read_models.runs.scored_images import CountedSplit, SliceBy

app = group("Training runs: list, show, follow, cancel, retry, predictions, figures, label review, compare.")
Split = Annotated[CountedSplit, typer.Option(help="train, validation or test.")]

REASON_TEXTS: Final = {
    "near_duplicate": "a near-duplicate is judged otherwise",
    "suspect": "looks NG, so it was left out",
    "self_confidence": "the other verdict is likelier",
    "other_class": "another class is likelier",
}


@app.command("list")
def list_all(
    dataset: Annotated[str | None, typer.Option(help="Only those on this dataset.")] = None,
    project: Annotated[str | None, typer.Option(help="Only those of this project.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 20,
    as_of: AsOfTime = None,
    json: Json = False,
) -> None:
    """List runs, newest first."""

    found = connect().items("/runs", Run, dataset_id=dataset, project_id=project, as_of=as_of)
    runs = first_of(found, limit)
    show_all(runs, json, lambda: list_runs(runs))


@app.command("show")
def show_run(run_id: RunId, as_of: AsOf = None, json: Json = False) -> None:
    """Show a run: its data, its progress and its figures."""

    run = connect().get(f"/runs/{run_id}", Run, as_of=as_of)
    show(run, json, lambda: describe(run))


@app.command("follow")
def follow(run_id: RunId, json: Json = False) -> None:
    """Show progress until the run ends. Ctrl-C ends the display, not the run."""
    follow_run(connect(), run_id, json)


@app.command("cancel")
def cancel(run_id: RunId, reason: Reason = "", json: Json = False) -> None:
    """Cancel a run."""
    accepted = connect().post(f"/runs/{run_id}/cancellation", {"reason": reason})
    show(accepted, json, lambda: line(f"run {run_id} is cancelled"))


@app.command("retry")
def retry(run_id: RunId, reason: Reason = "", follow: Follow = True, json: Json = False) -> None:
    """Retry a failed run."""
    client = connect()
    accepted = client.post(f"/runs/{run_id}/retries", {"reason": reason})
    if follow:
        follow_run(client, run_id, json)
    else:
        show(accepted, json, lambda: line(f"run {run_id} is queued again"))


@app.command("predictions")
def predictions(
    run_id: RunId,
    split: Annotated[str | None, typer.Option(help="train, validation, test or unassigned.")] = None,
    order: Annotated[
        str,
        typer.Option(
            help="score (surest NG first), margin (least sure first) or unfamiliar (farthest first)."
        ),
    ] = "score",
    suspects: Annotated[
        bool,
        typer.Option("--suspects", help="Only OK images that look NG, and so were left out (anomaly)."),
    ] = False,
    unfamiliar: Annotated[
        bool,
        typer.Option("--unfamiliar", help="Only images like nothing that the model learnt."),
    ] = False,
    maps: Annotated[
        bool, typer.Option("--maps", help="With regions; in JSON also the heatmap as PNG in Base64.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """List the scores that the run gave to images."""

    path = f"/runs/{run_id}/predictions"
    asked = {
        "suspects": suspects or None,
        "maps": maps or None,
        "unfamiliar_from": 1 if unfamiliar else None,
    }
    found = connect().items(path, Prediction, split=split, order=order, as_of=as_of, **asked)
    shown = first_of(found, limit)
    show_all(shown, json, lambda: _list_predictions(shown))


@app.command("compare")
def compare(
    old: Annotated[str, typer.Argument(help="The older run.")],
    new: Annotated[str, typer.Argument(help="The run that is compared with it.")],
    images: Annotated[
        ImageChange | None,
        typer.Option(help="List the images instead: fixed or broken by the new run, or relabelled."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number of images to show.")] = 50,
    json: Json = False,
) -> None:
    """Compare two runs: old and new model on old and new labels, with the difference and its 95 % interval."""
    path, client = f"/runs/{new}/comparison", connect()
    if images is None:
        answer = client.get(path, RunComparison, old_run=old)
        show(answer, json, lambda: describe_comparison(answer))
    else:
        found = client.items(f"{path}/images", ComparedPicture, old_run=old, change=images)
        shown = first_of(found, limit)
        show_all(shown, json, lambda: list_changed(shown))


@app.command("label-review")
def label_review(
    run_id: RunId,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List the labels that the run doubts, most doubtful first, with what speaks against each."""

    found = connect().items(f"/runs/{run_id}/label-review", DoubtfulLabel)
    shown = first_of(found, limit)
    show_all(shown, json, lambda: _list_doubtful(shown))


def _list_doubtful(shown: list[DoubtfulLabel]) -> None:
    rows = (
        (
            one.image_id[:12],
            one.truth,
            round(one.label_doubt, 3),
            ", ".join(REASON_TEXTS[reason] for reason in one.reasons),
            f"looked at, {one.verdict or 'no verdict'}" if one.looked_at else "",
        )
        for one in shown
    )
    table("image", "label", "doubt", "why", "since then", rows=rows)


def _list_predictions(shown: list[Prediction]) -> None:
    columns = ["image", "split", "truth", "score", "unfamiliar", "regions"]
    if not any(p.regions for p in shown):
        columns.pop()
    rows = (
        (p.image_id[:12], p.split, p.truth, round(p.score, 4), _rounded(p.unfamiliar), _first_region(p))
        for p in shown
    )
    table(*columns, rows=(row[: len(columns)] for row in rows))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _first_region(prediction: Prediction) -> str:
    """Return the number of regions and the place of the surest."""
    if not prediction.regions:
        return ""
    first = prediction.regions[0]
    x, y, width, height = map(round, first.box)
    return f"{len(prediction.regions)}: {width} × {height} px at {x}, {y}, score {first.score:.2f}"


@app.command("curve")
def curve(
    run_id: RunId,
    split: Split = "test",
    defect_rate: Annotated[
        float | None, typer.Option(help="Share of NG in production, between 0 and 1.")
    ] = None,
    escape_cost: Annotated[float | None, typer.Option(help="Cost of an NG part judged OK.")] = None,
    overkill_cost: Annotated[float | None, typer.Option(help="Cost of an OK part judged NG.")] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show escapes, overkills and cost over the range of the threshold."""
    asked = {"defect_rate": defect_rate, "escape_cost": escape_cost, "overkill_cost": overkill_cost}
    found = connect().get(f"/runs/{run_id}/curve", Curve, split=split, as_of=as_of, **asked)
    show(found, json, lambda: describe_curve(found))


@app.command("grey-zone")
def grey_zone(
    run_id: RunId,
    low: Annotated[float, typer.Argument(help="Parts below this score are OK.")],
    high: Annotated[float, typer.Argument(help="Parts from this score on are NG.")],
    split: Split = "test",
    defect_rate: Annotated[
        float | None, typer.Option(help="Share of NG in production, between 0 and 1.")
    ] = None,
    unfamiliar: Annotated[
        bool, typer.Option("--unfamiliar", help="People also look at images like nothing that was learnt.")
    ] = False,
    parts: Annotated[
        int | None, typer.Option(min=1, help="Parts of a shift, to count people's load.")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show what two thresholds decide alone, where people look at the scores between them."""
    asked = {
        "low": low,
        "high": high,
        "defect_rate": defect_rate,
        "unfamiliar_from": 1 if unfamiliar else None,
    }
    found = connect().get(f"/runs/{run_id}/grey-zone", GreyZoneAnswer, split=split, as_of=as_of, **asked)
    show(found, json, lambda: describe_grey_zone(found, parts))


@app.command("slices")
def slices(
    run_id: RunId,
    by: Annotated[
        SliceBy, typer.Option(help="A condition, class, defect size, day, month, person or label book.")
    ],
    then_by: Annotated[SliceBy | None, typer.Option(help="Cross it with another.")] = None,
    split: Split = "test",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show the run's figures by slices, the highest escape rate first."""
    client = connect()
    found = client.get(f"/runs/{run_id}/slices", RunSlices, by=by, then_by=then_by, split=split, as_of=as_of)
    show(found, json, lambda: describe_slices(client, found))


@app.command("classes")
def classes(run_id: RunId, split: Split = "test", as_of: AsOf = None, json: Json = False) -> None:
    """Show the run's figures by defect class, and which class is taken for which."""
    found = connect().get(f"/runs/{run_id}/classes", RunClasses, split=split, as_of=as_of)
    show(found, json, lambda: describe_classes(found))


@app.command("defect-sizes")
def defect_sizes(
    run_id: RunId,
    mm_per_pixel: Annotated[
        float | None,
        typer.Option(min=1e-6, max=1e3, help="Millimetres of a pixel; left out, the scale of the cameras."),
    ] = None,
    split: Split = "test",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show how many of the marked defects the run's maps find, by size."""
    pixels_per_mm = None if mm_per_pixel is None else 1 / mm_per_pixel
    found = connect().get(
        f"/runs/{run_id}/defect-sizes", DefectSizes, pixels_per_mm=pixels_per_mm, split=split, as_of=as_of
    )
    show(found, json, lambda: describe_defect_sizes(found))
