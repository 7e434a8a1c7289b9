"""Review annotations; with the policy of two people, nobody reviews their own."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kenpin.application.execute import RequestContext
from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.ownership import project_in_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import Review, ReviewAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.ids import ActorId, DatasetId, ImageId
from kenpin.ports import Appended
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.reviews import queries as reviews_rows


class Authorship(Struct, frozen=True):
    """The images that the reviewer annotated, and the revisions of all images at which that is so."""

    own: tuple[ImageId, ...] = ()
    revisions: Mapping[ImageId, int] = {}


def review_annotations(
    platform: PlatformParts,
    dataset_id: DatasetId,
    reviews: Sequence[Review],
    request: RequestContext,
    revisions: Mapping[ImageId, int],
) -> Appended:
    """Accept or return annotations, all or nothing. `revisions`: those that the reviewer saw.

    Raises NoSuchDataset, Unavailable (rows are behind), and what a command raises: OwnAnnotation among others.
    """
    authorship = Authorship()
    if _asks_two_people(platform, dataset_id):
        authorship = _authorship(
            platform, dataset_id, [review.image_id for review in reviews], request.by.actor
        )
    command = ReviewAnnotations(reviews=tuple(reviews), own=authorship.own)
    expected = {**authorship.revisions, **revisions}
    return platform.commands.execute_request(dataset, dataset_id, command, request, expected)


def _asks_two_people(platform: PlatformParts, dataset_id: DatasetId) -> bool:
    with platform.database.reading() as sql:
        return projects.asks_two_people(sql, project_in_rows(sql, dataset_id))


def _authorship(
    platform: PlatformParts, dataset_id: DatasetId, image_ids: list[ImageId], reviewer: ActorId
) -> Authorship:
    with fresh_rows(platform, dataset_id, "gallery") as (sql, _):
        found = reviews_rows.authors(sql, dataset_id, image_ids)
    own = tuple(row["image_id"] for row in found if row["annotated_by"] == reviewer)
    return Authorship(own, {row["image_id"]: row["revision"] for row in found})
