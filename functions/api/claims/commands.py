"""Writes about claims: a person takes the images that they judge next."""

from typing import Annotated

from pydantic import Field

from functions.api.claims.answers import ImageClaim, ImageClaims
from functions.http.paging import found
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest
from kenpin.read_models.claims import notes
from kenpin.read_models.datasets import queries as datasets

router = new_router()


class ClaimImages(Command):
    image_ids: Annotated[tuple[Digest, ...], Field(max_length=100)]
    """The images that come next for the person, in order; none gives their claims back"""
    take: Annotated[int, Field(ge=1, le=20)] = 8
    """The largest number of images to claim"""


@router.post("/datasets/<dataset_id>/claims", tags=["claims"])
def claim_images(dataset_id: str, body: ClaimImages) -> ImageClaims:
    """Claim the first of these images that nobody else holds, for two minutes, and return all claims that hold.

    They replace the caller's claims before. Claims are hints for the browsers of other people: no command needs one,
    and none is refused for one.
    """
    images = tuple(dict.fromkeys(body.image_ids))
    with platform().database.transaction() as sql:
        project_id = datasets.project_of(sql, dataset_id)
        found({} if project_id else None, "dataset", dataset_id)
        notes.claim(sql, dataset_id, caller().actor, images, body.take)
        rows = notes.standing(sql, dataset_id)
    return ImageClaims(claims=[ImageClaim(**row) for row in rows])
