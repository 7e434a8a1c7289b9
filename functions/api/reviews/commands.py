"""Writes about reviews: accept or return annotations, and whether two people are asked for."""

from typing import Annotated

from pydantic import Field

from functions.api.answers import Accepted
from functions.http.accept import accept, accepted, execute
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.commands import Review, ReviewAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.ids import ImageId
from kenpin.domain.project.commands import SetReviewPolicy
from kenpin.domain.project.decider import project
from kenpin.ports import Unavailable
from kenpin.read_models.catalogue import wait_for
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.projects import projection as projects
from kenpin.read_models.reviews import queries as review_queries

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
    own: tuple[ImageId, ...] = ()
    if _asks_two_people(dataset_id):
        own, standing = _own(dataset_id, [review.image_id for review in body.reviews])
        seen = {**standing, **seen}
    reviews = tuple(Review(**{k: v for k, v in review if k != "revision"}) for review in body.reviews)
    command = ReviewAnnotations(reviews=reviews, own=own)
    return accepted(execute(dataset, dataset_id, command, revisions=seen), dataset_id)


def _asks_two_people(dataset_id: str) -> bool:
    with platform().database.reading() as sql:
        if (project_id := datasets.project_of(sql, dataset_id)) is None:
            raise NoSuchDataset
        return projects.asks_two_people(sql, project_id)


def _own(dataset_id: str, image_ids: list[ImageId]) -> tuple[tuple[ImageId, ...], dict[ImageId, int]]:
    """Which of these the caller annotated, and the revisions at which that is so: a newer one is a conflict."""
    head, me = platform().events.head(f"dataset-{dataset_id}"), caller().actor
    if not wait_for(platform().database, ("gallery",), head.stream, head.version):
        raise Unavailable(f"the rows of {head.stream} are behind; send the review again in a moment")
    with platform().database.reading() as sql:
        found = review_queries.authors(sql, dataset_id, image_ids)
    own = tuple(row["image_id"] for row in found if row["annotated_by"] == me)
    return own, {row["image_id"]: row["revision"] for row in found}


@router.put("/projects/<project_id>/review-policy", tags=["projects"])
def set_review_policy(project_id: str, body: SetReviewPolicy) -> Accepted:
    """Ask for a second person from now on, or no more."""
    return accept(project, project_id, body)
