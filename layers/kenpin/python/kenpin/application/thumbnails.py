"""Thumbnails for the gallery: 240×180 pixels at most, WebP, made once per image and window of deep grey."""

from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image as Picture
from PIL import UnidentifiedImageError

from kenpin.application.picture_names import picture_and_window, thumbnail_name
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.pictures.deep_grey import is_deep_grey, to_bytes
from kenpin.pictures.window import Window
from kenpin.ports import ObjectStore

SIZE: Final = (240, 180)
"""pixels"""


def make_thumbnail(objects: ObjectStore, name: str) -> bool:
    """Make and store the thumbnail of a stored picture, or the thumbnail of this name.

    False when the bytes are no image, or are missing or damaged.
    """
    image_id, window = picture_and_window(name)
    made = thumbnail_name(image_id, window)
    if made in objects.has([made]):
        return True
    try:
        with open_picture(objects, image_id) as body:
            small = thumbnail_of(body, window)
    except PictureNotIntact:
        return False
    if small is None:
        return False
    objects.put(made, BytesIO(small))
    return True


def thumbnail_of(body: BinaryIO, window: Window | None = None) -> bytes | None:
    """Return the thumbnail of a picture as WebP; None when the bytes are no image."""
    small = BytesIO()
    try:
        with Picture.open(body) as picture:
            picture.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
            shown = to_bytes(picture, window) if is_deep_grey(picture) else picture
            shown.thumbnail(SIZE)
            shown.convert("RGB").save(small, "WEBP", quality=80)
    except (UnidentifiedImageError, OSError, SyntaxError, Picture.DecompressionBombError):
        return None
    return small.getvalue()
