"""Renditions: pictures that browsers cannot show, as PNG of 8 bits, made once per image and window of deep grey."""

from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image as Picture

from kenpin.application.picture_names import RENDITIONS, picture_and_window, rendition_name
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.application.thumbnails import make_thumbnail
from kenpin.pictures.decode import read_info, read_levels
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.ports import ObjectStore

COMPRESSION: Final = 3
"""Of 9: a larger file is made in a fraction of the time."""


def make_shown(objects: ObjectStore, name: str, limits: Limits) -> bool:
    """Make the thumbnail and the rendition of a stored picture, or the one that is named; False when none is there."""
    if name.startswith(RENDITIONS):
        return make_rendition(objects, name, limits)
    is_made = make_thumbnail(objects, name, limits)
    if is_made and name.startswith("images/"):
        make_rendition(objects, name, limits)
    return is_made


def picture_shown_as_stored(objects: ObjectStore, name: str, limits: Limits) -> BinaryIO | None:
    """Open the picture of a rendition's name; None where browsers cannot show its file. Raises NotFound."""
    body = objects.open(f"images/{picture_and_window(name)[0]}")
    try:
        is_shown = not read_info(body, limits).needs_rendition
    except UnreadablePicture:
        is_shown = False
    if not is_shown:
        body.close()
        return None
    body.seek(0)
    return body


def make_rendition(objects: ObjectStore, name: str, limits: Limits) -> bool:
    """Make and store the rendition of a stored picture, or the rendition of this name.

    False when browsers show the picture itself, or its bytes are no picture, or are missing or damaged.
    """
    image_id, window = picture_and_window(name)
    made = rendition_name(image_id, window)
    if made in objects.has([made]):
        return True
    try:
        with open_picture(objects, image_id) as body:
            if not read_info(body, limits).needs_rendition:
                return False
            levels = read_levels(body, window, limits)
    except (PictureNotIntact, UnreadablePicture):
        return False
    png = BytesIO()
    Picture.fromarray(levels).save(png, "PNG", compress_level=COMPRESSION)
    png.seek(0)
    objects.put(made, png)
    return True
