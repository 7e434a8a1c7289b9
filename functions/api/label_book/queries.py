"""Reads about the label standard: the book as of a revision, its revisions, and their differences."""

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.label_book.answers import (
    BookClass,
    BookRevision,
    LabelBook,
    LabelBookDiff,
    LimitSample,
    ShownExample,
)
from functions.api.label_book.diff import difference
from functions.http.answers import Page
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_number, found, is_stale, page, rows
from functions.http.pictures import ImageKey, ShownImages
from functions.http.resolver import new_router
from kenpin.projections.database import Row, Sql
from kenpin.projections.projection import checkpoint
from kenpin.read_models.label_book import queries as label_book_queries
from kenpin.read_models.projects import queries as projects

router = new_router()
Revision = Annotated[int | None, Query(ge=0, lt=2**31)]
ClassId = Annotated[str | None, Query(max_length=64)]


@router.get("/projects/<project_id>/label-book", tags=["label standard"])
def label_book(
    project_id: str, revision: Revision = None, as_of: AsOf = None, min_version: MinVersion = None
) -> LabelBook:
    """Return the book with its limit samples, now, at a `revision` of the book or `as_of` the project."""
    stale = is_stale(f"project-{project_id}", min_version, "projects")
    if revision is not None and as_of is not None:
        raise BadRequestError("revision and as_of: send one of them")
    version = version_as_of(f"project-{project_id}", as_of, "projects")
    with rows() as sql:
        at = (
            version_at(sql, project_id, version)
            if revision is None
            else of_revision(sql, project_id, revision)
        )
        return book_at(sql, project_id, at).model_copy(update={"stale": stale})


@router.get("/projects/<project_id>/label-book/revisions", tags=["label standard"])
def revisions(project_id: str, limit: Limit = 100, cursor: Cursor = None) -> Page[BookRevision]:
    """List the revisions, newest first."""
    with rows() as sql:
        reached = version_at(sql, project_id, None)
        shown = label_book_queries.revisions(sql, project_id, decoded_number(cursor), limit + 1)
    return page(shown, limit, BookRevision.model_validate, lambda row: row["revision"], as_of=reached)


@router.get("/projects/<project_id>/label-book/diff", tags=["label standard"])
def diff(project_id: str, before: Revision = None, after: Revision = None) -> LabelBookDiff:
    """Return the differences from revision `before` (by default the one before) to `after` (the newest)."""
    with rows() as sql:
        newest = book_at(sql, project_id, version_at(sql, project_id, None))
        after = newest.revision if after is None else after
        before = max(0, after - 1) if before is None else before
        books = [book_at(sql, project_id, of_revision(sql, project_id, r)) for r in (before, after)]
    return difference(*books)


@router.get("/projects/<project_id>/limit-samples", tags=["label standard"])
def limit_samples(project_id: str, class_id: ClassId = None, as_of: AsOf = None) -> Page[LimitSample]:
    """List limit samples of the project or of one class: valid, expired and withdrawn ones."""
    version = version_as_of(f"project-{project_id}", as_of, "projects")
    with rows() as sql:
        at = version_at(sql, project_id, version)
        shown = label_book_queries.samples(sql, project_id, at, datetime.now(UTC), class_id)
        images = ShownImages(sql, map(place, shown))
    return Page[LimitSample](items=[sample(row, images) for row in shown], as_of=at)


def version_at(sql: Sql, project_id: str, as_of: int | None) -> int:
    """Return the version to read the rows at: their checkpoint, or an earlier one."""
    found(projects.one(sql, project_id), "project", project_id)
    reached, _ = checkpoint(sql, "projects", f"project-{project_id}")
    return reached if as_of is None else min(as_of, reached)


def of_revision(sql: Sql, project_id: str, revision: int) -> int:
    found(projects.one(sql, project_id), "project", project_id)
    version = label_book_queries.version_of(sql, project_id, revision)
    found({} if version is not None else None, "label_book_revision", str(revision), f"of {project_id}")
    return version or 0


def book_at(sql: Sql, project_id: str, version: int) -> LabelBook:
    row = label_book_queries.book(sql, project_id, version)
    samples = label_book_queries.samples(sql, project_id, version, datetime.now(UTC))
    examples = [example for of in row["classes"] for example in of["examples"]]
    images = ShownImages(sql, map(place, (*samples, *examples)))
    shown = [sample(each, images) for each in samples]
    return LabelBook(
        project_id=project_id,
        revision=row["revision"],
        as_of=version,
        revised_at=row["at"],
        rules=row["rules"],
        classes=[book_class(each, shown, images) for each in row["classes"]],
    )


def book_class(row: Row, samples: list[LimitSample], images: ShownImages) -> BookClass:
    examples = [
        ShownExample(**({"note": ""} | each), **images.addresses(*place(each))) for each in row["examples"]
    ]
    own = [each for each in samples if each.class_id == row["class_id"]]
    return BookClass(**(row | {"examples": examples, "samples": own}))


def sample(row: Row, images: ShownImages) -> LimitSample:
    status = "withdrawn" if row["withdrawn"] is not None else "expired" if row["expired"] else "valid"
    at = place(row)
    width, height = images.size(*at) or (None, None)
    return LimitSample(
        **row,
        status=status,
        width=width,
        height=height,
        deep_grey=images.deep_grey(*at),
        **images.addresses(*at),
    )


def place(row: Row) -> ImageKey:
    return row["dataset_id"], row["image_id"]
