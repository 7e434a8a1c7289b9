"""Thumbnails for the gallery: 240×180 pixels at most, WebP, made once per image."""

from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image as Picture
from PIL import UnidentifiedImageError

from kenpin.domain.ids import ImageId
from kenpin.ports import NotFound, ObjectStore

SIZE: Final = (240, 180)
"""pixels"""


def thumbnail_name(image_id: ImageId) -> str:
    return f"thumbnails/{image_id}.webp"


def make_thumbnail(objects: ObjectStore, image_id: ImageId) -> bool:
    """Make and store the thumbnail; False when the bytes are no image, or are missing."""
    name = thumbnail_name(image_id)
    if name in objects.has([name]):
        return True
    try:
        with objects.open(f"images/{image_id}") as body:
            small = thumbnail_of(body)
    except NotFound:
        return False
    if small is None:
        return False
    objects.put(name, BytesIO(small))
    return True


def thumbnail_of(body: BinaryIO) -> bytes | None:
    """Return the thumbnail of a picture as WebP; None when the bytes are no image."""
    small = BytesIO()
    try:
        with Picture.open(body) as picture:
            picture.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
            picture.thumbnail(SIZE)
            picture.convert("RGB").save(small, "WEBP", quality=80)
    except (UnidentifiedImageError, OSError, SyntaxError, Picture.DecompressionBombError):
        return None
    return small.getvalue()
