"""Reads about images: the gallery, one image, its history."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final, Literal

from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.history.answers import RecordedEvent
from functions.api.history.queries import facts_at, recorded_event
from functions.api.images.answers import (
    ArrivedAs,
    Image,
    ImageDetail,
    ImagePage,
    StandingAnnotation,
    Suggested,
)
from functions.http.answers import Page
from functions.http.as_of import AsOf, shown_at, version_as_of
from functions.http.paging import (
    LARGEST,
    Cursor,
    Limit,
    MinVersion,
    decoded_number,
    encoded,
    found,
    is_stale,
    page,
    rows,
)
from functions.http.pictures import addresses, deep_grey, mask_urls
from functions.http.resolver import new_router
from kenpin.application.site_zone import site_day
from kenpin.bootstrap import platform
from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.time_zone import DAY
from kenpin.projections.database import Row
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery.places import place_after
from kenpin.read_models.gallery.queries import AMONG, Filter
from kenpin.read_models.intake.event_ids import arrived_as

router = new_router()
Text = Annotated[str | None, Query(max_length=64)]
Among = Annotated[str | None, Query(pattern=AMONG)]
Skip = Annotated[int, Query(ge=0, le=LARGEST)]
Day = Annotated[str | None, Query(pattern=DAY)]


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
    group: Text = None,
    station: Text = None,
    camera: Text = None,
    lot: Text = None,
    day: Day = None,
    person: Text = None,
    name: Text = None,
    review: Literal["accepted", "returned"] | None = None,
    among: Among = None,
    order: Literal["registered", "newest", "suggested"] = "registered",
    limit: Limit = 100,
    cursor: Cursor = None,
    skip: Skip = 0,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> ImagePage:
    """List the images that match the filters.

    `skip`: leave out so many images before the first page. `back_cursor` with the opposite order (`registered` for
    `newest`) leads to the images before the page.
    `name`: words of the file name, each from its beginning. `day`: of the capture, in the site's time zone.
    `person`: who judged. `review`: of the judgement that stands.
    `among`: up to 300 images by the first 12 digits of their ids, with commas between them.
    """
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "gallery")
    version = version_as_of(stream, as_of, "gallery")
    if skip and (cursor is not None or order == "suggested"):
        raise BadRequestError("skip: only for a first page, in the order registered or newest")
    with rows() as sql:
        at = shown_at(sql, "gallery", stream, version)
        captured = site_day(platform(), sql, dataset_id, day)
        given = Filter(
            *(verdict, split, excluded, suggested, defect_class, product, line, light, group, order),
            *(station, camera, lot, captured, person, name, review, among),
        )
        after = place_after(sql, dataset_id, given, skip, version) if skip else decoded_number(cursor)
        is_beyond = bool(skip) and after is None
        ask = partial(gallery_queries.page, sql, dataset_id, given, after=after, as_of=version)
        shown = [] if is_beyond else ask(limit=limit + 1)
        windows = windows_at(sql, dataset_id, version)
    found_page = page(
        shown,
        limit,
        lambda row: image(row, windows),
        lambda row: gallery_queries.place(row, order),
        as_of=at,
        stale=stale,
    )
    back = encoded(shown[0]["ordinal"]) if shown else None
    return ImagePage(**dict(found_page), back_cursor=back)


@router.get("/datasets/<dataset_id>/images/<image_id>", tags=["images"])
def one_image(
    dataset_id: str, image_id: str, as_of: AsOf = None, min_version: MinVersion = None
) -> ImageDetail:
    is_stale(f"dataset-{dataset_id}", min_version, "gallery")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "gallery")
    with rows() as sql:
        row = gallery_queries.one(sql, dataset_id, image_id, version)
        windows = windows_at(sql, dataset_id, version)
        arrived = arrived_as(sql, dataset_id, image_id)
    shown = image(found(row, "image", image_id, f"in dataset {dataset_id}"), windows)
    return ImageDetail(**dict(shown), arrived_as=[ArrivedAs.model_validate(each) for each in arrived])


@router.get("/datasets/<dataset_id>/images/<image_id>/history", tags=["images"])
def image_history(dataset_id: str, image_id: str, as_of: AsOf = None) -> Page[RecordedEvent]:
    """List the events of an image, oldest first."""
    stream = f"dataset-{dataset_id}"
    upto = version_as_of(stream, as_of, "gallery")
    with rows() as sql:
        versions = [v for v in gallery_queries.versions(sql, dataset_id, image_id) if not upto or v <= upto]
    found({} if versions else None, "image", image_id, f"in dataset {dataset_id}")
    events = map(recorded_event, facts_at(stream, versions).values())
    return Page[RecordedEvent](items=list(events), as_of=versions[-1])


COLUMNS: Final = frozenset(Image.model_fields) - {"annotation"}
"""Fields that an answer takes from a row unchanged."""


def image(row: Row, windows: Sequence[GreyWindow] = ()) -> Image:
    """Build an image's answer. `windows`: those of deep grey of its dataset."""
    annotation, is_erased = row["annotation"] or {}, row["erased"] is not None
    return Image(
        **{name: value for name, value in row.items() if name in COLUMNS},
        defects=annotation.get("defects", []),
        annotation=_annotation(row, annotation) if annotation else None,
        suggestion=Suggested.model_validate(row) if row["suggestion_id"] else None,
        deep_grey=deep_grey(row, windows, erased=is_erased),
        **addresses(row, windows, erased=is_erased),
    )


def _annotation(row: Row, annotation: Row) -> StandingAnnotation:
    return StandingAnnotation(
        by=row["annotated_by"],
        at=row["annotated_at"],
        version=row["annotated_in"],
        reason=annotation.get("reason", ""),
        label_book_revision=annotation.get("label_book_revision", 0),
        seconds_spent=annotation.get("seconds_spent"),
        suggestion_id=annotation.get("suggestion_id"),
        review=row["review"],
        mask_urls=mask_urls(annotation.get("defects", []), erased=row["erased"] is not None),
    )
