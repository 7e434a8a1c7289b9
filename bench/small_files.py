"""Small picture files for `import`: half JPEG, half PNG, one in ten NG, and no two with the same bytes."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

SIZE: Final = (128, 96)
SEED: Final = 7
NG_EVERY: Final = 10


def make(folder: Path, images: int) -> int:
    """Make files in the folders `ok` and `ng`; return their bytes together."""
    picture = _picture()
    jpeg, png = _encoded(picture, "JPEG"), _encoded(picture.convert("L"), "PNG")
    for verdict in ("ok", "ng"):
        (folder / verdict).mkdir(parents=True)
    size = 0
    for n in range(images):
        content, suffix = (_numbered_jpeg(jpeg, n), "jpg") if n % 2 else (_numbered_png(png, n), "png")
        verdict = "ok" if n % NG_EVERY else "ng"
        size += (folder / verdict / f"L{n % 4}-{n:07}.{suffix}").write_bytes(content)
    return size


def _picture() -> Image.Image:
    values = np.random.default_rng(SEED).integers(60, 190, (8, 8, 3), np.uint8)
    return Image.fromarray(values).resize(SIZE)


def _encoded(picture: Image.Image, format: str) -> bytes:
    out = BytesIO()
    picture.save(out, format)
    return out.getvalue()


def _numbered_jpeg(content: bytes, n: int) -> bytes:
    """Put the number into a comment behind the first marker."""
    text = f"{n:08}".encode()
    return content[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + content[2:]


def _numbered_png(content: bytes, n: int) -> bytes:
    """Put the number into a text chunk behind the header, which ends at byte 33."""
    chunk = b"tEXtn\0" + f"{n:08}".encode()
    length, check = (len(chunk) - 4).to_bytes(4, "big"), zlib.crc32(chunk).to_bytes(4, "big")
    return content[:33] + length + chunk + check + content[33:]
