"""Reads about reviews: the queue, returned annotations, and counts."""

from collections.abc import Sequence
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.images.queries import image
from functions.api.reviews.answers import AnsweredSuggestion, ReturnedAnnotation, ReviewCounts, ReviewItem
from functions.http.answers import Page
from functions.http.as_of import AsOf, shown_at, version_as_of
from functions.http.paging import (
    NUMBER,
    Cursor,
    Limit,
    MinVersion,
    decoded,
    decoded_number,
    found,
    is_stale,
    page,
    rows,
)
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.domain.grey_window import GreyWindow
from kenpin.projections.database import Row
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.reviews import queries as review_queries
from kenpin.read_models.reviews.queries import Waiting

router = new_router()
SCORE = r"-?\d{1,3}(?:\.\d{1,20})?(?:e-\d{1,3})?"
"""A difference of scores, as Python writes it"""
Name = Annotated[str | None, Query(max_length=64)]


@router.get("/datasets/<dataset_id>/reviews", tags=["reviews"])
def review_queue(
    dataset_id: str,
    verdict: Literal["OK", "NG", "HOLD"] | None = None,
    defect_class: Name = None,
    author: Name = None,
    not_mine: bool = False,
    order: Literal["oldest", "doubtful"] = "oldest",
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[ReviewItem]:
    """List annotations that wait for review: oldest first, or those that the model contradicts most first.

    `doubtful` has only answers to suggestions with a score.
    """
    stream, me = f"dataset-{dataset_id}", caller().actor
    stale = is_stale(stream, min_version, "gallery", "suggestions")
    version = version_as_of(stream, as_of, "gallery")
    given = Waiting(verdict, defect_class, author, me if not_mine else None, order)
    with rows() as sql:
        at = shown_at(sql, "gallery", stream, version)
        shown = review_queries.page(
            sql, dataset_id, given, after=_place(cursor), limit=limit + 1, as_of=version
        )
        windows = windows_at(sql, dataset_id, version)
    return page(
        shown,
        limit,
        lambda row: _to_review(row, windows, me),
        lambda row: f"{row['sure']!r} {row['annotated_in']}",
        as_of=at,
        stale=stale,
    )


def _place(cursor: str | None) -> tuple[float, int] | None:
    if cursor is None:
        return None
    sure, annotated_in = decoded(cursor, f"({SCORE}) ({NUMBER})")
    return float(sure), int(annotated_in)


def _to_review(row: Row, windows: Sequence[GreyWindow], me: str) -> ReviewItem:
    why = (
        AnsweredSuggestion(reason=row["asked_reason"], score=row["asked_score"])
        if row["asked_reason"]
        else None
    )
    return ReviewItem(image=image(row, windows), why=why, own=row["annotated_by"] == me)


@router.get("/datasets/<dataset_id>/reviews/counts", tags=["reviews"])
def review_counts(dataset_id: str, left_out: bool = False, min_version: MinVersion = None) -> ReviewCounts:
    """Return how many annotations wait, and how many were returned to the caller.

    `left_out` also counts the images that a run would leave out now. It reads all that wait: not for polling.
    """
    is_stale(f"dataset-{dataset_id}", min_version, "gallery")
    with rows() as sql:
        project_id = datasets.project_of(sql, dataset_id)
        found({} if project_id else None, "dataset", dataset_id)
        counted = review_queries.counts(sql, dataset_id, caller().actor)
        two_person = projects.asks_two_people(sql, project_id or "")
        waiting = (
            review_queries.left_out(sql, dataset_id, None, accepted_only=True)
            if left_out and two_person
            else []
        )
    without = sum(row["images"] for row in waiting) if left_out else None
    return ReviewCounts(**counted, two_person=two_person, left_out=without)


@router.get("/datasets/<dataset_id>/reviews/returned", tags=["reviews"])
def returned_annotations(
    dataset_id: str,
    author: Name = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[ReturnedAnnotation]:
    """List the annotations returned to an author, by default the caller, with the classes mixed up."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "gallery", "reviews")
    version = version_as_of(stream, as_of, "gallery")
    with rows() as sql:
        at = shown_at(sql, "gallery", stream, version)
        shown = review_queries.returned(
            sql,
            dataset_id,
            author or caller().actor,
            after=decoded_number(cursor),
            limit=limit + 1,
            as_of=version,
        )
        windows = windows_at(sql, dataset_id, version)
    return page(
        shown,
        limit,
        lambda row: _returned(row, windows),
        lambda row: row["annotated_in"],
        as_of=at,
        stale=stale,
    )


def _returned(row: Row, windows: Sequence[GreyWindow]) -> ReturnedAnnotation:
    return ReturnedAnnotation(
        image=image(row, windows),
        by=row["reviewed_by"],
        at=row["reviewed_at"],
        reason=row["return_reason"] or "",
        confused=row["confused"] or [],
    )
