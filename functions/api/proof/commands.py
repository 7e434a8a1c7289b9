"""Writes about proofs: take an anchor, change the key. On AWS a function of its own signs: these refuse."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import Field

from functions.anchors.follow_up import follow_up
from functions.api.proof.answers import AskedPack, SignedRecord, signed_record
from functions.audit_pack.order import PackRequest, request_pack
from functions.http.accept import new_id
from functions.http.errors import NothingToSign
from functions.http.paging import found, rows
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Slug
from kenpin.read_models.gallery import queries as gallery

router = new_router()
MOST_NAMED_ALIKE: Final = 20
ImageText = Annotated[str, Field(min_length=1, max_length=255)]


@router.post("/proof/anchors", status_code=201, tags=["proof"])
def take_anchor() -> SignedRecord:
    """Sign the head of every stream; return the newest anchor when nothing happened since."""
    caller()
    if (record := platform().anchors.take()) is None:
        raise NothingToSign
    follow_up()
    return signed_record(record)


class NewPack(Command):
    """The streams of a pack: those of a dataset, of a project, or all; and images of the dataset for its report."""

    dataset_id: Slug | None = None
    project_id: Slug | None = None
    images: Annotated[tuple[ImageText, ...], Field(max_length=100)] = ()
    """Ids, beginnings of ids, or file names"""


@router.post("/proof/packs", status_code=202, tags=["proof"])
def ask_for_pack(body: NewPack) -> AskedPack:
    """Ask for an audit pack; ask for it by its id until it is done."""
    by, images = caller().actor, tuple(_images(body.dataset_id, body.images))
    request = PackRequest(by, datetime.now(UTC), body.dataset_id, body.project_id, images)
    request_pack(pack_id := new_id(), request)
    return AskedPack(pack_id=pack_id)


def _images(dataset_id: str | None, named: Sequence[str]) -> Iterator[str]:
    if dataset_id is None:
        return
    with rows() as sql:
        for text in named:
            ids = gallery.named(sql, dataset_id, text, MOST_NAMED_ALIKE)
            found({} if ids else None, "image", text, f"in dataset {dataset_id}")
            yield from ids


@router.post("/proof/keys", status_code=201, tags=["proof"])
def rotate_key() -> SignedRecord:
    """Start a new signing key, which the old key signs."""
    caller()
    return signed_record(platform().anchors.rotate())
