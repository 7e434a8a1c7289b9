"""From pixels to a score and a map: the same steps as in training, around the graph of an exported model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin_inspect.model_file import ModelFile, PatchSettings

Pixels = NDArray[np.uint8]
"""height × width × 3, RGB"""
Floats = NDArray[np.float32]
Graph = Callable[[Pixels], Floats]
"""1 × height × width × 3 → the answer for it, 1 × …"""
GRID = 16
"""Tiles begin at multiples of this."""
REACH = 4
"""Standard deviations that a blur reaches"""


@dataclass(frozen=True)
class Inspection:
    """The answer for one picture."""

    score: float
    is_ng: bool
    heat: Floats | None = None
    """rows × columns of scores 0..1, of models that make maps"""


def judge(image: Image.Image, model: ModelFile, graph: Graph) -> Inspection:
    """Judge an RGB picture."""
    return judge_pixels(resized(image, model), model, graph)


def resized(image: Image.Image, model: ModelFile) -> Pixels:
    """Return the picture in the scale that the model was trained in."""
    if model.patches is None:
        assert model.image_size is not None
        return np.asarray(image.resize((model.image_size, model.image_size), Image.Resampling.BILINEAR))
    longest = max(image.size)
    share = min(1.0, (model.patches.long_side or longest) / longest)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return np.asarray(image.resize(size, Image.Resampling.BOX))


def judge_pixels(pixels: Pixels, model: ModelFile, graph: Graph) -> Inspection:
    """Judge a picture in the scale of the model."""
    if model.patches is None:
        score = float(graph(pixels[None]).reshape(-1)[0])
        return Inspection(score, score >= model.threshold)
    answers = whole(pixels, model.patches, graph)
    heat = 1 - answers[..., 0] if model.answer == "classes" else heat_of(answers[..., 0], model.patches)
    score = image_score(heat, model.patches.top_places)
    return Inspection(score, score >= model.threshold, heat)


def whole(pixels: Pixels, settings: PatchSettings, graph: Graph) -> Floats:
    """Return the answers for all places of a picture, rows × columns × channels, from those for its tiles."""
    step, (tall, wide) = settings.step, settings.tile
    rows, columns = (-(-side // step) for side in pixels.shape[:2])
    found: Floats | None = None
    for y, kept_y in cuts(pixels.shape[0], tall, settings.margin):
        for x, kept_x in cuts(pixels.shape[1], wide, settings.margin):
            answer = graph(cut(pixels, x, y, wide, tall)[None])[0]
            answer = answer if answer.ndim == 3 else answer[..., None]
            if found is None:
                found = np.empty((rows, columns, answer.shape[2]), np.float32)
            down, across = places(kept_y, step), places(kept_x, step)
            top, left = y // step, x // step
            found[down, across] = answer[
                down.start - top : down.stop - top, across.start - left : across.stop - left
            ]
    assert found is not None
    return found


def cuts(length: int, size: int, margin: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield start and kept part of the tiles along one side. The first starts before the picture."""
    kept = size - 2 * margin
    last = max(0, -(-(length - kept) // GRID) * GRID)
    begin = 0
    for start in (*range(0, last, kept), last):
        end = length if start == last else start + kept
        yield start - margin, (begin, end)
        begin = end


def cut(pixels: Pixels, x: int, y: int, width: int, height: int) -> Pixels:
    """Return the pixels of a tile; beyond the picture it is mirrored."""
    rows = mirrored(y, height, pixels.shape[0])
    return pixels[rows][:, mirrored(x, width, pixels.shape[1])]


def mirrored(start: int, count: int, length: int) -> NDArray[np.int64]:
    places = np.arange(start, start + count) % (2 * length)
    return np.minimum(places, 2 * length - 1 - places)


def places(kept: tuple[int, int], step: int) -> "slice[int, int, None]":
    return slice(kept[0] // step, -(-kept[1] // step))


def heat_of(distances: Floats, settings: PatchSettings) -> Floats:
    """Return the scores of distances: blurred, then along the line of the model."""
    odds = settings.steepness * (blurred(distances, settings.smoothing) - settings.middle)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))), np.float32)


def blurred(values: Floats, deviation: float) -> Floats:
    """Return a map after a Gaussian blur, mirrored at its edges."""
    if not deviation:
        return values
    reach = int(REACH * deviation + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        ends = [(reach, reach) if side == axis else (0, 0) for side in (0, 1)]
        padded = np.pad(values.astype(np.float64), ends, mode="symmetric")
        parts = (np.take(padded, range(n, n + values.shape[axis]), axis) for n in range(len(weights)))
        values = sum(weight * part for weight, part in zip(weights, parts, strict=True)).astype(np.float32)
    return values


def image_score(heat: Floats, top_places: int) -> float:
    """Return the mean of the highest places."""
    highest = np.partition(heat.ravel(), max(heat.size - top_places, 0))[-top_places:]
    return float(highest.mean(dtype=np.float64))
