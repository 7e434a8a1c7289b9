"""Quality of pictures: a soft, a dark and a clipped cookie tell themselves from the sharp one."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from kenpin.pictures.quality import quality_of

COOKIE = Path(__file__).parents[2] / "host/sample/cookies/training-images/normal-1.jpg"


def test_figures_move_as_their_names_say() -> None:
    with Image.open(COOKIE) as photo:
        small = photo.convert("RGB").resize((240, 180))
    plain = quality_of(small)
    soft = quality_of(small.filter(ImageFilter.GaussianBlur(2)))
    dark = quality_of(ImageEnhance.Brightness(small).enhance(0.5))
    burnt = quality_of(ImageEnhance.Brightness(small).enhance(4))
    assert soft.sharpness < plain.sharpness / 4
    assert abs(dark.brightness - plain.brightness / 2) < 1
    assert burnt.clipped > plain.clipped + 0.2


def test_a_flat_picture_has_no_sharpness() -> None:
    grey = quality_of(Image.fromarray(np.full((8, 8), 100, np.uint8)))
    assert (grey.sharpness, grey.brightness, grey.clipped) == (0.0, 100.0, 0.0)
