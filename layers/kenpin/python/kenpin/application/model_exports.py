"""Exports of models: ask for the files of a model, and find how far they are."""

from datetime import datetime
from typing import Final, Literal
from zipfile import BadZipFile, ZipFile

from msgspec import Struct

from kenpin.application.failure_notes import noted_failure
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.catalogue import events_in, meta_of
from kenpin.domain.decider import Scope
from kenpin.domain.event import Context
from kenpin.domain.ids import ActorId, ModelId, Sha256, stream_of
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import ModelExported, ModelFormat
from kenpin.domain.model.refusals import ModelIsRetired, NoSuchModel, UnusableExport
from kenpin.ports import Job, NotFound, ObjectStore

CARD: Final = "MODEL_CARD.md"
"""The card's name in the zip file of an export"""


class ModelExportState(Struct, frozen=True):
    """An export of a model as it stands. `url` is the signed address of the zip file."""

    state: Literal["making", "done", "failed"]
    failed: str = ""
    exported: ModelExported | None = None
    url: str | None = None


def object_of(digest: Sha256) -> str:
    """Return the name of the zip file of a model."""
    return f"models/{digest}.zip"


def request_model_export(
    platform: PlatformParts,
    model_id: ModelId,
    project_id: str,
    export_id: str,
    format: ModelFormat,
    by: Context,
) -> Job:
    """Queue the job that writes the files of a model. Raises NoSuchModel, ModelIsRetired."""
    state = platform.commands.state(model, model_id, Scope())
    if not state.version:
        raise NoSuchModel
    if state.retired:
        raise ModelIsRetired
    arguments: dict[str, str | int | None] = {"export_id": export_id, "format": format}
    job = Job.requested(f"export-{export_id}", "export_model", model_id, arguments, project=project_id, by=by)
    platform.jobs.send(job)
    return job


class StoredExport(Struct, frozen=True):
    """An export of a model with when and by whom it was asked for, and the signed address of its file."""

    exported: ModelExported
    at: datetime
    by: ActorId
    url: str


def stored_exports(
    platform: PlatformParts, model_id: ModelId, as_of: int | None = None
) -> list[StoredExport]:
    """Return the exports of a model that are stored, newest first, at a version of the model or now."""
    found = [
        StoredExport(
            event, meta.recorded_at, meta.actor, platform.objects.download_url(object_of(event.digest))
        )
        for commit in platform.events.read(stream_of("model", model_id), upto=as_of)
        for event, meta in ((event, meta_of(commit)) for event in events_in(commit))
        if isinstance(event, ModelExported)
    ]
    return found[::-1]


def model_card(platform: PlatformParts, model_id: ModelId, export_id: str) -> str | None:
    """Return the model card of an export, as Markdown; None where there is no such export. Raises UnusableExport."""
    for each in stored_exports(platform, model_id):
        if each.exported.export_id == export_id:
            return _card_in(platform.objects, each.exported.digest)
    return None


def _card_in(objects: ObjectStore, digest: Sha256) -> str:
    try:
        with objects.open(object_of(digest)) as body, ZipFile(body) as archive:
            return archive.read(CARD).decode()
    except NotFound:
        raise UnusableExport("its stored bytes are missing") from None
    except (BadZipFile, KeyError):
        raise UnusableExport("its files are incomplete") from None


def find_model_export(platform: PlatformParts, model_id: ModelId, export_id: str) -> ModelExportState:
    """Return the state of an export; one that nobody asked for is being made as well."""
    for commit in platform.events.read(stream_of("model", model_id)):
        for event in events_in(commit):
            if isinstance(event, ModelExported) and event.export_id == export_id:
                url = platform.objects.download_url(object_of(event.digest))
                return ModelExportState("done", exported=event, url=url)
    if (reason := noted_failure(platform.objects, model_id, export_id)) is not None:
        return ModelExportState("failed", reason)
    return ModelExportState("making")
