"""Review annotations; with the policy of two people, nobody reviews their own."""

from collections.abc import Mapping, Sequence

from kenpin.application.authorship import Authorship, fresh_authorship
from kenpin.application.execute import RequestContext
from kenpin.application.ownership import project_in_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import Review, ReviewAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.ids import DatasetId, ImageId
from kenpin.ports import Appended
from kenpin.read_models.projects import queries as projects


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
    known = Authorship()
    if _asks_two_people(platform, dataset_id):
        known = fresh_authorship(platform, dataset_id, [review.image_id for review in reviews])
    command = ReviewAnnotations(reviews=tuple(reviews), own=known.of(request.by.actor))
    expected = {**known.revisions, **revisions}
    return platform.commands.execute_request(dataset, dataset_id, command, request, expected)


def _asks_two_people(platform: PlatformParts, dataset_id: DatasetId) -> bool:
    with platform.database.reading() as sql:
        return projects.asks_two_people(sql, project_in_rows(sql, dataset_id))
