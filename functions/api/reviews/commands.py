"""Writes about reviews: accept or return annotations, and the review policy."""

from typing import Annotated

from pydantic import Field

from functions.http.accept import accept, accepted
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import review
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.commands import Review
from kenpin.domain.project.commands import SetReviewPolicy
from kenpin.domain.project.decider import project

router = new_router()


class SeenReview(Review):
    revision: Annotated[int, Field(ge=0)] | None = None
    """The image's revision that the reviewer saw; a newer one is a conflict."""


class Reviews(Command):
    reviews: Annotated[tuple[SeenReview, ...], Field(min_length=1, max_length=MAX_ENTITIES)]


@router.post("/datasets/<dataset_id>/reviews", status_code=201, tags=["reviews"])
def review_annotations(dataset_id: str, body: Reviews) -> Accepted:
    """Accept or return up to 90 annotations, all or nothing."""
    seen = {r.image_id: r.revision for r in body.reviews if r.revision is not None}
    reviews = tuple(Review(**{k: v for k, v in each if k != "revision"}) for each in body.reviews)
    appended = review.review_annotations(platform(), dataset_id, reviews, request_context(), seen)
    return accepted(appended, dataset_id)


@router.put("/projects/<project_id>/review-policy", tags=["projects"])
def set_review_policy(project_id: str, body: SetReviewPolicy) -> Accepted:
    """Set from now on: annotations need a second person, and reviewers look before they see the judgement."""
    return accept(project, project_id, body)
