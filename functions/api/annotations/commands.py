"""Writes about annotations: judge images, and take judgements back."""

from typing import Annotated

from pydantic import Field

from functions.http.accept import accepted
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import judge
from kenpin.application.drawn_masks import DrawnJudgement
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Text
from kenpin.domain.commit import MAX_ENTITIES

router = new_router()


class SeenJudgement(DrawnJudgement):
    revision: Annotated[int, Field(ge=0)] | None = None
    """The image's revision that the person saw; a newer one is a conflict."""


class Annotations(Command):
    annotations: Annotated[tuple[SeenJudgement, ...], Field(min_length=1, max_length=MAX_ENTITIES)]


class SeenImage(Command):
    image_id: Digest
    revision: Annotated[int, Field(ge=0)] | None = None


class Withdrawals(Command):
    images: Annotated[tuple[SeenImage, ...], Field(min_length=1, max_length=MAX_ENTITIES)]
    reason: Text = ""


@router.post("/datasets/<dataset_id>/annotations", status_code=201, tags=["datasets"])
def submit_annotations(dataset_id: str, body: Annotations) -> Accepted:
    """Judge up to 90 images, all or nothing. Masks are digests of uploads, or runs of pixels.

    Overriding another person's or an accepted judgement needs a reason.
    """
    seen = {a.image_id: a.revision for a in body.annotations if a.revision is not None}
    appended = judge.submit_drawn(platform(), dataset_id, body.annotations, request_context(), seen)
    return accepted(appended, dataset_id)


@router.post("/datasets/<dataset_id>/withdrawals", status_code=201, tags=["datasets"])
def withdraw_annotations(dataset_id: str, body: Withdrawals) -> Accepted:
    """Withdraw up to 90 judgements, all or nothing: the images are unlabelled again.

    Another person's or an accepted one is withdrawn for a reason only.
    """
    seen = {w.image_id: w.revision for w in body.images if w.revision is not None}
    ids = [w.image_id for w in body.images]
    appended = judge.withdraw_annotations(platform(), dataset_id, ids, body.reason, request_context(), seen)
    return accepted(appended, dataset_id)
