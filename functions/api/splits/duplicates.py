"""Near-duplicates of a dataset: search, and joining into groups. Writes, as what pictures look like is noted."""

from typing import Annotated, Final

from pydantic import Field

from functions.api.splits.answers import DuplicateImage, DuplicatesFound, JoinedDuplicates, NearDuplicate
from functions.http.paging import decoded_number, encoded, rows
from functions.http.pictures import ShownImages
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.duplicates import find_duplicates, join_duplicates, look_at_pictures
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.dataset.duplicates import ComparedImage, DuplicatePair

router = new_router()
SECONDS: Final = 8.0
"""A request works so long; what is left is for the next."""
SHOWN: Final = 500
"""Pairs of one answer"""


class DuplicateSearch(Command):
    cursor: Annotated[str, Field(max_length=200)] | None = None


@router.post("/datasets/<dataset_id>/duplicates", tags=["datasets"])
def search_duplicates(dataset_id: str, body: DuplicateSearch) -> DuplicatesFound:
    """List images that look alike and are in two groups, those across splits first.

    With a `next_cursor` not all pictures were looked at yet: send it, until there is none.
    """
    after = look_at_pictures(platform(), dataset_id, after=decoded_number(body.cursor) or 0, seconds=SECONDS)
    if after is not None:
        return DuplicatesFound(items=[], pairs=0, across=0, compared=0, unseen=0, next_cursor=encoded(after))
    found = find_duplicates(platform(), dataset_id)
    pairs = found.pairs[:SHOWN]
    with rows() as sql:
        images = ShownImages(
            sql, ((dataset_id, each.image_id) for pair in pairs for each in (pair.one, pair.other))
        )
    return DuplicatesFound(
        items=[_item(pair, dataset_id, images) for pair in pairs],
        pairs=len(found.pairs),
        across=sum(pair.is_across for pair in found.pairs),
        compared=len(found.compared),
        unseen=found.unseen,
    )


@router.post("/datasets/<dataset_id>/duplicates/groups", status_code=201, tags=["datasets"])
def join_groups(dataset_id: str) -> JoinedDuplicates:
    """Put images that look alike into one group, with all images of the groups that they are in."""
    version, moved = join_duplicates(platform(), dataset_id, by=caller())
    return JoinedDuplicates(stream=f"dataset-{dataset_id}", version=version, images=moved)


def _item(pair: DuplicatePair, dataset_id: str, images: ShownImages) -> NearDuplicate:
    one, other = (
        _image(each, images.thumbnail_url(dataset_id, each.image_id)) for each in (pair.one, pair.other)
    )
    return NearDuplicate(one=one, other=other, likeness=pair.likeness, across=pair.is_across)


def _image(image: ComparedImage, thumbnail_url: str | None) -> DuplicateImage:
    return DuplicateImage(
        image_id=image.image_id,
        name=image.name,
        split=image.split,
        group=image.group,
        thumbnail_url=thumbnail_url,
    )
