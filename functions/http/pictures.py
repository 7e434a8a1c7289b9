"""Addresses of pictures. An erased image has none, even where another dataset holds the same bytes."""

from collections.abc import Iterable
from typing import Final

from functions.http.answers import DeepGrey
from kenpin.application.picture_names import DEEP_GREY_TYPES, rendition_name, thumbnail_name, values_name
from kenpin.bootstrap import platform
from kenpin.domain.grey_window import GreyWindow, window_of
from kenpin.projections.database import Row, Sql
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.erasures import queries as erasures
from kenpin.read_models.gallery.queries import kinds_of

SHOWN_MOSTLY: Final = ("image/jpeg", "image/webp", "image/png", "")
"""Types that browsers show as stored, unless the picture is deep, transparent, animated or of inks"""
UNKNOWN: Final[Row] = {"media_type": "", "needs_rendition": None, "capture": {}}
"""What is said of an image that has no row"""
ImageKey = tuple[str, str]
"""Dataset and image."""


class ShownImages:
    """Addresses of images of any datasets; deep grey is seen through the windows that stand now."""

    def __init__(self, sql: Sql, places: Iterable[ImageKey]) -> None:
        by_dataset: dict[str, set[str]] = {}
        for dataset_id, image_id in places:
            by_dataset.setdefault(dataset_id, set()).add(image_id)
        self._kinds: dict[ImageKey, Row] = {}
        self._erased = set[ImageKey]()
        self._windows = {dataset_id: windows_at(sql, dataset_id) for dataset_id in by_dataset}
        for dataset_id, ids in by_dataset.items():
            self._kinds |= {(dataset_id, row["image_id"]): row for row in kinds_of(sql, dataset_id, ids)}
            self._erased |= {(dataset_id, id) for id in erasures.erased_of(sql, dataset_id, ids)}

    def addresses(self, dataset_id: str, image_id: str) -> dict[str, str | None]:
        row, erased = self._row(dataset_id, image_id), self.is_erased(dataset_id, image_id)
        return addresses(row, self._windows[dataset_id], erased=erased)

    def deep_grey(self, dataset_id: str, image_id: str) -> DeepGrey | None:
        """Return the address of the values of an image, and its camera's window; None when it is no deep grey."""
        row, erased = self._row(dataset_id, image_id), self.is_erased(dataset_id, image_id)
        return deep_grey(row, self._windows[dataset_id], erased=erased)

    def thumbnail_url(self, dataset_id: str, image_id: str) -> str | None:
        return self.addresses(dataset_id, image_id)["thumbnail_url"]

    def size(self, dataset_id: str, image_id: str) -> tuple[int, int] | None:
        """Return width and height in pixels; None for an image that the dataset does not have."""
        row = self._kinds.get((dataset_id, image_id))
        return (row["width"], row["height"]) if row else None

    def is_erased(self, dataset_id: str, image_id: str) -> bool:
        return (dataset_id, image_id) in self._erased

    def _row(self, dataset_id: str, image_id: str) -> Row:
        return self._kinds.get((dataset_id, image_id), UNKNOWN | {"image_id": image_id})


def mask_urls(defects: Iterable[Row], *, erased: bool) -> list[str]:
    """Return the addresses of the masks of stored defects."""
    masks = [] if erased else [defect["mask"] for defect in defects if defect.get("mask")]
    return [platform().objects.download_url(f"images/{mask}") for mask in masks]


def addresses(row: Row, windows: Iterable[GreyWindow], *, erased: bool) -> dict[str, str | None]:
    """Return the addresses of an image row. `windows`: those of deep grey of its dataset."""
    if erased:
        return {"image_url": None, "shown_url": None, "thumbnail_url": None}
    objects, image_id, window = platform().objects, row["image_id"], _window(windows, row)
    shown = rendition_name(image_id, window) if _needs_rendition(row) else f"images/{image_id}"
    return {
        "image_url": objects.download_url(f"images/{image_id}"),
        "shown_url": objects.download_url(shown),
        "thumbnail_url": objects.download_url(thumbnail_name(image_id, window)),
    }


def deep_grey(row: Row, windows: Iterable[GreyWindow], *, erased: bool) -> DeepGrey | None:
    """Return the address of the values of an image row, and its camera's window; None when it cannot be deep grey."""
    if erased or row["media_type"] not in DEEP_GREY_TYPES or not _needs_rendition(row):
        return None
    window = window_of(windows, row["capture"].get("camera"))
    url = platform().objects.download_url(values_name(row["image_id"]))
    return DeepGrey(values_url=url, low=window and window.low, high=window and window.high)


def _needs_rendition(row: Row) -> bool:
    """Return what the decoder said when the image was registered.

    Older events do not say it: one machine then looks at the bytes when the rendition is asked for, and sends the
    picture itself where none is needed. On AWS the type says whether there is a rendition.
    """
    if row["needs_rendition"] is not None:
        return bool(row["needs_rendition"])
    return _is_made_on_request() or row["media_type"] not in SHOWN_MOSTLY


def _window(windows: Iterable[GreyWindow], row: Row) -> GreyWindow | None:
    """Return the window that an image row is seen through.

    On AWS thumbnails and renditions are made when images are stored, before there is a window: they use
    percentiles of the picture itself.
    """
    if not _is_made_on_request() or row["media_type"] not in DEEP_GREY_TYPES:
        return None
    return window_of(windows, row["capture"].get("camera"))


def _is_made_on_request() -> bool:
    return platform().settings.base == "local"
