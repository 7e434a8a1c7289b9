"""Reads about datasets."""

from collections import defaultdict

from functions.api.datasets.answers import Counts, Dataset
from functions.http.access import access
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_text, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.projections.database import Row
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.parked import notes as parked

router = new_router()
SPLITS = ("train", "validation", "test", "unassigned")


@router.get("/datasets", tags=["datasets"])
def list_datasets(
    project_id: str | None = None, limit: Limit = 100, cursor: Cursor = None, as_of: AsOfTime = None
) -> Page[Dataset]:
    after, then = decoded_text(cursor) or "", time_as_of(as_of)
    with rows() as sql:
        within = access().projects if project_id is None else [project_id]
        shown = datasets.page(sql, within, after, limit + 1, then)
        ahead = parked.streams_ahead(sql, [f"dataset-{row['dataset_id']}" for row in shown])
    shown = [{**row, "stale": f"dataset-{row['dataset_id']}" in ahead} for row in shown]
    return page(shown, limit, dataset, lambda row: row["dataset_id"])


@router.get("/datasets/<dataset_id>", tags=["datasets"])
def one_dataset(dataset_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Dataset:
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "gallery", "datasets", "suggestions")
    version = version_as_of(stream, as_of, "gallery")
    with rows() as sql:
        row = found(datasets.one(sql, dataset_id, version), "dataset", dataset_id)
    return dataset(row).model_copy(update={"stale": stale})


def dataset(row: Row) -> Dataset:
    """Build a dataset's answer. `counts` covers the images that take part; excluded ones are counted apart."""
    counts: dict[str, dict[str, int]] = defaultdict(dict, {split: {} for split in SPLITS})
    images = excluded = 0
    for cell in row["cells"]:
        images += cell["images"]
        if cell["excluded"]:
            excluded += cell["images"]
        else:
            counts[cell["split"]][cell["verdict"]] = cell["images"]
    return Dataset(
        **{name: row[name] for name in Dataset.model_fields if name in row},
        images=images,
        excluded=excluded,
        counts={split: Counts(**of_split) for split, of_split in counts.items()},
    )
