"""Synthetic pictures for `bench small`: scratches, dots and stains of known size on surfaces and photos."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, uniform_filter1d, zoom

Kind = Literal["scratch", "dot", "stain"]
Surface = Literal["brushed metal", "noise", "gradient", "photo"]
Grey = NDArray[np.float32]
"""height × width, 0..255"""
Random = np.random.Generator
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SURFACES: Final[tuple[Surface, ...]] = get_args(Surface)
BINS: Final = ((4, 8), (8, 16), (16, 32), (32, 64))
"""Longer sides in pixels, the last excluded; a picture with defects has one of each kind of each."""
CELL: Final = 128
"""Pixels of a square that holds one defect"""
GAP: Final = 8
"""Pixels between a defect and the edge of its cell, at least"""
CONTRAST: Final = {"scratch": (40, 70), "dot": (40, 70), "stain": (25, 40)}
"""Grey levels between a defect and what is around it, least and most"""


class SyntheticDefect(Struct, frozen=True):
    """A defect that was drawn, in pixels."""

    kind: Kind
    box: tuple[int, int, int, int]
    """x, y, width, height of its mask"""

    @property
    def size(self) -> int:
        """The longer side"""
        return max(self.box[2:])


class DrawnPicture(Struct, frozen=True):
    """A picture, the mask of each kind of defect, and the defects; those of an OK picture are empty."""

    picture: bytes
    masks: dict[Kind, bytes]
    defects: tuple[SyntheticDefect, ...]


def draw(seed: int, size: tuple[int, int], photos: list[Path], defects: int) -> DrawnPicture:
    """Return a picture of this width and height; the seed also decides its surface, each in turn.

    `defects`: at most one of each kind of each bin, drawn at random among these.
    """
    random, (width, height) = np.random.default_rng(seed), size
    surface = SURFACES[seed % len(SURFACES)]
    grey = _photo(random, size, photos) if surface == "photo" else MAKERS[surface](random, width, height)
    drawn = _draw_defects(random, grey, defects)
    masks = dict[Kind, bytes]()
    for kind in KINDS if defects else ():
        mask = np.zeros((height, width), np.uint8)
        for defect, shape in drawn:
            if defect.kind == kind:
                x, y, wide, tall = defect.box
                mask[y : y + tall, x : x + wide] |= shape
        masks[kind] = _encoded(mask, "PNG")
    picture = _encoded(grey.clip(0, 255).astype(np.uint8), "JPEG")
    return DrawnPicture(picture, masks, tuple(defect for defect, _ in drawn))


def _brushed(random: Random, width: int, height: int) -> Grey:
    lines = uniform_filter1d(random.normal(0, 1, (height, width)).astype(np.float32), 81, axis=1)
    return np.asarray(140 + 9 * lines / lines.std() + random.normal(0, 2, lines.shape), np.float32)


def _noise(random: Random, width: int, height: int) -> Grey:
    grain = gaussian_filter(random.normal(0, 1, (height, width)).astype(np.float32), 1)
    return np.asarray(120 + 8 * grain / grain.std(), np.float32)


def _gradient(random: Random, width: int, height: int) -> Grey:
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    slope = random.uniform(-40, 40, 2)
    light = 130 + slope[0] * x[None] + slope[1] * y[:, None] - 15 * (x[None] ** 2 + y[:, None] ** 2)
    return np.asarray(light + random.normal(0, 3, light.shape), np.float32)


MAKERS: Final[dict[str, Callable[[Random, int, int], Grey]]] = {
    "brushed metal": _brushed,
    "noise": _noise,
    "gradient": _gradient,
}


def _photo(random: Random, size: tuple[int, int], photos: list[Path]) -> Grey:
    """Return a crop of half a photo to three quarters, made as large as the picture, with the noise of a camera."""
    with Image.open(photos[random.integers(len(photos))]) as photo:
        wide = round(photo.width * random.uniform(0.5, 0.75))
        tall = min(photo.height, round(wide * size[1] / size[0]))
        x, y = int(random.integers(photo.width - wide + 1)), int(random.integers(photo.height - tall + 1))
        crop = photo.convert("L").crop((x, y, x + wide, y + tall)).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(crop, np.float32) + random.normal(0, 3, (size[1], size[0])).astype(np.float32)


def _draw_defects(random: Random, grey: Grey, count: int) -> list[tuple[SyntheticDefect, NDArray[np.uint8]]]:
    """Draw so many defects into the picture, each in a cell of its own; return them with their masks in their boxes."""
    drawn, (rows, columns) = [], (side // CELL for side in grey.shape)
    choices = random.permutation([(*sizes, number) for number in range(len(KINDS)) for sizes in BINS])[:count]
    cells = random.choice(rows * columns, len(choices), replace=False)
    for (least, beyond, number), cell in zip(choices, cells, strict=True):
        alpha = SHAPES[KINDS[number]](random, float(np.exp(random.uniform(np.log(least), np.log(beyond)))))
        y, x = (
            CELL * at + int(random.integers(GAP, CELL - GAP - len(alpha)))
            for at in divmod(int(cell), columns)
        )
        grey[y : y + len(alpha), x : x + len(alpha)] += (
            random.choice((-1, 1)) * random.uniform(*CONTRAST[KINDS[number]]) * alpha
        )
        drawn.append(_cropped(KINDS[number], x, y, alpha))
    return drawn


def _cropped(kind: Kind, x: int, y: int, alpha: Grey) -> tuple[SyntheticDefect, NDArray[np.uint8]]:
    inside = alpha >= 0.5 * alpha.max()
    down, across = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    shape = inside[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    box = (x + int(across[0]), y + int(down[0]), shape.shape[1], shape.shape[0])
    return SyntheticDefect(kind, box), shape.astype(np.uint8) * 255


def _grid(size: float) -> tuple[Grey, Grey]:
    """Return x and y of each pixel of a square around a defect, from its middle."""
    side = np.arange(int(size) + 7, dtype=np.float32)
    side -= side.mean()
    return side[None].repeat(side.size, 0), side[:, None].repeat(side.size, 1)


def _scratch(random: Random, size: float) -> Grey:
    """A line, 1.5 pixels wide to a twentieth of its length."""
    (x, y), angle = _grid(size), random.uniform(0, np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    length = size / max(abs(np.cos(angle)), abs(np.sin(angle)))
    half = max(1.5, size / 20) / 2
    inside = np.minimum(half + 0.5 - np.abs(across), min(length, 1.4 * size) / 2 + 0.5 - np.abs(along))
    return np.asarray(inside.clip(0, 1), np.float32)


def _dot(random: Random, size: float) -> Grey:
    x, y = _grid(size)
    return np.asarray((size / 2 + 0.5 - np.hypot(x, y)).clip(0, 1), np.float32)


def _stain(random: Random, size: float) -> Grey:
    """A blob with an uneven outline and a soft edge."""
    x, y = _grid(size)
    waves = zoom(random.uniform(0.6, 1.0, 8), 4, mode="grid-wrap", grid_mode=True)
    angle = (np.arctan2(y, x) / (2 * np.pi) % 1 * waves.size).astype(int) % waves.size
    radius = size / 2 * waves[angle]
    return np.asarray(
        gaussian_filter((radius + 0.5 - np.hypot(x, y)).clip(0, 1), max(0.5, size / 20)), np.float32
    )


SHAPES: Final[dict[Kind, Callable[[Random, float], Grey]]] = {
    "scratch": _scratch,
    "dot": _dot,
    "stain": _stain,
}


def _encoded(pixels: NDArray[np.uint8], form: Literal["JPEG", "PNG"]) -> bytes:
    body = BytesIO()
    if form == "JPEG":
        Image.fromarray(pixels).convert("RGB").save(body, form, quality=95)
    else:
        Image.fromarray(pixels).save(body, form)
    return body.getvalue()
