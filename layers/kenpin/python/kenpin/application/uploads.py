"""Uploads: tell which files of a dataset are missing, and sign addresses for them."""

from collections.abc import Sequence

from msgspec import Struct

from kenpin.application.ownership import project_of
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import DatasetId, upload_name
from kenpin.read_models.erasures import queries as erasures
from kenpin.read_models.gallery.holdings import held


class PlannedFile(Struct, frozen=True):
    """A file that somebody has, with its size in bytes."""

    digest: str
    size: int
    media_type: str


def plan_upload_urls(
    platform: PlatformParts, dataset_id: DatasetId, files: Sequence[PlannedFile]
) -> list[tuple[str, str | None]]:
    """Return the digest of each file, and the URL to PUT its bytes to.

    None: the project has these bytes already, or erased them here. Raises NoSuchDataset.
    """
    project_id, objects = project_of(platform, dataset_id), platform.objects
    here = {upload_name(project_id, file.digest): file.digest for file in files}
    known = {here[name] for name in objects.has(list(here))}
    missing = [digest for digest in here.values() if digest not in known]
    known |= held(platform.database, project_id, missing)
    with platform.database.reading() as sql:
        known |= erasures.erased_of(sql, dataset_id, [file.digest for file in files]).keys()
    return [
        (
            file.digest,
            None
            if file.digest in known
            else objects.upload_url(project_id, file.digest, file.size, file.media_type),
        )
        for file in files
    ]
