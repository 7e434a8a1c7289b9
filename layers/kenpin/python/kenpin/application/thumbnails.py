"""Thumbnails for the gallery: 240×180 pixels at most, WebP, made once per image."""

from io import BytesIO
from typing import Final

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
    small = BytesIO()
    try:
        with objects.open(f"images/{image_id}") as body, Picture.open(body) as picture:
            picture.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
            picture.thumbnail(SIZE)
            picture.convert("RGB").save(small, "WEBP", quality=80)
    except (NotFound, UnidentifiedImageError, OSError, SyntaxError, Picture.DecompressionBombError):
        return False
    objects.put(name, BytesIO(small.getvalue()))
    return True
