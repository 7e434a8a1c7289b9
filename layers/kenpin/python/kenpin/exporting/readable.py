"""The images of an export whose masks can be read; the others are left out and named with the reason."""

from collections.abc import Iterable, Iterator

from msgspec import structs

from kenpin.exporting.exported import ExportedDefect, ExportedImage
from kenpin.exporting.targets import NotExportable


class ReadableImages:
    """Images without those of an unreadable mask: a writer would show them with a defect less, or as good ones.

    `wrong` names these by file name, once the images were read. A mask is checked the first time it is read.
    """

    def __init__(self, images: Iterable[ExportedImage]) -> None:
        self._images = images
        self._reasons: dict[str, str | None] = {}

    @property
    def wrong(self) -> list[str]:
        """One sentence for each image that is left out."""
        return [f"{name}: {reason}" for name, reason in self._reasons.items() if reason]

    def __iter__(self) -> Iterator[ExportedImage]:
        for image in self._images:
            if not any(defect.mask for defect in image.defects):
                yield image
            elif image.name not in self._reasons:
                yield from self._checked(image)
            elif self._reasons[image.name] is None:
                yield image

    def _checked(self, image: ExportedImage) -> Iterator[ExportedImage]:
        """Yield the image with its masks in memory, so that its writer need not read them again."""
        try:
            defects = tuple(_with_mask(image, defect) for defect in image.defects)
        except NotExportable as reason:
            self._reasons[image.name] = str(reason)
        else:
            self._reasons[image.name] = None
            yield structs.replace(image, defects=defects)


def _with_mask(image: ExportedImage, defect: ExportedDefect) -> ExportedDefect:
    # Here, as numpy and Pillow are not there where somebody only asks for an export.
    from kenpin.exporting.masks import marked

    if not defect.mask:
        return defect
    try:
        content = defect.mask()
    except NotExportable as reason:
        raise NotExportable(f"the mask of {defect.class_name}: {reason}") from None
    held = structs.replace(defect, mask=lambda: content)
    try:
        height, width = marked(image, held).shape
    except Exception:  # Pillow raises anything
        raise NotExportable(f"the mask of {defect.class_name} is damaged or no picture") from None
    if (width, height) != (image.width, image.height):
        raise NotExportable(
            f"the mask of {defect.class_name} has {width}×{height} pixels and the image {image.width}×{image.height}"
        )
    return held
