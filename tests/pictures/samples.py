"""Small pictures of every kind, made by other libraries than the decoder where there is one."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

import imagecodecs
import numpy as np
from PIL import Image, ImageCms
from tifffile import imwrite

RAMP = np.linspace(0, 1, 64)[None, :].repeat(48, 0)
"""48 × 64, black at the left and white at the right"""
GREY = (RAMP * 255 + 0.5).astype(np.uint8)
COLOUR = np.stack([GREY, GREY[:, ::-1], np.full_like(GREY, 128)], axis=-1)


def deep_png(values: np.ndarray) -> bytes:
    return bytes(imagecodecs.png_encode(values))


def deep_jpeg(values: np.ndarray, **options: object) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(values, **cast(dict[str, Any], options)))


def tiff(values: np.ndarray, **options: object) -> bytes:
    out = BytesIO()
    imwrite(out, values, **cast(dict[str, Any], options))
    return out.getvalue()


def pillow(values: np.ndarray, format: str, mode: str | None = None, **options: object) -> bytes:
    out = BytesIO()
    image = Image.fromarray(values)
    (image.convert(mode) if mode else image).save(out, format, **cast(dict[str, Any], options))
    return out.getvalue()


def deep(most: float, kind: str) -> np.ndarray:
    return (RAMP * most).astype(kind)


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more chunk behind its header."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:33] + chunk + png[33:]


def orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def bilevel() -> bytes:
    out = BytesIO()
    Image.fromarray(GREY > 127).save(out, "TIFF", compression="group4")
    return out.getvalue()


def in_palette() -> bytes:
    out = BytesIO()
    Image.fromarray(COLOUR).quantize(256).save(out, "PNG")
    return out.getvalue()


GREYS: dict[str, Callable[[], bytes]] = {
    "8-bit PNG": lambda: pillow(GREY, "PNG"),
    "16-bit PNG": lambda: deep_png(deep(65535, "u2")),
    "12 bits in a 16-bit PNG": lambda: deep_png(deep(4095, "u2")),
    "8-bit TIFF": lambda: tiff(GREY),
    "BigTIFF": lambda: tiff(GREY, bigtiff=True),
    "big-endian TIFF": lambda: tiff(deep(65535, "u2"), byteorder=">"),
    "10-bit packed TIFF": lambda: tiff(deep(1023, "u2"), bitspersample=10),
    "12-bit packed TIFF": lambda: tiff(deep(4095, "u2"), bitspersample=12),
    "16-bit TIFF": lambda: tiff(deep(65535, "u2")),
    "signed 8-bit TIFF": lambda: tiff((RAMP * 255 - 128 + 0.5).astype("i1"), photometric="minisblack"),
    "signed 16-bit TIFF": lambda: tiff(deep(2000, "i2") - 1000, photometric="minisblack"),
    "32-bit TIFF": lambda: tiff(deep(2**31, "u4"), photometric="minisblack"),
    "float TIFF": lambda: tiff(deep(5, "f4")),
    "double TIFF": lambda: tiff(deep(5, "f8")),
    "white-is-zero TIFF": lambda: tiff(255 - GREY, photometric="miniswhite"),
    "white-is-zero 16-bit TIFF": lambda: tiff(65535 - deep(65535, "u2"), photometric="miniswhite"),
    "deflate TIFF": lambda: tiff(deep(65535, "u2"), compression="zlib", predictor=True),
    "LZW TIFF": lambda: tiff(GREY, compression="lzw"),
    "tiled TIFF": lambda: tiff(GREY, tile=(16, 16)),
    "TIFF of two pages": lambda: tiff(np.stack([GREY, 255 - GREY]), photometric="minisblack"),
    "palette TIFF": lambda: tiff(
        GREY, photometric="palette", colormap=np.tile(np.arange(256, dtype=np.uint16) * 257, (3, 1))
    ),
    "BMP": lambda: pillow(GREY, "BMP"),
    "JPEG": lambda: pillow(GREY, "JPEG", quality=95),
    "12-bit JPEG": lambda: deep_jpeg(deep(4095, "u2"), bitspersample=12, level=98),
    "lossless JPEG": lambda: deep_jpeg(deep(65535, "u2"), bitspersample=16, lossless=True),
    "PGM": lambda: pillow(GREY, "PPM"),
    "16-bit PGM": lambda: b"P5 64 48 65535\n" + deep(65535, ">u2").tobytes(),
    "grey and alpha PNG": lambda: pillow(GREY, "PNG", "LA"),
    "GIF": lambda: pillow(GREY, "GIF"),
}
"""Kinds of files that show GREY."""
COLOURS: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: pillow(COLOUR, "PNG"),
    "PNG with alpha": lambda: pillow(COLOUR, "PNG", "RGBA"),
    "16-bit PNG": lambda: deep_png(COLOUR.astype(np.uint16) * 257),
    "palette PNG": in_palette,
    "PNG with a profile": lambda: pillow(COLOUR, "PNG", icc_profile=srgb_profile()),
    "JPEG": lambda: pillow(COLOUR, "JPEG", quality=98, subsampling=0),
    "CMYK JPEG": lambda: pillow(COLOUR, "JPEG", "CMYK", quality=98),
    "WebP": lambda: pillow(COLOUR, "WEBP", lossless=True),
    "TIFF": lambda: tiff(COLOUR, photometric="rgb"),
    "16-bit TIFF": lambda: tiff(COLOUR.astype(np.uint16) * 257, photometric="rgb"),
    "TIFF in planes": lambda: tiff(np.moveaxis(COLOUR, -1, 0), photometric="rgb", planarconfig="separate"),
    "JPEG in TIFF": lambda: pillow(COLOUR, "TIFF", compression="jpeg", quality=98),
    "CMYK TIFF": lambda: pillow(COLOUR, "TIFF", "CMYK"),
    "TIFF with alpha": lambda: pillow(COLOUR, "TIFF", "RGBA"),
    "BMP": lambda: pillow(COLOUR, "BMP"),
    "PPM": lambda: pillow(COLOUR, "PPM"),
    "JPEG 2000": lambda: pillow(COLOUR, "JPEG2000"),
    "JPEG 2000 without a container": lambda: pillow(COLOUR, "JPEG2000", no_jp2=True),
}
"""Kinds of files that show COLOUR."""
ROUGH: dict[str, Callable[[], bytes]] = {
    "TIFF of brightness and hues": lambda: pillow(COLOUR, "TIFF", "YCbCr"),
    "AVIF": lambda: pillow(COLOUR, "AVIF", quality=100, subsampling="4:4:4"),
}
"""Kinds of files that show COLOUR but for rounding."""
