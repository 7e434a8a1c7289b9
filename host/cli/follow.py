"""Follows a run until it ends and shows its result."""

from __future__ import annotations

from functions.api.runs.answers import Run
from host.cli.choice import explain_choice, with_interval
from host.cli.client import Client
from host.cli.failures import AnswerIsNo
from host.cli.output import fields, images, share, show, table, warn
from host.cli.progress import bars
from kenpin.domain.run.values import Evaluation
from kenpin_client.schemas import Run as SeenRun


def follow_run(client: Client, run_id: str, as_json: bool) -> None:
    """Progress on stderr, the run on stdout. Raises AnswerIsNo when it did not succeed."""
    try:
        run = _watch(client, run_id)
    except KeyboardInterrupt:
        warn(f"no longer looking; run {run_id} goes on. See it with: kenpin run follow {run_id}")
        raise
    show(run, as_json, lambda: describe(run))
    if run.status != "succeeded":
        reason = run.failure.reason if run.failure else f"it was {run.status}"
        raise AnswerIsNo(f"run {run_id} made no model: {' '.join(reason.split())}")


def _watch(client: Client, run_id: str) -> Run:

    epochs_shown = 0

    def reach(run: SeenRun) -> None:
        nonlocal epochs_shown
        if run.stage and run.done is not None and run.total:
            progress.reach(run.stage, run.done, run.total)
        for epoch in run.epochs[epochs_shown:]:
            progress.print_line(
                f"epoch {epoch.epoch}: " + ", ".join(f"{k} {v:.4g}" for k, v in epoch.metrics.items())
            )
        epochs_shown = len(run.epochs)

    with bars() as progress:
        progress.print_line(f"run {run_id}")
        client.wait_for_run(run_id, reach)
    return client.get(f"/runs/{run_id}", Run)


def describe(run: Run) -> None:
    fields(
        run=run.run_id,
        status=run.status if run.queue_place is None else f"{run.status}, place {run.queue_place}",
        dataset=f"{run.dataset_id} at version {run.dataset_version} ({run.dataset_hash[:12]}…)",
        recipe=", ".join(f"{name} {value}" for name, value in run.recipe.items() if value is not None),
        seed=run.seed,
        like=run.like,
        without=str(run.without) if run.without else None,
        reason=run.reason or None,
        attempt=run.attempt,
        requested=f"by {run.requested_by}",
        seconds=run.seconds,
        artifact=run.artifact,
        failure=run.failure.reason if run.failure else None,
    )
    if run.evaluation:
        evaluate(run.evaluation)


def evaluate(evaluation: Evaluation) -> None:
    """Show every rate with its counts, its bound and the split rule."""
    fields(
        measured_on=f"{evaluation.split} ({evaluation.split_rule}): {evaluation.images} images",
        at_threshold=evaluation.threshold,
        escapes=share(evaluation.escapes, evaluation.ng, evaluation.escape_rate, evaluation.escape_bound),
        overkills=share(
            evaluation.overkills, evaluation.ok, evaluation.overkill_rate, evaluation.overkill_bound
        ),
        auroc=with_interval(evaluation.auroc, evaluation.auroc_low, evaluation.auroc_high),
        average_precision=with_interval(
            evaluation.average_precision, evaluation.average_precision_low, evaluation.average_precision_high
        ),
    )
    if evaluation.mapped_images:
        evaluate_regions(evaluation)
    if evaluation.choice:
        explain_choice(evaluation.choice)
    if evaluation.shared_groups:
        warn(
            f"these figures look better than they are: images of {evaluation.shared_groups} groups are both in "
            f"{evaluation.split} and in what was learnt from. Split whole groups: kenpin dataset split … --by group"
        )
    if evaluation.near_duplicates:
        warn(
            f"these figures look better than they are: {images(evaluation.near_duplicates)} of {evaluation.split} look "
            "like one that was learnt from. See them: kenpin dataset duplicates …"
        )


def evaluate_regions(evaluation: Evaluation) -> None:
    """Show how well the maps meet the marked defects."""
    found = round((evaluation.region_recall or 0) * evaluation.defects)
    fields(
        maps_compared=images(evaluation.mapped_images),
        defects_found=f"{found} of {evaluation.defects} marked",
        false_regions=evaluation.false_regions,
        pixel_auroc=evaluation.pixel_auroc,
        aupro=evaluation.aupro,
        aupimo=evaluation.aupimo,
        iou=evaluation.iou,
    )


def list_runs(runs: list[Run]) -> None:
    rows = (
        (
            r.run_id,
            r.dataset_id,
            r.dataset_version,
            str(r.recipe.get("method")),
            r.status,
            r.stage,
            r.requested_at,
        )
        for r in runs
    )
    table("run", "dataset", "version", "method", "status", "stage", "requested", rows=rows)
