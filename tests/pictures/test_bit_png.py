"""Masks are written as PNG that other readers read: one bit a pixel, 1 is defect."""

from io import BytesIO
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from kenpin.pictures.bit_png import bit_png


@pytest.mark.parametrize("width", [1, 7, 8, 9, 64])
@pytest.mark.parametrize("order", ["C", "F"])
def test_pillow_reads_the_pixels_that_were_written(width: int, order: Literal["C", "F"]) -> None:
    pixels = np.asarray(np.random.default_rng(width).random((5, width)) < 0.5, order=order)
    with Image.open(BytesIO(bit_png(pixels))) as picture:
        picture.load()
        assert (picture.format, picture.mode) == ("PNG", "1")
        assert np.array_equal(np.asarray(picture), pixels)
