"""Decodes the usual pictures as Kenpin does: upright, sRGB, transparent parts over white, deep grey by a window."""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

SRGB = ImageCms.createProfile("sRGB")
TIFFS = ((1, 8, "L"), (1, 16, "I;16"), (1, 16, "I;16B"), (1, 32, "F"), (2, (8, 8, 8), "RGB"))  # as tagged
Image.MAX_IMAGE_PIXELS = None
Window = tuple[float, float]


class UnreadableFile(Exception):
    """The file is no picture that this program reads. The message is the reason."""


def decode(path: Path, window: Window | None = None, at_least: tuple[int, int] | None = None) -> Image.Image:
    """Return an RGB picture. `window`: low and high of deep grey; None: percentiles of the picture.

    `at_least`: sides that are enough, where a smaller picture is cheaper to make. Raises UnreadableFile.
    """
    try:
        content = path.read_bytes()
        with Image.open(BytesIO(content)) as image:
            tags = image.getexif()
            if image.format == "TIFF" and (tags.get(262), tags.get(258), image.mode) not in TIFFS:
                raise UnreadableFile("a TIFF that is neither grey nor RGB of 8 bits")
            if image.format == "PNG" and content[24] == 16 and not image.mode.startswith("I"):
                raise UnreadableFile("colours of 16 bits; send 8 bits, or 16 bits of grey")
            if at_least and image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB"):
                image.draft(image.mode, at_least)
            return _rgb(ImageOps.exif_transpose(image), window)
    except UnreadableFile:
        raise
    except Exception as error:  # decoders raise anything
        why = "it is not there" if isinstance(error, FileNotFoundError) else "it is no picture, or damaged"
        raise UnreadableFile(f"{why} ({type(error).__name__})") from error


def _rgb(image: Image.Image, window: Window | None) -> Image.Image:
    if image.mode == "F" or image.mode.startswith("I"):
        return _levels(np.asarray(image, np.float64), window).convert("RGB")
    if image.mode in ("P", "PA", "LA", "RGBA") or "transparency" in image.info:
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    if image.mode == "RGB" and (profile := image.info.get("icc_profile")):
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if not ImageCms.getProfileName(source).startswith("sRGB"):
            image = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB") or image
    return image.convert("RGB")


def _levels(values: NDArray[np.float64], window: Window | None) -> Image.Image:
    step = max(1, int((values.size / 1_000_000) ** 0.5))
    sample = values[::step, ::step][np.isfinite(values[::step, ::step])]
    low, high = window or np.percentile(sample, (0.1, 99.9))
    share = np.nan_to_num((values - low) / max(high - low, 1e-9), nan=0.0, posinf=1.0, neginf=0.0)
    return Image.fromarray((share.clip(0, 1) * 255 + 0.5).astype(np.uint8))
