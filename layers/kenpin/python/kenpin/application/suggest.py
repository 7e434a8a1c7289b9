"""Request suggestions of images to judge next."""

from collections.abc import Sequence

from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.ownership import project_in_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.refusals import NothingLeftToSuggest, NothingToSuggest
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, RunId, SuggestionId
from kenpin.domain.suggestion_strategies import Strategy, encoded
from kenpin.ports import Job
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.runs import queries as runs


def ask_for_suggestions(
    platform: PlatformParts,
    dataset_id: DatasetId,
    suggestion_id: SuggestionId,
    *,
    size: int,
    run_id: RunId | None,
    seed: int,
    strategies: Sequence[Strategy] = (),
    by: Context,
) -> Job:
    """Queue the job that ranks the unlabelled images. Raises NoSuchDataset and what `check_pool` raises.

    `strategies`: none: the mix of the project.
    `run_id`: the run whose model scores; None: the newest that has scored this dataset, if any.
    """
    with platform.database.reading() as sql:
        project_id = project_in_rows(sql, dataset_id)
        pool = datasets.pool_size(sql, dataset_id)
        run_id = run_id or runs.latest_scored(sql, dataset_id)
    if not pool:
        check_pool(platform, dataset_id)
    arguments: dict[str, str | int | None] = {
        "size": size,
        "run_id": run_id,
        "suggestion_id": suggestion_id,
        "seed": seed,
        "strategies": encoded(strategies),
    }
    job_id = f"suggest-{suggestion_id}"
    job = Job.requested(job_id, "suggest", dataset_id, arguments, project=project_id, by=by)
    platform.jobs.send(job)
    return job


def check_pool(platform: PlatformParts, dataset_id: DatasetId) -> None:
    """Check that the dataset has an image to suggest, by rows that have reached its head.

    Raises NothingToSuggest, NothingLeftToSuggest, and Unavailable when the rows are behind.
    """
    with fresh_rows(platform, dataset_id, "gallery") as (sql, _):
        if not datasets.has_images(sql, dataset_id):
            raise NothingToSuggest
        if not datasets.pool_size(sql, dataset_id):
            raise NothingLeftToSuggest
