"""Reads about undo: a preview image by image, and the undos that were done."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from msgspec import UNSET

from functions.api.history.queries import facts_at
from functions.api.undo.answers import GoesBack, ImageUndone, PastUndo, Respect, Stays, UndoPreview
from functions.http.answers import Page
from functions.http.paging import LARGEST, Cursor, Limit, decoded_number, encoded, fitting, page, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.application.undo import ImageUndoPlan, UndoPlan, UndoRequest, plan_undo
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import ImageUndo
from kenpin.domain.dataset.events import Judged, Standing
from kenpin.domain.dataset.undo import IMAGE_FIELDS
from kenpin.domain.dataset.values import Capture
from kenpin.read_models.undo import queries as undos

router = new_router()
Version = Annotated[int | None, Query(ge=1, le=LARGEST)]
Named = Annotated[str | None, Query(max_length=100)]
VersionOrTag = Annotated[str | None, Query(min_length=1, max_length=63)]


@router.get("/datasets/<dataset_id>/undos/preview", tags=["undo"])
def preview_undo(
    dataset_id: str,
    from_version: Version = None,
    to_version: Version = None,
    batch_id: Named = None,
    event_id: Named = None,
    return_to: VersionOrTag = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> UndoPreview:
    """Show what an undo of these versions, this batch, this event, or all since a version or tag would put back."""
    request = UndoRequest(
        from_version=from_version,
        to_version=to_version,
        batch_id=batch_id,
        event_id=event_id,
        return_to=return_to,
    )
    plan = plan_undo(platform(), dataset_id, request, after=decoded_number(cursor) or 0, limit=limit)
    return _preview(dataset_id, plan)


@router.get("/datasets/<dataset_id>/undos", tags=["undo"])
def list_undos(dataset_id: str, limit: Limit = 100, cursor: Cursor = None) -> Page[PastUndo]:
    """List the undos that were done, newest first."""
    with rows() as sql:
        shown = undos.page(sql, dataset_id, decoded_number(cursor), limit + 1)
    return page(shown, limit, PastUndo.model_validate, lambda row: row["version"])


def _preview(dataset_id: str, plan: UndoPlan) -> UndoPreview:
    with rows() as sql:
        images = ShownImages(sql, ((dataset_id, each.past.image_id) for each in plan.images))
    items = fitting(_item(each, images.thumbnail_url(dataset_id, each.past.image_id)) for each in plan.images)
    cut = len(items) < len(plan.images)
    after = plan.images[len(items) - 1].past.ordinal if cut else plan.after
    _name_who_decided(dataset_id, [stays for item in items for stays in item.stays])
    reverts = plan.target.reverts
    return UndoPreview(
        from_version=reverts.from_version,
        to_version=reverts.to_version,
        batch_id=reverts.batch_id,
        restores=plan.target.restores,
        touched=plan.touched,
        leave_test=sum(back.respect == "split" and back.was == "test" for i in items for back in i.goes_back),
        items=items,
        next_cursor=None if after is None else encoded(after),
        as_of=plan.head,
    )


def _item(image: ImageUndoPlan, thumbnail_url: str | None) -> ImageUndone:
    past, plan = image.past, image.undo
    return ImageUndone(
        image_id=past.image_id,
        thumbnail_url=thumbnail_url,
        goes_back=_goes_back(plan.image_undo) if plan.image_undo else [],
        stays=[Stays(respect=kept.field, why=kept.why, since=kept.since) for kept in plan.kept],
    )


def _goes_back(image_undo: ImageUndo) -> list[GoesBack]:
    named: list[Respect] = [r for r in IMAGE_FIELDS if getattr(image_undo.becomes, r) is not UNSET]
    return [
        _of_review(image_undo) or _of_judgement(image_undo) if r == "judged" else _plain(image_undo, r)
        for r in named
    ]


def _plain(image_undo: ImageUndo, respect: Respect) -> GoesBack:
    return GoesBack(
        respect=respect, was=_text(image_undo.was, respect), becomes=_text(image_undo.becomes, respect)
    )


def _of_judgement(image_undo: ImageUndo) -> GoesBack:
    was, becomes = image_undo.was.judged, image_undo.becomes.judged
    by = becomes.by if isinstance(becomes, Judged) else None
    marks = {"was_marks": _marks(was), "becomes_marks": _marks(becomes)}
    return _plain(image_undo, "judged").model_copy(update={"by": by} | marks)


def _marks(judged: object) -> int:
    """Return the number of defects with a place on the image."""
    defects = judged.annotation.defects if isinstance(judged, Judged) else ()
    return sum(1 for one in defects if one.box or one.polygon or one.mask)


def _of_review(image_undo: ImageUndo) -> GoesBack | None:
    match image_undo.was.judged, image_undo.becomes.judged:
        case Judged(version=one) as was, Judged(version=other) as becomes if one == other:
            return GoesBack(respect="reviewed", was=was.review, becomes=becomes.review)
    return None


def _text(standing: Standing, respect: Respect) -> str | None:
    match getattr(standing, respect):
        case Judged(annotation=annotation):
            return annotation.verdict
        case Capture() as capture:
            return ", ".join(str(v) for f in capture.__struct_fields__ if (v := getattr(capture, f))) or None
        case value:
            return None if value is None else str(value)


MAX_NAMED = 50
"""Decisions of one page whose authors are looked up"""


def _name_who_decided(dataset_id: str, stays: list[Stays]) -> None:
    versions = list(dict.fromkeys(each.since for each in stays))[:MAX_NAMED]
    facts = facts_at(f"dataset-{dataset_id}", versions)
    for each in stays:
        if fact := facts.get(each.since):
            each.by, each.at = fact.context.actor, fact.recorded_at
