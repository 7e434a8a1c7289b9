"""Writes about image files: ask where to put the bytes, then register what arrived."""

from typing import Annotated

from pydantic import Field

from functions.api.answers import Registered, RegisteredImage, Upload, Uploads
from functions.http.access import access
from functions.http.authorise import project_in_history
from functions.http.request import caller, idempotency_key
from functions.http.resolver import new_router
from kenpin.application.arrivals import Arrival, not_of_lines
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split, upload_name
from kenpin.domain.member.events import EVERYWHERE
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.erasures import projection as erasures
from kenpin.read_models.gallery.holdings import held

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
    """Where to PUT the bytes of each file; nothing for those that this project has already, or erased here."""
    project_id, objects = _project_of(dataset_id), platform().objects
    here = {upload_name(project_id, file.digest): file.digest for file in body.files}
    known = {here[name] for name in objects.has(list(here))}
    known |= held(
        platform().database, project_id, [digest for digest in here.values() if digest not in known]
    )
    with platform().database.reading() as sql:
        erased = erasures.erased_of(sql, dataset_id, [file.digest for file in body.files])
    return Uploads(
        uploads=[
            Upload(
                digest=file.digest,
                url=None
                if file.digest in known or file.digest in erased
                else objects.upload_url(project_id, file.digest, file.size, file.media_type),
            )
            for file in body.files
        ]
    )


def _project_of(dataset_id: str) -> str:
    with platform().database.reading() as sql:
        found = datasets.project_of(sql, dataset_id) or project_in_history("dataset", dataset_id)
    if found is None:
        raise NoSuchDataset
    return found


@router.post("/datasets/<dataset_id>/images", status_code=201, tags=["images"])
def register_images(dataset_id: str, body: Arrivals) -> Registered:
    """Register uploaded images, reported item by item."""
    barred = _barred(dataset_id, body.images)
    arrivals = [Arrival(i.digest, i.name, i.capture, i.split) for i in body.images if i.digest not in barred]
    outcome = platform().arrivals.register(
        dataset_id, arrivals, body.split_rule, by=caller(), key=idempotency_key()
    )
    answer = Registered.model_validate(outcome, from_attributes=True)
    return answer.model_copy(update={"items": [*answer.items, *barred.values()]})


def _barred(dataset_id: str, images: tuple[ArrivedImage, ...]) -> dict[str, RegisteredImage]:
    """Those of lines that a machine is not trusted with."""
    if (mine := access()).lines(EVERYWHERE) is None and mine.everywhere:
        return {}
    lines = mine.lines(_project_of(dataset_id))
    reasons = ((image.digest, not_of_lines(image.capture.line, lines)) for image in images)
    return {id: RegisteredImage(digest=id, outcome="rejected", detail=why) for id, why in reasons if why}
