"""Finds an image's id by its first digits or its file name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from functions.api.images.answers import Image
from functions.audit_pack.image_history import MIN_DIGITS
from host.cli.client import Client
from host.cli.failures import Refused

DIGEST_LENGTH = 64


def full_ids(client: Client, dataset_id: str, names: Sequence[str]) -> list[str]:
    """Return whole ids. A shorter one must match exactly one image of the dataset. Raises Refused."""
    if all(len(each) == DIGEST_LENGTH for each in names):
        return list(names)
    known = _images(client, dataset_id)
    return [_single_id(each, _matching_ids(each, known), dataset_id) for each in names]


def check_known(client: Client, dataset_ids: Iterable[str], beginnings: Sequence[str]) -> None:
    """Raise Refused unless each is the beginning of an id of an image in one of the datasets."""
    known = {image.image_id for each in dataset_ids for image in _images(client, each)}
    for beginning in beginnings:
        if len(beginning) < MIN_DIGITS or not any(id.startswith(beginning.lower()) for id in known):
            raise Refused(
                f"no image there has an id that begins with {beginning}; give at least {MIN_DIGITS} digits of an id, "
                "or --dataset with a file name"
            )


def _images(client: Client, dataset_id: str) -> list[Image]:
    return [i for excluded in (False, True) for i in client.images(dataset_id, excluded=excluded)]


def _matching_ids(name: str, known: Sequence[Image]) -> list[str]:
    """Return the ids that match. A file name wins over an id that begins alike."""
    named = [image.image_id for image in known if image.name == name]
    return named or [image.image_id for image in known if image.image_id.startswith(name.lower())]


def _single_id(name: str, found: list[str], dataset_id: str) -> str:
    match found:
        case [id]:
            return id
        case []:
            raise Refused(
                f"no image of {dataset_id} is named or begins with {name}; see `kenpin image list {dataset_id}`"
            )
        case _:
            raise Refused(
                f"{len(found)} images of {dataset_id} are named or begin with {name}; give more digits of the id"
            )
