"""Addresses of pictures. An erased image has none, even where another dataset holds the same bytes."""

from collections.abc import Collection, Iterable

from kenpin.bootstrap import platform
from kenpin.projections.database import Row, Sql
from kenpin.read_models.erasures import queries as erasures

ImageKey = tuple[str, str]
"""Dataset and image."""


def erased_among(sql: Sql, places: Iterable[ImageKey]) -> set[ImageKey]:
    by_dataset: dict[str, set[str]] = {}
    for dataset_id, image_id in places:
        by_dataset.setdefault(dataset_id, set()).add(image_id)
    return {
        (dataset_id, id)
        for dataset_id, ids in by_dataset.items()
        for id in erasures.erased_of(sql, dataset_id, ids)
    }


def erased_in(sql: Sql, dataset_id: str, image_ids: Iterable[str]) -> Collection[str]:
    return erasures.erased_of(sql, dataset_id, list(image_ids))


def thumbnail_url(image_id: str, *, erased: bool) -> str | None:
    return None if erased else platform().objects.download_url(f"thumbnails/{image_id}.webp")


def mask_urls(defects: Iterable[Row], *, erased: bool) -> list[str]:
    """Return the addresses of the masks of stored defects."""
    masks = [] if erased else [defect["mask"] for defect in defects if defect.get("mask")]
    return [platform().objects.download_url(f"images/{mask}") for mask in masks]


def addresses(image_id: str, *, erased: bool) -> dict[str, str | None]:
    image = None if erased else platform().objects.download_url(f"images/{image_id}")
    return {"image_url": image, "thumbnail_url": thumbnail_url(image_id, erased=erased)}
