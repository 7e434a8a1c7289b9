"""Photos of parts in the formats that cameras and scanners write, made by code, in folders as people keep them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tests.pictures.samples import deep_png, pillow, tiff

SIDE: Final = 96
WRITERS: Final[Sequence[tuple[str, Callable[[np.ndarray], bytes]]]] = (
    (".jpg", lambda values: pillow(values, "JPEG", quality=95)),
    (".png", lambda values: pillow(values, "PNG")),
    ("-deep.png", lambda values: deep_png(values.astype(np.uint16) * 257)),
    (".tif", tiff),
    (".bmp", lambda values: pillow(values, "BMP")),
    (".webp", lambda values: pillow(values, "WEBP", lossless=True)),
)


def photo(number: int, *, chipped: bool = False) -> tuple[str, bytes]:
    """Return the suffix and the bytes of one photo: a grey part, with a dark chip or without."""
    random = np.random.default_rng(number)
    values = random.normal(150, 6, (SIDE, SIDE))
    if chipped:
        top, left = random.integers(10, SIDE - 40, 2)
        values[top : top + 24, left : left + 24] -= 110
    suffix, write = WRITERS[number % len(WRITERS)]
    return suffix, write(values.clip(0, 255).astype(np.uint8))


def add_photos(folder: Path, count: int, *, first: int = 0, chipped: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        suffix, content = photo(number, chipped=chipped)
        (folder / f"{number:03}{suffix}").write_bytes(content)
