"""Near-duplicates: look at pictures that nobody has looked at, compare all of a dataset, and join what is alike."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple
from PIL import Image as Picture

from kenpin.application.fresh_rows import fresh_rows
from kenpin.application.picture_names import thumbnail_name
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.application.thumbnails import thumbnail_of
from kenpin.application.whole_datasets import check_image_count
from kenpin.domain.dataset.commands import AssignGroups, GroupedImages
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.duplicates import ComparedImage, DuplicatePair, apart, joined
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, ImageId
from kenpin.pictures.fingerprint import fingerprint, near_duplicates, stacked
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.quality import quality_of
from kenpin.ports import NotFound, ObjectStore
from kenpin.read_models.fingerprints import notes
from kenpin.read_models.fingerprints.notes import PictureNote

PAGE: Final = 200
AT_ONCE: Final = 4
CHUNK: Final = 500
"""Images of one assignment."""


class Duplicates(Struct, frozen=True):
    """The near-duplicates of a dataset that no group holds together."""

    pairs: list[DuplicatePair]
    compared: list[ComparedImage]
    unseen: int
    """Images that cannot be read, which were not compared."""


def look_at_pictures(
    platform: PlatformParts, dataset_id: DatasetId, *, after: int, seconds: float
) -> int | None:
    """Keep what pictures after this place look like, for at most `seconds`; return where to go on, None at the end.

    Raises NoSuchDataset, TooManyImages, Unavailable.
    """
    end = time.monotonic() + seconds
    with fresh_rows(platform, dataset_id, "gallery") as (sql, head):
        check_image_count(sql, dataset_id, head)
    while True:
        with platform.database.reading() as sql:
            page = notes.missing(sql, dataset_id, after=after, limit=PAGE)
        if not page:
            return None
        found = _look_at(
            platform.objects, [row["image_id"] for row in page], platform.settings.picture_limits
        )
        with platform.database.transaction() as sql:
            notes.keep(sql, found)
        after = page[-1]["ordinal"]
        if time.monotonic() > end:
            return after


def find_duplicates(platform: PlatformParts, dataset_id: DatasetId) -> Duplicates:
    """Compare the images that were looked at. Raises NoSuchDataset, TooManyImages, Unavailable."""
    with fresh_rows(platform, dataset_id, "gallery", "datasets") as (sql, head):
        check_image_count(sql, dataset_id, head)
        rows = notes.in_dataset(sql, dataset_id)
        unseen = len(notes.missing(sql, dataset_id, after=0, limit=1_000_000))
    images = [ComparedImage(row["image_id"], row["name"], row["split"], row["group"]) for row in rows]
    alike = near_duplicates(stacked([bytes(row["signature"]) for row in rows]))
    pairs = apart(DuplicatePair(images[a], images[b], likeness) for a, b, likeness in alike)
    return Duplicates(pairs, images, unseen)


def join_duplicates(platform: PlatformParts, dataset_id: DatasetId, *, by: Context) -> tuple[int, int]:
    """Put near-duplicates into one group; return the version after it and the number of images that moved."""
    found = find_duplicates(platform, dataset_id)
    groups = joined(found.compared, found.pairs)
    version = platform.events.head(f"dataset-{dataset_id}").version
    pairs = iter([(name, id) for name, ids in groups.items() for id in ids])
    moved = 0
    while some := list(islice(pairs, CHUNK)):
        command = AssignGroups(groups=_grouped(some), reason="near-duplicates")
        version = platform.commands.execute(dataset, dataset_id, command, by=by).version
        moved += len(some)
    return version, moved


def _grouped(pairs: list[tuple[str, ImageId]]) -> tuple[GroupedImages, ...]:
    groups: dict[str, list[ImageId]] = {}
    for name, id in pairs:
        groups.setdefault(name, []).append(id)
    return tuple(GroupedImages(image_ids=tuple(ids), group=name) for name, ids in groups.items())


def _look_at(objects: ObjectStore, image_ids: list[ImageId], limits: Limits) -> Mapping[ImageId, PictureNote]:
    """Return what a look at each image finds; those that cannot be read are left out."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(lambda id: _note(objects, id, limits), image_ids))
    return {id: each for id, each in zip(image_ids, found, strict=True) if each is not None}


def _note(objects: ObjectStore, image_id: ImageId, limits: Limits) -> PictureNote | None:
    if (small := _small(objects, image_id, limits)) is None:
        return None
    with Picture.open(BytesIO(small)) as picture:
        return PictureNote(fingerprint(picture) or b"", *astuple(quality_of(picture)))


def _small(objects: ObjectStore, image_id: ImageId, limits: Limits) -> bytes | None:
    """Return the thumbnail, or one made for the moment; None when the image is gone, damaged or cannot be read."""
    try:
        with objects.open(thumbnail_name(image_id)) as body:
            return body.read()
    except NotFound:
        pass
    try:
        with open_picture(objects, image_id) as body:
            return thumbnail_of(body, limits)
    except (PictureNotIntact, UnreadablePicture):
        return None
