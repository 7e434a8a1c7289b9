"""Addresses of pictures. An erased image has none, even where another dataset holds the same bytes."""

from collections.abc import Collection, Iterable
from typing import Final

from kenpin.application.picture_names import DEEP_GREY_TYPES, rendition_name, thumbnail_name
from kenpin.bootstrap import platform
from kenpin.domain.grey_window import GreyWindow, window_of
from kenpin.projections.database import Row, Sql
from kenpin.read_models.erasures import queries as erasures

SHOWN_ALWAYS: Final = ("image/jpeg", "image/webp")
"""Media types that browsers show"""
SHOWN_MOSTLY: Final = (*SHOWN_ALWAYS, "image/png", "")
"""Those, and the types that browsers show unless the picture is deep or transparent"""
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


def thumbnail_url(image_id: str, *, erased: bool, window: GreyWindow | None = None) -> str | None:
    return None if erased else platform().objects.download_url(thumbnail_name(image_id, window))


def thumbnail_window(windows: Iterable[GreyWindow], row: Row) -> GreyWindow | None:
    """Return the window that the thumbnail of an image row is seen through.

    On AWS thumbnails are made when images are stored, before there is a window: deep grey has its own percentiles.
    """
    is_made_on_request = platform().settings.base == "local"
    if not is_made_on_request or row["media_type"] not in DEEP_GREY_TYPES:
        return None
    return window_of(windows, row["capture"].get("camera"))


def mask_urls(defects: Iterable[Row], *, erased: bool) -> list[str]:
    """Return the addresses of the masks of stored defects."""
    masks = [] if erased else [defect["mask"] for defect in defects if defect.get("mask")]
    return [platform().objects.download_url(f"images/{mask}") for mask in masks]


def addresses(
    image_id: str, *, erased: bool, window: GreyWindow | None = None, media_type: str = ""
) -> dict[str, str | None]:
    """Return the addresses of an image. `media_type`: empty where it is not known."""
    if erased:
        return {"image_url": None, "shown_url": None, "thumbnail_url": None}
    objects, shown = platform().objects, _shown_name(image_id, window, media_type)
    return {
        "image_url": objects.download_url(f"images/{image_id}"),
        "shown_url": objects.download_url(shown),
        "thumbnail_url": thumbnail_url(image_id, erased=False, window=window),
    }


def _shown_name(image_id: str, window: GreyWindow | None, media_type: str) -> str:
    """Return the name of what a browser shows.

    One machine makes a rendition when it is asked for, and sends the picture itself where none is needed. On AWS
    renditions are made when images are stored, so their types alone say whether there is one.
    """
    is_made_on_request = platform().settings.base == "local"
    plain = SHOWN_ALWAYS if is_made_on_request else SHOWN_MOSTLY
    if media_type in plain:
        return f"images/{image_id}"
    return rendition_name(image_id, window)
