"""Reads about training runs."""

from functions.api.runs.answers import Run
from functions.http.access import access
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_text, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.runs import queries as runs

router = new_router()


@router.get("/runs", tags=["runs"])
def list_runs(
    project_id: str | None = None,
    dataset_id: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
) -> Page[Run]:
    """List runs, newest first."""
    before, then = decoded_text(cursor), time_as_of(as_of)
    with rows() as sql:
        within = access().projects if project_id is None else [project_id]
        shown = runs.page(sql, within, dataset_id, before, limit + 1, then)
    return page(shown, limit, run, lambda row: row["run_id"])


@router.get("/runs/<run_id>", tags=["runs"])
def one_run(run_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Run:
    stale = is_stale(f"run-{run_id}", min_version, "runs")
    version = version_as_of(f"run-{run_id}", as_of, "runs")
    with rows() as sql:
        row = found(runs.one(sql, run_id, version), "run", run_id)
    return run(row).model_copy(update={"stale": stale})


def run(row: Row) -> Run:
    objects = platform().objects
    predictions, artifact = row["predictions"], row["artifact"]
    return Run(
        **row,
        like=row["like_run"],
        predictions_url=objects.download_url(f"predictions/{predictions}.parquet") if predictions else None,
        artifact_url=objects.download_url(f"models/{artifact}.safetensors") if artifact else None,
    )
