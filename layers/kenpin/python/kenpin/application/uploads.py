"""Uploads: tell which files of a dataset are missing, and sign addresses for them."""

from collections.abc import Sequence

from msgspec import Struct

from kenpin.application.ownership import project_of
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import DatasetId, ProjectId, upload_name
from kenpin.pictures.limits import UnreadablePicture
from kenpin.read_models.erasures import queries as erasures
from kenpin.read_models.gallery.holdings import held


class PlannedFile(Struct, frozen=True):
    """A file that somebody has, with its size in bytes."""

    digest: str
    size: int
    media_type: str


class PlannedUpload(Struct, frozen=True):
    """The address to send a file to; without one, the file is stored already, or `detail` says why it is refused."""

    digest: str
    url: str | None
    detail: str = ""


def plan_upload_urls(
    platform: PlatformParts, dataset_id: DatasetId, files: Sequence[PlannedFile]
) -> list[PlannedUpload]:
    """Return for each file the URL to PUT its bytes to.

    None: the project has these bytes already, or erased them here, or they are too many. Raises NoSuchDataset.
    """
    project_id, objects = project_of(platform, dataset_id), platform.objects
    here = {upload_name(project_id, file.digest): file.digest for file in files}
    known = {here[name] for name in objects.has(list(here))}
    missing = [digest for digest in here.values() if digest not in known]
    known |= held(platform.database, project_id, missing)
    with platform.database.reading() as sql:
        known |= erasures.erased_of(sql, dataset_id, [file.digest for file in files]).keys()
    return [_planned(platform, project_id, file, is_known=file.digest in known) for file in files]


def _planned(
    platform: PlatformParts, project_id: ProjectId, file: PlannedFile, *, is_known: bool
) -> PlannedUpload:
    if is_known:
        return PlannedUpload(file.digest, None)
    try:
        platform.settings.picture_limits.check_bytes(file.size)
    except UnreadablePicture as reason:
        return PlannedUpload(file.digest, None, str(reason))
    url = platform.objects.upload_url(project_id, file.digest, file.size, file.media_type)
    return PlannedUpload(file.digest, url)
