"""Pictures of every kind come out upright, as the same grey levels and colours."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageOps

from kenpin.pictures.decode import check_picture, read_info, read_levels, read_pixels
from kenpin.pictures.kinds import HEAD_BYTES, SUFFIXES, media_type_of
from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.window import Window
from tests.pictures.samples import (
    COLOUR,
    COLOURS,
    GREY,
    GREYS,
    ROUGH,
    bilevel,
    deep,
    deep_png,
    orientation,
    pillow,
    srgb_profile,
    tiff,
    with_chunk,
)

CASES = Path(__file__).parents[1] / "cases"
LIMITS = Limits()


def _pixels(body: bytes, window: Window | None = None) -> np.ndarray:
    return read_pixels(BytesIO(body), window, LIMITS).astype(np.int16)


@pytest.mark.parametrize("kind", GREYS)
def test_grey_of_every_kind_looks_alike(kind: str) -> None:
    body = GREYS[kind]()
    assert np.abs(_pixels(body) - GREY[..., None]).max() <= 1
    info = check_picture(BytesIO(body), LIMITS)
    assert (info.width, info.height) == (64, 48)


@pytest.mark.parametrize("kind", COLOURS)
def test_colours_of_every_kind_look_alike(kind: str) -> None:
    assert np.abs(_pixels(COLOURS[kind]()) - COLOUR).max() <= 1


@pytest.mark.parametrize(
    "make", [*GREYS.values(), *COLOURS.values(), bilevel], ids=[*GREYS, *COLOURS, "1 bit"]
)
def test_the_first_bytes_tell_the_kind_that_the_decoder_finds(make: Callable[[], bytes]) -> None:
    body = make()
    assert media_type_of(body[:HEAD_BYTES]) == read_info(BytesIO(body), LIMITS).media_type
    assert media_type_of(body[:HEAD_BYTES]) in SUFFIXES


@pytest.mark.parametrize("kind", ROUGH)
def test_colours_that_are_rounded_look_alike(kind: str) -> None:
    """Of brightness and hues the way back is not exact."""
    assert np.abs(_pixels(ROUGH[kind]()) - COLOUR).max() <= 4


def test_a_picture_in_black_and_white_has_nothing_else() -> None:
    assert np.array_equal(_pixels(bilevel())[..., 0], (GREY > 127) * 255)


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_is_upright(format: str, value: int) -> None:
    """Pillow brings a TIFF upright as it loads it."""
    exact = {"quality": 100, "subsampling": 0, "lossless": True} if format in ("JPEG", "WEBP") else {}
    body = pillow(COLOUR, format, None, exif=orientation(value), **exact)
    with Image.open(BytesIO(body)) as image:
        want = np.asarray(image if format == "TIFF" else ImageOps.exif_transpose(image))
    got = _pixels(body)
    assert got.shape == want.shape
    assert np.abs(got - want).max() <= 2
    info = read_info(BytesIO(body), LIMITS)
    assert (info.height, info.width) == got.shape[:2]


@pytest.mark.parametrize("file", sorted((CASES / "02-deep-grey" / "in").iterdir()), ids=lambda f: f.name)
def test_the_same_plate_looks_alike_in_any_depth(file: Path) -> None:
    plain = _pixels((file.parent / "8bit.png").read_bytes())
    assert np.abs(_pixels(file.read_bytes()) - plain).max() <= 1


@pytest.mark.parametrize("name", ["a-text.png", "b-icc.png", "c-good.png"])
def test_a_png_with_a_large_text_or_profile_is_read(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert _pixels((CASES / "04-png-big-text" / "in" / name).read_bytes()).shape == (8, 8, 3)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("file", sorted((CASES / "05-flipped-bits" / "in").iterdir()), ids=lambda f: f.name)
def test_a_damaged_picture_is_refused_in_plain_words(file: Path) -> None:
    with pytest.raises(UnreadablePicture) as refused:
        check_picture(BytesIO(file.read_bytes()), LIMITS)
    assert "<" not in str(refused.value)
    assert "0x" not in str(refused.value)


def test_a_window_maps_values_to_black_and_white() -> None:
    values = np.array([[100, 200, 300, 400, 1000]], np.uint16)
    pixels = _pixels(deep_png(values), Window(200, 400))
    assert pixels[0, :, 0].tolist() == [0, 0, 128, 255, 255]


def test_a_window_does_nothing_to_a_picture_of_8_bits() -> None:
    assert np.array_equal(_pixels(GREYS["8-bit PNG"](), Window(0, 10))[..., 0], GREY)


def test_values_that_are_no_numbers_are_black() -> None:
    values = deep(5, "f4")
    values[0, 0], values[0, 1] = np.nan, np.inf
    pixels = _pixels(tiff(values))
    assert (pixels[0, 0, 0], pixels[0, 1, 0], pixels[1, 63, 0]) == (0, 255, 255)


@pytest.mark.parametrize("kind", ["u2", "i2", "f4"])
def test_a_picture_of_one_value_has_pixels(kind: str) -> None:
    assert np.unique(_pixels(tiff(np.full((8, 8), 500, kind), photometric="minisblack"))).size == 1


def test_transparent_parts_are_white() -> None:
    clear = np.zeros((4, 4, 4), np.uint8)
    assert (_pixels(pillow(clear, "PNG")) == 255).all()


def test_page_one_of_several_is_the_picture() -> None:
    assert read_info(BytesIO(GREYS["TIFF of two pages"]()), LIMITS).pages == 2


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF", "TIFF", "MPO"])
def test_the_first_of_several_pictures_is_seen(format: str) -> None:
    body = BytesIO()
    first, second = Image.fromarray(COLOUR), Image.fromarray(255 - COLOUR)
    options = {"lossless": True} if format == "WEBP" else {"quality": 98} if format == "MPO" else {}
    first.save(body, format, save_all=True, append_images=[second], **options)
    assert np.abs(_pixels(body.getvalue()) - COLOUR).mean() < 12


def test_a_profile_brings_colours_to_srgb() -> None:
    swapped = srgb_profile().replace(b"rXYZ", b"tmp1").replace(b"bXYZ", b"rXYZ").replace(b"tmp1", b"bXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    red = np.zeros((8, 8, 3), np.uint8) + np.array([255, 0, 0], np.uint8)
    assert _pixels(pillow(red, "PNG", icc_profile=swapped))[0, 0].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    ("kind", "needs"), [("PNG", False), ("JPEG", False), ("WebP", False), ("CMYK JPEG", True), ("BMP", True)]
)
def test_files_that_browsers_do_not_show_need_a_rendition(kind: str, needs: bool) -> None:
    assert read_info(BytesIO(COLOURS[kind]()), LIMITS).needs_rendition is needs


@pytest.mark.parametrize("kind", ["16-bit PNG", "8-bit TIFF", "12-bit JPEG", "grey and alpha PNG"])
def test_grey_files_that_browsers_do_not_show_need_a_rendition(kind: str) -> None:
    assert read_info(BytesIO(GREYS[kind]()), LIMITS).needs_rendition


def test_a_line_scan_of_200_megapixels_is_within_the_limits() -> None:
    LIMITS.check_size(8192, 25_000, 3)
    LIMITS.check_bytes(8192 * 25_000 * 3)


@pytest.mark.parametrize(
    ("limits", "setting"),
    [
        (Limits(pixels=64 * 48 - 1), "KENPIN_MAX_PICTURE_PIXELS"),
        (Limits(bytes=10), "KENPIN_MAX_PICTURE_BYTES"),
    ],
)
@pytest.mark.parametrize("kind", ["8-bit PNG", "8-bit TIFF", "JPEG", "12-bit JPEG", "BMP"])
def test_a_picture_above_a_limit_is_refused_with_the_setting(kind: str, limits: Limits, setting: str) -> None:
    with pytest.raises(UnreadablePicture, match=setting):
        read_levels(BytesIO(GREYS[kind]()), None, limits)


@pytest.mark.parametrize("make", [lambda: b"", lambda: b"no picture at all", lambda: b"II*\0"])
def test_what_is_no_picture_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(UnreadablePicture):
        check_picture(BytesIO(make()), LIMITS)


def test_a_memory_error_of_a_decoder_refuses_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: bytes) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(imagecodecs, "png_decode", full)
    with pytest.raises(UnreadablePicture, match="memory"):
        check_picture(BytesIO(GREYS["8-bit PNG"]()), LIMITS)


def test_an_optional_chunk_may_be_damaged() -> None:
    body = with_chunk(GREYS["8-bit PNG"](), b"tEXt", b"lot\0A7").replace(b"A7", b"A8")
    assert np.array_equal(_pixels(body)[..., 0], GREY)


def test_a_file_without_a_name_is_read() -> None:
    """Objects of S3 are temporary files, which have none."""
    out = BytesIO()
    Image.new("L", (8, 6), 7).save(out, "TIFF")
    with SpooledTemporaryFile() as file:
        file.write(out.getvalue())
        info = check_picture(cast("BinaryIO", file), Limits())
    assert (info.width, info.height) == (8, 6)
