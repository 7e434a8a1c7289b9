"""The authors of the judgements that stand on images, at the revisions of the images at which they do."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.refusals import OverrideNeedsReason
from kenpin.domain.ids import ActorId, DatasetId, ImageId, stream_of
from kenpin.ports import Appended, EntityConflict
from kenpin.projections.database import Sql
from kenpin.read_models.reviews import queries as reviews_rows


class Authorship(Struct, frozen=True):
    """The author of each standing judgement, and the revisions of all images at which that is so."""

    authors: Mapping[ImageId, ActorId] = {}
    revisions: Mapping[ImageId, int] = {}

    def of(self, person: ActorId) -> tuple[ImageId, ...]:
        return tuple(id for id, author in self.authors.items() if author == person)

    def of_others(self, person: ActorId) -> tuple[ImageId, ...]:
        return tuple(id for id, author in self.authors.items() if author != person)


def fresh_authorship(
    platform: PlatformParts, dataset_id: DatasetId, image_ids: Sequence[ImageId]
) -> Authorship:
    """Return the authors as they are at the head. Raises NoSuchDataset, and Unavailable (rows are behind)."""
    with fresh_rows(platform, dataset_id, "gallery") as (sql, _):
        return _authorship(sql, dataset_id, image_ids)


def act_on_authors(
    platform: PlatformParts,
    dataset_id: DatasetId,
    image_ids: Sequence[ImageId],
    seen: Mapping[ImageId, int],
    act: Callable[[Authorship], Appended],
) -> Appended:
    """Act with the authors that the rows have, and with fresh ones when that fails: a judgement rarely waits for rows.

    `seen`: the revisions that the person saw. Raises NoSuchDataset, Unavailable (rows are behind), and what `act` does.
    """
    with platform.database.reading() as sql:
        known = _authorship(sql, dataset_id, image_ids)
    if all(id in known.revisions and seen.get(id, 0) <= known.revisions[id] for id in image_ids):
        try:
            return act(known)
        except EntityConflict as conflict:
            if conflict.conflicts.keys() & seen.keys():
                raise
        except OverrideNeedsReason:
            _refuse_outdated(platform, dataset_id, seen)
    try:
        return act(fresh_authorship(platform, dataset_id, image_ids))
    except OverrideNeedsReason:
        _refuse_outdated(platform, dataset_id, seen)
        raise


def _refuse_outdated(platform: PlatformParts, dataset_id: DatasetId, seen: Mapping[ImageId, int]) -> None:
    """Raise EntityConflict when an image has changed since the person saw it: they look at it before they say why."""
    current = platform.events.revisions(stream_of("dataset", dataset_id), tuple(seen))
    outdated = {id: (seen[id], current.get(id, 0)) for id in seen if current.get(id, 0) != seen[id]}
    if outdated:
        raise EntityConflict(stream_of("dataset", dataset_id), outdated)


def _authorship(sql: Sql, dataset_id: DatasetId, image_ids: Sequence[ImageId]) -> Authorship:
    rows = reviews_rows.authors(sql, dataset_id, list(image_ids))
    authors = {row["image_id"]: row["annotated_by"] for row in rows if row["annotated_by"] is not None}
    return Authorship(authors, {row["image_id"]: row["revision"] for row in rows})
