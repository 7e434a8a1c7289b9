"""Erasures: delete the bytes of erased images, unless an image or mask that is not erased has the same bytes."""

import time
from typing import Final

from msgspec import Struct

from kenpin.application.picture_names import rendition_name, thumbnail_name, values_name
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import DatasetId, ImageId
from kenpin.projections.catalogue import wait_for
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import windows
from kenpin.read_models.erasures import queries as erasures
from kenpin.read_models.fingerprints import notes as fingerprints

ROWS_NEEDED: Final = ("datasets", "gallery")
"""Read models that name the bytes in use."""
ROWS_TIMEOUT_S: Final = 10.0


class ErasureCount(Struct, frozen=True):
    """The number of erasures that were carried out, and of those that wait for rows."""

    erased: int
    left: int


def carry_out_erasures(platform: PlatformParts, limit: int) -> ErasureCount:
    """Carry out pending erasures, the oldest first. What fails stays pending.

    Nothing is deleted while rows lag behind: a dataset that has just got the same image would not be seen.
    """
    with platform.database.reading() as sql:
        pending = erasures.pending(sql, limit)
    if not pending or not rows_are_up_to_date(platform):
        return ErasureCount(0, len(pending))
    for row in pending:
        _erase(platform, row["dataset_id"], row["image_id"])
    return ErasureCount(len(pending), 0)


def rows_are_up_to_date(platform: PlatformParts) -> bool:
    """Wait for the rows of every dataset to reach its current head; False when they do not in time.

    A parked stream may hold any image, so nothing is deleted while there is one.
    """
    until = time.monotonic() + ROWS_TIMEOUT_S
    return all(
        wait_for(
            platform.database,
            ROWS_NEEDED,
            head.stream,
            head.version,
            patience_s=max(0.0, until - time.monotonic()),
        )
        for head in list(platform.events.heads("dataset-"))
    )


def _erase(platform: PlatformParts, dataset_id: DatasetId, image_id: ImageId) -> None:
    with platform.database.reading() as sql:
        digests = _unused(sql, dataset_id, image_id)
        seen_through = windows.ever_set(sql, image_id)
    names = {name for digest in digests for name in (f"images/{digest}", values_name(digest))}
    for window in (None, *seen_through):
        names |= {name(digest, window) for digest in digests for name in (thumbnail_name, rendition_name)}
    platform.objects.erase(sorted(names))
    with platform.database.transaction() as sql:
        fingerprints.forget(sql, sorted(digests))
        erasures.done(sql, dataset_id, image_id)


def _unused(sql: Sql, dataset_id: DatasetId, image_id: ImageId) -> set[str]:
    """Return the digests of the image and its masks that no image or mask that is not erased has."""
    masks = erasures.masks_of(sql, dataset_id, image_id)
    digests = {image_id, *masks}
    return digests - erasures.held(sql, list(digests)) - erasures.masks_of_others(sql, masks)
