"""From what people call an image, the first digits of its id or its file name, to its id."""

from __future__ import annotations

from collections.abc import Sequence

from functions.api.answers import Image
from host.cli.client import Client
from host.cli.failures import Refused

DIGEST_LENGTH = 64


def full_ids(client: Client, dataset_id: str, given: Sequence[str]) -> list[str]:
    """Whole ids pass as they are; what is shorter must mean just one image of the dataset. Raises Refused."""
    if all(len(each) == DIGEST_LENGTH for each in given):
        return list(given)
    known = [i for excluded in (False, True) for i in client.images(dataset_id, excluded=excluded)]
    return [_only(each, _matching_ids(each, known), dataset_id) for each in given]


def _matching_ids(given: str, known: Sequence[Image]) -> list[str]:
    """A name means what it names, even where an id begins alike."""
    named = [image.image_id for image in known if image.name == given]
    return named or [image.image_id for image in known if image.image_id.startswith(given.lower())]


def _only(given: str, found: list[str], dataset_id: str) -> str:
    match found:
        case [id]:
            return id
        case []:
            raise Refused(
                f"no image of {dataset_id} is named or begins with {given}; see `kenpin image list {dataset_id}`"
            )
        case _:
            raise Refused(
                f"{len(found)} images of {dataset_id} are named or begin with {given}; give more digits of the id"
            )
