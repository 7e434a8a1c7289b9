"""Exports over the API: pages of images as of a version, and their bytes from signed addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import msgspec
from msgspec import structs

from functions.api.exports.answers import ExportPlan
from functions.api.images.answers import Image
from host.cli.client import Client, Query
from host.cli.failures import Failure, Refused
from host.cli.settings import settings_of_shell
from kenpin.application.digest import sha256_of
from kenpin.application.move import ProgressListener
from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.exported import Export, ExportedImage, Piece
from kenpin.exporting.readable import ReadableImages
from kenpin.exporting.selection import ImageSelection, StoredImage, class_names_of
from kenpin.exporting.targets import (
    FolderTarget,
    NotExportable,
    PlaceImage,
    ZipTarget,
    copy_into,
    place_into,
    refer,
)

Mode = Literal["copied", "linked", "referenced"]
PAGE: Final = 200
"""Images of a page: they are downloaded before their addresses expire, half an hour later."""
REMEMBERED: Final = 5_000
"""Addresses that are kept: an image is downloaded soon after its page was read, before its address expires."""


class RemoteImages:
    """The images of a dataset as of a version, read page by page."""

    def __init__(self, client: Client, plan: ExportPlan, filters: Mapping[str, Query]) -> None:
        self._client, self._plan, self._filters = client, plan, filters
        self._addresses: dict[str, str] = {}

    def __iter__(self) -> Iterator[StoredImage]:
        """Yield the images whose bytes were not erased."""
        path, as_of = f"/datasets/{self._plan.dataset_id}/images", str(self._plan.version)
        for image in self._client.items(path, Image, **self._filters, as_of=as_of, limit=PAGE):
            if image.image_url is not None:
                self._remember(image, image.image_url)
                yield stored_image(image)

    def read(self, image: ExportedImage) -> bytes:
        """Download the bytes of an image. Raises NotExportable."""
        return self.read_bytes(image.image_id)

    def read_bytes(self, digest: str) -> bytes:
        """Download the bytes of an image or a mask. Raises NotExportable when they have another digest."""
        try:
            content = self._client.download(self._addresses[digest])
        except Failure as failure:
            raise NotExportable(f"its bytes cannot be read: {failure}") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotExportable("its stored bytes are damaged: they have another digest")
        return content

    def _remember(self, image: Image, url: str) -> None:
        self._addresses[image.image_id] = url
        masks = [defect.mask for defect in image.defects if defect.mask]
        if image.annotation:
            self._addresses |= dict(zip(masks, image.annotation.mask_urls, strict=True))
        while len(self._addresses) > REMEMBERED:
            del self._addresses[next(iter(self._addresses))]


def stored_image(image: Image) -> StoredImage:
    known = {name: getattr(image, name) for name in StoredImage.__struct_fields__ if hasattr(image, name)}
    judged_at = image.annotation.at.isoformat() if image.annotation else ""
    return msgspec.convert({**known, "defects": tuple(image.defects), "judged_at": judged_at}, StoredImage)


def export_of(client: Client, plan: ExportPlan, images: RemoteImages) -> Export:
    """Return the export that a plan describes, with the class names of its project."""
    classes = client.project_of(plan.dataset_id).defect_classes
    class_names = class_names_of((each.class_id, each.name) for each in classes)
    selection = ImageSelection(lambda: images, class_names, images.read_bytes)
    return Export(plan.dataset_id, plan.version, tuple(class_names.values()), selection)


def write_export(
    export: Export, format: str, to: Path, images: RemoteImages, mode: Mode, progress: ProgressListener
) -> list[str]:
    """Write an export to a folder or a zip file, which appears whole or not at all.

    Return what is wrong, one sentence an image. Raises Refused.
    """
    readable = ReadableImages(export.images)
    pieces = FORMATS[format].write(structs.replace(export, images=readable))
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=to.parent, prefix=".kenpin-export-") as aside:
        written = Path(aside) / "export"
        try:
            if to.suffix == ".zip":
                wrong = _write_zip(written, pieces, images, mode, progress)
            else:
                written.mkdir()
                wrong = _write_folder(written, pieces, images, mode, progress)
        except NotExportable as reason:
            raise Refused(f"nothing was written: {reason}") from None
        written.rename(to)
    return [*readable.wrong, *wrong]


def _write_zip(
    file: Path, pieces: Iterator[Piece], images: RemoteImages, mode: Mode, progress: ProgressListener
) -> list[str]:
    with file.open("wb") as opened, ZipTarget(opened) as target:
        if mode == "referenced":
            return place_into(target, pieces, refer(target), progress.step)
        return copy_into(target, pieces, images.read, progress.step)


def _write_folder(
    folder: Path, pieces: Iterator[Piece], images: RemoteImages, mode: Mode, progress: ProgressListener
) -> list[str]:
    target = FolderTarget(folder)
    match mode:
        case "referenced":
            return place_into(target, pieces, refer(target), progress.step)
        case "linked":
            return place_into(target, pieces, _link(target, settings_of_shell().data_dir), progress.step)
        case "copied":
            return copy_into(target, pieces, images.read, progress.step)


def _link(target: FolderTarget, data_dir: Path) -> PlaceImage:
    """Return a placing by hard links to the stored files of this machine, whose bytes are compared first."""

    folder = data_dir / "objects" / "images"
    if not folder.is_dir():
        raise Refused(f"{folder} is not there; set KENPIN_DATA_DIR, or take --images copied")

    def place(path: str, image: ExportedImage) -> None:
        stored = folder / image.image_id[:2] / image.image_id
        try:
            with stored.open("rb") as file:
                if sha256_of(file) != image.image_id:
                    raise NotExportable("its stored bytes are damaged: they have another digest")
            target.path_of(path).hardlink_to(stored)
        except FileNotFoundError:
            raise NotExportable("its stored bytes are missing") from None
        except OSError as error:
            raise Refused(f"cannot link {stored} ({error.strerror}); take --images copied") from None

    return place
