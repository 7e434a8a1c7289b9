"""Deep grey: one plate of several cameras looks alike, and a sample gives a window only where one fits all."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from kenpin.pictures.decode import read_levels, sample_of
from kenpin.pictures.limits import Limits
from kenpin.pictures.window import Window
from kenpin.pictures.window_sample import GreySample, window_of_samples
from tests.pictures.samples import COLOURS, tiff

PLATES = Path(__file__).parents[1] / "cases" / "02-deep-grey" / "in"
RANGES = {
    "12bit.png": Window(0, 4095),
    "12bit.tif": Window(0, 4095),
    "16bit.png": Window(0, 65_535),
    "16bit.tif": Window(0, 65_535),
    "float-mm.tif": Window(0, 5),
}
Grey = NDArray[np.uint8]


def plate(name: str) -> BinaryIO:
    return BytesIO((PLATES / name).read_bytes())


def grey(*values: float, kind: type = np.uint16) -> BinaryIO:
    return BytesIO(tiff(np.array([values], kind), photometric="minisblack"))


def sample(file: BinaryIO) -> GreySample:
    found = sample_of(file, Limits())
    assert found is not None
    return found


def levels(file: BinaryIO, window: Window | None) -> Grey:
    return read_levels(file, window, Limits())


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("is_set", [True, False])
def test_a_plate_looks_the_same_at_every_depth(name: str, is_set: bool) -> None:
    shown = levels(plate(name), RANGES[name] if is_set else None)
    difference = np.asarray(shown, np.int16) - np.asarray(levels(plate("8bit.png"), None), np.int16)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("name", RANGES)
def test_a_sample_of_one_camera_gives_its_window(name: str) -> None:
    window = window_of_samples([sample(plate(name))] * 3)
    assert window == RANGES[name]


def test_pictures_of_several_depths_have_no_window_in_common() -> None:
    assert window_of_samples([sample(plate(name)) for name in RANGES]) is None
    assert window_of_samples([sample(plate(name)) for name in ("16bit.png", "float-mm.tif")]) is None


def test_a_few_dark_pictures_and_hot_pixels_change_no_window() -> None:
    lit = [GreySample([float(value) for value in range(0, 4000, 2)], False)] * 9
    dark, hot = GreySample([5.0] * 100, False), GreySample([*map(float, range(0, 4000, 2)), 65_535.0], False)
    window = window_of_samples([*lit, dark, hot])
    assert window is not None and window.low < 10 and 3900 < window.high < 4000


def test_pictures_of_one_value_give_no_window() -> None:
    assert window_of_samples([GreySample([7.0], False)]) is None
    assert window_of_samples([]) is None


def test_values_beyond_a_window_are_black_and_white() -> None:
    beyond = grey(-5, 0, 1, 2, 300, kind=np.float32)
    assert np.asarray(levels(beyond, Window(0, 2))).tolist() == [[0, 0, 128, 255, 255]]


def test_what_is_no_number_is_black_and_in_no_sample() -> None:
    holes = grey(np.nan, 1, 2, kind=np.float32)
    assert np.asarray(levels(holes, Window(0, 2)))[0].tolist() == [0, 128, 255]
    assert list(sample(holes).values) == [1, 2]


def test_an_even_picture_is_shown_by_its_level() -> None:
    assert np.asarray(levels(grey(40_000, 40_000), None)).max() == 40_000 >> 8


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1", "CMYK"])
def test_eight_bits_have_no_window(mode: str) -> None:
    body = BytesIO()
    Image.new(mode, (2, 2)).save(body, "TIFF")
    assert sample_of(body, Limits()) is None


def test_deep_colours_give_no_sample() -> None:
    assert sample_of(BytesIO(COLOURS["16-bit PNG"]()), Limits()) is None
