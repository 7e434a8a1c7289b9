"""Writes about image files: ask where to put the bytes, then register what arrived."""

from typing import Annotated

from pydantic import Field

from functions.http.answers import Registered, Upload, Uploads
from functions.http.request import caller, idempotency_key
from functions.http.resolver import new_router
from kenpin.application.arrivals import Arrival
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split
from kenpin.read_models import erasures

router = new_router()


class NewFile(Command):
    digest: Digest
    size: Annotated[int, Field(gt=0, le=256 * 1024 * 1024)]
    media_type: Annotated[str, Field(pattern=r"^image/[a-z0-9.+-]{1,40}$")]


class Files(Command):
    files: Annotated[tuple[NewFile, ...], Field(min_length=1, max_length=1000)]


class ArrivedImage(Command):
    digest: Digest
    name: Annotated[str, Field(max_length=255)] = ""
    capture: Capture = Capture()
    split: Split | None = None


class Arrivals(Command):
    images: Annotated[tuple[ArrivedImage, ...], Field(min_length=1, max_length=200)]
    split_rule: Annotated[str, Field(min_length=1, max_length=200)] = "given at import"


@router.post("/datasets/<dataset_id>/uploads", tags=["images"])
def plan_uploads(dataset_id: str, body: Files) -> Uploads:
    """Where to PUT the bytes of each file; nothing for those that are stored already, or erased here."""
    caller()
    objects = platform().objects
    stored = objects.has([f"images/{file.digest}" for file in body.files])
    with platform().database.reading() as sql:
        erased = erasures.erased_of(sql, dataset_id, [file.digest for file in body.files])
    return Uploads(
        uploads=[
            Upload(
                digest=file.digest,
                url=None
                if f"images/{file.digest}" in stored or file.digest in erased
                else objects.upload_url(file.digest, file.size, file.media_type),
            )
            for file in body.files
        ]
    )


@router.post("/datasets/<dataset_id>/images", status_code=201, tags=["images"])
def register_images(dataset_id: str, body: Arrivals) -> Registered:
    """Register uploaded images, reported item by item."""
    arrivals = [Arrival(i.digest, i.name, i.capture, i.split) for i in body.images]
    outcome = platform().arrivals.register(
        dataset_id, arrivals, body.split_rule, by=caller(), key=idempotency_key()
    )
    return Registered.model_validate(outcome, from_attributes=True)
