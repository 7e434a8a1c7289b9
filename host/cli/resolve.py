"""From the first digits of an image's id to the whole of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from host.cli.failures import Refused

if TYPE_CHECKING:
    from host.cli.client import Client

DIGEST_LENGTH = 64


def full_ids(client: Client, dataset_id: str, given: Sequence[str]) -> list[str]:
    """Whole ids pass as they are; shorter ones must begin just one of the dataset. Raises Refused."""
    if all(len(each) == DIGEST_LENGTH for each in given):
        return list(given)
    known = [i.image_id for excluded in (False, True) for i in client.images(dataset_id, excluded=excluded)]
    return [_only(each, [id for id in known if id.startswith(each.lower())], dataset_id) for each in given]


def _only(given: str, found: list[str], dataset_id: str) -> str:
    match found:
        case [id]:
            return id
        case []:
            raise Refused(
                f"no image of {dataset_id} begins with {given}; see `kenpin image list {dataset_id}`"
            )
        case _:
            raise Refused(f"{len(found)} images of {dataset_id} begin with {given}; give more digits")
