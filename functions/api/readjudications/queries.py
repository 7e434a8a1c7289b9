"""Reads about re-adjudication: requests, their items, and the changes they led to."""

from collections import Counter
from typing import Literal

from functions.api.images.queries import image
from functions.api.readjudications.answers import (
    ClassSummary,
    DecisionChange,
    Readjudication,
    ReadjudicationItem,
    ReadjudicationSummary,
)
from functions.http.answers import Page
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_number, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.projections.database import Row, Sql
from kenpin.projections.projection import checkpoint
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.readjudications import queries as readjudication_queries

router = new_router()


@router.get("/datasets/<dataset_id>/readjudications", tags=["label standard"])
def list_readjudications(
    dataset_id: str,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[Readjudication]:
    """List requests, newest first, with their progress."""
    stale = is_stale(f"dataset-{dataset_id}", min_version, "readjudications")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "readjudications")
    with rows() as sql:
        at = _version_at(sql, dataset_id, version)
        shown = readjudication_queries.page(sql, dataset_id, at, decoded_number(cursor), limit + 1)
    return page(
        shown, limit, Readjudication.model_validate, lambda row: row["version"], as_of=at, stale=stale
    )


@router.get("/datasets/<dataset_id>/readjudications/<readjudication_id>", tags=["label standard"])
def one_readjudication(
    dataset_id: str, readjudication_id: str, as_of: AsOf = None, min_version: MinVersion = None
) -> ReadjudicationSummary:
    """Return one request with the changes that it led to, class by class, and the time it took."""
    stale = is_stale(f"dataset-{dataset_id}", min_version, "readjudications")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "readjudications")
    with rows() as sql:
        at = _version_at(sql, dataset_id, version)
        row = _one(sql, dataset_id, readjudication_id, at)
        changes = readjudication_queries.changes(sql, dataset_id, readjudication_id, at)
    answered = row["last_answered_at"]
    return ReadjudicationSummary(
        **row,
        changes=[DecisionChange.model_validate(each) for each in changes],
        classes=_by_class(changes),
        seconds_taken=(answered - row["requested_at"]).total_seconds() if answered else None,
        as_of=at,
        stale=stale,
    )


@router.get("/datasets/<dataset_id>/readjudications/<readjudication_id>/items", tags=["label standard"])
def readjudication_items(
    dataset_id: str,
    readjudication_id: str,
    state: Literal["open", "closed", "all"] = "open",
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[ReadjudicationItem]:
    """List the decisions to judge again, most urgent first."""
    stale = is_stale(f"dataset-{dataset_id}", min_version, "readjudications", "gallery")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "readjudications")
    with rows() as sql:
        at = _version_at(sql, dataset_id, version)
        _one(sql, dataset_id, readjudication_id, at)
        after = decoded_number(cursor) or 0
        shown = readjudication_queries.items(sql, dataset_id, readjudication_id, state, at, after, limit + 1)
        images = gallery_queries.some(sql, dataset_id, [row["image_id"] for row in shown], version)
        windows = windows_at(sql, dataset_id, version)
    return page(
        shown,
        limit,
        lambda row: ReadjudicationItem(**row, image=image(images[row["image_id"]], windows)),
        lambda row: row["rank"],
        as_of=at,
        stale=stale,
    )


def _version_at(sql: Sql, dataset_id: str, as_of: int | None) -> int:
    reached, _ = checkpoint(sql, "readjudications", f"dataset-{dataset_id}")
    found({} if reached else None, "dataset", dataset_id)
    return reached if as_of is None else min(as_of, reached)


def _one(sql: Sql, dataset_id: str, readjudication_id: str, as_of: int) -> Row:
    row = readjudication_queries.one(sql, dataset_id, readjudication_id, as_of)
    return found(row, "readjudication", readjudication_id, f"in dataset {dataset_id}")


def _by_class(changes: list[Row]) -> list[ClassSummary]:
    kept, gained, lost = Counter[str](), Counter[str](), Counter[str]()
    for each in changes:
        old, new = set(each["old_classes"]), set(each["new_classes"])
        for counts, classes in ((kept, old & new), (gained, new - old), (lost, old - new)):
            counts.update(dict.fromkeys(classes, each["images"]))
    return [
        ClassSummary(class_id=id, kept=kept[id], gained=gained[id], lost=lost[id])
        for id in sorted(kept | gained | lost)
    ]
