"""Renditions: pictures that browsers cannot show, as PNG of 8 bits, made once per image and window of deep grey.

The values of deep grey lie beside them, once per image: a viewer shows them through any window.
"""

import gzip
from io import BytesIO
from typing import BinaryIO, Final

import numpy as np
from PIL import Image as Picture

from kenpin.application.picture_names import (
    RENDITIONS,
    VALUES,
    picture_and_window,
    rendition_name,
    values_name,
)
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.application.thumbnails import make_thumbnail
from kenpin.pictures.decode import read_info, read_levels, read_values
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.ports import ObjectStore

COMPRESSION: Final = 3
"""Of 9: a larger file is made in a fraction of the time."""
NO_VALUES: Final = np.empty((0, 0), np.uint16)
"""Stored for a picture that is no deep grey, so that it is decoded once."""


def make_shown(objects: ObjectStore, name: str, limits: Limits) -> bool:
    """Make all that is shown of a stored picture, or the one thing that is named; False when none is there."""
    if name.startswith(RENDITIONS):
        return (make_values if name.endswith(VALUES) else make_rendition)(objects, name, limits)
    is_made = make_thumbnail(objects, name, limits)
    if is_made and name.startswith("images/") and make_rendition(objects, name, limits):
        make_values(objects, name, limits)
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


def make_values(objects: ObjectStore, name: str, limits: Limits) -> bool:
    """Make and store the values of a stored picture, or those of this name: a NumPy file, packed by gzip.

    False when its bytes are no picture, or are missing or damaged.
    """
    image_id = picture_and_window(name)[0]
    made = values_name(image_id)
    if made in objects.has([made]):
        return True
    try:
        with open_picture(objects, image_id) as body:
            values = read_values(body, limits)
    except (PictureNotIntact, UnreadablePicture):
        return False
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=COMPRESSION, mtime=0) as file:
        np.save(file, NO_VALUES if values is None else values)
    packed.seek(0)
    objects.put(made, packed)
    return True
