"""Exports: count what a format cannot carry, ask for a zip file of a dataset as of a version, and make it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO, Final, Literal, cast

import msgspec
from msgspec import Struct, structs

from kenpin.application.asked_file import AskedFile, ProgressNotes, TooLate
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.domain.dataset.refusals import ExportTooLarge, NoSuchDataset, NothingToExport
from kenpin.domain.ids import DatasetId, ImageId, Sha256
from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.exported import Export, ExportedImage
from kenpin.exporting.losses import written_by
from kenpin.exporting.readable import ReadableImages
from kenpin.exporting.selection import ImageSelection, StoredImage, class_names_of
from kenpin.exporting.targets import NotExportable, ZipTarget, copy_into, place_into, refer
from kenpin.ports import ObjectStore, OutOfSpace, Unavailable, full_disk_as_out_of_space
from kenpin.projections.database import Row
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.gallery import queries as gallery
from kenpin.read_models.gallery.facts import facts
from kenpin.read_models.gallery.queries import Filter
from kenpin.read_models.projects import queries as projects

KEPT_FOR: Final = timedelta(days=2)
PAGE: Final = 500
"""Rows that are read at a time."""
LARGEST_BYTES: Final = 4 * 1024**3
"""Bytes of the images of one zip file: S3 takes 5 GB at once."""


class ExportRequest(Struct, frozen=True):
    """The dataset, version, format and filters of one export, and when it was asked for."""

    dataset_id: DatasetId
    version: int
    format: str
    images: Literal["copied", "referenced"]
    filters: Filter
    asked_at: datetime


class ExportOutcome(Struct, frozen=True):
    """The end of an export: `failed` says why there is no file; `wrong` names the images that it lacks."""

    images: int = 0
    wrong: tuple[str, ...] = ()
    failed: str = ""


class ExportState(Struct, frozen=True):
    """An export as it stands. `url` is the signed address of the file."""

    state: Literal["making", "done", "failed"]
    percent: int
    outcome: ExportOutcome = ExportOutcome()
    url: str | None = None


def count_facts(
    platform: PlatformParts, dataset_id: DatasetId, filters: Filter, version: int
) -> dict[str, int]:
    with platform.database.reading() as sql:
        return facts(sql, dataset_id, filters, version)


def request_export(platform: PlatformParts, export_id: str, request: ExportRequest) -> None:
    """Ask for an export; a function that hears of the request makes it. Raises ExportTooLarge or NothingToExport."""
    images, size = _written(platform, request)
    if not images:
        raise NothingToExport
    if request.images == "copied" and size > LARGEST_BYTES:
        raise ExportTooLarge(size, LARGEST_BYTES, request.dataset_id, request.format)
    _asked(platform, f"{request.dataset_id}.{export_id}").ask(request)


def _asked(platform: PlatformParts, name: str) -> AskedFile:
    return AskedFile(platform.objects, name)


def _written(platform: PlatformParts, request: ExportRequest) -> tuple[int, int]:
    counts = count_facts(platform, request.dataset_id, request.filters, request.version)
    return written_by(FORMATS[request.format].effects, counts)


def find_export(platform: PlatformParts, dataset_id: DatasetId, export_id: str) -> ExportState:
    """Return the state of an export. Raises NotFound."""
    asked = _asked(platform, f"{dataset_id}.{export_id}")
    if (percent := asked.percent()) < 100:
        return ExportState("making", percent)
    outcome = asked.outcome(ExportOutcome)
    if outcome.failed:
        return ExportState("failed", 100, outcome)
    return ExportState("done", 100, outcome, asked.url())


def make_export(platform: PlatformParts, name: str, is_late: Callable[[], bool]) -> bool:
    """Make the zip file of the request `<dataset>.<export>`; False when it was made before, or nobody asks for it."""
    asked = _asked(platform, name)
    if (request := asked.request(ExportRequest)) is None:
        return False
    try:
        outcome = _make(platform, asked, request, is_late)
    except (TooLate, NotExportable) as reason:
        outcome = ExportOutcome(failed=str(reason))
    except OutOfSpace:
        outcome = ExportOutcome(failed="the disk is full; free some space and ask again")
    except Unavailable:
        raise
    except Exception:
        asked.end(ExportOutcome(failed="something broke; look into the log of the platform"))
        raise
    asked.end(outcome)
    return True


def _make(
    platform: PlatformParts, asked: AskedFile, request: ExportRequest, is_late: Callable[[], bool]
) -> ExportOutcome:
    total, _ = _written(platform, request)
    progress = _Progress(asked, total, is_late)
    export = export_of(platform, request)
    readable = ReadableImages(export.images)
    pieces = FORMATS[request.format].write(structs.replace(export, images=readable))
    with full_disk_as_out_of_space(), TemporaryFile() as file:
        with ZipTarget(cast("BinaryIO", file)) as target:
            if request.images == "copied":
                wrong = copy_into(target, pieces, _reader(platform.objects), progress.step)
            else:
                wrong = place_into(target, pieces, refer(target), progress.step)
        file.seek(0)
        asked.store(cast("BinaryIO", file))
    return ExportOutcome(progress.done - len(wrong), (*readable.wrong, *wrong))


def export_of(platform: PlatformParts, request: ExportRequest) -> Export:
    """Return the images of a request and the classes of their project. Raises NoSuchDataset."""
    class_names = _class_names(platform, request.dataset_id)
    masks = _reader_of_masks(platform.objects)
    images = ImageSelection(lambda: _stored(platform, request), class_names, masks)
    return Export(request.dataset_id, request.version, tuple(class_names.values()), images)


def _class_names(platform: PlatformParts, dataset_id: DatasetId) -> Mapping[str, str]:
    with platform.database.reading() as sql:
        project_id = datasets.project_of(sql, dataset_id)
        project = project_id and projects.one(sql, project_id)
    if not project:
        raise NoSuchDataset
    return class_names_of((each["class_id"], each["name"]) for each in project["defect_classes"])


def _stored(platform: PlatformParts, request: ExportRequest) -> Iterator[StoredImage]:
    """Yield the images of a request, page by page; those whose bytes were erased are left out."""
    after: int | None = None
    while True:
        with platform.database.reading() as sql:
            shown = gallery.page(
                sql,
                request.dataset_id,
                request.filters,
                after=after,
                limit=PAGE,
                as_of=request.version,
            )
        yield from (_stored_image(row) for row in shown if row["erased"] is None)
        if len(shown) < PAGE:
            return
        after = shown[-1]["ordinal"]


def _stored_image(row: Row) -> StoredImage:
    annotation = row["annotation"] or {}
    judged_at = row["annotated_at"].astimezone(UTC).isoformat() if row["annotated_at"] else ""
    known = {name: row[name] for name in StoredImage.__struct_fields__ if name in row}
    return msgspec.convert(
        {**known, "defects": annotation.get("defects", []), "judged_at": judged_at}, StoredImage
    )


def _reader(objects: ObjectStore) -> Callable[[ExportedImage], bytes]:
    return lambda image: read_whole(objects, image.image_id)


def _reader_of_masks(objects: ObjectStore) -> Callable[[Sha256], bytes]:
    return lambda digest: read_whole(objects, digest)


def read_whole(objects: ObjectStore, digest: ImageId) -> bytes:
    """Return the stored bytes of an image or a mask. Raises NotExportable when they are not those of the digest."""
    try:
        with open_picture(objects, digest) as file:
            return file.read()
    except PictureNotIntact as reason:
        raise NotExportable(reason.wrong) from None


class _Progress:
    """Counts the images of an export, notes how far it is, and ends it when the time is over."""

    def __init__(self, asked: AskedFile, total: int, is_late: Callable[[], bool]) -> None:
        self._notes, self._total, self._is_late = ProgressNotes(asked), total, is_late
        self.done = 0

    def step(self) -> None:
        if self._is_late():
            raise TooLate(
                f"only {self.done:,} of {self._total:,} images were written in the time of a function; filter them, or "
                "run `kenpin export`"
            )
        self.done += 1
        self._notes.reach(self.done, self._total)
