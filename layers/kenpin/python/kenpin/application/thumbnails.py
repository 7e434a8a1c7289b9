"""Thumbnails for the gallery: 240×180 pixels at most, WebP, made once per image and window of deep grey."""

from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image as Picture

from kenpin.application.picture_names import picture_and_window, thumbnail_name
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.pictures.decode import read_levels
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.window import Window
from kenpin.ports import ObjectStore

SIZE: Final = (240, 180)
"""pixels"""
ENOUGH: Final = (2 * max(SIZE), 2 * max(SIZE))
"""Pixels to decode of a JPEG, either way up"""


def make_thumbnail(objects: ObjectStore, name: str, limits: Limits) -> bool:
    """Make and store the thumbnail of a stored picture, or the thumbnail of this name.

    False when the bytes are no picture, or are missing or damaged.
    """
    image_id, window = picture_and_window(name)
    made = thumbnail_name(image_id, window)
    if made in objects.has([made]):
        return True
    try:
        with open_picture(objects, image_id) as body:
            small = thumbnail_of(body, limits, window)
    except (PictureNotIntact, UnreadablePicture):
        return False
    objects.put(made, BytesIO(small))
    return True


def thumbnail_of(body: BinaryIO, limits: Limits, window: Window | None = None) -> bytes:
    """Return the thumbnail of a picture as WebP. Raises UnreadablePicture."""
    picture, small = Picture.fromarray(read_levels(body, window, limits, ENOUGH)), BytesIO()
    picture.thumbnail(SIZE)
    picture.convert("RGB").save(small, "WEBP", quality=80)
    return small.getvalue()
