"""Reads about images: the gallery, one image, its history, what is suggested."""

from typing import Annotated, Final, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.http.answers import Image, Page, RecordedEvent, StandingAnnotation, Suggested, Suggestions
from functions.http.resolver import new_router
from functions.queries.as_of import AsOf, version_as_of
from functions.queries.history import recorded_event
from functions.queries.paging import (
    Cursor,
    Limit,
    MinVersion,
    decoded_number,
    found,
    is_stale,
    page,
    rows,
)
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import recorded
from kenpin.read_models import gallery_queries, suggestions
from kenpin.read_models.database import Row
from kenpin.read_models.gallery_queries import Filter
from kenpin.read_models.projection import checkpoint

router = new_router()
Text = Annotated[str | None, Query(max_length=64)]


@router.get("/datasets/<dataset_id>/images", tags=["images"])
def gallery(
    dataset_id: str,
    verdict: Literal["OK", "NG", "HOLD", "unlabelled"] | None = None,
    split: Literal["train", "validation", "test", "unassigned"] | None = None,
    excluded: bool = False,
    suggested: bool = False,
    defect_class: Text = None,
    product: Text = None,
    line: Text = None,
    light: Text = None,
    order: Literal["registered", "newest", "suggested"] = "registered",
    limit: Limit = 100,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[Image]:
    """Images by filters."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "gallery")
    version = version_as_of(stream, as_of, "gallery")
    given = Filter(verdict, split, excluded, suggested, defect_class, product, line, light, order)
    with rows() as sql:
        reached, _ = checkpoint(sql, "gallery", stream)
        found({} if reached else None, f"dataset {dataset_id}")
        after = decoded_number(cursor)
        shown = gallery_queries.page(sql, dataset_id, given, after=after, limit=limit + 1, as_of=version)
    shown_at = reached if version is None else version
    return page(
        shown, limit, image, lambda row: gallery_queries.place(row, order), as_of=shown_at, stale=stale
    )


@router.get("/datasets/<dataset_id>/images/<image_id>", tags=["images"])
def one_image(dataset_id: str, image_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Image:
    is_stale(f"dataset-{dataset_id}", min_version, "gallery")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "gallery")
    with rows() as sql:
        row = gallery_queries.one(sql, dataset_id, image_id, version)
    return image(found(row, f"image {image_id} in dataset {dataset_id}"))


@router.get("/datasets/<dataset_id>/images/<image_id>/history", tags=["images"])
def image_history(dataset_id: str, image_id: str, as_of: AsOf = None) -> Page[RecordedEvent]:
    """What happened to the image, oldest first."""
    store, stream = platform().events, f"dataset-{dataset_id}"
    upto = version_as_of(stream, as_of, "gallery")
    with rows() as sql:
        versions = [v for v in gallery_queries.versions(sql, dataset_id, image_id) if not upto or v <= upto]
    found({} if versions else None, f"image {image_id} in dataset {dataset_id}")
    events = [
        recorded_event(fact)
        for version in versions
        for commit in store.read(stream, after=max(0, version - 1_000), upto=version)
        if commit.first <= version <= commit.last
        for fact in recorded(commit)
        if fact.version == version
    ]
    return Page[RecordedEvent](items=events, as_of=versions[-1])


@router.get("/datasets/<dataset_id>/suggestions", tags=["suggestions"])
def current_suggestions(dataset_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Suggestions:
    """The open candidates of the current suggestion, best first."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "suggestions")
    version = version_as_of(stream, as_of, "suggestions")
    with rows() as sql:
        reached, _ = checkpoint(sql, "suggestions", stream)
        found({} if reached else None, f"dataset {dataset_id}")
        latest = suggestions.latest(sql, dataset_id, version) or NONE
        given = Filter(order="suggested")
        shown = gallery_queries.page(sql, dataset_id, given, after=None, limit=500, as_of=version)
    return Suggestions(
        suggestion_id=latest["suggestion_id"],
        policy=latest["policy"],
        run_id=latest["run_id"],
        items=[image(row) for row in shown],
        as_of=version or reached,
        stale=stale,
    )


NONE: Final = dict.fromkeys(("suggestion_id", "policy", "run_id"))
COLUMNS: Final = frozenset(Image.model_fields) - {"annotation"}
"""What an answer takes from a row as it is."""


def image(row: Row) -> Image:
    objects = platform().objects
    id, annotation = row["image_id"], row["annotation"] or {}
    return Image(
        **{name: value for name, value in row.items() if name in COLUMNS},
        defects=annotation.get("defects", []),
        annotation=_annotation(row, annotation) if annotation else None,
        suggestion=Suggested.model_validate(row) if row["suggestion_id"] else None,
        image_url=None if row["erased"] else objects.download_url(f"images/{id}"),
        thumbnail_url=None if row["erased"] else objects.download_url(f"thumbnails/{id}.webp"),
    )


def _annotation(row: Row, annotation: Row) -> StandingAnnotation:
    defects = [] if row["erased"] else annotation.get("defects", [])
    masks = [defect["mask"] for defect in defects if defect.get("mask")]
    return StandingAnnotation(
        by=row["annotated_by"],
        at=row["annotated_at"],
        version=row["annotated_in"],
        reason=annotation.get("reason", ""),
        label_book_revision=annotation.get("label_book_revision", 0),
        seconds_spent=annotation.get("seconds_spent"),
        suggestion_id=annotation.get("suggestion_id"),
        review=row["review"],
        mask_urls=[platform().objects.download_url(f"images/{mask}") for mask in masks],
    )
